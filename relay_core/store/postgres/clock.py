"""The database's clock, read here: hosts may disagree about the time, and nothing depends on it.

The wall clock of this host is never read. The time is asked for now and then, and carried on from
there by the clock that never jumps.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event, Lock, Thread
from typing import Final, Self

import psycopg

from relay_core.errors import StoreError
from relay_core.log import log
from relay_core.store.postgres.connecting import connecting, explained

_EVERY_S: Final = 30.0
_AGAIN_S: Final = 1.0
"""After a measurement that failed."""
_SAMPLES: Final = 5
"""The quickest of them is the most exact: the error is less than half of what it took."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class DatabaseClock:
    """Tells the database's time, never an earlier one than before."""

    def __init__(self, url: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Ask for the time, and keep asking beside everything else.

        Args:
            url: `postgresql://…`.
            monotonic: Seconds of a clock that never jumps.

        Raises:
            StoreError: The database cannot be reached.
        """
        self._url = url
        self._monotonic = monotonic
        self._lock = Lock()
        self._latest = _EPOCH
        self._closing = Event()
        self._connection: psycopg.Connection | None = None
        self._ahead_s = 0.0
        self.measure()
        self._thread = Thread(target=self._keep_measuring, name="database-clock", daemon=True)
        self._thread.start()

    def now(self) -> datetime:
        """Return the database's time, in UTC. Asks nobody."""
        with self._lock:
            told = _EPOCH + timedelta(seconds=self._ahead_s + self._monotonic())
            self._latest = max(self._latest, told)
            return self._latest

    def measure(self) -> None:
        """Ask for the time now.

        Raises:
            StoreError: The database cannot be reached.
        """
        with explained():
            if self._connection is None or self._connection.closed:
                self._connection = psycopg.connect(
                    self._url, autocommit=True, **connecting(self._url)
                )
            samples = [self._sample(self._connection) for _ in range(_SAMPLES)]
        _, ahead_s = min(samples)
        with self._lock:
            self._ahead_s = ahead_s

    def close(self) -> None:
        """Ask no more; `now` goes on."""
        self._closing.set()
        self._thread.join()
        if self._connection is not None:
            self._connection.close()

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _sample(self, connection: psycopg.Connection) -> tuple[float, float]:
        """Return how long asking took, and by how much the database's clock is ahead of ours."""
        before = self._monotonic()
        row = connection.execute("SELECT CAST(extract(epoch FROM clock_timestamp()) AS FLOAT8)")
        ((told,),) = row.fetchall()
        after = self._monotonic()
        return after - before, told - (before + after) / 2

    def _keep_measuring(self) -> None:
        pause_s = _EVERY_S
        while not self._closing.wait(pause_s):
            try:
                self.measure()
                pause_s = _EVERY_S
            except StoreError:
                pause_s = _AGAIN_S
                log().warning("clock.not_measured")
                with suppress(psycopg.Error):
                    if self._connection is not None:
                        self._connection.close()
