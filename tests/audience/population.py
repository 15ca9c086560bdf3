"""An account with a few people in it, one of whom has nothing filled in."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from relay_core.audience.conditions.fields import catalogue
from relay_core.audience.policy import Policy
from relay_core.audience.resolving.sources import Sources
from relay_core.gateways.zendesk_records import Organization, UserField, UserFieldOption
from relay_core.people.kept import keep_people
from relay_core.people.mirror import remembering_catalogue
from relay_core.people.settled import keep_by
from relay_core.store.database import Database

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def options(*values: str) -> tuple[UserFieldOption, ...]:
    return tuple(UserFieldOption(name=value.title(), value=value) for value in values)


FIELDS = [
    UserField(
        key="plan", title="Plan", type="dropdown", custom_field_options=options("pro", "team")
    ),
    UserField(key="newsletter", title="Newsletter", type="checkbox"),
    UserField(key="sms_opt_out", title="No messages", type="checkbox"),
    UserField(key="seats", title="Seats", type="integer"),
    UserField(key="renewal", title="Renewal", type="date"),
    UserField(key="motto", title="Motto", type="text"),
    UserField(
        key="colours",
        title="Colours",
        type="multiselect",
        custom_field_options=options("red", "green", "blue"),
    ),
    UserField(key="manager", title="Manager", type="lookup"),
]
ORGANIZATIONS = [Organization(id=10, name="Acme"), Organization(id=11, name="Globex")]


def person(id_: int, name: str = "Somebody", **known: Any) -> dict[str, Any]:
    """Return a row of people: an end user with a phone number of their own, unless told."""
    phone = known.get("phone", f"+3161234{id_:04d}")
    state = known.get("phone_state", "valid" if phone else "missing")
    row: dict[str, Any] = {
        "id": id_,
        "name": name,
        "email": None,
        "role": "end-user",
        "phone": phone,
        "phone_e164": phone if state == "valid" else None,
        "phone_state": state,
        "phone_country": "NL" if state == "valid" else None,
        "phone_mobile": True if state == "valid" else None,
        "shared_phone": False,
        "locale": None,
        "time_zone": None,
        "organization_ids": [],
        "tags": [],
        "fields": {},
        "notes": None,
        "details": None,
        "external_id": None,
        "verified": False,
        "suspended": False,
        "active": True,
        "last_login_at": None,
        "created_at": datetime(2025, 1, 1, tzinfo=UTC),
        "updated_at": datetime(2025, 1, 1, tzinfo=UTC),
        "whatsapp": None,
        "asked_identities": True,
    }
    assert known.keys() <= row.keys()
    return row | known


def settle(db: Database, people: Iterable[dict[str, Any]], *, synced: bool = True) -> None:
    """Put an account into the mirror."""
    rows = list(people)

    def work(session):
        keep_people(session, rows)
        if synced:
            session.run(
                "people.record_stage",
                resource="people",
                cursor=None,
                fetched=len(rows),
                begun_at=NOW,
                finished_at=NOW,
                notice=None,
            )

    db.write(remembering_catalogue(FIELDS, ORGANIZATIONS))
    db.write(work)


def sources(db: Database, **chosen: Any) -> Sources:
    """Return what an audience is evaluated against, as it is once Relay has been opened."""
    made = Sources(
        **{
            "database": db,
            "catalogue": catalogue(db),
            "zone": AMSTERDAM,
            "search": None,
            "region": "NL",
            "audience_cap": 20_000,
            "policy": Policy(opt_out_tags=("opted_out",), opt_out_fields=("sms_opt_out",)),
            **chosen,
        }
    )
    keep_by(db, made.policy.kept_by)
    return made


def conditions(
    all_: Sequence[Any] = (), any_: Sequence[Any] = (), none: Sequence[Any] = ()
) -> dict[str, Any]:
    """Return the JSON of a tree; each condition as (field, op) or (field, op, value)."""
    groups = {"all": all_, "any": any_, "none": none}
    return {"version": 1} | {
        name: [dict(zip(("field", "op", "value"), part, strict=False)) for part in group]
        for name, group in groups.items()
    }


def as_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
