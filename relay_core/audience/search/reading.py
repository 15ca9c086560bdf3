"""A query beside the keywords of an account: what every check looks at."""

from dataclasses import dataclass

from relay_core.audience.search.diagnostics import Edit
from relay_core.audience.search.keywords import Holds, Keyword, Vocabulary
from relay_core.audience.search.syntax import Clause, Property, Query, parse

NOT_CHOOSING = (Holds.TYPE, Holds.SORTING)
"""Keywords that choose no people: what is searched, and the order of what is found."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, its clauses, and what an account knows."""

    text: str
    query: Query
    vocabulary: Vocabulary

    def keyword(self, clause: Clause | None) -> Keyword | None:
        """Return the keyword of a clause, if it has a known one."""
        return self.vocabulary.find(clause.keyword) if isinstance(clause, Property) else None

    def chooses(self, clause: Clause) -> bool:
        """Return whether a clause says anything about people."""
        keyword = self.keyword(clause)
        return keyword is None or keyword.holds not in NOT_CHOOSING


def read(text: str, *, vocabulary: Vocabulary) -> Reading:
    """Read a query; no text is ever refused."""
    return Reading(text, parse(text), vocabulary)


def replaced(clause: Clause, text: str) -> tuple[Edit, ...]:
    """Return the edit that puts something else in the place of a clause."""
    return (Edit(clause.start, clause.end, text),)


def valued(clause: Property, value: str) -> tuple[Edit, ...]:
    """Return the edit that gives a property another value."""
    return (Edit(clause.value_start, clause.end, value),)


def quoted(text: str) -> str:
    """Return words as one value: in quotes where there are several."""
    text = " ".join(text.replace('"', " ").split())
    return f'"{text}"' if " " in text else text
