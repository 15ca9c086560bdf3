"""Locks between all processes that share a ledger: PostgreSQL's own, held by a connection.

Whoever ends, or is cut off, holds nothing any more.
"""

import time
from collections.abc import Callable
from threading import Lock
from types import TracebackType
from typing import Final

import psycopg

from relay_core.errors import StoreError
from relay_core.log import log
from relay_core.store.ledger import Row
from relay_core.store.postgres.connecting import explained
from relay_core.store.postgres.ledger import PostgresLedger

_CLASS: Final = 7_237_265
_NUMBER: Final = "hashtext(current_schema() || '/' || %(name)s)"
_TAKE: Final = f"SELECT pg_advisory_lock({_CLASS}, {_NUMBER})"
_TRY: Final = f"SELECT pg_try_advisory_lock({_CLASS}, {_NUMBER}) AS is_mine"
_LET_GO: Final = f"SELECT pg_advisory_unlock({_CLASS}, {_NUMBER})"
_ASK: Final = f"""
SELECT 1 FROM pg_locks
 WHERE locktype = 'advisory' AND granted AND objsubid = 2
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND classid = CAST({_CLASS} AS OID)
   AND objid = CAST(CAST({_NUMBER} AS BIGINT) & 4294967295 AS OID)"""
_LOOK_AGAIN_S: Final = 2.0


class SharedLock:
    """One of all processes has it, and in that one thread."""

    def __init__(
        self,
        name: str,
        *,
        ledger: PostgresLedger,
        taken: Callable[[], None],
        is_reachable: Callable[[], bool] = lambda: True,
    ) -> None:
        """Prepare; nothing is asked before it is used.

        Args:
            name: The same in every process.
            ledger: What is shared.
            taken: What has to be done before whoever took it goes on.
            is_reachable: Whether the ledger answers, as far as is known without asking.
        """
        self._name = {"name": name}
        self._ledger = ledger
        self._taken = taken
        self._is_reachable = is_reachable
        self._here = Lock()
        self._connection: psycopg.Connection[Row] | None = None

    def acquire(self, blocking: bool = True) -> bool:  # noqa: FBT001, FBT002 - as `threading` has it
        """Take it; tell whether that was possible.

        Raises:
            StoreError: The ledger cannot be reached.
        """
        if not self._here.acquire(blocking):
            return False
        try:
            if self._took(blocking=blocking):
                self._taken()
                return True
        except BaseException:
            self.release()
            raise
        self._here.release()
        return False

    def release(self) -> None:
        """Let others have it."""
        if self._connection is not None:
            _let_go(self._connection, self._name["name"])
            self._connection = None
        self._here.release()

    def locked(self) -> bool:
        """Whether somebody has it; where the ledger cannot be reached, nobody can."""
        if self._here.locked() or not self._is_reachable():
            return self._here.locked()
        try:
            return bool(self._ledger.aside(self._holders))
        except StoreError:
            return False

    def _holders(self, connection: psycopg.Connection[Row]) -> list[Row]:
        return connection.execute(_ASK, self._name).fetchall()

    def __enter__(self) -> bool:
        """Wait for it and take it."""
        return self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let others have it."""
        self.release()

    def _took(self, *, blocking: bool) -> bool:
        with explained():
            self._connection = self._ledger.connect()
            self._connection.autocommit = True
            if blocking:
                self._connection.execute(_TAKE, self._name)
                return True
            row = self._connection.execute(_TRY, self._name).fetchone()
        if row is not None and row["is_mine"]:
            return True
        self._connection.close()
        self._connection = None
        return False


class Leadership:
    """Whether this process is the one that does what has to be done once for all."""

    def __init__(self, ledger: PostgresLedger) -> None:
        """Prepare; the first question is the first attempt to be it."""
        self._ledger = ledger
        self._connection: psycopg.Connection[Row] | None = None
        self._asking = Lock()
        self._looked_at = float("-inf")
        self._is_mine = False

    def is_mine(self) -> bool:
        """Whether it is this one, as seen within the last two seconds."""
        with self._asking:
            if time.monotonic() - self._looked_at >= _LOOK_AGAIN_S:
                was_mine, self._is_mine = self._is_mine, self._looked()
                self._looked_at = time.monotonic()
                if was_mine != self._is_mine:
                    log().info("replica.leads" if self._is_mine else "replica.leads_no_more")
            return self._is_mine

    def close(self) -> None:
        """Let another one be it."""
        with self._asking:
            if self._connection is not None:
                _let_go(self._connection, "leading")
            self._connection, self._is_mine = None, False

    def _looked(self) -> bool:
        try:
            with explained():
                if self._connection is None or self._connection.closed:
                    self._connection = self._ledger.connect()
                    self._connection.autocommit = True
                    self._is_mine = False
                if self._is_mine:
                    self._connection.execute("SELECT 1")
                    return True
                row = self._connection.execute(_TRY, {"name": "leading"}).fetchone()
        except StoreError:
            return False
        return row is not None and bool(row["is_mine"])


def _let_go(connection: psycopg.Connection[Row], name: str) -> None:
    """Return once nobody has the lock; the end of a connection alone is noticed later."""
    try:
        connection.execute(_LET_GO, {"name": name})
    except psycopg.Error:  # with its connection the lock is gone as well
        log().warning("lock.lost", name=name)
    connection.close()
