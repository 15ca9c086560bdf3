"""What a field of a custom object takes as its value, by the field's type."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from relay_core.sandbox.account.records import Record

LOOKUP: Final = "lookup"
TO_USERS: Final = "zen:user"
TYPES: Final = frozenset(
    {
        "checkbox",
        "currency",
        "date",
        "decimal",
        "dropdown",
        "integer",
        LOOKUP,
        "multiselect",
        "parent",
        "regexp",
        "text",
        "textarea",
    }
)
"""Source: Zendesk, custom object fields."""
_LONGEST: Final = 65_536
"""Letters of a text. Unconfirmed for custom objects; so it is for ticket and user fields."""


def faults(
    fields: Sequence[Record], given: Mapping[str, object], *, is_user: Callable[[int], bool]
) -> list[str]:
    """Return what is wrong with the values of a record, one sentence for each field.

    Args:
        fields: Of the object.
        given: Values by key; null empties a field of any type.
        is_user: Whether a user of this id exists.
    """
    by_key = {each["key"]: each for each in fields}
    unknown = [f"no field {key}" for key in sorted(set(given) - set(by_key))]
    return unknown + [
        f"{key}: {value!r} is no {by_key[key]['type']}"
        for key, value in given.items()
        if key in by_key and value is not None and not _fits(by_key[key], value, is_user)
    ]


def _fits(field: Record, value: object, is_user: Callable[[int], bool]) -> bool:
    match field["type"]:
        case "text" | "textarea":
            return isinstance(value, str) and len(value) <= _LONGEST
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "checkbox":
            return isinstance(value, bool)
        case "date":
            return _is_day(value)
        case "lookup" if field.get("relationship_target_type") == TO_USERS:
            return str(value).isdecimal() and is_user(int(str(value)))
        case _:
            return True


def _is_day(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True
