"""The ledger in PostgreSQL, which several processes read and write at once."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from decimal import Decimal
from typing import Final, Self

import psycopg
import pyarrow as pa
from psycopg import sql
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from relay_core.store.ledger import Row, T, Work, stored, told
from relay_core.store.postgres.connecting import connecting, explained
from relay_core.store.postgres.dialect import postgres_query, postgres_text
from relay_core.store.postgres.texts import held, held_json
from relay_core.store.postgres.transactions import PostgresTransactions
from relay_core.store.session import as_json
from relay_core.store.writer import Writer, WriterFigures

_READERS: Final = 8
_PATIENCE_S: Final = 5.0
"""Until whoever reads is told that the database does not answer."""
_WRITERS: Final = 3
"""Transactions of this process at a time: one that waits for another process holds up no other."""
_BATCH: Final = 20
"""Pieces of work in one transaction: more would be overtaken more often, and all together."""
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
            self._connection.execute(postgres_query(query), {"rows": held_json(as_json(rows))})

    def load(self, table: str, /, rows: pa.Table) -> None:
        """Append a whole Arrow table."""
        columns = sql.SQL(", ").join(map(sql.Identifier, rows.column_names))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in zip(*(column.to_pylist() for column in rows.columns), strict=True):
                copy.write_row([held(value) for value in row])


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
            kwargs={
                "autocommit": True,
                "row_factory": dict_row,
                "cursor_factory": _Cursor,
                **connecting(url),
            },
            min_size=1,
            max_size=_READERS,
            timeout=_PATIENCE_S,
            open=False,
        )
        with explained():
            self._readers.open(wait=True, timeout=10)
        self._transactions = [
            PostgresTransactions(self.connect, PostgresSession) for _ in range(_WRITERS)
        ]
        self._writer = Writer(*self._transactions, most=_BATCH)

    def rows(self, query: str, /, **values: object) -> list[Row]:
        """Read with a named query."""
        return self._read(postgres_query(query), values)

    def few(self, text: str, values: Mapping[str, object]) -> list[Row]:
        """Read a query's text as rows. Only for SQL that Relay itself composed."""
        return self._read(postgres_text(text), values)

    def write(self, work: Work[T]) -> T:
        """Do the work in one transaction; return once it is durable."""
        return self._writer.submit(work).result()

    def submit(self, work: Work[T]) -> "Future[T]":
        """Do the same without waiting."""
        return self._writer.submit(work)

    def connect(self) -> psycopg.Connection[Row]:
        """Return a new connection to it."""
        return psycopg.Connection[Row].connect(
            self._url, row_factory=dict_row, cursor_factory=_Cursor, **connecting(self._url)
        )

    def aside(self, work: Callable[[psycopg.Connection[Row]], T]) -> T:
        """Do work that needs no order with anything else, one statement to a transaction."""
        with explained(), self._readers.connection() as connection:
            return work(connection)

    @property
    def writer_figures(self) -> WriterFigures:
        """How the writer of this process is doing."""
        return self._writer.figures

    def close(self) -> None:
        """Finish writing, then let go of the connections."""
        self._writer.close()
        self._readers.close()
        for each in self._transactions:
            each.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _read(self, text: str, values: Mapping[str, object]) -> list[Row]:
        """Read, once more where a connection turned out to be lost while it was not used."""
        with explained():
            try:
                with self._readers.connection() as connection:
                    return _rows(connection, text, values)
            except psycopg.OperationalError:
                self._readers.check()
            with self._readers.connection() as connection:
                return _rows(connection, text, values)


class _Cursor(psycopg.ClientCursor[Row]):
    """Puts values into the text itself, as literals: PostgreSQL then knows their types."""


def _rows(connection: _Connection, text: str, values: Mapping[str, object]) -> list[Row]:
    bound = {name: _bound(value) for name, value in values.items()}
    cursor = connection.execute(text, bound)
    if cursor.description is None:
        return []
    return [{name: _told(value) for name, value in row.items()} for row in cursor.fetchall()]


def _bound(value: object) -> object:
    """Return a value as it is bound here."""
    return [_bound(each) for each in value] if isinstance(value, list) else held(stored(value))


def _told(value: object) -> object:
    """Return a value as DuckDB would give it."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return told(value)
