"""Hides phone numbers in whatever the front desk answers."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

_PARTS: Final = r"(\+[0-9]{2})[0-9 ().\-]{3,60}([0-9]{2})"
"""Country, middle and end of any number with a + before it, however it is spaced."""
HIDDEN: Final = "\u2022\u2022\u2022"
_MASKED: Final = rf"\1{HIDDEN}\2"
_PHONES: Final = frozenset({"phone", "phones"})
"""Names under which a number may stand as somebody typed it, without a country."""
_COMPILED: Final = re.compile(_PARTS)


def masked_text(text: str) -> str:
    """Return a text with the middle of each number in it hidden."""
    return _COMPILED.sub(_MASKED, text)


def masked_phone(phone: str) -> str:
    """Return a number, however it is written, with all but its country and its end hidden."""
    hidden = masked_text(phone)
    return hidden if hidden != phone else HIDDEN + phone[-2:] if phone else phone


def holds_masked(value: object) -> bool:
    """Whether something that was masked is in a value, at any depth."""
    return HIDDEN in repr(value)


def masked(value: Any, *, is_phone: bool = False) -> Any:  # noqa: ANN401 - any answer
    """Return an answer without phone numbers, in the same shape.

    Args:
        value: Texts, dataclasses, tables of Arrow, and collections of any depth.
        is_phone: Whether it is known to be a number.
    """
    match value:
        case str():
            hide = masked_phone if is_phone else masked_text
            return hide(value) if type(value) is str else value  # an enum's words hold none
        case pa.Table():
            return _masked_table(value)
        case Mapping():
            return {
                masked(key): masked(each, is_phone=_is_phone(key)) for key, each in value.items()
            }
        case list() | tuple() | set() | frozenset():
            return _like(value, [masked(each, is_phone=is_phone) for each in value])
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _masked_record(value)
        case _:
            return value


def _is_phone(name: object) -> bool:
    return isinstance(name, str) and name.lower() in _PHONES


def _like(value: Any, items: list[Any]) -> Any:  # noqa: ANN401 - as `masked`
    is_named = isinstance(value, tuple) and hasattr(value, "_fields")
    return type(value)(*items) if is_named else type(value)(items)


def _masked_record(record: Any) -> Any:  # noqa: ANN401 - any dataclass
    changed = {}
    for field in fields(record):
        if not field.init:
            continue
        before = getattr(record, field.name)
        after = masked(before, is_phone=_is_phone(field.name))
        if after is not before and after != before:
            changed[field.name] = after
    return replace(record, **changed) if changed else record


def _masked_table(table: pa.Table) -> pa.Table:
    for place, name in enumerate(table.column_names):
        column = _masked_column(table.column(place), is_phone=_is_phone(name))
        table = table.set_column(place, name, column)
    return table


def _masked_column(column: pa.ChunkedArray, *, is_phone: bool) -> pa.ChunkedArray:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        hidden = pc.replace_substring_regex(column, pattern=_PARTS, replacement=_MASKED)
        if not is_phone:
            return hidden
        end = pc.utf8_slice_codeunits(column, start=-2)
        whole = pc.binary_join_element_wise(pa.scalar(HIDDEN, column.type), end, "")
        as_typed = pc.and_(pc.equal(hidden, column), pc.not_equal(column, ""))
        return pc.if_else(as_typed, whole, hidden)
    if pa.types.is_nested(column.type) or pa.types.is_dictionary(column.type):
        values = masked(column.to_pylist(), is_phone=is_phone)
        return pa.chunked_array([pa.array(values, column.type)])
    return column
