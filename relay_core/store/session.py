"""One open transaction of the DuckDB file, and rows on their way in and out."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from relay_core.log import log
from relay_core.store.commits import Commits
from relay_core.store.disk import explained
from relay_core.store.ledger import Row, Work, stored, told
from relay_core.store.queries import query as query_text


class DuckSession:
    """One open transaction on the writer's cursor."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Use the writer's cursor."""
        self.cursor = cursor
        self.has_written = False
        """Whether any row has changed. A look that finds nothing to do costs no write."""

    def run(self, query: str, /, **values: object) -> list[Row]:
        """Execute a named query; see `relay_core.store.ledger.Session`."""
        rows = rows_of(self.cursor, query_text(query), values)
        if _is_write(query) and rows not in ([], [{"Count": 0}]):
            self.has_written = True
        return rows

    def run_many(self, query: str, /, rows: Sequence[Mapping[str, object]]) -> None:
        """Execute one named query over many rows at once."""
        if rows:
            self.cursor.execute(query_text(query), {"rows": as_json(rows)})
            self.has_written = True

    def load(self, table: str, /, rows: pa.Table) -> None:
        """Append a whole Arrow table."""
        self.cursor.from_arrow(rows).insert_into(table)
        self.has_written = True


class DuckTransactions:
    """Does work in the file, one transaction after the other, and counts what was committed."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, *, commits: Commits, path: Path) -> None:
        """Own `cursor` from now on."""
        self._cursor = cursor
        self._commits = commits
        self._path = path

    def __call__(self, pieces: Sequence[Work[Any]]) -> list[Any]:
        """Do these in one transaction.

        Raises:
            StoreError: The disk is full.
        """
        with explained(self._path):
            return self._together(pieces)

    def _together(self, pieces: Sequence[Work[Any]]) -> list[Any]:
        session = DuckSession(self._cursor)
        number: int | None = None
        self._cursor.execute("BEGIN TRANSACTION")
        try:
            results = [work(session) for work in pieces]
            if session.has_written:
                number = self._commits.count(self._cursor)
            self._cursor.execute("COMMIT")
        except BaseException:
            try:
                self._cursor.execute("ROLLBACK")
            except duckdb.Error:  # the failed commit has already ended the transaction
                log().debug("rollback.unneeded")
            raise
        if number is not None:
            self._commits.acknowledge(number)
        return results


@cache
def _is_write(query: str) -> bool:
    kinds = (each.type for each in duckdb.extract_statements(query_text(query)))
    return any(kind != duckdb.StatementType.SELECT for kind in kinds)


def rows_of(cursor: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object]) -> list[Row]:
    """Execute a query's text and return its rows by column name."""
    cursor.execute(sql, {name: stored(value) for name, value in values.items()})
    names = [column[0] for column in cursor.description or ()]
    return [
        {name: told(value) for name, value in zip(names, row, strict=True)}
        for row in cursor.fetchall()
    ]


def as_json(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows as the JSON array that bulk queries read, moments as naive UTC."""

    def plain(value: object) -> Any:  # noqa: ANN401 - JSON
        moment = stored(value)
        return moment.isoformat(sep=" ") if hasattr(moment, "isoformat") else str(moment)

    return json.dumps(rows, default=plain, ensure_ascii=False)
