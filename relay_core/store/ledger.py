"""The port through which everything that must survive is written and read.

Work is a function of a `Session`; it runs inside one transaction on the only writer, and it is
durable when `write` returns. The same SQL text serves every engine behind this port.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import pyarrow as pa

T = TypeVar("T")

Row = dict[str, Any]
"""One row by column name. Moments are aware and in UTC."""


class Session(Protocol):
    """One open transaction."""

    def run(self, query: str, /, **values: object) -> list[Row]:
        """Execute the named query and return its rows (none for a plain write)."""
        ...

    def run_many(self, query: str, /, rows: Sequence[Mapping[str, object]]) -> None:
        """Execute one named query over many rows at once.

        The query reads them from `$rows`, a JSON array of objects; see
        `queries/runs.sql`, `add_deliveries`, for the form.
        """
        ...

    def load(self, table: str, /, rows: pa.Table) -> None:
        """Append a whole Arrow table, however long.

        For what composed SQL has read: the writer is held for the copying, not for the reading,
        and never executes composed text (a million short rows: 0.15 s).

        Args:
            table: A table of the schema, by its name in the code.
            rows: Its columns, in its order.
        """
        ...


Work = Callable[[Session], T]
"""Reads and writes of one transaction. May run again when a neighbour in the same commit
failed, so it must touch nothing but the session."""


class Ledger(Protocol):
    """What rooms know of the store."""

    def rows(self, query: str, /, **values: object) -> list[Row]:
        """Read with a named query."""
        ...

    def write(self, work: Work[T]) -> T:
        """Do the work in one transaction; return once it is durable."""
        ...

    def submit(self, work: Work[T]) -> Future[T]:
        """Do the same without waiting; the future resolves once it is durable."""
        ...


def one(rows: Sequence[Row]) -> Row | None:
    """Return the only row of a lookup by key, if there is one."""
    return rows[0] if rows else None


def stored(value: object) -> object:
    """Return a value as it is bound: moments as naive UTC, everything else as it is.

    Raises:
        ValueError: A moment without a time zone, which could mean anything.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def told(value: object) -> object:
    """Return a stored value as the rest of Relay sees it: moments aware, in UTC."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
