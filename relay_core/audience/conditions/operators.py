"""The words of a condition: kinds of fields, operators, and what value each operator takes."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, assert_never


class Kind(StrEnum):
    """What a field holds, and so which operators it has."""

    TAGS = "tags"  # free words, many on a person
    CHOICES = "choices"  # several of a fixed list
    CHOICE = "choice"  # one of a fixed list
    NAMED = "named"  # one of an open list, as a language or a time zone
    ORGANIZATION = "organization"  # by id, several on a person
    MOMENT = "moment"  # a point in time
    DATE = "date"  # a calendar day without a time
    TEXT = "text"  # words
    EMAIL = "email"
    PHONE = "phone"
    ID = "id"  # a text that is only ever compared as a whole
    NUMBER = "number"
    FLAG = "flag"  # always yes or no
    CHECKBOX = "checkbox"  # checked, or not (never touched counts as not)
    PRESENCE = "presence"  # there, or not; what it says is of no use to a condition
    EVENT = "event"  # may have happened several times; the last one counts, none is empty
    SENT = "sent"  # names of what Relay sent to a person
    MEMBERSHIP = "membership"  # names of lists that a person may stand on
    SAMPLE = "sample"  # a share of people drawn by lot
    LIMIT = "limit"  # at most so many people


class Op(StrEnum):
    """How a field is compared. Values are stored, so never rename one."""

    HAS_ANY_OF = "has_any_of"
    HAS_ALL_OF = "has_all_of"
    HAS_NONE_OF = "has_none_of"
    STARTS_WITH = "starts_with"
    IS_ANY_OF = "is_any_of"
    IS_NONE_OF = "is_none_of"
    IS_ANY_OF_IN_LAST = "is_any_of_in_last"
    IS_EMPTY = "is_empty"
    IS_NOT_EMPTY = "is_not_empty"
    BEFORE = "before"
    ON_OR_BEFORE = "on_or_before"
    ON = "on"
    ON_OR_AFTER = "on_or_after"
    AFTER = "after"
    BETWEEN = "between"
    NOT_BETWEEN = "not_between"
    IN_LAST = "in_last"
    MORE_THAN_AGO = "more_than_ago"
    IN_NEXT = "in_next"
    ANNIVERSARY_IN_NEXT = "anniversary_in_next"
    IS = "is"
    CONTAINS_WORD = "contains_word"
    NOT_CONTAINS_WORD = "not_contains_word"
    CONTAINS_PHRASE = "contains_phrase"
    WORD_STARTS_WITH = "word_starts_with"
    CONTAINS_TEXT = "contains_text"
    DOMAIN_IS = "domain_is"
    COUNTRY_CODE_IS = "country_code_is"
    COUNTRY_IS_ANY_OF = "country_is_any_of"
    IS_SHARED = "is_shared"
    IS_VALID_MOBILE = "is_valid_mobile"
    EQUALS = "="
    DIFFERS = "!="
    GREATER = ">"
    AT_LEAST = ">="
    LESS = "<"
    AT_MOST = "<="
    IS_CHECKED = "is_checked"
    IS_NOT_CHECKED = "is_not_checked"


class Takes(StrEnum):
    """The form of an operator's value; a page picks its widget by it."""

    NOTHING = "nothing"
    TEXT = "text"
    TEXTS = "texts"  # one or more
    YES_NO = "yes_no"
    NUMBER = "number"
    NUMBERS = "numbers"  # two, in order
    DAY = "day"  # "2026-03-08", or a moment with its offset
    DAYS = "days"  # two, in order
    DURATION = "duration"  # [7, "days"]
    DURATION_AND_TEXTS = "duration_and_texts"  # [7, "days", "one", "or more"]
    SHARE = "share"  # percent: 10, or [10, "seed"]
    PEOPLE = "people"  # a number of people: 500, or [500, "seed"]


_EMPTINESS: Final = (Op.IS_EMPTY, Op.IS_NOT_EMPTY)
_HAVING: Final = (Op.HAS_ANY_OF, Op.HAS_ALL_OF, Op.HAS_NONE_OF, *_EMPTINESS, Op.STARTS_WITH)
_CHOOSING: Final = (Op.IS_ANY_OF, Op.IS_NONE_OF, *_EMPTINESS)
_TIMING: Final = (
    Op.BEFORE,
    Op.ON_OR_BEFORE,
    Op.ON,
    Op.ON_OR_AFTER,
    Op.AFTER,
    Op.BETWEEN,
    Op.NOT_BETWEEN,
    Op.IN_LAST,
    Op.MORE_THAN_AGO,
    Op.IN_NEXT,
    Op.ANNIVERSARY_IN_NEXT,
    *_EMPTINESS,
)

OPERATORS: Final[Mapping[Kind, tuple[Op, ...]]] = {
    Kind.TAGS: _HAVING,
    Kind.CHOICES: _HAVING,
    Kind.CHOICE: _CHOOSING,
    Kind.NAMED: _CHOOSING,
    Kind.ORGANIZATION: _CHOOSING,
    Kind.MOMENT: _TIMING,
    Kind.DATE: _TIMING,
    Kind.TEXT: (
        Op.IS,
        Op.CONTAINS_WORD,
        Op.NOT_CONTAINS_WORD,
        Op.CONTAINS_PHRASE,
        Op.WORD_STARTS_WITH,
        Op.CONTAINS_TEXT,
        *_EMPTINESS,
    ),
    Kind.EMAIL: (Op.IS, Op.DOMAIN_IS, *_EMPTINESS),
    Kind.PHONE: (
        Op.IS,
        *_EMPTINESS,
        Op.COUNTRY_CODE_IS,
        Op.COUNTRY_IS_ANY_OF,
        Op.IS_SHARED,
        Op.IS_VALID_MOBILE,
    ),
    Kind.ID: (Op.IS, *_EMPTINESS),
    Kind.NUMBER: (
        Op.EQUALS,
        Op.DIFFERS,
        Op.GREATER,
        Op.AT_LEAST,
        Op.LESS,
        Op.AT_MOST,
        Op.BETWEEN,
        *_EMPTINESS,
    ),
    Kind.FLAG: (Op.IS,),
    Kind.CHECKBOX: (Op.IS_CHECKED, Op.IS_NOT_CHECKED),
    Kind.PRESENCE: (Op.IS_NOT_EMPTY, Op.IS_EMPTY),
    Kind.EVENT: _TIMING,
    Kind.SENT: (Op.IS_ANY_OF, Op.IS_NONE_OF, Op.IS_ANY_OF_IN_LAST),
    Kind.MEMBERSHIP: (Op.IS_ANY_OF, Op.IS_NONE_OF),
    Kind.SAMPLE: (Op.AT_MOST,),
    Kind.LIMIT: (Op.AT_MOST,),
}
"""Every operator of every kind, in the order a picker shows them."""


def takes(kind: Kind, op: Op) -> Takes:  # noqa: C901, PLR0911 - one return for each form of value
    """Return the form of value that an operator takes on a kind of field."""
    match op:
        case (
            Op.IS_EMPTY
            | Op.IS_NOT_EMPTY
            | Op.IS_SHARED
            | Op.IS_VALID_MOBILE
            | Op.IS_CHECKED
            | Op.IS_NOT_CHECKED
        ):
            return Takes.NOTHING
        case (
            Op.HAS_ANY_OF
            | Op.HAS_ALL_OF
            | Op.HAS_NONE_OF
            | Op.STARTS_WITH
            | Op.IS_ANY_OF
            | Op.IS_NONE_OF
            | Op.COUNTRY_CODE_IS
            | Op.COUNTRY_IS_ANY_OF
        ):
            return Takes.TEXTS
        case Op.BEFORE | Op.ON_OR_BEFORE | Op.ON | Op.ON_OR_AFTER | Op.AFTER:
            return Takes.DAY
        case Op.BETWEEN | Op.NOT_BETWEEN:
            return Takes.NUMBERS if kind is Kind.NUMBER else Takes.DAYS
        case Op.IN_LAST | Op.MORE_THAN_AGO | Op.IN_NEXT | Op.ANNIVERSARY_IN_NEXT:
            return Takes.DURATION
        case Op.IS_ANY_OF_IN_LAST:
            return Takes.DURATION_AND_TEXTS
        case Op.IS:
            return Takes.YES_NO if kind is Kind.FLAG else Takes.TEXT
        case (
            Op.CONTAINS_WORD
            | Op.NOT_CONTAINS_WORD
            | Op.CONTAINS_PHRASE
            | Op.WORD_STARTS_WITH
            | Op.CONTAINS_TEXT
            | Op.DOMAIN_IS
        ):
            return Takes.TEXT
        case Op.AT_MOST if kind is Kind.SAMPLE:
            return Takes.SHARE
        case Op.AT_MOST if kind is Kind.LIMIT:
            return Takes.PEOPLE
        case Op.EQUALS | Op.DIFFERS | Op.GREATER | Op.AT_LEAST | Op.LESS | Op.AT_MOST:
            return Takes.NUMBER
        case _:
            assert_never(op)
