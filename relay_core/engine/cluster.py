"""The engine of a process that does not send: it wakes lanes, and workers on any host take them."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException

from relay_core.engine.lane_jobs import count_workers, defer
from relay_core.errors import StoreError
from relay_core.log import log
from relay_core.store.ledger import Ledger
from relay_core.store.postgres.queue import queue_options

_LOOK_S: Final = 1.0
"""For how long it is remembered whether there are workers."""
_PATIENCE_S: Final = 3.0
"""Until a database that does not answer is left alone: somebody may have pressed a button."""


class ClusterEngine:
    """Puts lanes into the queue. Workers also find by themselves what is due, a little later."""

    def __init__(
        self, ledger: Ledger, url: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Prepare; nothing is woken before `start`.

        Args:
            ledger: Where runs are.
            url: `postgresql://…`, of the shared ledger.
            monotonic: Seconds of a clock that never jumps.
        """
        self._ledger = ledger
        self._app = _queue_at(url)
        self._monotonic = monotonic
        self._lock = Lock()
        self._is_open = False
        self._looked_at: float | None = None
        self._has_workers = False

    @property
    def is_sending(self) -> bool:
        """Whether there are workers; as of a second ago at most."""
        with self._lock:
            if not self._is_open:
                return False
            now = self._monotonic()
            if self._looked_at is None or now - self._looked_at >= _LOOK_S:
                self._has_workers = self._found_workers()
                self._looked_at = now
            return self._has_workers

    def start(self) -> None:
        """Wake every lane that has a run under way."""
        with self._lock:
            if not self._is_open:
                self._app.open()
                self._is_open = True
        for lane in {row["integration_id"] for row in self._ledger.rows("runs.active")}:
            self.wake(lane)

    def wake(self, lane: str) -> None:
        """Tell workers that a lane has work. Does nothing before `start` or after `stop`."""
        with self._lock:
            if not self._is_open:
                return
            try:
                defer(self._app, lane)
            except ConnectorException:  # workers find it once the database answers
                log().warning("lane.not_woken", lane=lane)

    def stop(self) -> None:
        """Let go of the queue; workers go on."""
        with self._lock:
            if self._is_open:
                self._is_open = False
                self._app.close()

    def _found_workers(self) -> bool:
        try:
            return count_workers(self._app) > 0
        except ConnectorException:
            return False


def workers_at(url: str) -> int:
    """Ask a shared ledger how many workers there are now.

    Args:
        url: `postgresql://…`

    Raises:
        StoreError: It does not answer.
    """
    try:
        with _queue_at(url).open() as queue:
            return count_workers(queue)
    except ConnectorException as error:
        raise StoreError(
            "the shared ledger does not answer",
            advice="Look whether PostgreSQL runs and can be reached from here.",
        ) from error


def _queue_at(url: str) -> App:
    connector = SyncPsycopgConnector(
        conninfo=url, kwargs=queue_options(url), min_size=0, max_size=2, timeout=_PATIENCE_S
    )
    return App(connector=connector)
