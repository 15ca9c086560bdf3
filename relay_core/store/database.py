"""The DuckDB file: one owning process, cursors to read it, one thread to write it."""

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self, TypeVar

import duckdb
import pyarrow as pa

from relay_core.errors import DataFolderBusy, StoreError
from relay_core.log import log
from relay_core.private_file import keep_private
from relay_core.store.commits import Commits
from relay_core.store.disk import explained
from relay_core.store.exclusive import Exclusive
from relay_core.store.in_transit import refuse_in_transit
from relay_core.store.interruption import heard_while_working
from relay_core.store.ledger import Row, T, Work, stored
from relay_core.store.migrations import migrate, migrations
from relay_core.store.queries import query as query_text
from relay_core.store.session import DuckTransactions, rows_of
from relay_core.store.writer import Writer, WriterFigures

_HELD_BY: Final = re.compile(r"Conflicting lock is held in .*?\(PID (\d+)\)")
_TORN_AT: Final = re.compile(r"Corrupt WAL file: entry at byte position (\d+)")
_COPY: Final = "relay_copy"
_CHECKPOINT_TRIES: Final = 40
_CHECKPOINT_PAUSE_S: Final = 0.05
_CONFIG: Final[dict[str, str | bool | int | float | list[str]]] = {
    # Otherwise a name in a query may silently mean a Python variable.
    "python_enable_replacements": False,
    # Bounds how much a restart has to replay: about 10,000 small commits, under a second.
    "wal_autocheckpoint_entries": 40_000,
}


D = TypeVar("D", bound="Database")


class Database:
    """The open file. One in a process; never closed while anything still reads."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        path: Path,
        repaired: bool,
        commits: Commits,
    ) -> None:
        """Take over a migrated connection; see `open_database`."""
        self.path = path
        self.repaired = repaired
        """Whether the log was cut on opening, or acknowledged commits are missing without that, so
        that the file may have forgotten the latest messages. Said once: whatever follows from it
        has to be the first thing that is written."""
        self._connection = connection
        self._lock = threading.Lock()
        self._copying = threading.Lock()
        self._commits = commits
        self._writing = connection.cursor()
        self._writer = Writer(DuckTransactions(self._writing, commits=commits, path=path))

    def rows(self, query: str, /, **values: object) -> list[Row]:
        """Read with a named query."""
        with self._cursor() as cursor:
            return rows_of(cursor, query_text(query), values)

    def table(self, sql: str, values: Mapping[str, object] | None = None) -> pa.Table:
        """Read a query's text as an Arrow table. Only for SQL that Relay itself composed."""
        with self._cursor() as cursor:
            bound = {name: stored(value) for name, value in (values or {}).items()}
            return cursor.sql(sql, params=bound).to_arrow_table()

    def few(self, sql: str, values: Mapping[str, object]) -> list[Row]:
        """Read a query's text as rows: quicker than a table where they are a handful."""
        with self._cursor() as cursor:
            return rows_of(cursor, sql, values)

    @contextmanager
    def snapshot(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a cursor that sees one moment of the file and cannot write to it."""
        with self._cursor() as cursor:
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            try:
                yield cursor
            finally:
                cursor.execute("ROLLBACK")

    def copy_to(self, file: Path) -> None:
        """Copy everything as it is at one moment, while others go on reading and writing.

        Args:
            file: A new one, in a workspace.
        """
        with self._copying, self._cursor() as cursor:
            own = cursor.execute("SELECT current_database()").fetchall()[0][0]
            cursor.execute(f"ATTACH '{quoted(file)}' AS {_COPY}")
            try:
                cursor.execute(f'COPY FROM DATABASE "{own}" TO {_COPY}')
            finally:
                cursor.execute(f"DETACH {_COPY}")

    def checkpoint(self) -> bool:
        """Work the log into the file, so that what was overwritten is not in it any more.

        Returns:
            Whether it could be done; not while others are at work for too long.
        """
        for _ in range(_CHECKPOINT_TRIES):
            with self._cursor() as cursor:
                try:
                    cursor.execute("CHECKPOINT")
                except duckdb.TransactionException:
                    time.sleep(_CHECKPOINT_PAUSE_S)
                else:
                    return True
        log().info("store.not_checkpointed")
        return False

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """Give an empty folder that statements may write files to, and remove it afterwards."""
        parent = _workspaces(self.path)
        parent.mkdir(mode=0o700, exist_ok=True)
        with TemporaryDirectory(dir=parent) as folder:
            yield Path(folder)

    def write(self, work: Work[T]) -> T:
        """Do the work in one transaction; return once it is durable."""
        return self._writer.submit(work).result()

    def submit(self, work: Work[T]) -> "Future[T]":
        """Do the same without waiting."""
        return self._writer.submit(work)

    @property
    def writer_figures(self) -> WriterFigures:
        """How the writer is doing."""
        return self._writer.figures

    def unwell(self) -> str | None:
        """Return why the file can be read or written no more; None while it can."""
        if not self._writer.is_alive:
            return "nothing is written any more"
        try:
            latest = self.rows("vitals.schema_version")[0]["number"]
        except (StoreError, duckdb.Error):
            return "the file cannot be read"
        return None if latest == max(migrations()) else "the file is not up to date"

    def now(self) -> datetime:
        """Return the time, in UTC, by which everything that is kept here goes."""
        return datetime.now(UTC)

    def lock(self, name: str) -> Exclusive:
        """Return a new lock for what only one may do at a time of all who share the ledger.

        Here that is this process alone, so each name is asked for once.
        """
        del name
        return threading.Lock()

    def follow(self) -> None:
        """Return once what everybody has written until now is seen here; always, where one writes.

        Raises:
            StoreError: The shared ledger cannot be reached.
        """

    @property
    def lag_s(self) -> float:
        """For how many seconds nothing is known of what others wrote; nobody else does."""
        return 0.0

    @property
    def leads(self) -> bool:
        """Whether what is done from time to time, once for all, is done by this process."""
        return True

    def close(self) -> None:
        """Finish writing, then let go of the file."""
        self._writer.close()
        self._writing.close()
        self._commits.close()
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
            with heard_while_working(), explained(self.path):
                yield cursor
        finally:
            cursor.close()


def open_database(path: Path, *, last: int | None = None) -> Database:
    """Open the file, repair a torn log, bring the schema up to date, and look what is missing.

    Args:
        path: Of the file.
        last: The last migration to apply; None is all of them.

    Raises:
        DataFolderBusy: Another process owns the file.
        StoreError: The folder cannot be written, or the file is not one of Relay's.
    """
    return opened(path, as_=Database, last=last)


def opened(path: Path, *, as_: Callable[..., D], last: int | None = None) -> D:
    """Do the same for any kind of database, which takes what `Database` does.

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
    note = path.with_name(f"{path.name}.acknowledged")
    keep_private(path, path.with_name(f"{path.name}.wal"), note)
    refuse_in_transit(path)
    if not path.exists():
        note.unlink(missing_ok=True)
    connection, repaired = _connect(path)
    try:
        # Whoever held it may have sent it on its way right before.
        refuse_in_transit(path)
        with heard_while_working(), explained(path):
            migrate(connection, last=last)
            _lock(connection, path)
            commits = Commits(connection, note=note)
        if commits.missing:
            log().error("store.commits_missing", commits=commits.missing)
        return as_(connection, path=path, repaired=repaired or commits.missing > 0, commits=commits)
    except BaseException:
        connection.close()
        raise


def quoted(path: Path) -> str:
    """Return a path as it stands between the quotes of a statement."""
    return str(path).replace("'", "''")


def _workspaces(path: Path) -> Path:
    return path.resolve().with_name(f"{path.name}.export")


def _lock(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Let no statement reach another file, or undo that; only exports leave, into one folder."""
    shutil.rmtree(_workspaces(path), ignore_errors=True)  # what a killed process left
    connection.execute(f"SET allowed_directories = ['{quoted(_workspaces(path))}']")
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


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
