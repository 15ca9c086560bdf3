"""When a schedule is due: a time on the wall of some place, once or again and again."""

import calendar
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from relay_core.errors import CampaignError
from relay_core.worded import WordedEnum

_MINUTE: Final = timedelta(minutes=1)
_WEEK: Final = timedelta(weeks=1)
_MONTHS: Final = 12
_EVERY_MONTH_HAS: Final = 28
_LOOKS_AHEAD: Final = timedelta(days=366)
"""How far remarks about single times look."""


class Repeat(WordedEnum):
    """How often. Values are stored."""

    WEEKLY = "weekly", "every week"
    MONTHLY = "monthly", "every month"


def read_zone(name: str) -> ZoneInfo:
    """Return a time zone by its name.

    Raises:
        CampaignError: There is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CampaignError(
            "no such time zone",
            advice=f"There is no time zone {name!r}. Say one like Europe/Amsterdam.",
        ) from error


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment, in UTC, at which a clock of a zone shows a time.

    A time that comes twice, when clocks are put back, is the first of the two. One that does not
    come, when they are put forward, is the next that does.

    Args:
        local: Without a time zone.
        zone: Where the clock hangs.
    """
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if wall(moment, zone) == local:
        return moment
    # In a gap, the other reading lies before the clocks change and the first one after that.
    moment = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while wall(moment, zone) < local:
        moment += _MINUTE
    return moment


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what a clock of a zone shows at a moment, without a time zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def moments(at: datetime, zone: ZoneInfo, repeat: Repeat | None) -> Iterator[datetime]:
    """Return every moment of a schedule in UTC, the first one first.

    Each is counted from the first, so that the 31st stays the 31st where there is one; in a
    shorter month it is the last day.

    Args:
        at: The first time, as a clock there shows it.
        zone: Where.
        repeat: How often; None is once.
    """
    for local in _times(at, repeat):
        yield instant(local, zone)


def next_after(
    at: datetime, zone: ZoneInfo, repeat: Repeat | None, *, after: datetime
) -> datetime | None:
    """Return the first moment of a schedule that is later than another; None if none is."""
    return next((moment for moment in moments(at, zone, repeat) if moment > after), None)


def remarks(at: datetime, zone: ZoneInfo, repeat: Repeat | None) -> tuple[str, ...]:
    """Return what is peculiar about the times of a schedule within a year, in sentences."""
    said = []
    if repeat is Repeat.MONTHLY and at.day > _EVERY_MONTH_HAS:
        said.append(f"In months without a day {at.day} it is sent on their last day.")
    times = list(islice(_times(at, repeat), 60))
    for local in (each for each in times if each <= at + _LOOKS_AHEAD):
        moment = instant(local, zone)
        if wall(moment, zone) != local:
            said.append(
                f"On {local:%-d %B %Y} clocks in {zone.key} skip {local:%H:%M}; it is sent at "
                f"{wall(moment, zone):%H:%M} then."
            )
        elif local.replace(tzinfo=zone, fold=1).astimezone(UTC) > moment:
            said.append(
                f"On {local:%-d %B %Y} clocks in {zone.key} show {local:%H:%M} twice; it is sent "
                "the first time."
            )
    return tuple(said)


def _times(at: datetime, repeat: Repeat | None) -> Iterator[datetime]:
    match repeat:
        case None:
            yield at
        case Repeat.WEEKLY:
            for number in count():
                yield at + number * _WEEK
        case Repeat.MONTHLY:
            for number in count():
                years, month = divmod(at.month - 1 + number, _MONTHS)
                year, month = at.year + years, month + 1
                last_day = calendar.monthrange(year, month)[1]
                yield at.replace(year=year, month=month, day=min(at.day, last_day))
