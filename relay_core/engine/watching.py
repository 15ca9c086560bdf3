"""A patient look at something outside that decides by itself, from time to time, politely."""

from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Final

from relay_core.engine.alarm import always
from relay_core.errors import RelayError
from relay_core.log import log

LONGEST_S: Final = 3600.0
"""Between two looks, however long the decision takes."""
_GROWTH: Final = 1.5
_REST_S: Final = 30.0
"""Until it is asked again whether anything is awaited: nobody rings here for what another process
of those that share a ledger awaits."""
_PARTING_S: Final = 5.0
"""How long a look under way may hold up the end; it reads, so nothing of it is lost."""


def next_pause_s(last_s: float, *, changed: bool, shortest_s: float) -> float:
    """Return how long to wait after a look.

    Args:
        last_s: The wait before it.
        changed: Whether the look found anything new; then the next comes soon again.
        shortest_s: The shortest wait that is allowed.
    """
    longest_s = max(LONGEST_S, shortest_s)
    return shortest_s if changed else min(max(last_s, shortest_s) * _GROWTH, longest_s)


class Watch:
    """A thread that looks while something is awaited, and rests otherwise."""

    def __init__(
        self,
        *,
        name: str,
        is_awaited: Callable[[], bool],
        look: Callable[[], bool],
        shortest_s: float,
        leads: Callable[[], bool] = always,
        wait: Callable[[Event, float], bool] = Event.wait,
    ) -> None:
        """Prepare; nothing is looked at before `start`.

        Args:
            name: Of the thread, and in the log.
            is_awaited: Whether there is anything to look for.
            look: Looks, and tells whether anything changed.
            shortest_s: Between two looks; 0 is off.
            leads: Whether it is for this process to look, of all that share a ledger.
            wait: Waits for a bell for so many seconds; tells whether it rang.
        """
        self._name = name
        self._is_awaited = is_awaited
        self._look = look
        self._shortest_s = shortest_s
        self._leads = leads
        self._wait = wait
        self._bell = Event()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._stopped = False

    def start(self) -> None:
        """Begin to watch, if that is not off."""
        with self._lock:
            if self._thread is None and self._shortest_s > 0 and not self._stopped:
                self._thread = Thread(target=self._watch, name=self._name, daemon=True)
                self._thread.start()

    def wake(self) -> None:
        """Say that something new may be awaited. Does nothing before `start`."""
        self._bell.set()

    def stop(self) -> None:
        """Look no more."""
        with self._lock:
            self._stopped = True
            thread = self._thread
        self._bell.set()
        if thread is not None:
            thread.join(_PARTING_S)

    def _watch(self) -> None:
        pause_s = self._shortest_s
        while not self._stopped:
            if self._tried(lambda: self._leads() and self._is_awaited()):
                rang = self._wait(self._bell, pause_s)
            else:
                rang = True
                self._wait(self._bell, max(_REST_S, self._shortest_s))
            if self._stopped:
                return
            if rang:
                # Something new may be awaited: no look earlier than the shortest time from now.
                self._bell.clear()
                pause_s = self._shortest_s
            else:
                changed = self._tried(self._look)
                pause_s = next_pause_s(pause_s, changed=changed, shortest_s=self._shortest_s)

    def _tried(self, question: Callable[[], bool]) -> bool:
        try:
            return question()
        except RelayError as error:  # the next look may find it well again
            log().info("look.failed", watch=self._name, error=type(error).__name__)
        except Exception:  # noqa: BLE001 - a watch outlives a bad look; the file may close under it
            if not self._stopped:
                log().error("look.broke", watch=self._name, exc_info=True)
        return False
