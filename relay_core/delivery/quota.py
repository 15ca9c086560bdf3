"""How many messages a lane may send in a day, and when its next day begins."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import floor, log
from typing import Final
from zoneinfo import ZoneInfo

_NO_LIMIT: Final = 1e7
"""Messages a day that no lane reaches at any pace that Relay allows."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """The limits of a lane's day."""

    per_day: int = 0
    """0 is no limit."""
    warm_up_start: int = 0
    """Messages of a lane's first day, growing from day to day; 0 is no warm-up."""
    warm_up_growth: float = 2.0
    """How many times as many as the day before, at least 1."""

    @property
    def is_set(self) -> bool:
        """Whether there is any limit."""
        return self.per_day > 0 or self.warm_up_start > 0

    def on(self, day: date, *, first_day: date) -> int | None:
        """Return how many messages may leave on a day; None is any number.

        Args:
            day: By the account's clock.
            first_day: On which the lane sent for the first time.
        """
        steady = self.per_day or None
        if self.warm_up_start == 0:
            return steady
        age = max(0, (day - first_day).days)
        # Not raised to a power beyond what a lane could ever send: it would not fit a number.
        if age * log(self.warm_up_growth) >= log(max(1.0, _NO_LIMIT / self.warm_up_start)):
            return steady
        grown = floor(self.warm_up_start * self.warm_up_growth**age)
        return grown if steady is None else min(steady, grown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One of the account's days."""

    date: date
    begins_at: datetime
    """UTC, as the next one."""
    ends_at: datetime


def day_of(at: datetime, zone: ZoneInfo) -> Day:
    """Return the day of a moment.

    Args:
        at: The moment (aware).
        zone: Of the account.
    """
    day = at.astimezone(zone).date()
    return Day(date=day, begins_at=_midnight(day, zone), ends_at=_midnight(day + _DAY, zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
