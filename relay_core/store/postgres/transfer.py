"""All rows from one engine into the other, in one transaction, and compared there."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, cast

import duckdb
import psycopg

from relay_core.errors import StoreError
from relay_core.store.database import Database
from relay_core.store.ledger import Row, Session
from relay_core.store.postgres.copying import take_in, whole_table
from relay_core.store.postgres.fingerprints import (
    Fingerprint,
    file_fingerprint,
    ledger_fingerprint,
)
from relay_core.store.postgres.loading import load_table
from relay_core.store.postgres.numbering import (
    continue_in_file,
    continue_in_ledger,
    next_in_file,
    next_in_ledger,
)
from relay_core.store.postgres.tables import Schema, Table, schema
from relay_core.store.session import DuckSession

_ENOUGH: Final = 1000
"""Rows that are looked at to see that there are too many."""

Progress = Callable[[str, int, int], None]
"""Told which table is at work, how many rows have been copied, and of how many."""

_Connection = psycopg.Connection[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """What was copied, and compared in both places."""

    tables: int
    rows: int
    zeros: int
    """Values with a U+0000, which the ledger holds as U+FFFD."""


def fill_ledger(
    file: duckdb.DuckDBPyConnection, ledger: _Connection, *, progress: Progress
) -> Transferred:
    """Copy all rows into the ledger, and see that it holds what the file does."""
    tables = schema().tables
    _refuse_filled(ledger)
    _each(ledger, "ALTER TABLE {} DISABLE TRIGGER note_insert", tables)
    _each(ledger, "DELETE FROM {}", schema().first_rows)
    tally = _Tally(progress, total=_count(file))
    for table in tables.values():
        with _of(table):
            load_table(file, ledger, table, moved=tally.of(table))
    zeros = 0
    for table in tables.values():
        tally.of(table)(0)
        with _of(table):
            expected, with_zero = file_fingerprint(file, table)
            _compare(table, expected, ledger_fingerprint(ledger, table))
        zeros += with_zero
    continue_in_ledger(ledger, next_in_file(file, schema()))
    _each(ledger, "ALTER TABLE {} ENABLE TRIGGER note_insert", tables)
    # Nothing of this was noted, so whoever follows reads everything.
    ledger.execute("UPDATE changes_forgotten SET xid = pg_current_xact_id()")
    ledger.execute(f"ANALYZE {', '.join(tables)}".encode())
    return Transferred(tables=len(tables), rows=tally.done, zeros=zeros)


def fill_file(
    ledger: _Connection, database: Database, *, schema: Schema, progress: Progress
) -> Transferred:
    """Copy all rows into the file, and see that it holds what the ledger does.

    Args:
        ledger: In a transaction.
        database: The open file.
        schema: Of both.
        progress: Told how far it is.
    """
    tables = schema.tables
    [about] = ledger.execute(
        "SELECT coalesce(sum(greatest(reltuples, 0)), 0) AS rows FROM pg_class"
        " WHERE relname = ANY(%s) AND relnamespace = CAST(current_schema() AS regnamespace)",
        [list(tables)],
    ).fetchall()
    tally = _Tally(progress, total=int(about["rows"]))

    def work(session: Session) -> None:
        cursor = cast("DuckSession", session).cursor
        cast("DuckSession", session).has_written = True
        for table in tables.values():
            with _of(table):
                cursor.execute(f"DELETE FROM {table.name}")
                for piece in whole_table(ledger, table):
                    take_in(cursor, table, piece)
                    tally.of(table)(piece.num_rows)
        continue_in_file(cursor, next_in_ledger(ledger, schema))
        for table in tables.values():
            tally.of(table)(0)
            with _of(table):
                found, _ = file_fingerprint(cursor, table)
                _compare(table, ledger_fingerprint(ledger, table), found)

    database.write(work)
    return Transferred(tables=len(tables), rows=tally.done, zeros=0)


def _refuse_filled(ledger: _Connection) -> None:
    counts = " UNION ALL ".join(
        f"SELECT '{name}' AS name, (SELECT count(*) FROM (SELECT FROM {name} LIMIT {_ENOUGH}) few)"
        for name in schema().tables
    )
    for row in ledger.execute(counts.encode()).fetchall():
        if row["count"] != len(schema().first_rows.get(row["name"], [])):
            raise StoreError(
                "the ledger is not empty",
                advice=f"This ledger holds something already (in {row['name']}), and two "
                "installations never become one. Make an empty database, and copy to that.",
            )


def _each(ledger: _Connection, statement: str, tables: Iterable[str]) -> None:
    """Execute a statement for each table, all at once."""
    ledger.execute("; ".join(statement.format(name) for name in tables).encode())


def _count(file: duckdb.DuckDBPyConnection) -> int:
    counts = " + ".join(f"(SELECT count(*) FROM {name})" for name in schema().tables)
    return int(file.execute(f"SELECT {counts}").fetchall()[0][0])


def _compare(table: Table, one: Fingerprint, other: Fingerprint) -> None:
    if one != other:
        differing = (
            f"{one.rows:,} rows there, {other.rows:,} here"
            if one.rows != other.rows
            else f"the same {one.rows:,} rows in number, but not in content"
        )
        raise StoreError(
            f"{table.name} differs",
            advice=f"The copy differs from the original in the table {table.name}: {differing}. "
            "Nothing was changed. Please report this.",
        )


@contextmanager
def _of(table: Table) -> Iterator[None]:
    """Say in which table a value cannot be taken."""
    try:
        yield
    except (psycopg.DataError, duckdb.DataError) as error:
        raise StoreError(
            f"{table.name}: {type(error).__name__}",
            advice=f"The table {table.name} holds a value that cannot be copied "
            f"({type(error).__name__}). Nothing was changed. Please report this.",
        ) from error


class _Tally:
    """How many rows have gone."""

    def __init__(self, progress: Progress, *, total: int) -> None:
        """Tell `progress` of each table."""
        self.done = 0
        self._progress = progress
        self._total = total

    def of(self, table: Table) -> Callable[[int], None]:
        """Return what is told of a table's rows."""

        def moved(rows: int) -> None:
            self.done += rows
            self._progress(table.name, self.done, max(self.done, self._total))

        return moved
