"""Conditions with a meaning: field, operator and value are known to fit each other.

To add a condition: add a class (or an operator to one) here, then follow mypy. Each translator
in `relay_core.audience` stops compiling until it says what it does with the newcomer.
"""

from dataclasses import dataclass
from typing import Literal, assert_never

from relay_core.audience.conditions import values
from relay_core.audience.conditions.choosing import chosen, listed, no_field
from relay_core.audience.conditions.fields import SEGMENT, Catalogue, Field
from relay_core.audience.conditions.operator_words import operator_words
from relay_core.audience.conditions.operators import Kind, Op
from relay_core.audience.conditions.times import OF_A_DAY, Duration, Point
from relay_core.audience.conditions.tree import (
    Condition,
    ConditionTree,
    Judge,
    Value,
    misplaced,
    refused,
)
from relay_core.audience.conditions.values import Mistake

ListOp = Literal[Op.HAS_ANY_OF, Op.HAS_ALL_OF, Op.HAS_NONE_OF, Op.STARTS_WITH]
ChoiceOp = Literal[Op.IS_ANY_OF, Op.IS_NONE_OF]
SentOp = Literal[Op.IS_ANY_OF, Op.IS_NONE_OF, Op.IS_ANY_OF_IN_LAST]
DayOp = Literal[
    Op.BEFORE, Op.ON_OR_BEFORE, Op.ON, Op.ON_OR_AFTER, Op.AFTER, Op.BETWEEN, Op.NOT_BETWEEN
]
DurationOp = Literal[Op.IN_LAST, Op.MORE_THAN_AGO, Op.IN_NEXT, Op.ANNIVERSARY_IN_NEXT]
TextOp = Literal[
    Op.IS,
    Op.CONTAINS_WORD,
    Op.NOT_CONTAINS_WORD,
    Op.CONTAINS_PHRASE,
    Op.WORD_STARTS_WITH,
    Op.CONTAINS_TEXT,
    Op.DOMAIN_IS,
]
PhoneOp = Literal[Op.IS, Op.COUNTRY_CODE_IS, Op.COUNTRY_IS_ANY_OF, Op.IS_SHARED, Op.IS_VALID_MOBILE]
NumberOp = Literal[Op.EQUALS, Op.DIFFERS, Op.GREATER, Op.AT_LEAST, Op.LESS, Op.AT_MOST, Op.BETWEEN]


@dataclass(frozen=True, slots=True)
class Emptiness:
    """Whether a field holds anything."""

    field: Field
    empty: bool


@dataclass(frozen=True, slots=True)
class OfList:
    """A field that holds many values."""

    field: Field
    op: ListOp
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfChoice:
    """A field that holds one of several values; organization ids are digits."""

    field: Field
    op: ChoiceOp
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnDays:
    """A time compared with one point, or with two."""

    field: Field
    op: DayOp
    first: Point
    last: Point
    """The same as `first` unless the operator takes two."""


@dataclass(frozen=True, slots=True)
class WithinDuration:
    """A time compared with now."""

    field: Field
    op: DurationOp
    duration: Duration


@dataclass(frozen=True, slots=True)
class OfText:
    """Words, an address or an id."""

    field: Field
    op: TextOp
    text: str


@dataclass(frozen=True, slots=True)
class OfPhone:
    """The phone number; countries for the two operators that take them."""

    field: Field
    op: PhoneOp
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfNumber:
    """A number compared with one number, or with two."""

    field: Field
    op: NumberOp
    first: float
    last: float
    """The same as `first` unless the operator takes two."""


@dataclass(frozen=True, slots=True)
class IsTrue:
    """Yes or no; what is empty counts as no."""

    field: Field
    wanted: bool


@dataclass(frozen=True, slots=True)
class WasSent:
    """What Relay sent: templates, campaigns or channels by name."""

    field: Field
    op: SentOp
    names: tuple[str, ...]
    duration: Duration | None = None
    """Counted back from now; None where the operator looks at all times."""


@dataclass(frozen=True, slots=True)
class InSegment:
    """Whether saved segments match, as they are defined at the moment of use."""

    field: Field
    op: ChoiceOp
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnUpload:
    """Whether uploaded lists name the person."""

    field: Field
    op: ChoiceOp
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sampled:
    """A share of people drawn by lot, the same for ever by person and seed."""

    field: Field
    percent: float
    seed: str


@dataclass(frozen=True, slots=True)
class Limited:
    """At most so many people, drawn by lot. Never a truth about one person; see `limits_of`."""

    field: Field
    people: int
    seed: str


Clause = (
    Emptiness
    | OfList
    | OfChoice
    | OnDays
    | WithinDuration
    | OfText
    | OfPhone
    | OfNumber
    | IsTrue
    | WasSent
    | InSegment
    | OnUpload
    | Sampled
    | Limited
)


@dataclass(frozen=True, slots=True)
class ClauseTree:
    """A condition tree, understood."""

    all: tuple[Clause, ...] = ()
    any: tuple[Clause, ...] = ()
    none: tuple[Clause, ...] = ()


def understood(tree: ConditionTree, *, catalogue: Catalogue) -> ClauseTree:
    """Return what a tree means in one account.

    Raises:
        AudienceError: A field is gone or unknown, or an operator or value does not fit; the
            advice lists every mistake.
    """
    judge = judging(catalogue)
    mistakes = [
        f"{where}: {mistake}" for where, condition in tree.places() if (mistake := judge(condition))
    ]
    mistakes += misplaced(tree)
    if mistakes:
        raise refused(mistakes)
    return ClauseTree(
        all=tuple(_clause(condition, catalogue) for condition in tree.all),
        any=tuple(_clause(condition, catalogue) for condition in tree.any),
        none=tuple(_clause(condition, catalogue) for condition in tree.none),
    )


def judging(catalogue: Catalogue) -> Judge:
    """Return what says whether a condition makes sense in one account."""

    def judge(condition: Condition) -> str | None:
        try:
            _clause(condition, catalogue)
        except Mistake as mistake:
            return str(mistake)
        return None

    return judge


def _clause(condition: Condition, catalogue: Catalogue) -> Clause:
    field = catalogue.find(condition.field)
    if field is None:
        raise Mistake(no_field(condition.field, catalogue))
    if condition.op not in field.operators:
        known = ", ".join(_quoted(field, op) for op in field.operators)
        unfit = _quoted(field, condition.op)
        raise Mistake(f"{field.label} cannot be compared with {unfit}; use {known}")
    try:
        return _read(field, condition.op, condition.value)
    except Mistake as mistake:
        raise Mistake(f"{field.label} {_quoted(field, condition.op)}: {mistake}") from mistake


def _quoted(field: Field, op: Op) -> str:
    return f"“{operator_words(field.kind, op)}”"


def _read(field: Field, op: Op, value: Value) -> Clause:  # noqa: C901, PLR0911, PLR0912 - one case for each group of operators
    match op:
        case Op.IS_EMPTY | Op.IS_NOT_EMPTY:
            values.nothing(value)
            return Emptiness(field, op is Op.IS_EMPTY)
        case Op.HAS_ANY_OF | Op.HAS_ALL_OF | Op.HAS_NONE_OF:
            return OfList(field, op, listed(field, value))
        case Op.STARTS_WITH:
            return OfList(field, op, tuple(t.lower() for t in values.identifiers(value)))
        case Op.IS_ANY_OF | Op.IS_NONE_OF if field.kind is Kind.SENT:
            return WasSent(field, op, listed(field, value))
        case Op.IS_ANY_OF_IN_LAST:
            duration, names = values.recently(value)
            return WasSent(field, op, chosen(field, names), duration)
        case Op.IS_ANY_OF | Op.IS_NONE_OF if field.kind is Kind.MEMBERSHIP:
            list_ = InSegment if field.key == SEGMENT else OnUpload
            return list_(field, op, listed(field, value))
        case Op.IS_ANY_OF | Op.IS_NONE_OF:
            return OfChoice(field, op, listed(field, value))
        case Op.BEFORE | Op.ON_OR_BEFORE | Op.ON | Op.ON_OR_AFTER | Op.AFTER:
            point = values.point(value, whole_days=field.kind is Kind.DATE)
            return OnDays(field, op, point, point)
        case Op.BETWEEN if field.kind is Kind.NUMBER:
            return OfNumber(field, op, *values.numbers(value))
        case Op.BETWEEN | Op.NOT_BETWEEN:
            return OnDays(field, op, *values.points(value, whole_days=field.kind is Kind.DATE))
        case Op.IN_LAST | Op.MORE_THAN_AGO | Op.IN_NEXT | Op.ANNIVERSARY_IN_NEXT:
            duration = values.duration(value)
            if duration.unit in OF_A_DAY and (
                field.kind is Kind.DATE or op is Op.ANNIVERSARY_IN_NEXT
            ):
                raise Mistake("count in days or longer here")
            return WithinDuration(field, op, duration)
        case Op.IS if field.kind is Kind.FLAG:
            return IsTrue(field, values.yes_no(value))
        case Op.IS if field.kind is Kind.PHONE:
            return OfPhone(field, op, (values.phone(value),))
        case Op.IS if field.kind is Kind.EMAIL:
            return OfText(field, op, values.email(value))
        case Op.IS:
            return OfText(field, op, values.identifier(value))
        case Op.CONTAINS_WORD | Op.NOT_CONTAINS_WORD | Op.WORD_STARTS_WITH:
            return OfText(field, op, values.word(value))
        case Op.CONTAINS_PHRASE:
            return OfText(field, op, values.phrase(value))
        case Op.CONTAINS_TEXT:
            return OfText(field, op, values.text(value))
        case Op.DOMAIN_IS:
            return OfText(field, op, values.domain(value))
        case Op.COUNTRY_CODE_IS:
            codes = tuple(values.calling_code(code) for code in values.identifiers(value))
            return OfPhone(field, op, codes)
        case Op.COUNTRY_IS_ANY_OF:
            countries = tuple(values.country(code) for code in values.identifiers(value))
            return OfPhone(field, op, countries)
        case Op.IS_SHARED | Op.IS_VALID_MOBILE:
            values.nothing(value)
            return OfPhone(field, op)
        case Op.AT_MOST if field.kind is Kind.SAMPLE:
            return Sampled(field, *values.share(value))
        case Op.AT_MOST if field.kind is Kind.LIMIT:
            return Limited(field, *values.people(value))
        case Op.EQUALS | Op.DIFFERS | Op.GREATER | Op.AT_LEAST | Op.LESS | Op.AT_MOST:
            number = values.number(value)
            return OfNumber(field, op, number, number)
        case Op.IS_CHECKED | Op.IS_NOT_CHECKED:
            values.nothing(value)
            return IsTrue(field, op is Op.IS_CHECKED)
        case _:
            assert_never(op)
