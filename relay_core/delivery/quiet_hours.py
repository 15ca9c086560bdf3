"""When somebody may be messaged next, by the clocks and holidays where their number lives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers.timezone import time_zones_for_number

from relay_core.delivery.hours import MIDNIGHT, Hours, Window

HolidaysOf = Callable[[str, int], frozenset[date]]
"""Public holidays of a country in a year."""

_HORIZON: Final = timedelta(days=30)
"""How far ahead an opening is looked for; no country rests for a month."""
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number may be: a country, and every clock that may hang on the wall there."""

    country: str | None
    zones: tuple[str, ...]
    """IANA, at least one."""


@lru_cache(maxsize=100_000)
def place_of(phone: str, country: str | None) -> Place:
    """Return where a number may be.

    Args:
        phone: E.164.
        country: ISO 3166, of the number.

    Source:
        Google's libphonenumber time zones by prefix, through the library phonenumbers. Mobile
        numbers of large countries do not tell the region, so all zones of the country count.
    """
    try:
        names = time_zones_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        names = ()
    return Place(country, tuple(sorted(filter(_is_zone, names))) or ("UTC",))


def is_allowed(at: datetime, place: Place, hours: Hours, *, holidays_of: HolidaysOf) -> bool:
    """Whether it is inside the hours on every clock of a place.

    Args:
        at: The moment (aware).
        place: Where.
        hours: Of its country.
        holidays_of: Looked at only where a holiday differs.
    """
    return all(
        _is_open(at, zone, place.country, hours, holidays_of)
        for zone in _agreeing(place.zones, hours)
    )


def next_allowed(at: datetime, place: Place, hours: Hours, *, holidays_of: HolidaysOf) -> datetime:
    """Return the first moment from `at` on that is inside the hours on every clock of a place.

    Clocks take turns: each moves the moment on to its own next opening, which is never later than
    the answer, until none of them objects.

    Args:
        at: The moment to begin with (aware); itself the answer where it is allowed.
        place: Where.
        hours: Of its country.
        holidays_of: Looked at only where a holiday differs.

    Returns:
        In UTC. After a month without any opening, the end of that month.
    """
    moment, zones = at.astimezone(UTC), _agreeing(place.zones, hours)
    latest = moment + _HORIZON
    while moment < latest:
        later = moment
        for zone in zones:
            if not _is_open(later, zone, place.country, hours, holidays_of):
                later = _opening(later, zone, place.country, hours, holidays_of, latest)
        if later == moment:
            return moment
        moment = later
    return latest


def next_change(at: datetime, place: Place, hours: Hours) -> datetime:
    """Return a moment after `at` up to which what is allowed at `at` stays allowed.

    Args:
        at: An allowed moment (aware).
        place: Where.
        hours: Of its country.
    """
    found = []
    for zone in _agreeing(place.zones, hours):
        local = at.astimezone(ZoneInfo(zone))
        ends = {w.closes for w in _windows(hours)} | {MIDNIGHT}
        found += [
            moment
            for minutes in ends
            for moment in _instants(local.date(), minutes, zone)
            if moment > at
        ]
    return min(found)


def _windows(hours: Hours) -> list[Window]:
    kinds = (hours.weekdays, hours.saturdays, hours.sundays, hours.holidays)
    return [window for window in kinds if window]


def _is_open(
    at: datetime, zone: str, country: str | None, hours: Hours, holidays_of: HolidaysOf
) -> bool:
    local = at.astimezone(ZoneInfo(zone))
    window = _window_on(local.date(), country, hours, holidays_of)
    return window is not None and window.opens <= local.hour * 60 + local.minute < window.closes


def _window_on(
    day: date, country: str | None, hours: Hours, holidays_of: HolidaysOf
) -> Window | None:
    if hours.knows_holidays and country and day in holidays_of(country, day.year):
        return hours.holidays
    match day.weekday():
        case 6:
            return hours.sundays
        case 5:
            return hours.saturdays
        case _:
            return hours.weekdays


def _opening(
    at: datetime,
    zone: str,
    country: str | None,
    hours: Hours,
    holidays_of: HolidaysOf,
    latest: datetime,
) -> datetime:
    """Return the first open moment after a closed one, on one clock."""
    day = at.astimezone(ZoneInfo(zone)).date()
    while True:
        window = _window_on(day, country, hours, holidays_of)
        if window is not None:
            for moment in _instants(day, window.opens, zone):
                if moment > at and _is_open(moment, zone, country, hours, holidays_of):
                    return moment
        day += timedelta(days=1)
        if datetime.combine(day, time(), ZoneInfo(zone)) > latest:
            return latest


def _instants(day: date, minutes: int, zone: str) -> Iterator[datetime]:
    """Yield when a clock shows so many minutes after midnight: twice where it is put back.

    Where it is put forward over that time, the first moment after the jump counts.
    """
    clock = ZoneInfo(zone)
    local = datetime.combine(day, time(), clock) + timedelta(minutes=minutes)
    moments = sorted({local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)})
    skipped = all(
        moment.astimezone(clock).replace(tzinfo=None) != local.replace(tzinfo=None)
        for moment in moments
    )
    if not skipped:
        yield from moments
        return
    moment = moments[0]
    while moment.astimezone(clock).replace(tzinfo=None) < local.replace(tzinfo=None):
        moment += _MINUTE
    yield moment


@lru_cache(maxsize=10_000)
def _agreeing(zones: tuple[str, ...], hours: Hours) -> tuple[str, ...]:
    """Return the zones that have open hours in common.

    North America's free-phone numbers may be in Guam as well as in Samoa, a day apart: then those
    farthest from the middle are left until an hour is common to all.
    """
    days = (hours.weekdays, hours.saturdays, hours.sundays)
    longest = max(window.closes - window.opens for window in days if window)
    winter = datetime(2026, 1, 15, tzinfo=UTC)
    offsets = sorted((winter.astimezone(ZoneInfo(zone)).utcoffset(), zone) for zone in zones)
    shifts = [(offset or timedelta(), zone) for offset, zone in offsets]
    # Two hours less: summer time comes to some of them and not to others.
    widest = max(timedelta(minutes=longest) - timedelta(hours=2), timedelta())
    while shifts[-1][0] - shifts[0][0] > widest:
        middle = shifts[len(shifts) // 2][0]
        if shifts[-1][0] - middle > middle - shifts[0][0]:
            shifts.pop()
        else:
            shifts.pop(0)
    return tuple(zone for _, zone in shifts)


@lru_cache(maxsize=1000)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
