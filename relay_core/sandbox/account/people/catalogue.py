"""The account around the invented people: organizations, groups, roles and custom fields."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from relay_core.sandbox.account.records import HOME, Record
from relay_core.sandbox.clock import stamp

FIRST_ORGANIZATION_ID: Final = 360_001
FIRST_GROUP_ID: Final = 211
FIRST_FIELD_ID: Final = 5_001
FIRST_ROLE_ID: Final = 9_001
OPENED_BEFORE: Final = timedelta(days=6 * 365)
"""How long before now the account was opened."""

ORGANIZATION_COUNT: Final = 120

GROUP_NAMES: Final = ("Support", "Level 2", "Boutiques", "Billing", "Campaigns")

_FIRST_WORDS: Final = (
    "Acme",
    "Greenbriar",
    "Mondocam",
    "Northwind",
    "Atelier",
    "Maison",
    "Boulangerie",
    "Fischer",
    "Kowalski",
    "Sakura",
    "Atlas",
    "Lumière",
    "Contoso",
    "Iberia",
    "Tulipan",
    "Crown",
)
_SECOND_WORDS: Final = (
    "Corp",
    "Corporation",
    "&",
    "Fils",
    "GmbH",
    "Ltd",
    "SpA",
    "KK",
    "Studio",
    "Retail",
    "Foods",
    "Travel",
)


def custom_roles(opened: datetime) -> list[Record]:
    """Return the roles that team members may have."""
    roles = (("Staff", 0), ("Team lead", 0), ("Light agent", 1), ("Administrator", 4))
    return [
        {
            "id": FIRST_ROLE_ID + place,
            "name": name,
            "description": f"{name} of the sandbox",
            "role_type": role_type,
            "created_at": stamp(opened),
            "updated_at": stamp(opened),
            "configuration": _configuration(name, role_type),
            "team_member_count": 0,
        }
        for place, (name, role_type) in enumerate(roles)
    ]


def _configuration(name: str, role_type: int) -> Record:
    is_light = role_type == 1
    leads = name in {"Team lead", "Administrator"}
    return {
        "chat_access": not is_light,
        "end_user_list_access": "full",
        "end_user_profile_access": "readonly" if is_light else "full",
        "explore_access": "full" if leads else "readonly",
        "forum_access": "readonly",
        "group_access": leads,
        "light_agent": is_light,
        "manage_business_rules": leads,
        "manage_user_fields": role_type == len("full"),
        "organization_editing": leads,
        "report_access": "full" if leads else "readonly",
        "ticket_access": "all",
        "ticket_comment_access": "none" if is_light else "public",
        "user_view_access": "full",
        "view_access": "full" if leads else "playonly",
        "voice_access": not is_light,
    }


def groups(names: Sequence[str], opened: datetime) -> list[Record]:
    """Return groups of these names; the first is the default one."""
    return [
        group_record({"name": name, "default": place == 0}, FIRST_GROUP_ID + place, opened)
        for place, name in enumerate(names)
    ]


def group_record(given: Record, group_id: int, now: datetime) -> Record:
    """Return a whole group from what was given."""
    return {
        "id": group_id,
        "url": f"{HOME}/groups/{group_id}.json",
        "name": "",
        "description": "",
        "is_public": True,
        "default": False,
        "deleted": False,
        "created_at": stamp(now),
        "updated_at": stamp(now),
        **{key: value for key, value in given.items() if key != "id"},
    }


def organizations(dice: random.Random, opened: datetime) -> list[Record]:
    """Return invented organizations, some with nearly the same name."""
    found = []
    for place in range(ORGANIZATION_COUNT):
        first = dice.choice(_FIRST_WORDS)
        name = f"{first} {dice.choice(_SECOND_WORDS)} {place}" if place else "Customers"
        organization_id = FIRST_ORGANIZATION_ID + place
        given = {
            "name": name,
            "domain_names": [f"{first.lower().replace('è', 'e')}{place}.example"],
            "tags": ["partner"] if place % 7 == 0 else [],
            "external_id": f"org-{place:04}",
        }
        found.append(organization_record(given, organization_id, opened))
    return found


def organization_record(given: Record, organization_id: int, now: datetime) -> Record:
    """Return a whole organization from what was given."""
    return {
        "id": organization_id,
        "url": f"{HOME}/organizations/{organization_id}.json",
        "name": "",
        "shared_tickets": False,
        "shared_comments": False,
        "external_id": None,
        "created_at": stamp(now),
        "updated_at": stamp(now),
        "domain_names": [],
        "details": None,
        "notes": None,
        "group_id": None,
        "tags": [],
        "organization_fields": {},
        **{key: value for key, value in given.items() if key != "id"},
    }


def user_fields(now: datetime) -> list[Record]:
    """Return the custom fields of the invented people: one of each type at least."""
    given: tuple[dict[str, Any], ...] = (
        {
            "key": "plan",
            "title": "Plan",
            "type": "dropdown",
            "options": ("Bronze", "Silver", "Gold"),
        },
        {"key": "newsletter", "title": "Newsletter", "type": "checkbox", "tag": "newsletter_box"},
        {"key": "whatsapp_opt_in", "title": "Agreed to WhatsApp", "type": "checkbox"},
        {"key": "sms_opt_out", "title": "No SMS, please", "type": "checkbox"},
        {"key": "renewal_date", "title": "Renewal date", "type": "date"},
        {"key": "visits", "title": "Visits", "type": "integer"},
        {"key": "balance", "title": "Balance (€)", "type": "decimal"},
        {
            "key": "contract",
            "title": "Contract number",
            "type": "regexp",
            "regexp_for_validation": "^C-[0-9]{5}$",
        },
        {"key": "favourite_store", "title": "Favourite store", "type": "text"},
        {"key": "remarks", "title": "Remarks", "type": "textarea"},
        {
            "key": "interests",
            "title": "Interests",
            "type": "multiselect",
            "options": ("Cooking", "Garden", "Travel", "Music"),
        },
        {
            "key": "account_manager",
            "title": "Account manager",
            "type": "lookup",
            "relationship_target_type": "zen:user",
        },
    )
    return [field_record(each, FIRST_FIELD_ID + place, now) for place, each in enumerate(given)]


def field_record(given: Record, field_id: int, now: datetime) -> Record:
    """Return a whole custom field from what was given; `options` are titles of choices."""
    titles = given.get("options", ())
    chosen = {key: value for key, value in given.items() if key not in {"id", "options"}}
    record = {
        "id": field_id,
        "url": f"{HOME}/user_fields/{field_id}.json",
        "key": "",
        "type": "text",
        "title": chosen.get("key", ""),
        "description": "",
        "position": field_id - FIRST_FIELD_ID,
        "active": True,
        "system": False,
        "regexp_for_validation": None,
        "created_at": stamp(now),
        "updated_at": stamp(now),
        **chosen,
    }
    record.setdefault("raw_title", record["title"])
    record.setdefault("raw_description", record["description"])
    if record["type"] in {"dropdown", "tagger", "multiselect"}:
        record.setdefault(
            "custom_field_options",
            [
                {
                    "id": field_id * 100 + place,
                    "name": title,
                    "raw_name": title,
                    "value": title.lower(),
                }
                for place, title in enumerate(titles)
            ],
        )
    return record
