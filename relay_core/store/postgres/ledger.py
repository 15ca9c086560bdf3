"""The ledger in PostgreSQL, which several processes read and write at once.

Every transaction is serializable: it ends as if it had been alone, which is what the file's one
writer promises. Of two that would not, one is done again; work may run again by its contract.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final, Self

import psycopg
import pyarrow as pa
from psycopg import sql
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from relay_core.errors import StoreError
from relay_core.log import log
from relay_core.store.ledger import Row, T, Work, stored, told
from relay_core.store.postgres.dialect import postgres_query, postgres_text
from relay_core.store.session import as_json
from relay_core.store.writer import Writer, WriterFigures

_READERS: Final = 8
_AGAIN: Final = 50
"""Most times that one transaction is done again; each time some other one was committed."""
_PAUSE_S: Final = 0.002
_LONGEST_PAUSE_S: Final = 0.1

_Connection = psycopg.Connection[Row]


class PostgresSession:
    """One open transaction."""

    def __init__(self, connection: _Connection) -> None:
        """Use the writer's connection."""
        self._connection = connection

    def run(self, query: str, /, **values: object) -> list[Row]:
        """Execute a named query; see `relay_core.store.ledger.Session`."""
        return _rows(self._connection, postgres_query(query), values)

    def run_many(self, query: str, /, rows: Sequence[Mapping[str, object]]) -> None:
        """Execute one named query over many rows at once."""
        if rows:
            self._connection.execute(postgres_query(query), {"rows": as_json(rows)})

    def load(self, table: str, /, rows: pa.Table) -> None:
        """Append a whole Arrow table."""
        columns = sql.SQL(", ").join(map(sql.Identifier, rows.column_names))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in zip(*(column.to_pylist() for column in rows.columns), strict=True):
                copy.write_row(row)


class PostgresLedger:
    """The shared ledger, as one process uses it."""

    def __init__(self, url: str) -> None:
        """Connect.

        Args:
            url: `postgresql://…`; never logged, it may hold a password.

        Raises:
            StoreError: The database cannot be reached.
        """
        self._url = url
        self._readers = ConnectionPool(
            url,
            connection_class=psycopg.Connection[Row],
            kwargs={"autocommit": True, "row_factory": dict_row, "cursor_factory": _Cursor},
            min_size=1,
            max_size=_READERS,
            open=False,
        )
        with _explained():
            self._readers.open(wait=True, timeout=10)
        self._writing: _Connection | None = None
        self._writer = Writer(self._transaction)

    def rows(self, query: str, /, **values: object) -> list[Row]:
        """Read with a named query."""
        with _explained(), self._readers.connection() as connection:
            return _rows(connection, postgres_query(query), values)

    def few(self, text: str, values: Mapping[str, object]) -> list[Row]:
        """Read a query's text as rows. Only for SQL that Relay itself composed."""
        with _explained(), self._readers.connection() as connection:
            return _rows(connection, postgres_text(text), values)

    def write(self, work: Work[T]) -> T:
        """Do the work in one transaction; return once it is durable."""
        return self._writer.submit(work).result()

    def submit(self, work: Work[T]) -> "Future[T]":
        """Do the same without waiting."""
        return self._writer.submit(work)

    @property
    def writer_figures(self) -> WriterFigures:
        """How the writer of this process is doing."""
        return self._writer.figures

    def close(self) -> None:
        """Finish writing, then let go of the connections."""
        self._writer.close()
        self._readers.close()
        if self._writing is not None:
            self._writing.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _transaction(self, pieces: Sequence[Work[Any]]) -> list[Any]:
        pause_s = _PAUSE_S
        for _ in range(_AGAIN):
            try:
                with _explained(), self._connected() as connection, connection.transaction():
                    session = PostgresSession(connection)
                    return [work(session) for work in pieces]
            except (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected):
                time.sleep(pause_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        raise StoreError(
            "the transaction was overtaken again and again",
            advice="Too many processes write to the ledger at once. Try again shortly.",
        )

    @contextmanager
    def _connected(self) -> Iterator[_Connection]:
        """Give the writer's connection, a new one where the last was lost."""
        if self._writing is None or self._writing.closed:
            self._writing = psycopg.Connection[Row].connect(
                self._url, row_factory=dict_row, cursor_factory=_Cursor
            )
            self._writing.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        try:
            yield self._writing
        except psycopg.OperationalError as error:
            if self._writing.closed:
                log().warning("ledger.connection_lost", error=type(error).__name__)
            raise


class _Cursor(psycopg.ClientCursor[Row]):
    """Puts values into the text itself, as literals: PostgreSQL then knows their types."""


def _rows(connection: _Connection, text: str, values: Mapping[str, object]) -> list[Row]:
    bound = {name: stored(value) for name, value in values.items()}
    cursor = connection.execute(text, bound)
    if cursor.description is None:
        return []
    return [{name: _told(value) for name, value in row.items()} for row in cursor.fetchall()]


def _told(value: object) -> object:
    """Return a value as DuckDB would give it."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return told(value)


@contextmanager
def _explained() -> Iterator[None]:
    """Say what an error of the connection means.

    Raises:
        StoreError: The database cannot be reached.
    """
    try:
        yield
    except (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected):
        raise
    except psycopg.OperationalError as error:
        raise StoreError(
            f"ledger: {type(error).__name__}",
            advice="The ledger's database cannot be reached. Relay goes on once it answers.",
        ) from error
