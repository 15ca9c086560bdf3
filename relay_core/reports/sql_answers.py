"""Answers queries of analysts: read only, within a time, and no more rows than were promised."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from relay_core.errors import QueryError
from relay_core.reports.plain_values import plain_table
from relay_core.reports.sql_rules import Relations, check_tree
from relay_core.store.database import Database
from relay_core.store.tables import Table

TIMEOUT_S: Final = 30.0
MOST_ROWS: Final = 10_000
_MOST_BYTES: Final = 50_000_000
_BATCH_ROWS: Final = 2_000
_AT_ONCE: Final = 2
"""More would take the processor from the sender."""
_PATIENCE_S: Final = 3.0
_TREE: Final = "SELECT json_serialize_sql($sql, skip_null := true, skip_empty := true)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a query returned."""

    table: Table
    """Every value in a type that a spreadsheet knows; headings are told apart."""
    is_cut: bool
    """Whether there are more rows than these."""
    took_s: float


class Inquiries:
    """Queries under way, few at once."""

    def __init__(
        self,
        database: Database,
        *,
        timeout_s: float = TIMEOUT_S,
        patience_s: float = _PATIENCE_S,
        most_rows: int = MOST_ROWS,
    ) -> None:
        """Answer from this file.

        Args:
            database: The open file.
            timeout_s: Seconds after which a query is given up.
            patience_s: Seconds to wait for a slot, and for an interruption to be noticed.
            most_rows: Rows of one answer.
        """
        self._database = database
        self._patience_s = patience_s
        self._timeout_s = timeout_s
        self._most_rows = most_rows
        self._slots = threading.BoundedSemaphore(_AT_ONCE)
        self._running: set[duckdb.DuckDBPyConnection] = set()
        self._is_closed = False

    def close(self) -> None:
        """Give up what is under way, once; whoever asked hears that it took too long."""
        if self._is_closed:
            return
        self._is_closed = True
        for cursor in tuple(self._running):
            cursor.interrupt()
        for _ in range(_AT_ONCE):
            self._slots.acquire(timeout=self._patience_s)

    def ask(self, sql: str) -> Answer:
        """Answer one SELECT over the facts.

        Raises:
            QueryError: It is not that, it is wrong, or it took too long.
        """
        if not self._slots.acquire(timeout=self._patience_s):
            raise QueryError(
                "busy", advice="Relay is answering other queries. Try again in a moment."
            )
        began = time.monotonic()
        answer: Future[tuple[pa.Table, bool]] = Future()
        cursors: list[duckdb.DuckDBPyConnection] = []

        def work() -> None:
            try:
                with self._database.snapshot() as cursor:
                    cursors.append(cursor)
                    self._running.update(cursors)
                    found = self._read(cursor, sql)
            except Exception as error:  # noqa: BLE001 - whoever asked hears of it
                self._end(cursors)
                answer.set_exception(error)
            else:
                self._end(cursors)
                answer.set_result(found)

        threading.Thread(target=work, name="relay-sql", daemon=True).start()
        with _in_words(self._timeout_s):
            try:
                table, is_cut = answer.result(timeout=self._timeout_s)
            except TimeoutError:
                for cursor in cursors:
                    cursor.interrupt()
                # Some functions look for an interruption rarely; the thread then ends by itself.
                table, is_cut = answer.result(timeout=self._patience_s)
        return Answer(table=table, is_cut=is_cut, took_s=time.monotonic() - began)

    def _end(self, cursors: list[duckdb.DuckDBPyConnection]) -> None:
        self._running.difference_update(cursors)
        self._slots.release()

    def _read(self, cursor: duckdb.DuckDBPyConnection, sql: str) -> tuple[pa.Table, bool]:
        statement = _only_select(sql)
        tree = cursor.execute(_TREE, {"sql": statement}).fetchall()[0][0]
        check_tree(json.loads(tree), relations=_relations(self._database))
        reader = cursor.sql(statement).to_arrow_reader(_BATCH_ROWS)
        batches, rows, size = [], 0, 0
        for batch in reader:
            batches.append(batch)
            rows, size = rows + batch.num_rows, size + batch.nbytes
            if rows > self._most_rows or size > _MOST_BYTES:
                break
        table = pa.Table.from_batches(batches, schema=reader.schema)
        del reader  # a reader that is left open keeps the file from being opened again
        kept = self._most_rows if size <= _MOST_BYTES else max(1, rows - batches[-1].num_rows)
        return plain_table(table.slice(0, kept)), rows > kept


def _only_select(sql: str) -> str:
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError("syntax", advice=_first_words(error)) from error
    if not statements:
        raise QueryError("nothing asked", advice="Type a query, such as FROM report_runs.")
    if len(statements) > 1:
        raise QueryError("several statements", advice="Ask one query at a time.")
    if statements[0].type is not duckdb.StatementType.SELECT:
        raise QueryError(
            "no select",
            advice="Only SELECT is possible here: nothing can be changed, read from files or set. "
            "A PIVOT has to name its values, as in ON state IN ('delivered', 'failed').",
        )
    return str(statements[0].query)


def _relations(database: Database) -> Relations:
    rows = database.rows("facts.relations")
    return Relations(
        facts={row["name"] for row in rows if row["is_fact"]},
        others={row["name"] for row in rows if not row["is_fact"]},
    )


@contextmanager
def _in_words(timeout_s: float) -> Iterator[None]:
    try:
        yield
    except (duckdb.InterruptException, TimeoutError) as error:
        raise QueryError(
            "too long",
            advice=f"This took longer than {timeout_s:.0f} seconds and was given up. Ask for one "
            "run or fewer days, or take the files: relay export DIR --parquet.",
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise QueryError(
            "too much memory",
            advice="This needs more memory than there is. Ask for one run, fewer days or columns.",
        ) from error
    except duckdb.Error as error:
        raise QueryError(type(error).__name__, advice=_first_words(error)) from error


def _first_words(error: duckdb.Error) -> str:
    """Return what DuckDB says, without the kind of error and the excerpt of the query."""
    said = str(error).split("\n\nLINE ", 1)[0].split("\nDid you mean", 1)[0]
    return f"DuckDB cannot answer this: {said.split(': ', 1)[-1].strip()}"
