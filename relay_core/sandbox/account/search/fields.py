"""Custom user fields in a search: what each type of field can be asked."""

from collections.abc import Callable, Mapping
from typing import Final

from relay_core.sandbox.account.records import Record
from relay_core.sandbox.account.search.dates import bound, day
from relay_core.sandbox.account.search.documents import Document, spaced
from relay_core.sandbox.account.search.keywords import (
    Surroundings,
    Test,
    between,
    emptiness_test,
    nobody,
    words_test,
)
from relay_core.sandbox.account.search.syntax import Operator, Property

DAY_LENGTH: Final = len("2026-03-15")


def field_test(clause: Property, around: Surroundings) -> Test | None:
    """Return the test of a custom field, or None when it does not take this."""
    found = around.user_fields.get(clause.keyword)
    if found is None:
        return None
    key, kind = found
    value = _reader(key)
    if clause.operator is Operator.IS:
        plain = _PLAIN.get(kind)
        emptiness = emptiness_test(clause, _is_blank(value))
        if emptiness or plain:
            return emptiness or (plain(clause, value) if plain else None)
    match kind:
        case "integer" | "decimal":
            return _number_test(clause, value)
        case "date":
            return _date_test(clause, value, around)
        case _:
            return None


Reader = Callable[[Document], object]


def _reader(key: str) -> Reader:
    def read(document: Document) -> object:
        fields: Record = document.record.get("user_fields") or {}
        return fields.get(key)

    return read


def _is_blank(value: Reader) -> Test:
    return lambda document: value(document) in (None, "", [])


def _number_test(clause: Property, value: Reader) -> Test:
    wanted = _number(clause.value)
    if wanted is None:
        return nobody

    def test(document: Document) -> bool:
        own = _number(value(document))
        return own is not None and _compare(own, clause.operator, wanted)

    return test


def _compare(own: float, operator: Operator, wanted: float) -> bool:
    match operator:
        case Operator.IS:
            return own == wanted
        case Operator.ABOVE:
            return own > wanted
        case Operator.BELOW:
            return own < wanted
        case Operator.AT_LEAST:
            return own >= wanted
        case Operator.AT_MOST:
            return own <= wanted


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _date_test(clause: Property, value: Reader, around: Surroundings) -> Test:
    edge = bound(clause.value, now=around.now)
    if edge is None:
        return nobody
    whole_day = day(edge.first.date())
    is_span = edge.is_relative and clause.operator is Operator.IS
    operator = Operator.AT_LEAST if is_span else clause.operator
    return between(
        whole_day,
        operator,
        lambda document: str(value(document) or "")[:DAY_LENGTH],
        length=DAY_LENGTH,
    )


def _checkbox_test(clause: Property, value: Reader) -> Test:
    match clause.value.strip().lower():
        case "true":
            return lambda document: value(document) is True
        case "false":
            return lambda document: value(document) is False
        case _:
            return nobody


def _choices_test(clause: Property, value: Reader) -> Test:
    wanted = frozenset(clause.value.lower().split())

    def test(document: Document) -> bool:
        chosen = value(document)
        return isinstance(chosen, list) and wanted <= {str(each).lower() for each in chosen}

    return test


def _text_test(clause: Property, value: Reader) -> Test:
    return words_test(clause, lambda document: spaced(value(document)), keeps_order=True)


def _option_test(clause: Property, value: Reader) -> Test:
    wanted = clause.value.strip().lower()
    return lambda document: str(value(document) or "").lower() == wanted


def _unsupported(_clause: Property, _value: Reader) -> Test:
    return nobody


_PLAIN: Final[Mapping[str, Callable[[Property, Reader], Test]]] = {
    "text": _text_test,
    "textarea": _text_test,
    "regexp": _text_test,
    "dropdown": _option_test,
    "tagger": _option_test,
    "checkbox": _checkbox_test,
    "multiselect": _choices_test,
    "lookup": _unsupported,
}
