"""An alarm clock: a thread that wakes when something is due, and does it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from typing import Final

from relay_core.errors import RelayError
from relay_core.log import log

LONGEST_S: Final = 30.0
"""Between two looks: a clock that was set, or a machine that slept, is noticed within it."""
AGAIN_S: Final = 15.0
"""Before what could not be done is tried again."""
_PARTING_S: Final = 5.0
"""How long a deed under way may hold up the end; the file knows how far it came."""


def always() -> bool:
    """Answer for a process that shares its ledger with nobody."""
    return True


class Alarm:
    """Rings when the time has come, never before."""

    def __init__(
        self,
        *,
        name: str,
        next_at: Callable[[], datetime | None],
        ring: Callable[[], bool],
        clock: Callable[[], datetime],
        leads: Callable[[], bool] = always,
        wait: Callable[[Event, float], bool] = Event.wait,
    ) -> None:
        """Prepare; nothing rings before `start`.

        Args:
            name: Of the thread, and in the log.
            next_at: When something is due next; None when nothing is.
            ring: Does what is due; tells whether nothing of it is left.
            clock: Gives the time, with a time zone.
            leads: Whether it is for this process to do it, of all that share a ledger.
            wait: Waits for a bell for so many seconds; tells whether it rang.
        """
        self._name = name
        self._next_at = next_at
        self._ring = ring
        self._clock = clock
        self._leads = leads
        self._wait = wait
        self._bell = Event()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._stopped = False

    def start(self) -> None:
        """Begin; what is due already rings at once."""
        with self._lock:
            if self._thread is None and not self._stopped:
                self._thread = Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()

    def wake(self) -> None:
        """Say that something else may be due next. Does nothing before `start`."""
        self._bell.set()

    def stop(self) -> None:
        """Ring no more."""
        with self._lock:
            self._stopped = True
            thread = self._thread
        self._bell.set()
        if thread is not None:
            thread.join(_PARTING_S)

    def _work(self) -> None:
        while not self._stopped:
            self._wait(self._bell, self._rang())
            self._bell.clear()

    def _rang(self) -> float:
        """Do what is due; return how many seconds to rest."""
        try:
            if not self._leads():
                return LONGEST_S
            next_at = self._next_at()
            if next_at is not None and next_at <= self._clock():
                if not self._ring():
                    return AGAIN_S
                next_at = self._next_at()
            if next_at is None:
                return LONGEST_S
            return max(0.0, min((next_at - self._clock()) / timedelta(seconds=1), LONGEST_S))
        except RelayError as error:  # it may go better next time
            log().warning("alarm.failed", alarm=self._name, error=type(error).__name__)
        except Exception:  # noqa: BLE001 - an alarm outlives a bad ring; the file may close under it
            if not self._stopped:
                log().error("alarm.broke", alarm=self._name, exc_info=True)
        return AGAIN_S
