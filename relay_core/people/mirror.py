"""The local copy of Zendesk's users: how a record becomes a row."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from relay_core.gateways.zendesk_records import Identity, Organization, UserField, ZendeskUser
from relay_core.people.kept import keep_people
from relay_core.people.phone import read_phone
from relay_core.store.ledger import Session, Work

_HIDDEN_NUMBER: Final = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]+")
"""How WhatsApp names somebody who hides their number. Source: Zendesk, business-scoped ids."""


def row_of(user: ZendeskUser, *, region: str) -> dict[str, object]:
    """Return a user as the row of `people`, its phone read for `region`."""
    phone = read_phone(user.phone, region=region)
    organizations = user.organization_ids or (
        (user.organization_id,) if user.organization_id is not None else ()
    )
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "phone": user.phone,
        "phone_e164": phone.e164,
        "phone_state": phone.state,
        "phone_country": phone.country,
        "phone_mobile": phone.mobile,
        "shared_phone": bool(user.shared_phone_number),
        "locale": user.locale,
        "time_zone": user.time_zone,
        "organization_ids": list(organizations),
        "tags": [tag.lower() for tag in user.tags],  # as Zendesk keeps them; opt-outs depend on it
        "fields": _set_fields(user.user_fields),
        "notes": user.notes,
        "details": user.details,
        "external_id": user.external_id,
        "verified": bool(user.verified),
        "suspended": bool(user.suspended),
        "active": user.active is not False,
        "last_login_at": user.last_login_at,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
        "whatsapp": whatsapp_of(user.identities or ()),
        "asked_identities": user.identities is not None,
    }


def whatsapp_of(identities: Sequence[Identity]) -> str | None:
    """Return the WhatsApp identity among these: digits of a number, or WhatsApp's own id.

    Zendesk documents the type `messaging`, not how a channel is named; only what names WhatsApp
    itself counts.
    """
    for each in identities:
        if "whatsapp" not in f"{each.type} {each.subtype_name}".casefold():
            continue
        value = (each.value or "").strip()
        digits = "".join(filter(str.isdecimal, value))
        if found := value if _HIDDEN_NUMBER.fullmatch(value) else digits:
            return found
    return None


def _set_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out nulls: a missing key and a null mean the same to every condition."""
    return {key: value for key, value in fields.items() if value is not None}


def remembering(users: Sequence[ZendeskUser], *, region: str) -> Work[None]:
    """Return the work that adds or replaces these users, and puts them on the lists they are on."""
    rows = [row_of(user, region=region) for user in {user.id: user for user in users}.values()]

    def work(session: Session) -> None:
        keep_people(session, rows)
        if rows:
            session.run("uploads.add_named", ids=[row["id"] for row in rows])

    return work


def remembering_catalogue(
    fields: Sequence[UserField], organizations: Sequence[Organization]
) -> Work[None]:
    """Return the work that replaces what is known of user fields and organizations."""

    def work(session: Session) -> None:
        session.run("people.forget_user_fields")
        session.run_many(
            "people.add_user_fields",
            [
                {
                    "key": field.key,
                    "title": field.title,
                    "type": field.type,
                    "options": json.dumps(
                        [option.model_dump() for option in field.custom_field_options or ()]
                    ),
                    "position": field.position,
                }
                for field in fields
            ],
        )
        session.run("people.forget_organizations")
        session.run_many("people.add_organizations", [o.model_dump() for o in organizations])

    return work
