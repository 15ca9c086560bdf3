"""The world's own time: it starts where it is told, and may run faster than ours."""

import time
from datetime import UTC, datetime, timedelta
from typing import Final

STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"
"""How Zendesk writes an instant: whole seconds, UTC."""


class Clock:
    """A clock that can be set, moved forward and sped up.

    Sandbox time = start + elapsed real time * speed.
    """

    __slots__ = ("_base", "_origin_s", "speed")

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        """Start the clock.

        Args:
            start: An aware instant.
            speed: Sandbox seconds per real second, above zero.

        Raises:
            ValueError: The instant has no time zone, or the speed is not above zero.
        """
        if start.tzinfo is None:
            raise ValueError("the clock needs an instant with a time zone")
        if speed <= 0:
            raise ValueError("the speed must be above zero")
        self.speed = speed
        self._base = start.astimezone(UTC)
        self._origin_s = time.monotonic()

    def now(self) -> datetime:
        """Return the present instant of the world, in UTC."""
        elapsed_s = (time.monotonic() - self._origin_s) * self.speed
        return self._base + timedelta(seconds=elapsed_s)

    def set(self, at: datetime) -> None:
        """Make it `at` now; time goes on from there.

        Raises:
            ValueError: The instant has no time zone.
        """
        if at.tzinfo is None:
            raise ValueError("the clock needs an instant with a time zone")
        self._base = at.astimezone(UTC)
        self._origin_s = time.monotonic()

    def advance(self, by: timedelta) -> None:
        """Jump forward, or back when `by` is negative."""
        self._base += by

    def real_seconds(self, sandbox_seconds: float) -> float:
        """Return how long a span of the world's time takes in ours."""
        return sandbox_seconds / self.speed


def stamp(at: datetime) -> str:
    """Write an aware instant as Zendesk does."""
    return at.astimezone(UTC).strftime(STAMP)
