"""How fast a run goes at the moment, and how long it will still take. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_WINDOW: Final = timedelta(seconds=30)
"""Long enough to be steady, short enough to follow a pause."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How many deliveries were settled at one moment."""

    taken_at: datetime
    settled: int


def recent(readings: Sequence[Reading], latest: Reading) -> list[Reading]:
    """Return the readings of the last half minute, with the latest."""
    return [r for r in readings if latest.taken_at - r.taken_at <= _WINDOW] + [latest]


def rate_per_s(readings: Sequence[Reading]) -> float | None:
    """Return deliveries settled each second; None while too little was seen."""
    if len(readings) < 2:  # noqa: PLR2004 - a rate needs two readings
        return None
    first, last = readings[0], readings[-1]
    seconds = (last.taken_at - first.taken_at).total_seconds()
    return (last.settled - first.settled) / seconds if seconds >= 1 else None


def left_s(waiting: int, *, rate: float | None, pace: float) -> float:
    """Return how many seconds the waiting deliveries will take.

    Args:
        waiting: Deliveries that are not settled.
        rate: What was seen, per second.
        pace: What the lane may do, per second; used until something was seen.
    """
    return waiting / (rate or pace)
