"""Conditions in plain words, for whoever has to decide whether these are the right people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never

from relay_core.audience.clauses import (
    Clause,
    ClauseTree,
    Emptiness,
    IsTrue,
    OfChoice,
    OfList,
    OfNumber,
    OfPhone,
    OfText,
    OnDays,
    WithinDuration,
)
from relay_core.audience.fields import Field
from relay_core.audience.operators import Kind, Op
from relay_core.audience.times import Point

_SUBJECTS: Final = {
    "tags": "tags",
    "role": "role",
    "organization": "organization",
    "created": "profile was created",
    "updated": "profile was last changed",
    "last_login": "last sign-in was",
    "locale": "language",
    "time_zone": "time zone",
    "name": "name",
    "email": "e-mail address",
    "phone": "phone number",
    "external_id": "external id",
    "verified": "profile",
    "suspended": "profile",
    "notes": "notes",
    "details": "details",
}
_FLAGS: Final = {"verified": "verified", "suspended": "suspended"}
_COMPARED: Final = {
    Op.EQUALS: "is",
    Op.GREATER: "is more than",
    Op.AT_LEAST: "is at least",
    Op.LESS: "is less than",
    Op.AT_MOST: "is at most",
}
_DAYS: Final = {
    Op.BEFORE: "before",
    Op.ON_OR_BEFORE: "on or before",
    Op.ON: "on",
    Op.ON_OR_AFTER: "on or after",
    Op.AFTER: "after",
}


def sentence(tree: ClauseTree) -> str:
    """Return the whole tree as one sentence."""
    parts = []
    if tree.all:
        parts.append(_joined([f"whose {said(clause)}" for clause in tree.all], "and"))
    if len(tree.any) == 1:
        parts.append(f"whose {said(tree.any[0])}")
    elif tree.any:
        parts.append(f"either {_joined([f'whose {said(c)}' for c in tree.any], 'or')}")
    people = f"People {'; and '.join(parts)}" if parts else "Everybody"
    if tree.none:
        people += f"; but nobody {_joined([f'whose {said(c)}' for c in tree.none], 'or')}"
    return f"{people}."


def said(clause: Clause) -> str:  # noqa: PLR0911 - one return for each clause
    """Return one condition so that it can follow "whose"."""
    match clause:
        case Emptiness():
            return _emptiness(clause)
        case OfList():
            return _list(clause)
        case OfChoice():
            return _choice(clause)
        case OnDays():
            return _days(clause)
        case WithinDuration():
            return _duration(clause)
        case OfText():
            return _text(clause)
        case OfPhone():
            return _phone(clause)
        case OfNumber():
            return _number(clause)
        case IsTrue():
            word = _FLAGS.get(clause.field.key, "checked")
            return f"{_subject(clause.field)} is {'' if clause.wanted else 'not '}{word}"
        case _:
            assert_never(clause)


def _emptiness(clause: Emptiness) -> str:
    if clause.field.kind is Kind.MOMENT:
        moment = clause.field.label.lower()
        return f"{moment} is {'not known' if clause.empty else 'known'}"
    return f"{_subject(clause.field)} {_be(clause.field)} {'' if clause.empty else 'not '}empty"


def _list(clause: OfList) -> str:
    subject = _subject(clause.field)
    names = [_named(clause.field, value) for value in clause.values]
    match clause.op:
        case Op.HAS_ANY_OF:
            return f"{subject} include {_joined(names, 'or')}"
        case Op.HAS_ALL_OF:
            return f"{subject} include {_joined(names, 'and')}"
        case Op.HAS_NONE_OF:
            return f"{subject} do not include {_joined(names, 'or')}{_or_empty(clause.field)}"
        case Op.STARTS_WITH:
            return f"{subject} include one that starts with {_joined(names, 'or')}"
        case _:
            assert_never(clause.op)


def _choice(clause: OfChoice) -> str:
    subject = _subject(clause.field)
    names = _joined([_named(clause.field, value) for value in clause.values], "or")
    match clause.op:
        case Op.IS_ANY_OF:
            return f"{subject} is {names}"
        case Op.IS_NONE_OF:
            return f"{subject} is not {names}{_or_empty(clause.field)}"
        case _:
            assert_never(clause.op)


def _days(clause: OnDays) -> str:
    when = _timed(clause.field)
    match clause.op:
        case Op.BETWEEN:
            return f"{when} from {_point(clause.first)} to {_point(clause.last)}"
        case Op.NOT_BETWEEN:
            stretch = f"from {_point(clause.first)} to {_point(clause.last)}"
            return f"{when} not {stretch}{_or_empty(clause.field)}"
        case Op.BEFORE | Op.ON_OR_BEFORE | Op.ON | Op.ON_OR_AFTER | Op.AFTER:
            return f"{when} {_DAYS[clause.op]} {_point(clause.first)}"
        case _:
            assert_never(clause.op)


def _duration(clause: WithinDuration) -> str:
    number, unit = clause.duration.amount, str(clause.duration.unit)
    single = unit.removesuffix("s")
    amount = single if number == 1 else f"{number} {unit}"
    match clause.op:
        case Op.IN_LAST:
            return f"{_timed(clause.field)} in the last {amount}"
        case Op.MORE_THAN_AGO:
            return (
                f"{_timed(clause.field)} more than {f'1 {single}' if number == 1 else amount} ago"
            )
        case Op.IN_NEXT:
            return f"{_timed(clause.field)} in the next {amount}"
        case Op.ANNIVERSARY_IN_NEXT:
            return f"anniversary of “{clause.field.label}” is in the next {amount}"
        case _:
            assert_never(clause.op)


def _text(clause: OfText) -> str:  # noqa: PLR0911 - one return for each operator
    subject = _subject(clause.field)
    are = _be(clause.field)
    plural = "" if are == "are" else "s"
    does = "do" if are == "are" else "does"
    quoted = f"“{clause.text}”"
    match clause.op:
        case Op.IS:
            return f"{subject} {are} {quoted}"
        case Op.CONTAINS_WORD:
            return f"{subject} contain{plural} the word {quoted}"
        case Op.NOT_CONTAINS_WORD:
            return f"{subject} {does} not contain the word {quoted}{_or_empty(clause.field)}"
        case Op.CONTAINS_PHRASE:
            return f"{subject} contain{plural} the phrase {quoted}"
        case Op.WORD_STARTS_WITH:
            return f"{subject} contain{plural} a word that starts with {quoted}"
        case Op.CONTAINS_TEXT:
            return f"{subject} contain{plural} the text {quoted}"
        case Op.DOMAIN_IS:
            return f"{subject} is at {clause.text}"
        case _:
            assert_never(clause.op)


def _phone(clause: OfPhone) -> str:
    subject = _subject(clause.field)
    match clause.op:
        case Op.IS:
            return f"{subject} is {clause.values[0]}"
        case Op.COUNTRY_CODE_IS:
            return f"{subject} starts with {_joined(clause.values, 'or')}"
        case Op.COUNTRY_IS_ANY_OF:
            return f"{subject} belongs to {_joined(clause.values, 'or')}"
        case Op.IS_SHARED:
            return f"{subject} stands on several profiles"
        case Op.IS_VALID_MOBILE:
            return f"{subject} is valid and can be a mobile one"
        case _:
            assert_never(clause.op)


def _number(clause: OfNumber) -> str:
    subject = _subject(clause.field)
    match clause.op:
        case Op.DIFFERS:
            return f"{subject} is not {clause.first:g}{_or_empty(clause.field)}"
        case Op.BETWEEN:
            return f"{subject} is from {clause.first:g} to {clause.last:g}"
        case Op.EQUALS | Op.GREATER | Op.AT_LEAST | Op.LESS | Op.AT_MOST:
            return f"{subject} {_COMPARED[clause.op]} {clause.first:g}"
        case _:
            assert_never(clause.op)


def _subject(field: Field) -> str:
    return _SUBJECTS.get(field.key, f"“{field.label}”")


def _be(field: Field) -> str:
    return "are" if field.key in {"tags", "notes", "details"} else "is"


def _or_empty(field: Field) -> str:
    """Return the reminder that a negative condition keeps people of whom nothing is known."""
    return f" (or {_be(field)} {'not known' if field.kind is Kind.MOMENT else 'empty'})"


def _timed(field: Field) -> str:
    return _SUBJECTS.get(field.key, f"“{field.label}” is")


def _named(field: Field, value: str) -> str:
    option = field.option(value)
    return option.label if option else value


def _point(point: Point) -> str:
    written = f"{point.day} {point:%B %Y}"
    return f"{written} {point:%H:%M %Z}" if isinstance(point, datetime) else written


def _joined(parts: Sequence[str], word: str) -> str:
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
