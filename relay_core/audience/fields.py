"""The catalogue: every field a condition may speak of, Zendesk's own and the account's."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from relay_core.audience.operators import OPERATORS, Kind, Op
from relay_core.store.ledger import Ledger

CUSTOM: Final = "uf."
"""What the key of a custom user field begins with in a condition."""

_KINDS: Final[Mapping[str, Kind]] = {
    "text": Kind.TEXT,
    "textarea": Kind.TEXT,
    "regexp": Kind.TEXT,
    "dropdown": Kind.CHOICE,
    "tagger": Kind.CHOICE,
    "multiselect": Kind.CHOICES,
    "checkbox": Kind.CHECKBOX,
    "integer": Kind.NUMBER,
    "decimal": Kind.NUMBER,
    "date": Kind.DATE,
    "lookup": Kind.ID,
}
"""Zendesk's types of user fields. A field of another type is left out of the catalogue."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field: what is stored, and what people call it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """Something known of a person."""

    key: str
    """As a condition names it; a custom field is `uf.<its key in Zendesk>`."""
    label: str
    kind: Kind
    options: tuple[Option, ...] = ()
    """What can be chosen. Empty where anything can, or where nothing is known yet."""

    @property
    def operators(self) -> tuple[Op, ...]:
        """How this field can be compared, in the order a picker shows it."""
        return OPERATORS[self.kind]

    @property
    def custom_key(self) -> str | None:
        """The key in Zendesk of a custom field; None for Zendesk's own fields."""
        return self.key.removeprefix(CUSTOM) if self.key.startswith(CUSTOM) else None

    def option(self, text: str) -> Option | None:
        """Return the choice a text stands for, by its value, whatever the case."""
        wanted = text.casefold()
        return next((o for o in self.options if o.value.casefold() == wanted), None)


_ROLES: Final = (
    Option("end-user", "End user"),
    Option("agent", "Agent"),
    Option("admin", "Administrator"),
)

SYSTEM_FIELDS: Final = (
    Field("tags", "Tags", Kind.TAGS),
    Field("role", "Role", Kind.CHOICE, _ROLES),
    Field("organization", "Organization", Kind.ORGANIZATION),
    Field("created", "Created", Kind.MOMENT),
    Field("updated", "Updated", Kind.MOMENT),
    Field("last_login", "Last sign-in", Kind.MOMENT),
    Field("locale", "Language", Kind.NAMED),
    Field("time_zone", "Time zone", Kind.NAMED),
    Field("name", "Name", Kind.TEXT),
    Field("email", "E-mail", Kind.EMAIL),
    Field("phone", "Phone", Kind.PHONE),
    Field("external_id", "External id", Kind.ID),
    Field("verified", "Verified", Kind.FLAG),
    Field("suspended", "Suspended", Kind.FLAG),
    Field("notes", "Notes", Kind.TEXT),
    Field("details", "Details", Kind.TEXT),
)
"""Zendesk's own fields, in the order a picker shows them."""


class Catalogue:
    """Every field of one account, by key."""

    def __init__(self, fields: Iterable[Field] = SYSTEM_FIELDS) -> None:
        """Keep the fields in their order."""
        self._fields = {field.key: field for field in fields}

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, in the order a picker shows them."""
        return tuple(self._fields.values())

    def find(self, key: str) -> Field | None:
        """Return the field of that key, if there is one."""
        return self._fields.get(key)

    def nearest(self, key: str) -> str | None:
        """Return the key that was probably meant."""
        return next(iter(get_close_matches(key, self._fields, n=1)), None)


def catalogue(ledger: Ledger) -> Catalogue:
    """Return the catalogue of the account as it was last synced."""
    known = {
        "tags": [Option(r["value"], r["value"]) for r in ledger.rows("audience.tags")],
        "organization": [
            Option(str(r["id"]), r["name"]) for r in ledger.rows("people.organizations")
        ],
        "locale": [Option(r["value"], r["value"]) for r in ledger.rows("audience.languages")],
        "time_zone": [Option(r["value"], r["value"]) for r in ledger.rows("audience.time_zones")],
    }
    system = [
        Field(field.key, field.label, field.kind, tuple(known.get(field.key, field.options)))
        for field in SYSTEM_FIELDS
    ]
    custom = [
        Field(f"{CUSTOM}{row['key']}", row["title"], kind, _options(row["options"]))
        for row in ledger.rows("people.user_fields")
        if (kind := _KINDS.get(row["type"]))
    ]
    return Catalogue((*system, *custom))


def _options(text: str) -> tuple[Option, ...]:
    listed: list[dict[str, Any]] = json.loads(text)
    return tuple(Option(str(option["value"]), str(option["name"])) for option in listed)
