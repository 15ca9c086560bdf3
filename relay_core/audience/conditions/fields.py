"""The catalogue: every field a condition may speak of, Zendesk's own and the account's."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from typing import Any, Final

from relay_core.audience.conditions.operators import OPERATORS, Kind, Op
from relay_core.store.ledger import Ledger

CUSTOM: Final = "uf."
"""What the key of a custom user field begins with in a condition."""
RELAY: Final = "relay."
"""What the key of something that only Relay knows begins with in a condition."""
CHANNEL: Final = "relay.channel"
SEGMENT: Final = "relay.segment"
SAMPLE: Final = "relay.sample"
"""A share of people. In “all of” it bounds the whole audience; elsewhere it is a condition."""
PEOPLE: Final = "relay.people"
"""A number of people. It bounds the whole audience, so it can stand nowhere but in “all of”."""

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
    people: int | None = None
    """How many people have it, deleted ones aside; None where nobody counted."""


@dataclass(frozen=True, slots=True)
class Field:
    """Something known of a person."""

    key: str
    """As a condition names it; a custom field is `uf.<its key in Zendesk>`, one of Relay's own
    `relay.<name>`."""
    label: str
    kind: Kind
    options: tuple[Option, ...] = ()
    """What can be chosen. Empty where anything can, or where nothing is known yet. Lists and
    things sent can only be chosen from here."""

    @property
    def operators(self) -> tuple[Op, ...]:
        """How this field can be compared, in the order a picker shows it."""
        return OPERATORS[self.kind]

    @property
    def custom_key(self) -> str | None:
        """The key in Zendesk of a custom field; None for every other field."""
        return self.key.removeprefix(CUSTOM) if self.key.startswith(CUSTOM) else None

    @property
    def is_relays(self) -> bool:
        """Whether only Relay knows it, so that Zendesk can never be asked."""
        return self.key.startswith(RELAY)

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
    Field("whatsapp", "WhatsApp identity", Kind.PRESENCE),
)
"""Zendesk's own fields, in the order a picker shows them."""

_CHANNELS: Final = (
    Option("whatsapp", "WhatsApp"),
    Option("twilio", "Twilio"),
    Option("messagebird", "MessageBird"),
    Option("talk", "Zendesk Talk"),
)

RELAY_FIELDS: Final = (
    Field("relay.last_message", "Last message", Kind.EVENT),
    Field("relay.last_failure", "Last failed message", Kind.EVENT),
    Field("relay.last_reply", "Last reply", Kind.EVENT),
    Field("relay.template", "Was sent the template", Kind.SENT),
    Field("relay.campaign", "Was sent something in the campaign", Kind.SENT),
    Field(CHANNEL, "Was sent something over the channel", Kind.SENT, _CHANNELS),
    Field(SEGMENT, "Segment", Kind.MEMBERSHIP),
    Field("relay.upload", "Upload", Kind.MEMBERSHIP),
    Field("relay.opted_in", "Has agreed to be messaged", Kind.FLAG),
    Field("relay.open_ticket", "Has an open ticket", Kind.FLAG),
    Field(SAMPLE, "Random share", Kind.SAMPLE),
    Field(PEOPLE, "At most so many people", Kind.LIMIT),
)
"""What only Relay knows, in the order a picker shows it after the fields of Zendesk."""


_ALL_READ: Final[Mapping[str, Callable[[], tuple[Option, ...]]]] = {}


class Catalogue:
    """Every field of one account, by key."""

    def __init__(
        self,
        fields: Iterable[Field] = SYSTEM_FIELDS,
        *,
        unread: Mapping[str, Callable[[], tuple[Option, ...]]] = _ALL_READ,
    ) -> None:
        """Keep the fields in their order.

        Args:
            fields: Every field.
            unread: Reads the choices of a field of that key. Done when the field is first asked
                for: conditions name few fields, and all of them together take as long as a count.
        """
        self._fields = {field.key: field for field in fields}
        self._unread = dict(unread)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, in the order a picker shows them."""
        return tuple(map(self._read, self._fields))

    def find(self, key: str) -> Field | None:
        """Return the field of that key, if there is one."""
        return self._read(key) if key in self._fields else None

    def nearest(self, key: str) -> str | None:
        """Return the key that was probably meant."""
        return next(iter(get_close_matches(key, self._fields, n=1)), None)

    def _read(self, key: str) -> Field:
        if read := self._unread.get(key):
            self._fields[key] = replace(self._fields[key], options=read())
            self._unread.pop(key, None)
        return self._fields[key]


def catalogue(ledger: Ledger, *, for_picking: bool = True) -> Catalogue:
    """Return the catalogue of the account as it was last synced.

    Args:
        ledger: Where it is kept.
        for_picking: Whether somebody will choose from it. Otherwise tags, which no condition is
            compared with, are not listed, and nobody is counted for an organization: over a
            million people that is most of the time it takes.
    """
    organizations = "audience.organizations" if for_picking else "audience.organization_names"
    counted_by = {
        "organization": organizations,
        "locale": "audience.languages",
        "time_zone": "audience.time_zones",
        "relay.upload": "audience.upload_names",
    }
    if for_picking:
        counted_by["tags"] = "audience.tags"
    named_by = {
        "relay.template": "audience.template_names",
        "relay.campaign": "audience.campaign_names",
        SEGMENT: "audience.segment_names",
    }
    unread = {
        **{key: partial(_counted, ledger, query) for key, query in counted_by.items()},
        **{key: partial(_named, ledger, query) for key, query in named_by.items()},
    }
    custom = [
        Field(f"{CUSTOM}{row['key']}", row["title"], kind, _choices(row["options"]))
        for row in ledger.rows("people.user_fields")
        if (kind := _KINDS.get(row["type"]))
    ]
    return Catalogue((*SYSTEM_FIELDS, *RELAY_FIELDS, *custom), unread=unread)


def counted(field: Field, ledger: Ledger) -> Field:
    """Return a field with the number of people behind each of its choices, for a picker.

    The catalogue itself comes without these numbers where they cost a reading of all custom
    fields: over a million people 10 ms for a dropdown, 400 ms for a field of several choices.
    """
    if field.custom_key is None or field.kind not in {Kind.CHOICE, Kind.CHOICES}:
        return field
    query = "audience.choice" if field.kind is Kind.CHOICE else "audience.several_choices"
    people = {row["value"]: row["people"] for row in ledger.rows(query, key=field.custom_key)}
    options = (replace(option, people=people.get(option.value, 0)) for option in field.options)
    return replace(field, options=tuple(options))


def _counted(ledger: Ledger, query: str) -> tuple[Option, ...]:
    rows = ledger.rows(query)
    return tuple(Option(str(row["value"]), row["label"], row["people"]) for row in rows)


def _named(ledger: Ledger, query: str) -> tuple[Option, ...]:
    return tuple(Option(row["value"], row["value"]) for row in ledger.rows(query))


def _choices(text: str) -> tuple[Option, ...]:
    listed: list[dict[str, Any]] = json.loads(text)
    return tuple(Option(str(option["value"]), str(option["name"])) for option in listed)
