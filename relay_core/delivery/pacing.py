"""When the next message may leave. Pure arithmetic: callers bring the clock."""

from collections import deque
from typing import Final

_CATCH_UP: Final = 2
"""Turns that may follow closer together after a delay, so that a hiccup costs no throughput."""
_WIDEN: Final = 1.5
_WIDEST_GUARD_S: Final = 0.25
_LEAST_WIDENED_S: Final = 0.01
_COLD_S: Final = 0.06
"""Added to the guard for the first two windows: the first requests open connections and load code
on both sides, so they arrive late against those that follow (measured: up to 60 ms)."""
_APART_S: Final = 0.002
"""Beyond a whole window, for what passes between the question and the departure."""
_NARROW_EVERY: Final = 200
"""Messages without a 429 after which the guard shrinks one step back towards its setting."""


class Pacer:
    """At most `per_second` departures in any sliding second, and hardly fewer.

    A schedule spaces departures evenly; a log of the last n departures is the hard limit. The
    window is a little longer than a second (`guard_s`), because the other side's clock sees our
    departures with jitter. A refusal widens the guard; a long calm narrows it again.
    """

    def __init__(self, *, per_second: float, guard_s: float) -> None:
        """Start with nothing sent.

        Raises:
            ValueError: The rate is not positive.
        """
        if per_second <= 0:
            raise ValueError("a pace must be above zero")
        # Fewer than one a second is one in a longer window.
        self._n = max(1, int(per_second))
        self._base_s = self._n / per_second
        self._least_guard_s = self.guard_s = guard_s
        self._log: deque[float] = deque(maxlen=self._n)
        self._left: deque[float] = deque(maxlen=self._n)
        self._schedule: float | None = None
        self._not_before: float | None = None
        self._calm = 0
        self._departures = 0

    def next_turn(self, now: float) -> float:
        """Return the moment, in seconds of the caller's clock, of the next departure."""
        turn = self._scheduled(now)
        if len(self._log) == self._n:
            turn = max(turn, self._log[0] + self._window_s)
        return turn if self._not_before is None else max(turn, self._not_before)

    def departed(self, now: float) -> None:
        """Record a departure. Call it as the message leaves, not when its turn came."""
        self._schedule = self._scheduled(now)
        self._log.append(now)
        self._departures += 1
        self._calm += 1
        if self._calm >= _NARROW_EVERY:
            self.guard_s = max(self._least_guard_s, self.guard_s / _WIDEN)
            self._calm = 0

    def held_back_s(self, now: float) -> float:
        """Return for how long a message whose turn has come must still wait; 0 lets it leave.

        A busy machine wakes threads late, and who leaves late comes too close to those that follow.
        So this is asked right before each departure, and counts when it really was.
        """
        if len(self._left) == self._n:
            wait_s = self._left[0] + self._base_s + _APART_S - now
            if wait_s > 0:
                return wait_s
        self._left.append(now)
        return 0.0

    def refused(self, now: float, *, retry_after_s: float | None) -> None:
        """Slow down after a 429: wait as long as was asked, and keep a wider guard."""
        self._calm = 0
        wait_s = self._base_s if retry_after_s is None else retry_after_s
        self._not_before = max(self._not_before or now, now + wait_s)
        self.guard_s = min(_WIDEST_GUARD_S, max(self.guard_s, _LEAST_WIDENED_S) * _WIDEN)

    def rest_until(self, moment: float) -> None:
        """Let nothing leave before a moment, in seconds of the caller's clock."""
        self._not_before = max(self._not_before or moment, moment)

    @property
    def longest_window_s(self) -> float:
        """For how long a departure may count, however wide the guard has become."""
        return self._base_s + _WIDEST_GUARD_S + _COLD_S

    @property
    def _window_s(self) -> float:
        cold_s = _COLD_S if self._departures <= 2 * self._n else 0.0
        return self._base_s + self.guard_s + cold_s

    def _scheduled(self, now: float) -> float:
        """Return the even spacing's next moment; a delay is caught up by a few turns at most."""
        step_s = self._window_s / self._n
        if self._schedule is None:
            return now
        return max(self._schedule + step_s, now - _CATCH_UP * step_s)
