"""A DuckDB file that follows the shared ledger: read here, written there.

Everything is read in the file, so audiences and reports stay as quick as with one process, and
their SQL stays one. Everything is written in PostgreSQL; `write` returns once the file has followed
so far, so that whoever wrote something sees it. What others wrote is seen within half a second.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final, cast

import duckdb
import psycopg

from relay_core.errors import DataFolderBusy, StoreError
from relay_core.log import log
from relay_core.store.commits import Commits
from relay_core.store.database import Database, opened
from relay_core.store.exclusive import Exclusive
from relay_core.store.in_transit import parts_of
from relay_core.store.ledger import Row, Session, T, Work
from relay_core.store.postgres.changes import Keys, changes_since, forget_old, snapshot
from relay_core.store.postgres.clock import DatabaseClock
from relay_core.store.postgres.connecting import explained
from relay_core.store.postgres.copying import rows_named, take_in, take_out, whole_table
from relay_core.store.postgres.ledger import PostgresLedger
from relay_core.store.postgres.locks import Leadership, SharedLock
from relay_core.store.postgres.numbering import continue_in_file, next_in_file
from relay_core.store.postgres.schema import prepare
from relay_core.store.postgres.tables import schema
from relay_core.store.postgres.whereabouts import WHICH
from relay_core.store.session import DuckSession
from relay_core.store.writer import Writer, WriterFigures

_EVERY_S: Final = 0.5
_OLD_S: Final = 5.0
"""After which the ledger does not seem to answer."""
_TOO_OLD_S: Final = 30.0
_TIDY_EVERY_S: Final = 3600.0
_FOLLOWED: Final = """
CREATE TABLE IF NOT EXISTS followed (
    ledger TEXT NOT NULL,      -- which one, at which point of its history
    seen   TEXT NOT NULL       -- the snapshot of it that this file holds
)"""
_WHO: Final = f"""
SELECT concat_ws('/', {WHICH}, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
                 %(schema)s) AS ledger"""

_Connection = psycopg.Connection[Row]


class Replica(Database):
    """The open file, and the ledger that it follows."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        path: Path,
        repaired: bool,
        commits: Commits,
        shared: PostgresLedger,
        clock: DatabaseClock,
    ) -> None:
        """Use `open_replica`."""
        connection.execute(_FOLLOWED)
        self._held = None if repaired else _held(connection)
        super().__init__(connection, path=path, repaired=False, commits=commits)
        self._shared = shared
        self._source: psycopg.Connection[Row] | None = None
        self._followed_at = time.monotonic()
        self._is_failing = False
        self._clock = clock
        self._leadership = Leadership(shared)
        self._closing = Event()
        self._following = Writer(self._follow, name="relay-follower")
        self._ticking = Thread(target=self._tick, name="relay-follower-clock", daemon=True)

    def write(self, work: Work[T]) -> T:
        """Do the work in the shared ledger; return once it is durable and this file shows it.

        Where this file cannot follow right after the commit, it is durable and shown later.
        """
        result = self._shared.write(work)
        try:
            self.follow()
        except Exception as error:  # noqa: BLE001 - whatever it is, what was written stays written
            log().warning("replica.behind", error=type(error).__name__)
        return result

    def submit(self, work: Work[T]) -> "Future[T]":
        """Do the same without waiting."""
        return self._shared.submit(work)

    def follow(self) -> None:
        """Return once this file holds all that the ledger did when this was called.

        Raises:
            StoreError: The ledger cannot be reached.
        """
        self._following.submit(lambda _: None).result()

    def copy_to(self, file: Path) -> None:
        """Copy everything into a file that follows nobody, and counts on by itself.

        Args:
            file: A new one, in a workspace.
        """
        super().copy_to(file)
        with duckdb.connect(str(file)) as copy:
            copy.execute("DROP TABLE followed")
            # Numbers are given by the ledger: here no sequence has ever been asked.
            continue_in_file(copy, next_in_file(copy, schema()))

    def now(self) -> datetime:
        """Return the ledger's time: hosts may disagree about theirs."""
        return self._clock.now()

    def lock(self, name: str) -> Exclusive:
        """Return a lock between all replicas; whoever takes it sees what the former one wrote."""
        return SharedLock(
            name,
            ledger=self._shared,
            taken=self.follow,
            is_reachable=lambda: self.lag_s < _OLD_S,
        )

    @property
    def leads(self) -> bool:
        """Whether what is done from time to time, once for all replicas, is done by this one."""
        return self._leadership.is_mine()

    @property
    def lag_s(self) -> float:
        """For how many seconds nothing is known of what others wrote."""
        return time.monotonic() - self._followed_at

    @property
    def writer_figures(self) -> WriterFigures:
        """How the writer to the shared ledger is doing."""
        return self._shared.writer_figures

    def unwell(self) -> str | None:
        """Return why this replica should not be asked now; None while it can."""
        if self.lag_s > _TOO_OLD_S:
            return "the ledger cannot be reached"
        return super().unwell()

    def close(self) -> None:
        """Finish writing, then let go of the ledger and of the file."""
        self._closing.set()
        if self._ticking.is_alive():
            self._ticking.join()
        self._following.close()
        self._leadership.close()
        self._clock.close()
        self._shared.close()
        if self._source is not None:
            self._source.close()
        super().close()

    def start(self) -> None:
        """Follow from now on.

        Raises:
            StoreError: The ledger cannot be reached.
        """
        self.follow()
        self._ticking.start()

    def _tick(self) -> None:
        tidied_at = -_TIDY_EVERY_S
        while not self._closing.wait(_EVERY_S):
            try:
                self.follow()
                if time.monotonic() - tidied_at > _TIDY_EVERY_S:
                    self._shared.aside(forget_old)
                    tidied_at = time.monotonic()
            except Exception as error:  # noqa: BLE001 - the next look may go well
                if not self._is_failing:
                    log().warning("replica.stopped_following", error=type(error).__name__)
                self._is_failing = True
            else:
                self._is_failing = False

    def _follow(self, pieces: Sequence[Work[Any]]) -> list[Any]:
        """Take in what has changed since the last time; one pass serves all who wait for it."""
        begun_at = time.monotonic()
        with explained(), self._connected() as source, source.transaction():
            seen = snapshot(source)
            ledger = source.execute(_WHO, {"schema": schema().number}).fetchone()
            holds = _Held(ledger=str(ledger["ledger"]) if ledger else "", seen=seen)
            changed = self._changed(source, holds)
            if changed is None:
                log().info("replica.reading_all")
            if changed is None or changed:
                super().write(_taking(source, changed, holds))
        self._held = holds
        self._followed_at = begun_at
        return [None] * len(pieces)

    def _changed(self, source: _Connection, now: "_Held") -> dict[str, Keys] | None:
        """Return which rows are not as they were; None where all have to be read."""
        if self._held is None or self._held.ledger != now.ledger:
            return None
        return changes_since(source, self._held.seen)

    @contextmanager
    def _connected(self) -> Iterator[_Connection]:
        """Give the connection that reads, a new one where the last was lost."""
        if self._source is None or self._source.closed:
            self._source = self._shared.connect()
            self._source.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            self._source.read_only = True
        yield self._source


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What a file holds: which ledger, and how much of it."""

    ledger: str
    """Which one, at which point of its history, and by which schema."""
    seen: str
    """The snapshot of it."""


def open_replica(path: Path, *, url: str) -> Replica:
    """Open the file that follows a shared ledger, and read what it lacks.

    Args:
        path: Of the file. A new one reads everything, once; so does one in the place of a file that
            is damaged, as it holds nothing of its own.
        url: `postgresql://…`.

    Raises:
        DataFolderBusy: Another process owns it.
        StoreError: The ledger cannot be reached, or is another Relay's.
    """
    prepare(url)
    try:
        return _opened(path, url=url)
    except DataFolderBusy:
        raise
    except (StoreError, duckdb.Error) as error:
        if not isinstance(error.__cause__ or error, duckdb.Error):
            raise
        log().warning("replica.made_anew", error=type(error.__cause__ or error).__name__)
    for part in parts_of(path):
        part.unlink()
    return _opened(path, url=url)


def _opened(path: Path, *, url: str) -> Replica:
    with ExitStack() as undone:
        shared = PostgresLedger(url)
        undone.callback(shared.close)
        clock = DatabaseClock(url)
        undone.callback(clock.close)
        replica = opened(path, as_=partial(Replica, shared=shared, clock=clock))
        undone.pop_all()
    try:
        replica.start()
    except BaseException:
        replica.close()
        raise
    return replica


def _held(connection: duckdb.DuckDBPyConnection) -> _Held | None:
    row = connection.execute("SELECT ledger, seen FROM followed").fetchone()
    return _Held(ledger=row[0], seen=row[1]) if row else None


def _taking(
    source: _Connection, changed: dict[str, Keys] | None, holds: _Held
) -> Callable[[Session], None]:
    """Return the work that lets the file hold what the open transaction of `source` sees."""

    def work(session: Session) -> None:
        cursor = cast("DuckSession", session).cursor
        for table in schema().tables.values():
            if changed is None:
                cursor.execute(f"DELETE FROM {table.name}")
                pieces = whole_table(source, table)
            elif keys := changed.get(table.name):
                take_out(cursor, table, keys)
                pieces = rows_named(source, table, keys)
            else:
                continue
            for piece in pieces:
                take_in(cursor, table, piece)
        cursor.execute("DELETE FROM followed")
        cursor.execute("INSERT INTO followed VALUES ($ledger, $seen)", asdict(holds))
        cast("DuckSession", session).has_written = True

    return work
