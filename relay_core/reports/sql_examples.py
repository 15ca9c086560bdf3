"""Queries to begin with."""

from dataclasses import dataclass
from typing import Final

from relay_core.store.queries import query

_NAMES: Final = (
    "examples.runs",
    "examples.replies",
    "examples.failures",
    "examples.delivery_times",
    "examples.frequency",
    "examples.skipped",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A query over the facts that can be run as it is."""

    title: str
    sql: str


def examples() -> tuple[Example, ...]:
    """Return every example, the first one first."""
    texts = (query(name).split("\n", 1) for name in _NAMES)
    return tuple(Example(title=title.removeprefix("-- "), sql=sql) for title, sql in texts)
