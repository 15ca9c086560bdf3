"""Which field of a person an example most likely stands for."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from relay_core.campaigns.bindings import BindableField, FromField
from relay_core.templates.writing.placeholders import key_of
from relay_core.templates.writing.template import Value

_CUSTOM: Final = "uf."
_NUMBER: Final = re.compile(r"\+?[\d ().-]{7,}")
_ONE_NAME: Final = re.compile(r"[^\W\d_]+(-[^\W\d_]+)?")
_TWO_NAMES: Final = re.compile(rf"{_ONE_NAME.pattern}( {_ONE_NAME.pattern})+")
_DAYS: Final = frozenset(
    {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
    | {"today", "tomorrow"}
)
"""Words with a capital that are nobody's name."""


def guessed_fields(
    values: Sequence[Value],
    fields: Sequence[BindableField],
    *,
    earlier: Sequence[Mapping[str, object]] = (),
) -> dict[str, str]:
    """Return a field for each value that looks like one; others are left out.

    What a campaign chose before is the surest; then a field that bears the name of the example;
    then what the example looks like, the first name only once.

    Args:
        values: The dynamic values of a template.
        fields: What they can be filled with.
        earlier: Bindings of campaigns with this template, the latest first.
    """
    known = {field.key for field in fields}
    named = {key_of(word): field.key for field in fields for word in (field.label, field.key)}
    named |= {key_of(f.key.removeprefix(_CUSTOM)): f.key for f in fields}
    guessed: dict[str, str] = {}
    for value in values:
        chosen = next(
            (
                binding.field
                for each in earlier
                if isinstance(binding := each.get(value.key), FromField)
            ),
            None,
        )
        guess = chosen or named.get(value.key) or _by_looks(value.example)
        is_second_name = guess == "first_name" and guess in guessed.values()
        if guess in known and not is_second_name:
            guessed[value.key] = guess
    return guessed


def _by_looks(example: str) -> str | None:
    if "@" in example and " " not in example:
        return "email"
    if _NUMBER.fullmatch(example):
        return "phone"
    if not example.istitle() or example.lower() in _DAYS:
        return None
    if _ONE_NAME.fullmatch(example):
        return "first_name"
    return "name" if _TWO_NAMES.fullmatch(example) else None
