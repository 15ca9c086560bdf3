"""The one thread that writes: everything queued during the last commit goes into the next.

Group commit without a timer. A caller that waits alone gets its own commit; many callers share
one `fdatasync`.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Final

from relay_core.errors import StoreError
from relay_core.log import log
from relay_core.store.ledger import T, Work

_BATCH: Final = 200
"""Pieces of work in one commit at most, so that no caller waits for a very long queue."""


@dataclass(frozen=True, slots=True)
class WriterFigures:
    """How the writer of this process is doing."""

    waiting: int
    """Pieces of work that no commit has taken up."""
    commits: int
    seconds: float
    """Time that these commits took, their work included."""


Transaction = Callable[[Sequence[Work[Any]]], list[Any]]
"""Does pieces of work in one transaction and returns what each returned, once it is durable."""

_Job = tuple[Work[Any], "Future[Any]"]


class Writer:
    """Runs work in a thread of its own, many pieces to a commit."""

    def __init__(self, transaction: Transaction) -> None:
        """Start the thread. Nothing else may use `transaction` from now on."""
        self._transaction = transaction
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed = False
        self._count = 0
        self._seconds = 0.0
        self._door = Lock()
        self._thread = Thread(target=self._loop, name="relay-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work[T]) -> "Future[T]":
        """Queue the work; the future resolves once it is durable.

        Raises:
            StoreError: The writer was closed.
        """
        future: Future[T] = Future()
        with self._door:
            if self._closed:
                raise StoreError(
                    "the writer is closed", advice="Relay is stopping. Try again shortly."
                )
            self._queue.put((work, future))
        return future

    @property
    def is_alive(self) -> bool:
        """Whether work that is queued will be done."""
        return self._thread.is_alive() and not self._closed

    @property
    def figures(self) -> WriterFigures:
        """How it is doing."""
        return WriterFigures(self._queue.qsize(), self._count, self._seconds)

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._door:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _loop(self) -> None:
        running = True
        while running:
            batch: list[_Job] = []
            job = self._queue.get()
            while job is not None:
                batch.append(job)
                if len(batch) == _BATCH or self._queue.empty():
                    break
                job = self._queue.get()
            running = job is not None
            if batch:
                self._commit(batch)

    def _commit(self, batch: list[_Job]) -> None:
        begun = time.monotonic()
        try:
            results = self._transaction([work for work, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever one piece raised belongs to its caller
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            # There are no savepoints: one failing piece undoes its neighbours, so each is done
            # again alone and only the guilty one fails.
            log().info("commit.split", pieces=len(batch), error=type(error).__name__)
            for job in batch:
                self._commit([job])
            return
        self._count += 1
        self._seconds += time.monotonic() - begun
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)
