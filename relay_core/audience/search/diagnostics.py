"""What can be said about a query: every code, how grave it is, where, why, and a rewrite."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """An error stops a query; a warning has to be accepted before a message is sent."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """What is the matter. Codes are printed for programs, so never rename one."""

    UNBALANCED_QUOTE = "unbalanced-quote"  # a quote opens and never closes
    QUOTE_INSIDE_WORD = "quote-inside-word"  # a quote touches a word
    SINGLE_QUOTES = "single-quotes"  # 'these' are not quotes
    DANGLING_MINUS = "dangling-minus"  # a minus that excludes nothing
    PARENTHESES = "parentheses"  # there are no groups
    BOOLEAN_WORD = "boolean-word"  # AND, OR and NOT are ordinary words
    BAD_OPERATOR = "bad-operator"  # not one of the five, or not right after a keyword
    OPERATOR_NOT_SUPPORTED = "operator-not-supported"  # not for this keyword
    UNKNOWN_KEYWORD = "unknown-keyword"  # no keyword and no field of this account
    FIELD_NOT_SEARCHABLE = "field-not-searchable"  # it exists, but search has no keyword for it
    MISSING_VALUE = "missing-value"  # nothing right after the operator
    EMPTY_VALUE = "empty-value"  # quotes with nothing in them
    BAD_VALUE = "bad-value"  # a value this keyword does not have
    BAD_DATE = "bad-date"  # not a day, an instant or an age
    BAD_NUMBER = "bad-number"  # not a number
    COMMA_LIST = "comma-list"  # values are not separated by commas
    BAD_WILDCARD = "bad-wildcard"  # an asterisk anywhere but at the end, or where none works
    UNQUALIFIED_WILDCARD = "unqualified-wildcard"  # an asterisk in a bare word
    EMPTY_QUERY = "empty-query"  # nothing chooses anybody
    TOO_MANY_WORDS = "too-many-words"  # longer than Zendesk takes

    STRAY_WORD = "stray-word"  # a second word after a value without quotes
    KEYWORD_AS_WORD = "keyword-as-word"  # the name of a keyword, without a value
    SMART_QUOTES = "smart-quotes"  # quotes of a word processor
    ODD_SPACE = "odd-space"  # a space that is not a plain one
    FOREIGN_OPERATOR = "foreign-operator"  # &&, ^ and ~ of other search languages
    ALIAS_KEYWORD = "alias-keyword"  # seen to work, not documented
    EMAIL_WILDCARD = "email-wildcard"  # never finds anybody
    QUOTED_EMAIL = "quoted-email"  # finds other addresses too
    PARTIAL_EMAIL = "partial-email"  # not a whole address
    QUOTED_WILDCARD = "quoted-wildcard"  # an asterisk within quotes
    UNDOCUMENTED_WILDCARD = "undocumented-wildcard"  # an asterisk not documented for this keyword
    UNDOCUMENTED_NONE = "undocumented-none"  # `none` not documented for this keyword
    UNDOCUMENTED_VALUE = "undocumented-value"  # nobody says how such a value is written
    UNDOCUMENTED_COMPOSITION = "undocumented-composition"  # parts documented, together not
    NULL_WORD = "null-word"  # an ordinary word
    NATIONAL_PHONE = "national-phone"  # without + and country code
    LABEL_INSTEAD_OF_TAG = "label-instead-of-tag"  # what people read, not what is stored
    RELATIVE_CUSTOM_DATE = "relative-custom-date"  # an age, on a field of the account
    REPEATED_KEYWORD = "repeated-keyword"  # read as any of
    TEAM_ONLY = "team-only"  # finds team members, who are never messaged
    IGNORED_IN_EXPORT = "ignored-in-export"  # an order, where the export has its own
    NO_ROLE = "no-role"  # team members are found too
    SUSPENDED_INCLUDED = "suspended-included"  # suspended users are found too

    @property
    def severity(self) -> Severity:
        """Whether it stops a query."""
        return Severity.ERROR if self in _ERRORS else Severity.WARNING


_ERRORS: Final = frozenset(list(Code)[: list(Code).index(Code.STRAY_WORD)])


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing to know about a query."""

    code: Code
    severity: Severity
    start: int
    """Where the trouble begins in the text, counted in characters."""
    end: int
    """Where the next character after the trouble stands."""
    message: str
    """One sentence: what Zendesk would do, and what to write."""
    suggestion: str | None
    """The whole query, rewritten so that this is no longer said of it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of the text and what should stand there."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic in the making: the rewrite is still a list of edits, in any order."""

    code: Code
    start: int
    end: int
    message: str
    edits: tuple[Edit, ...] = ()


def rewritten(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the edits made; they must not overlap.

    What is removed between two blanks takes one of them along.
    """
    for edit in sorted(edits, key=lambda each: (each.start, each.end), reverse=True):
        before, after = text[: edit.start], text[edit.end :]
        if not edit.text and after[:1] == " " and before[-1:] in {"", " "}:
            after = after[1:]
        text = before + edit.text + after
    return text
