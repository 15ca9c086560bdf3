"""What is still to happen in the stand-in world, in the order of its clock."""

import asyncio
import heapq
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from relay_core.sandbox.clock import Clock

LONGEST_NAP_S: Final = 1.0
"""Real seconds; a clock that somebody moved is noticed after this at the latest."""

SHORTEST_NAP_S: Final = 0.001


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    at: datetime
    sequence: int
    happening: Callable[[], None] = field(compare=False)


class Agenda:
    """A heap of happenings, each called once when the sandbox clock has reached it."""

    def __init__(self, clock: Clock) -> None:
        """Begin empty, on this clock."""
        self._clock = clock
        self._entries: list[_Entry] = []
        self._sequence = count()
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        """Return how many happenings are still to come."""
        return len(self._entries)

    def after(self, delay_s: float, happening: Callable[[], None]) -> None:
        """Call `happening` once `delay_s` sandbox seconds have passed."""
        at = self._clock.now() + timedelta(seconds=delay_s)
        entry = _Entry(at, next(self._sequence), happening)
        heapq.heappush(self._entries, entry)
        if self._entries[0] is entry:
            self.wake()

    def wake(self) -> None:
        """Look at the clock again at once, because it was set or something earlier came in."""
        self._changed.set()

    async def run(self) -> None:
        """Call what is due, sleep until the next happening, and so on until cancelled."""
        while True:
            self._changed.clear()
            self._call_what_is_due()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self._nap_s())

    def _call_what_is_due(self) -> None:
        now = self._clock.now()
        while self._entries and self._entries[0].at <= now:
            heapq.heappop(self._entries).happening()

    def _nap_s(self) -> float:
        if not self._entries:
            return LONGEST_NAP_S
        ahead_s = (self._entries[0].at - self._clock.now()).total_seconds()
        real_s = self._clock.real_seconds(max(ahead_s, 0.0))
        return min(max(real_s, SHORTEST_NAP_S), LONGEST_NAP_S)
