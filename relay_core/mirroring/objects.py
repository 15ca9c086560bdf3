"""The custom objects that Zendesk shows Relay's work in, and what they are made of.

Zendesk's agents see the messages of a person on that person's page, through the lookup field.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from relay_core.worded import WordedEnum


class Kind(WordedEnum):
    """What is mirrored, in the order in which it is told. Stored, so never rename one.

    Messages come first: a small plan has no room for every object, and agents ask for them most.
    """

    MESSAGE = "message", "messages"
    CAMPAIGN = "campaign", "campaigns"
    TEMPLATE = "template", "templates"
    SEGMENT = "segment", "segments"

    @property
    def object_key(self) -> str:
        """The key of its object. No other program's: the closed app of this name has its own."""
        return f"relay_mirror_{self.value}"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object."""

    key: str
    title: str
    type: str = "text"
    """In Zendesk's words."""
    target: str | None = None
    """What a lookup leads to."""

    def definition(self) -> dict[str, object]:
        """Return it as Zendesk takes it."""
        found: dict[str, object] = {"key": self.key, "title": self.title, "type": self.type}
        return found | ({"relationship_target_type": self.target} if self.target else {})


FIELDS: Final[Mapping[Kind, tuple[Field, ...]]] = {
    Kind.CAMPAIGN: (
        Field("template", "Template"),
        Field("sender", "Sender"),
        Field("channel", "Channel"),
        Field("audience", "Audience", "textarea"),
        Field("runs", "Runs", "integer"),
        Field("accepted", "On their way", "integer"),
        Field("delivered", "Delivered", "integer"),
        Field("failed", "Failed", "integer"),
        Field("unknown", "Unknown", "integer"),
        Field("last_sent_on", "Last sent on", "date"),
        Field("archived", "Put away", "checkbox"),
    ),
    Kind.TEMPLATE: (
        Field("language", "Language"),
        Field("category", "Category"),
        Field("text", "Text", "textarea"),
        Field("status", "Status", "textarea"),
    ),
    Kind.SEGMENT: (
        Field("audience", "Audience", "textarea"),
        Field("version", "Version", "integer"),
        Field("saved_on", "Saved on", "date"),
    ),
    Kind.MESSAGE: (
        Field("person", "Person", "lookup", "zen:user"),
        Field("text", "Text", "textarea"),
        Field("status", "Status"),
        Field("reason", "Reason", "textarea"),
        Field("sent_on", "Sent on", "date"),
        Field("sent_at", "Sent at (UTC)"),
        Field("channel", "Channel"),
        Field("sender", "Sender"),
        Field("campaign", "Campaign"),
        Field("template", "Template"),
        Field("language", "Language"),
        Field("run", "Run", "integer"),
    ),
}
_SHOWN: Final = {
    Kind.CAMPAIGN: "Campaigns of Relay, with what became of their messages.",
    Kind.TEMPLATE: "Templates of Relay, with their status at each sender.",
    Kind.SEGMENT: "Audiences that are kept in Relay.",
    Kind.MESSAGE: "Messages that Relay sent to people, with what became of them.",
}


class Definitions(Protocol):
    """Where objects are defined."""

    def keys(self) -> Collection[str]:
        """Return the keys of all objects."""
        ...

    def field_keys(self, key: str, /) -> Collection[str]:
        """Return the keys of an object's fields."""
        ...

    def define(self, definition: Mapping[str, object], /) -> None:
        """Make an object."""
        ...

    def add_field(self, key: str, field: Mapping[str, object], /) -> None:
        """Give an object one more field."""
        ...


def missing(definitions: Definitions) -> list[str]:
    """Return the objects and fields that Zendesk does not have yet, as `object` or `object.field`.

    Raises:
        GatewayError: Zendesk cannot be asked.
    """
    return [_said(kind, field) for kind, field in _missing(definitions)]


def define_missing(definitions: Definitions) -> list[str]:
    """Make the objects and fields that are missing; what is there stays as it is.

    Returns:
        What was made, as `missing` names it.

    Raises:
        GatewayError: Zendesk refused; what was made until then is there, and the rest can be made
            by another try.
    """
    made = []
    for kind, field in _missing(definitions):
        if field is None:
            definitions.define(_definition(kind))
        else:
            definitions.add_field(kind.object_key, field.definition())
        made.append(_said(kind, field))
    return made


def _missing(definitions: Definitions) -> Iterator[tuple[Kind, Field | None]]:
    """Yield what is not there: each object (no field) before its fields."""
    there = definitions.keys()
    for kind in Kind:
        known: Collection[str] = ()
        if kind.object_key in there:
            known = definitions.field_keys(kind.object_key)
        else:
            yield kind, None
        yield from ((kind, field) for field in FIELDS[kind] if field.key not in known)


def _said(kind: Kind, field: Field | None) -> str:
    return kind.object_key if field is None else f"{kind.object_key}.{field.key}"


def _definition(kind: Kind) -> dict[str, object]:
    return {
        "key": kind.object_key,
        "title": f"Relay {kind.value}",
        "title_pluralized": f"Relay {kind.words}",
        "description": _SHOWN[kind],
    }
