"""The text of a search, taken apart; nothing is ever refused, as in Zendesk."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Operator(StrEnum):
    """How a property is compared."""

    IS = ":"
    BELOW = "<"
    ABOVE = ">"
    AT_MOST = "<="
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Term:
    """Words looked for anywhere in a profile."""

    text: str
    is_quoted: bool = False
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Property:
    """A keyword compared with a value."""

    keyword: str
    operator: Operator
    value: str
    is_quoted: bool = False
    is_negated: bool = False


Clause = Term | Property

_CLAUSE: Final = re.compile(
    r"""
    (?P<minus>-?)
    (?:
      (?P<keyword>[^\W\d]\w*)(?P<operator><=|>=|[:<>])
      (?: "(?P<quoted_value>[^"]*)(?P<closed>"?) | (?P<value>[^ \t\r\n"]*) )
    | "(?P<phrase>[^"]*)"?
    | (?P<bare>[^ \t\r\n"]+)
    )
    """,
    re.VERBOSE,
)

_BLANK: Final = re.compile(r"[ \t\r\n]+")


def parse(query: str) -> tuple[Clause, ...]:
    """Return the clauses of a query in their order.

    Malformed parts become something well formed: a keyword without a value becomes a word, an
    unclosed quote closes at the end, a lone minus disappears.
    """
    clauses: list[Clause] = []
    place = 0
    while place < len(query):
        if blank := _BLANK.match(query, place):
            place = blank.end()
        elif found := _CLAUSE.match(query, place):
            place = found.end()
            clauses.append(_clause(found))
        else:
            place += 1
    return tuple(clauses)


def words(text: str) -> list[str]:
    """Return the words of a text in lower case; punctuation separates them."""
    return _WORD.findall(text.lower())


_WORD: Final = re.compile(r"\w+")


def word_count(query: str) -> int:
    """Return how many words a query has; Zendesk takes at most 64."""
    return len(query.split())


def _clause(found: re.Match[str]) -> Clause:
    is_negated = found["minus"] == "-"
    if found["keyword"] is None:
        if found["phrase"] is not None:
            return Term(found["phrase"], is_quoted=True, is_negated=is_negated)
        return Term(found["bare"], is_negated=is_negated)
    is_quoted = found["quoted_value"] is not None
    value = found["quoted_value"] if is_quoted else found["value"]
    if not value.strip():
        return Term(found["keyword"], is_negated=is_negated)
    return Property(
        keyword=found["keyword"].lower(),
        operator=Operator(found["operator"]),
        value=value,
        is_quoted=is_quoted,
        is_negated=is_negated,
    )
