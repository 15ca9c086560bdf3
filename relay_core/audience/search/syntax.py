"""The text of a query, taken apart with the place of every part; no text is ever refused.

    query    = clause { space clause }
    clause   = [ "-" ] ( property | term )
    property = keyword operator value
    value    = bare | quoted
    term     = bare | quoted

Printing puts the same text together again, character by character.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeGuard


class Operator(StrEnum):
    """How a keyword is compared. There are no others."""

    IS = ":"
    BELOW = "<"
    ABOVE = ">"
    AT_MOST = "<="
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or quoted words, looked for anywhere in a profile; a lone minus has no text."""

    start: int
    """Where it begins in the query, counted in characters."""
    negated: bool
    quoted: bool
    closed: bool
    """Whether a quote that opens also closes; true without quotes."""
    text: str

    def __str__(self) -> str:
        """Return the term as it was typed."""
        sign = "-" if self.negated else ""
        return sign + _printed(self.text, quoted=self.quoted, closed=self.closed)

    @property
    def end(self) -> int:
        """Where the next character of the query stands."""
        return self.start + len(str(self))


@dataclass(frozen=True, slots=True)
class Property:
    """A keyword compared with a value; the value is empty where none was typed."""

    start: int
    """Where it begins in the query, counted in characters."""
    negated: bool
    keyword: str
    """As typed, in whatever case."""
    operator: Operator
    quoted: bool
    closed: bool
    """Whether a quote that opens also closes; true without quotes."""
    value: str

    def __str__(self) -> str:
        """Return the property as it was typed."""
        sign = "-" if self.negated else ""
        printed = _printed(self.value, quoted=self.quoted, closed=self.closed)
        return f"{sign}{self.keyword}{self.operator}{printed}"

    @property
    def end(self) -> int:
        """Where the next character of the query stands."""
        return self.start + len(str(self))

    @property
    def keyword_start(self) -> int:
        """Where the keyword begins."""
        return self.start + self.negated

    @property
    def operator_start(self) -> int:
        """Where the keyword ends and the operator begins."""
        return self.keyword_start + len(self.keyword)

    @property
    def value_start(self) -> int:
        """Where the operator ends and the value, or its quote, begins."""
        return self.operator_start + len(self.operator)


Clause = Term | Property


@dataclass(frozen=True, slots=True)
class Query:
    """Clauses in their order, and the space around them."""

    clauses: tuple[Clause, ...]
    spaces: tuple[str, ...]
    """What stands before each clause, then what stands after the last one."""

    def __str__(self) -> str:
        """Return the query as it was typed."""
        pairs = zip(self.spaces, self.clauses, strict=False)
        return "".join(f"{space}{clause}" for space, clause in pairs) + self.spaces[-1]

    @property
    def properties(self) -> Iterator[Property]:
        """Every keyword with its value."""
        return (clause for clause in self.clauses if isinstance(clause, Property))

    def after(self, number: int) -> Clause | None:
        """Return the clause that follows the one of that number, counted from 0."""
        return self.clauses[number + 1] if number + 1 < len(self.clauses) else None

    def before(self, number: int) -> Clause | None:
        """Return the clause in front of the one of that number, counted from 0."""
        return self.clauses[number - 1] if number else None

    def words_after(self, number: int) -> tuple[Term, ...]:
        """Return the plain words, neither quoted nor excluded, that follow a clause directly."""
        found: list[Term] = []
        for place in range(number + 1, len(self.clauses)):
            clause = self.clauses[place]
            if not (is_word(clause) and self.spaces[place]):
                break
            found.append(clause)
        return tuple(found)


def is_word(clause: Clause | None) -> TypeGuard[Term]:
    """Return whether a clause is one plain word, neither quoted nor excluded."""
    return isinstance(clause, Term) and not clause.quoted and not clause.negated


def parse(text: str) -> Query:
    """Take a query apart.

    A quote that never closes ends with the text. A quote within a word begins a clause of its
    own, with no space before it. Only blanks, tabs and line ends separate clauses: whether
    Zendesk separates at other spaces is not documented.
    """
    clauses: list[Clause] = []
    spaces: list[str] = []
    place = 0
    while place < len(text):
        blank = _BLANK.match(text, place)
        begin = blank.end() if blank else place
        found = _CLAUSE.match(text, begin)
        if found is None or found.end() == begin:
            break
        spaces.append(text[place:begin])
        clauses.append(_clause(found))
        place = found.end()
    return Query(tuple(clauses), (*spaces, text[place:]))


_BLANK: Final = re.compile(r"[ \t\r\n]+")
_CLAUSE: Final = re.compile(
    r"""
    (?P<minus>-?)
    (?:
      (?P<keyword>[^\W\d][\w.\-]*)(?P<operator><=|>=|[:<>])
      (?: "(?P<quoted_value>[^"]*)(?P<value_closed>"?) | (?P<value>[^ \t\r\n"]*) )
    | "(?P<phrase>[^"]*)(?P<phrase_closed>"?)
    | (?P<bare>[^ \t\r\n"]*)
    )
    """,
    re.VERBOSE,
)
"""Keywords may hold dots and hyphens here, so that `user.tags:vip` is one mistake, not two."""


def _clause(found: re.Match[str]) -> Clause:
    start, negated = found.start(), found["minus"] == "-"
    if found["keyword"] is None:
        if found["phrase"] is None:
            return Term(start, negated, quoted=False, closed=True, text=found["bare"])
        closed = found["phrase_closed"] == '"'
        return Term(start, negated, quoted=True, closed=closed, text=found["phrase"])
    quoted = found["quoted_value"] is not None
    return Property(
        start,
        negated,
        found["keyword"],
        Operator(found["operator"]),
        quoted=quoted,
        closed=not quoted or found["value_closed"] == '"',
        value=found["quoted_value"] if quoted else found["value"],
    )


def _printed(text: str, *, quoted: bool, closed: bool) -> str:
    if not quoted:
        return text
    return f'"{text}"' if closed else f'"{text}'
