"""Where each dynamic value comes from: a field of the person, or a text of the run."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from relay_core.errors import CampaignError

_SYSTEM: Final = {
    "name": "Name",
    "first_name": "First name",
    "email": "E-mail",
    "phone": "Phone",
    "locale": "Language",
    "external_id": "External id",
    "organization": "Organization",
}
_CUSTOM: Final = "uf."
"""Prefix of custom user fields, as in conditions; may be left out where no system field has
the name."""


@dataclass(frozen=True, slots=True)
class FromField:
    """Filled from each person's own field."""

    field: str
    fallback: str | None = None
    """Said when the field is empty; without one, such a person is left out."""


@dataclass(frozen=True, slots=True)
class Static:
    """One text for everybody, asked at each run."""


Binding = FromField | Static


@dataclass(frozen=True, slots=True)
class BindableField:
    """A field that a value can be bound to."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom user field, as far as its values are spoken."""

    key: str
    title: str
    options: Mapping[str, str]
    """Stored value to what people see; empty unless the field is a choice."""


def bindable_fields(custom: Sequence[CustomField]) -> list[BindableField]:
    """Return every field a value can be bound to, system fields first."""
    return [BindableField(key, label) for key, label in _SYSTEM.items()] + [
        BindableField(f"{_CUSTOM}{f.key}", f.title) for f in custom
    ]


def read_binding(text: str) -> Binding:
    """Read a binding as it is typed: `field:name`, `field:name|there`, or `static`.

    Raises:
        CampaignError: It is neither.
    """
    if text == "static":
        return Static()
    kind, _, rest = text.partition(":")
    field, bar, fallback = rest.partition("|")
    if kind != "field" or not field:
        raise CampaignError(
            "unreadable binding",
            advice="Say field:KEY, field:KEY|fallback, or static; e.g. --bind clarice=field:name.",
        )
    return FromField(field, fallback if bar else None)


def bindings_to_json(bindings: Mapping[str, Binding]) -> str:
    """Return bindings as the JSON that is stored with a campaign."""
    return json.dumps(
        {
            key: {"from": "field", "field": b.field, "fallback": b.fallback}
            if isinstance(b, FromField)
            else {"from": "static"}
            for key, b in bindings.items()
        },
        ensure_ascii=False,
    )


def bindings_from_json(text: str) -> dict[str, Binding]:
    """Read what `bindings_to_json` wrote."""
    return {
        key: FromField(stored["field"], stored.get("fallback"))
        if stored["from"] == "field"
        else Static()
        for key, stored in json.loads(text).items()
    }


def check_bindings(
    bindings: Mapping[str, Binding],
    *,
    values: Mapping[str, Sequence[str]],
    fields: Sequence[BindableField],
    may_have: Collection[str] = frozenset(),
) -> None:
    """Refuse bindings that do not fit the template or the account.

    Args:
        bindings: Value key to where it comes from.
        values: Keys that have to be bound, each with the languages that ask for it; none where
            the template has one language.
        fields: What a value can be bound to.
        may_have: Further keys that may be bound, by languages that cannot leave yet.

    Raises:
        CampaignError: Names every value without a binding, every binding without a value, and
            every unknown field at once.
    """
    known = {name for field in fields for name in (field.key, field.key.removeprefix(_CUSTOM))}
    wrong = [
        f"{key} has no binding" + (f" (asked for by {', '.join(asking)})" if asking else "")
        for key, asking in values.items()
        if key not in bindings
    ]
    wrong += [
        f"the template has no value {key}"
        for key in bindings
        if key not in values and key not in may_have
    ]
    wrong += [
        f"there is no field {b.field}"
        for b in bindings.values()
        if isinstance(b, FromField) and b.field not in known
    ]
    if wrong:
        raise CampaignError(
            f"{len(wrong)} bindings do not fit",
            advice=f"Correct the values: {'; '.join(wrong)}.",
        )


def value_for(
    binding: FromField, person: Mapping[str, Any], *, custom: Mapping[str, CustomField]
) -> str | None:
    """Return what a person's field says in a message; None when it is empty without a fallback.

    Runs of white space become one space: WhatsApp refuses line breaks and tabs in a value.

    Args:
        binding: The field.
        person: System fields by key, and custom ones under `fields`.
        custom: The account's custom fields by key.
    """
    key = binding.field
    if key == "first_name":
        value: object = str(person.get("name") or "").split(" ")[0]
    elif key in _SYSTEM:
        value = person.get(key)
    else:
        key = key.removeprefix(_CUSTOM)
        value = (person.get("fields") or {}).get(key)
    said = re.sub(r"\s+", " ", _spoken(value, custom.get(key))).strip()
    return said or binding.fallback


def _spoken(value: object, field: CustomField | None) -> str:
    options = field.options if field else {}
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case list():
            return ", ".join(_spoken(part, field) for part in value)
        case _:
            return options.get(str(value), str(value))
