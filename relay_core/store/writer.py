"""The thread that writes: everything queued during the last commit goes into the next.

Group commit without a timer. A caller that waits alone gets its own commit; many callers share
one `fdatasync`.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Final

from relay_core.errors import CommitInDoubt, StoreError
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
    """Runs work in threads of its own, many pieces to a commit."""

    def __init__(
        self, *transactions: Transaction, name: str = "relay-writer", most: int = _BATCH
    ) -> None:
        """Start the threads. Nothing else may use `transactions` from now on.

        Args:
            transactions: Do the work. The file has one, which is its only writer; where several do
                it side by side, no piece waits for another that is held up.
            name: Of the threads.
            most: Pieces of work in one commit.
        """
        self._most = most
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed = False
        self._count = 0
        self._seconds = 0.0
        self._door = Lock()
        self._threads = [
            Thread(target=self._loop, args=(each,), name=name, daemon=True) for each in transactions
        ]
        for thread in self._threads:
            thread.start()

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
        return all(thread.is_alive() for thread in self._threads) and not self._closed

    @property
    def figures(self) -> WriterFigures:
        """How it is doing."""
        return WriterFigures(self._queue.qsize(), self._count, self._seconds)

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._door:
            self._closed = True
            for _ in self._threads:
                self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _loop(self, transaction: Transaction) -> None:
        running = True
        while running:
            batch: list[_Job] = []
            job = self._queue.get()
            while job is not None:
                batch.append(job)
                if len(batch) == self._most:
                    break
                try:
                    job = self._queue.get_nowait()
                except Empty:
                    break
            running = job is not None
            if batch:
                self._commit(batch, transaction)

    def _commit(self, batch: list[_Job], transaction: Transaction) -> None:
        begun = time.monotonic()
        try:
            results = transaction([work for work, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever one piece raised belongs to its caller
            if len(batch) == 1 or isinstance(error, CommitInDoubt):
                for _, future in batch:
                    future.set_exception(error)
                return
            # There are no savepoints: one failing piece undoes its neighbours, so each is done
            # again alone and only the guilty one fails.
            log().info("commit.split", pieces=len(batch), error=type(error).__name__)
            for job in batch:
                self._commit([job], transaction)
            return
        with self._door:
            self._count += 1
            self._seconds += time.monotonic() - begun
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)
