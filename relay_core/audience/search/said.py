"""One property of a query as one condition, or why no condition says exactly the same."""

import re
from typing import Final, assert_never

from relay_core.audience.conditions import values
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.times import Unit
from relay_core.audience.conditions.tree import Condition
from relay_core.audience.search.dates import Ago, NotADate, when
from relay_core.audience.search.keywords import Holds, Keyword, Support
from relay_core.audience.search.syntax import Operator, Property

_FIELDS: Final = {"is_verified": "verified", "is_suspended": "suspended"}
"""Keywords that the builder calls otherwise."""
_DAYS: Final = {
    Operator.IS: Op.ON,
    Operator.ABOVE: Op.AFTER,
    Operator.AT_LEAST: Op.ON_OR_AFTER,
    Operator.BELOW: Op.BEFORE,
    Operator.AT_MOST: Op.ON_OR_BEFORE,
}
_NUMBERS: Final = {
    Operator.IS: Op.EQUALS,
    Operator.ABOVE: Op.GREATER,
    Operator.AT_LEAST: Op.AT_LEAST,
    Operator.BELOW: Op.LESS,
    Operator.AT_MOST: Op.AT_MOST,
}
_ADDRESS: Final = re.compile(r"[^\s@*]+@[^\s@*]+")
_TAG: Final = re.compile(r"[^\s^~]+")
_E164: Final = re.compile(r"\+[0-9 ().\-/]+", re.ASCII)


class Unsaid(ValueError):
    """No condition says exactly the same. The message says why, without a full stop."""


def said(keyword: Keyword, clause: Property) -> Condition:  # noqa: C901, PLR0911, PLR0912 - one case for each kind of value
    """Return a property, its minus aside, as a condition.

    Raises:
        Unsaid: There is none that means exactly the same.
    """
    field = keyword.field.key if keyword.field else _FIELDS.get(keyword.name, keyword.name)
    value = clause.value.strip()
    if value.casefold() == "none":
        return _empty(keyword, field)
    if "*" in value:
        return _starred(keyword, clause, field)
    match keyword.holds:
        case Holds.TAGS if not clause.quoted and not _TAG.fullmatch(value):
            raise Unsaid("Zendesk does not document what such signs in a tag find")
        case Holds.TAGS:
            tags = tuple(value.lower().split())
            return Condition(field, Op.HAS_ALL_OF if len(tags) > 1 else Op.HAS_ANY_OF, tags)
        case Holds.ROLE:
            return Condition(field, Op.IS_ANY_OF, (value.lower(),))
        case Holds.CHOICE:
            return Condition(field, Op.IS_ANY_OF, (value,))
        case Holds.ORGANIZATION if value.isascii() and value.isdecimal():
            return Condition(field, Op.IS_ANY_OF, (value,))
        case Holds.ORGANIZATION:
            raise Unsaid(
                "Zendesk may find several organizations by a name; the builder takes one by its id"
            )
        case Holds.WORDS:
            return Condition(field, Op.CONTAINS_WORD, _one_word(value))
        case Holds.EMAIL if clause.quoted or not _ADDRESS.fullmatch(value):
            raise Unsaid("Zendesk finds other addresses by this too")
        case Holds.EMAIL | Holds.IDENTIFIER:
            return Condition(field, Op.IS, value)
        case Holds.PHONE if _E164.fullmatch(value):
            return Condition(field, Op.IS, value)
        case Holds.PHONE:
            raise Unsaid("the builder takes a phone number with + and its country code only")
        case Holds.FLAG:
            return Condition(field, Op.IS, value.lower() == "true")
        case Holds.CHECKBOX if value.lower() == "true":
            return Condition(field, Op.IS_CHECKED)
        case Holds.CHECKBOX:
            raise Unsaid("Zendesk does not say whether a box nobody touched is false or empty")
        case Holds.NUMBER:
            number = float(value)
            return Condition(
                field, _NUMBERS[clause.operator], int(number) if number.is_integer() else number
            )
        case Holds.MOMENT | Holds.DATE:
            return _timed(keyword, clause, field)
        case Holds.PERSON:
            raise Unsaid("it looks at ids, names and addresses at once")
        case Holds.GROUP:
            raise Unsaid("groups hold team members only, and the builder does not know them")
        case Holds.WHATSAPP | Holds.CHOICES:
            raise Unsaid("Zendesk does not document what it finds")
        case Holds.TYPE | Holds.SORTING | Holds.LOOKUP:
            raise Unsaid("it chooses nobody")
        case _:
            assert_never(keyword.holds)


def _empty(keyword: Keyword, field: str) -> Condition:
    if keyword.none is not Support.DOCUMENTED or keyword.holds is Holds.CHECKBOX:
        raise Unsaid("Zendesk does not document what none finds here")
    return Condition(field, Op.IS_EMPTY)


def _starred(keyword: Keyword, clause: Property, field: str) -> Condition:
    beginning = clause.value.strip().removesuffix("*")
    if clause.quoted or "*" in beginning or not beginning:
        raise Unsaid("Zendesk does not document what such an asterisk finds")
    if keyword.holds is Holds.TAGS:
        return Condition(field, Op.STARTS_WITH, (beginning.lower(),))
    if keyword.holds is Holds.WORDS:
        return Condition(field, Op.WORD_STARTS_WITH, _one_word(beginning))
    raise Unsaid("the builder has no “begins with” for it")


def _one_word(value: str) -> str:
    if values.words(value) != (value,):
        raise Unsaid("Zendesk's pages disagree on whether the order of several words counts")
    return value


def _timed(keyword: Keyword, clause: Property, field: str) -> Condition:
    try:
        read = when(clause.value.strip())
    except NotADate as mistake:
        raise Unsaid(str(mistake)) from mistake
    if not isinstance(read, Ago):
        return Condition(field, _DAYS[clause.operator], read.isoformat())
    unit = read.duration.unit
    if unit in {Unit.MONTHS, Unit.YEARS}:
        raise Unsaid("Zendesk does not say whether a month has 30 days; count in days")
    if keyword.holds is Holds.DATE:
        raise Unsaid("Zendesk does not document ages for the account's own fields")
    recent = clause.operator in {Operator.ABOVE, Operator.AT_LEAST}
    return Condition(
        field, Op.IN_LAST if recent else Op.MORE_THAN_AGO, (read.duration.amount, str(unit))
    )
