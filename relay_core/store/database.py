"""The DuckDB file: one owning process, cursors to read it, one thread to write it."""

import json
import os
import re
import shutil
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

import duckdb
import pyarrow as pa

from relay_core.errors import DataFolderBusy, StoreError
from relay_core.log import log
from relay_core.store.interruption import heard_while_working
from relay_core.store.ledger import Row, T, Work, stored, told
from relay_core.store.migrations import migrate
from relay_core.store.queries import query as query_text
from relay_core.store.writer import Writer

_HELD_BY: Final = re.compile(r"Conflicting lock is held in .*?\(PID (\d+)\)")
_TORN_AT: Final = re.compile(r"Corrupt WAL file: entry at byte position (\d+)")
_CONFIG: Final[dict[str, str | bool | int | float | list[str]]] = {
    # Otherwise a name in a query may silently mean a Python variable.
    "python_enable_replacements": False,
    # Bounds how much a restart has to replay: about 10,000 small commits, under a second.
    "wal_autocheckpoint_entries": 40_000,
}


class _DuckSession:
    """One open transaction on the writer's cursor."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def run(self, query: str, /, **values: object) -> list[Row]:
        return _rows(self._cursor, query_text(query), values)

    def run_many(self, query: str, /, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            self._cursor.execute(query_text(query), {"rows": as_json(rows)})

    def load(self, table: str, /, rows: pa.Table) -> None:
        self._cursor.from_arrow(rows).insert_into(table)


class Database:
    """The open file. One in a process; never closed while anything still reads."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, *, path: Path, repaired: bool
    ) -> None:
        """Take over a migrated connection; see `open_database`."""
        self.path = path
        self.repaired = repaired
        """Whether the log was cut on opening, so that the latest commits may be missing."""
        self._connection = connection
        self._lock = threading.Lock()
        self._writer = Writer(connection.cursor(), session=_DuckSession)

    def rows(self, query: str, /, **values: object) -> list[Row]:
        """Read with a named query."""
        with self._cursor() as cursor:
            return _rows(cursor, query_text(query), values)

    def table(self, sql: str, values: Mapping[str, object] | None = None) -> pa.Table:
        """Read a query's text as an Arrow table. Only for SQL that Relay itself composed."""
        with self._cursor() as cursor:
            bound = {name: stored(value) for name, value in (values or {}).items()}
            return cursor.sql(sql, params=bound).to_arrow_table()

    def few(self, sql: str, values: Mapping[str, object]) -> list[Row]:
        """Read a query's text as rows: quicker than a table where they are a handful."""
        with self._cursor() as cursor:
            return _rows(cursor, sql, values)

    def write(self, work: Work[T]) -> T:
        """Do the work in one transaction; return once it is durable."""
        return self._writer.submit(work).result()

    def submit(self, work: Work[T]) -> "Future[T]":
        """Do the same without waiting."""
        return self._writer.submit(work)

    def close(self) -> None:
        """Finish writing, then let go of the file."""
        self._writer.close()
        self._connection.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._lock:
            cursor = self._connection.cursor()
        try:
            with heard_while_working():
                yield cursor
        finally:
            cursor.close()


def open_database(path: Path) -> Database:
    """Open the file, repair a torn log, bring the schema up to date.

    Raises:
        DataFolderBusy: Another process owns the file.
        StoreError: The folder cannot be written, or the file is not one of Relay's.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"data folder: {error.strerror}",
            advice=f"Relay cannot write to {path.parent}. Set RELAY_DATA_DIR to another folder.",
        ) from error
    connection, repaired = _connect(path)
    try:
        with heard_while_working():
            migrate(connection)
    except BaseException:
        connection.close()
        raise
    return Database(connection, path=path, repaired=repaired)


def _connect(path: Path, *, repaired: bool = False) -> tuple[duckdb.DuckDBPyConnection, bool]:
    try:
        return duckdb.connect(str(path), config=_CONFIG), repaired
    except duckdb.Error as error:
        text = str(error)
        if held := _HELD_BY.search(text):
            raise DataFolderBusy(
                f"held by process {held[1]}",
                advice=f"Another Relay (process {held[1]}) is using {path.parent}. Stop it, or set "
                "RELAY_DATA_DIR to another folder.",
            ) from error
        if not repaired and (torn := _TORN_AT.search(text)):
            _cut_log(path, at=int(torn[1]))
            return _connect(path, repaired=True)
        raise StoreError(
            f"cannot open: {type(error).__name__}",
            advice=f"{path} cannot be opened as Relay's file. Restore it from a copy, or move it "
            "away to start anew.",
        ) from error


def _cut_log(path: Path, *, at: int) -> None:
    """Keep a copy of a log whose tail was torn by a crash, then cut it where it stops being whole.

    Every commit before that position stays. After a crash what follows was never acknowledged;
    after damage to the disk it may have been, so nothing may go on by itself (`repaired`).
    """
    wal = path.with_name(path.name + ".wal")
    backup = wal.with_name(f"{wal.name}.torn-{int(time.time())}")
    shutil.copy2(wal, backup)
    os.truncate(wal, at)
    log().error("store.log_repaired", kept_bytes=at, cut_bytes=backup.stat().st_size - at)


def _rows(cursor: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object]) -> list[Row]:
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
