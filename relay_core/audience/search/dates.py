"""Values of dates in a query: whole days, instants with their offset, and ages such as 4hours."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from relay_core.audience.conditions.times import Duration, Unit

_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_AGE: Final = re.compile(r"(\d{1,6})(hour|minute|day|week|month|year)s?", re.ASCII | re.IGNORECASE)
_SHORT_AGE: Final = re.compile(
    r"(?:now)?-?(\d{1,6})(min|mo|[hdwmy]|(?:minute|hour|day|week|month|year)s?)(?:ago)?",
    re.ASCII | re.IGNORECASE,
)
_SHORT_UNITS: Final = {
    "min": "minutes",
    "h": "hours",
    "d": "days",
    "w": "weeks",
    "mo": "months",
    "y": "years",
}
_OTHER_DAY: Final = re.compile(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})", re.ASCII)
_MIDNIGHT: Final = re.compile(r"^24:00(:00(\.0+)?)?$")
_MONTHS: Final = 12
_YEAR_DIGITS: Final = 4


class NotADate(ValueError):
    """The text is no date that Zendesk documents. The message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Ago:
    """So long before now."""

    duration: Duration


When = date | datetime | Ago
"""A whole day, an instant (aware), or an age."""


def when(text: str) -> When:
    """Read the value of a date.

    Raises:
        NotADate: It is none; the message completes the sentence "“…” is not a date: …".
    """
    if age := _AGE.fullmatch(text):
        unit = Unit(age[2].lower() + "s")
        return Ago(Duration(int(age[1]), unit))
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        instant = _INSTANT.fullmatch(text)
        read = _instant(instant) if instant else None
    except (ValueError, OverflowError) as error:
        raise NotADate("there is no such day or time") from error
    if read is None:
        raise NotADate("days are written as in 2026-03-08, ages as in 7days")
    if read.tzinfo is None:
        raise NotADate("a time needs Z or its offset, as in 2026-03-08T09:00:00+01:00")
    return read


def guessed(text: str) -> str | None:
    """Return the date that was probably meant, as Zendesk documents it.

    A day such as 03/04/2026 could be two days, so nothing is guessed.
    """
    if text.lower() == "yesterday":
        return "1day"
    if short := _SHORT_AGE.fullmatch(text):
        unit = short[2].lower()
        return None if unit == "m" else f"{short[1]}{_SHORT_UNITS.get(unit, unit)}"
    if (instant := _INSTANT.fullmatch(text)) and instant[3] is None:
        return f"{text}Z"
    found = _OTHER_DAY.fullmatch(text)
    return _guessed_day(*found.groups()) if found else None


def _guessed_day(first: str, second: str, third: str) -> str | None:
    if len(first) == _YEAR_DIGITS:
        year, month, day = first, second, third
    elif len(third) == _YEAR_DIGITS and (int(second) > _MONTHS or first == second):
        month, day, year = first, second, third
    elif len(third) == _YEAR_DIGITS and int(first) > _MONTHS:
        day, month, year = first, second, third
    else:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _instant(found: re.Match[str]) -> datetime:
    """Return the instant; hour 24, which an older page of Zendesk's shows, ends the day."""
    clock, ends_the_day = _MIDNIGHT.subn("00:00", found[2])
    read = datetime.fromisoformat(f"{found[1]}T{clock}{(found[3] or '').upper()}")
    return read + timedelta(days=ends_the_day)
