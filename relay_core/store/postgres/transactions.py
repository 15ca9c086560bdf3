"""Transactions of one process in the shared ledger, one after the other.

Each is serializable: it ends as if it had been alone, which is what the file's one writer promises.
Of two that would not, one is done again; work may run again by its contract. What reads much, while
others write all the time, would be overtaken for ever: after a few tries it is done alone. Where
the connection is lost before a commit is answered, the server is asked what became of it.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.rows import tuple_row

from relay_core.errors import CommitInDoubt, StoreError
from relay_core.log import log
from relay_core.store.ledger import Row, Session, Work
from relay_core.store.postgres.connecting import NOT_STANDING_STILL, OVERTAKEN, explained

_AGAIN: Final = 20
"""Most times that one transaction is done again; each time some other one was committed."""
_BESIDE_OTHERS: Final = 4
"""Tries beside others; then all others wait for one that is done alone."""
_PAUSE_S: Final = 0.002
_LONGEST_PAUSE_S: Final = 0.1
_ALONE: Final = "7237266, hashtext(current_schema())"
"""The lock that every transaction shares, and that one has which is done alone."""
_NUMBER: Final = "SELECT CAST(pg_current_xact_id() AS TEXT)"
_BEGIN_ALONE: Final = f"BEGIN ISOLATION LEVEL SERIALIZABLE; {_NUMBER}"
_BEGIN: Final = (
    f"BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT pg_advisory_xact_lock_shared({_ALONE}); {_NUMBER}"
)
_BECAME: Final = "SELECT pg_xact_status(CAST(%s AS xid8))"
_DOUBT_S: Final = 20.0
"""For how long the server is asked what became of a commit; it does not know itself until it has
noticed that a line was cut."""
_ASK_AGAIN_S: Final = 0.2

_Connection = psycopg.Connection[Row]


@dataclass(frozen=True, slots=True)
class _Open:
    """A transaction that is under way."""

    connection: _Connection
    number: str
    """The server's own, also once the connection is lost."""


class PostgresTransactions:
    """Does work in the shared ledger."""

    def __init__(
        self, connect: Callable[[], _Connection], session: Callable[[_Connection], Session]
    ) -> None:
        """Prepare; the first work connects.

        Args:
            connect: Makes a connection.
            session: What work is given of it.
        """
        self._connect = connect
        self._session = session
        self._connection: _Connection | None = None

    def __call__(self, pieces: Sequence[Work[Any]]) -> list[Any]:
        """Do these in one transaction.

        Raises:
            StoreError: The database cannot be reached, or too many others write to it.
            CommitInDoubt: It was lost at the very end and cannot be asked.
        """
        pause_s = _PAUSE_S
        for tries in range(_AGAIN):
            try:
                with explained(), self._told_of_loss():
                    if tries < _BESIDE_OTHERS:
                        return self._done(self._begun(), pieces)
                    return self._done_alone(self._begun(), pieces)
            except OVERTAKEN:
                time.sleep(random.uniform(pause_s / 2, pause_s))  # noqa: S311 - no secret
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        raise StoreError(
            "the transaction was overtaken again and again",
            advice="Too many processes write to the ledger at once. Try again shortly.",
        )

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()

    def _begun(self) -> _Open:
        """Begin, on a new connection where the last was lost unused: then nothing was done."""
        if self._connection is not None and not self._connection.closed:
            try:
                return _begin(self._connection)
            except psycopg.OperationalError:
                if not self._connection.closed:
                    raise
        self._connection = self._connect()
        self._connection.autocommit = True
        self._connection.execute(f"SET {NOT_STANDING_STILL}".encode())
        return _begin(self._connection)

    def _done(self, begun: _Open, pieces: Sequence[Work[Any]]) -> list[Any]:
        try:
            session = self._session(begun.connection)
            results = [work(session) for work in pieces]
        except BaseException:
            if not begun.connection.closed:
                begun.connection.rollback()
            raise
        self._commit(begun)
        return results

    def _commit(self, begun: _Open) -> None:
        try:
            begun.connection.execute("COMMIT")
        except psycopg.OperationalError as error:
            if not (begun.connection.closed and self._was_committed(begun.number)):
                raise
            log().warning("ledger.committed_unheard", error=type(error).__name__)
            self._connection = None

    def _was_committed(self, number: str) -> bool:
        """Ask the server on another connection."""
        deadline = time.monotonic() + _DOUBT_S
        while time.monotonic() < deadline:
            try:
                with self._connect() as asking:
                    cursor = asking.cursor(row_factory=tuple_row)
                    [(status,)] = cursor.execute(_BECAME, [number]).fetchall()
            except psycopg.Error:
                status = None
            if status in {"committed", "aborted"}:
                return bool(status == "committed")
            time.sleep(_ASK_AGAIN_S)
        raise CommitInDoubt(
            "a commit was not answered",
            advice="The ledger's database was lost at the very end of this, so it is not known "
            "whether it was done. Look before you do it again.",
        )

    def _done_alone(self, begun: _Open, pieces: Sequence[Work[Any]]) -> list[Any]:
        """Let others end theirs and begin none meanwhile.

        Not for long: somebody whose line was cut may hold up everybody until the server notices.
        """
        connection = begun.connection
        connection.execute("ROLLBACK; SET lock_timeout = '1s'")
        try:
            connection.execute(f"SELECT pg_advisory_lock({_ALONE})".encode())
        except psycopg.errors.LockNotAvailable:
            connection.execute("RESET lock_timeout")
            return self._done(self._begun(), pieces)
        except BaseException:  # it may have the lock or not
            connection.close()
            raise
        try:
            connection.execute("RESET lock_timeout")
            return self._done(_begin(connection, _BEGIN_ALONE), pieces)
        finally:
            _let_go(connection)

    @contextmanager
    def _told_of_loss(self) -> Iterator[None]:
        try:
            yield
        except psycopg.OperationalError as error:
            if self._connection is not None and self._connection.closed:
                log().warning("ledger.connection_lost", error=type(error).__name__)
                self._connection = None
            raise


def _begin(connection: _Connection, statements: str = _BEGIN) -> _Open:
    """Begin; where that is interrupted, none is left open that would refuse all that follows."""
    try:
        cursor = connection.cursor(row_factory=tuple_row).execute(statements.encode())
        while cursor.nextset():
            pass  # the last one tells the number
        [(number,)] = cursor.fetchall()
    except BaseException:
        if not connection.closed:
            connection.rollback()
        raise
    return _Open(connection, number)


def _let_go(connection: _Connection) -> None:
    """Let others begin. What was committed stays so; with its connection the lock is gone too."""
    try:
        if not connection.closed:
            connection.execute(f"SELECT pg_advisory_unlock({_ALONE})".encode())
    except psycopg.Error:
        connection.close()
