"""What left on each day, week or month of the account's calendar, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from relay_core.reports.across.cells import Cell, Counts, summed


class Step(StrEnum):
    """How long a step of time is."""

    DAY = "day"
    WEEK = "week"  # begins on Monday
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The messages that left within one step. What became of them later is told here, too."""

    start: date
    counts: Counts


def over_time(found: Iterable[Cell], *, step: Step, zone: ZoneInfo) -> tuple[Point, ...]:
    """Sum cells by steps, from the first to the last with any, those without included."""
    sums = summed(found, lambda cell: step_of(cell.left_at, step, zone))
    if not sums:
        return ()
    start, points = min(sums), []
    while start <= max(sums):
        points.append(Point(start=start, counts=sums.get(start, Counts())))
        start = _next(start, step)
    return tuple(points)


def step_of(moment: datetime, step: Step, zone: ZoneInfo) -> date:
    """Return the first day of the step that a moment lies in, by the clock of a zone."""
    day = moment.astimezone(zone).date()
    match step:
        case Step.DAY:
            return day
        case Step.WEEK:
            return day - timedelta(days=day.weekday())
        case Step.MONTH:
            return day.replace(day=1)
        case _:
            assert_never(step)


def _next(start: date, step: Step) -> date:
    match step:
        case Step.DAY:
            return start + timedelta(days=1)
        case Step.WEEK:
            return start + timedelta(weeks=1)
        case Step.MONTH:
            return (start + timedelta(days=31)).replace(day=1)
        case _:
            assert_never(step)
