"""Days and durations of conditions, made into instants by a clock and a time zone it is given."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, assert_never
from zoneinfo import ZoneInfo

_A_YEAR_DAYS: Final = 365
_SMALLEST: Final = timedelta(microseconds=1)
"""The resolution of a stored moment."""


class Unit(StrEnum):
    """What a duration counts. A month or a year is a calendar one."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


LARGEST: Final = {
    Unit.MINUTES: 5_000_000,
    Unit.HOURS: 100_000,
    Unit.DAYS: 5_000,
    Unit.WEEKS: 1_000,
    Unit.MONTHS: 1_000,
    Unit.YEARS: 100,
}
"""Largest amount of each unit; keeps every computed moment within the calendar."""

OF_A_DAY: Final = (Unit.MINUTES, Unit.HOURS)
"""Units that mean nothing for a date without a time."""


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of time, as `[7, "days"]`."""

    amount: int
    unit: Unit


Point = date | datetime
"""A whole day in the account's time zone, or an exact moment (aware)."""


def shifted(moment: datetime, duration: Duration, *, sign: int, zone: ZoneInfo) -> datetime:
    """Return the moment that lies a duration later (`sign` 1) or earlier (-1), in UTC.

    Minutes and hours are counted exactly. Longer units keep the time that the clock shows in the
    zone, so that "7 days ago" does not move by an hour in the weeks when clocks change.
    """
    if duration.unit in OF_A_DAY:
        seconds = duration.amount * (60 if duration.unit is Unit.MINUTES else 3600)
        return moment.astimezone(UTC) + sign * timedelta(seconds=seconds)
    local = moment.astimezone(zone)
    day = shifted_day(local.date(), duration, sign=sign)
    return datetime.combine(day, local.timetz()).astimezone(UTC)


def shifted_day(day: date, duration: Duration, *, sign: int) -> date:
    """Return the day that lies a duration later or earlier.

    A month or a year that would end on a day that does not exist ends on the last day there is.

    Raises:
        ValueError: The duration is shorter than a day.
    """
    amount = sign * duration.amount
    match duration.unit:
        case Unit.DAYS:
            return day + timedelta(days=amount)
        case Unit.WEEKS:
            return day + timedelta(weeks=amount)
        case Unit.MONTHS:
            return _months_later(day, amount)
        case Unit.YEARS:
            return _months_later(day, 12 * amount)
        case Unit.MINUTES | Unit.HOURS:
            raise ValueError(f"{duration.unit} do not make a day")
        case _:
            assert_never(duration.unit)


def instants(point: Point, *, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the half-open stretch `[begin, end)` that a point stands for, in UTC."""
    if isinstance(point, datetime):
        moment = point.astimezone(UTC)
        return moment, moment + _SMALLEST
    begin = datetime.combine(point, time(), tzinfo=zone)
    end = datetime.combine(point + timedelta(days=1), time(), tzinfo=zone)
    return begin.astimezone(UTC), end.astimezone(UTC)


def anniversaries(today: date, duration: Duration) -> list[int]:
    """Return the days of the year from today to the end of a duration, each as month * 100 + day.

    29 February counts as 28 February in a year without one.
    """
    last = min(shifted_day(today, duration, sign=1), today + timedelta(days=_A_YEAR_DAYS))
    days = [today + timedelta(days=n) for n in range((last - today).days + 1)]
    found = {day.month * 100 + day.day for day in days}
    if any(day.month == 2 and day.day == monthrange(day.year, 2)[1] for day in days):  # noqa: PLR2004 - February
        found.add(229)
    return sorted(found)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
