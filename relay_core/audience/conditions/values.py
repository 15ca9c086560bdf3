"""Values of conditions: read from JSON, or refused with a sentence that says what is expected."""

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import phonenumbers

from relay_core.audience.conditions.times import LARGEST, Duration, Point, Unit
from relay_core.audience.conditions.tree import Value, shown

_LONGEST_TEXT: Final = 1_000
_LONGEST_SEED: Final = 100
_EVERYBODY_PERCENT: Final = 100
_MOST_PEOPLE: Final = 1_000_000_000
_YEARS: Final = range(1900, 3000)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.ASCII)
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_CALLING_CODE: Final = re.compile(r"\+?([0-9]{1,3})", re.ASCII)
_DOMAIN: Final = re.compile(r"@?([^\s@]+\.[^\s@.]+)")


class Mistake(ValueError):
    """A value does not fit. The message is a sentence for a person."""


def nothing(value: Value) -> None:
    """Read the value of an operator that takes none."""
    if value is not None and value is not True:
        raise Mistake("this operator takes no value")


def yes_no(value: Value) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Mistake(f"true or false is expected, not {shown(value)}")
    return value


def text(value: Value) -> str:
    """Read a text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise Mistake(f"a text is expected, not {shown(value)}")
    if len(value) > _LONGEST_TEXT:
        raise Mistake(f"the text is longer than {_LONGEST_TEXT} characters")
    if not is_typable(value):
        raise Mistake("the text has a character that cannot be typed")
    return value.strip()


def is_typable(written: str) -> bool:
    """Return whether a text holds nothing but characters and white space."""
    return not any(
        unicodedata.category(c) == "Cs" or (unicodedata.category(c) == "Cc" and not c.isspace())
        for c in written
    )


def identifier(value: Value) -> str:
    """Read an id, written as a text or as a whole number."""
    whole = _whole(value)
    return text(value if whole is None else str(whole))


def identifiers(value: Value) -> tuple[str, ...]:
    """Read one id or more; repeated ones count once."""
    parts: Sequence[Value] = value if isinstance(value, tuple) else (value,)
    if not parts:
        raise Mistake("at least one value is needed")
    return tuple(dict.fromkeys(identifier(part) for part in parts))


def words(written: str) -> tuple[str, ...]:
    """Return the words of a text; everything but letters, digits and _ separates them."""
    spaced = (c if unicodedata.category(c)[0] in "LMN" or c == "_" else " " for c in written)
    return tuple("".join(spaced).split())


def word(value: Value) -> str:
    """Read a single word."""
    found = words(text(value))
    if len(found) != 1:
        raise Mistake(f"one word is expected, not {shown(value)}; for several use contains_phrase")
    return found[0]


def phrase(value: Value) -> str:
    """Read words in a row; what separates them does not matter."""
    found = words(text(value))
    if not found:
        raise Mistake(f"{shown(value)} holds no word")
    return " ".join(found)


def number(value: Value) -> float:
    """Read a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Mistake(f"a number is expected, not {shown(value)}")
    try:
        read = float(value)
    except OverflowError:
        read = math.inf
    if not math.isfinite(read):
        raise Mistake("the number is too large")
    return read


def numbers(value: Value) -> tuple[float, float]:
    """Read the two ends of a range, both included."""
    first, last = (number(part) for part in _pair(value, "numbers"))
    if first > last:
        raise Mistake("the first number is larger than the second")
    return first, last


def point(value: Value, *, whole_days: bool = False) -> Point:
    """Read a day, or a moment with its offset from UTC.

    Args:
        value: Anything at all.
        whole_days: Whether a moment makes no sense, because the field has no time.
    """
    written = text(value)
    read: Point
    try:
        exact = _MOMENT.fullmatch(written) is not None
        read = datetime.fromisoformat(written) if exact else _calendar_day(written)
    except ValueError as error:
        raise Mistake(f"a day such as 2026-03-08 is expected, not {shown(value)}") from error
    if read.year not in _YEARS:
        raise Mistake(f"the year is expected between {_YEARS[0]} and {_YEARS[-1]}")
    if isinstance(read, datetime):
        if read.tzinfo is None:
            raise Mistake("a moment needs its offset, as in 2026-03-08T09:00:00+01:00")
        if whole_days:
            raise Mistake("this field holds days; leave the time out")
    return read


def points(value: Value, *, whole_days: bool = False) -> tuple[Point, Point]:
    """Read the two ends of a stretch of days or moments, both included."""
    first, last = (point(part, whole_days=whole_days) for part in _pair(value, "days"))
    if isinstance(first, datetime) and isinstance(last, datetime):
        if first > last:
            raise Mistake("the first moment comes after the second")
    elif _day_of(first) > _day_of(last):
        raise Mistake("the first day comes after the second")
    return first, last


def duration(value: Value) -> Duration:
    """Read an amount and its unit."""
    amount, unit = _pair(value, 'things, as in [7, "days"]')
    units = {name: member for member in Unit for name in (str(member), str(member)[:-1])}
    if not isinstance(unit, str) or unit not in units:
        raise Mistake(f"{shown(unit)} is not a unit; use {', '.join(Unit)}")
    whole = _whole(amount)
    if whole is None or not 1 <= whole <= LARGEST[units[unit]]:
        raise Mistake(f"a whole number of {units[unit]} is expected, not {shown(amount)}")
    return Duration(whole, units[unit])


def recently(value: Value) -> tuple[Duration, tuple[str, ...]]:
    """Read an amount, its unit, and one name or more."""
    if not isinstance(value, tuple) or len(value) < 3:  # noqa: PLR2004 - amount, unit, a name
        raise Mistake('a duration and names are expected, as in [14, "days", "Winter sale"]')
    return duration(value[:2]), identifiers(value[2:])


def share(value: Value) -> tuple[float, str]:
    """Read a percentage, and the seed of the draw if there is one."""
    amount, seed = _seeded(value)
    percent = number(amount)
    if not 0 < percent <= _EVERYBODY_PERCENT:
        raise Mistake(f"a percentage above 0 and up to 100 is expected, not {shown(amount)}")
    return percent, seed


def people(value: Value) -> tuple[int, str]:
    """Read a number of people, and the seed of the draw if there is one."""
    amount, seed = _seeded(value)
    whole = _whole(amount)
    if whole is None or not 1 <= whole <= _MOST_PEOPLE:
        raise Mistake(f"a whole number of people is expected, not {shown(amount)}")
    return whole, seed


def phone(value: Value) -> str:
    """Read a phone number in international form; spaces and punctuation do not matter."""
    compact = re.sub(r"[\s().\-/]", "", text(value))
    if not _E164.fullmatch(compact):
        raise Mistake("write the phone number with + and its country code, as in +31612345678")
    return compact


def country(value: str) -> str:
    """Read a country by its two letters (ISO 3166)."""
    if value.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise Mistake(f"{shown(value)} is not a country; use two letters, as in NL")
    return value.upper()


def calling_code(value: str) -> str:
    """Read a calling code, or a country's two letters, as the start of a number: `+31`."""
    if found := _CALLING_CODE.fullmatch(value):
        if int(found[1]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return f"+{int(found[1])}"
        raise Mistake(f"{shown(value)} is no country's calling code")
    return f"+{phonenumbers.country_code_for_region(country(value))}"


def email(value: Value) -> str:
    """Read an e-mail address."""
    written = text(value)
    if written.count("@") != 1 or re.search(r"\s", written):
        raise Mistake(f"{shown(value)} is not an e-mail address")
    return written


def domain(value: Value) -> str:
    """Read the part of an e-mail address after @; the @ itself may be there."""
    if found := _DOMAIN.fullmatch(text(value)):
        return found[1]
    raise Mistake(f"{shown(value)} is not a domain; write it as in example.com")


def _day_of(point: Point) -> date:
    return date(point.year, point.month, point.day)


def _calendar_day(written: str) -> date:
    if not _DAY.fullmatch(written):
        raise ValueError("not a day")
    return date.fromisoformat(written)


def _whole(value: Value) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    return None


def _pair(value: Value, what: str) -> tuple[Value, Value]:
    if not isinstance(value, tuple) or len(value) != 2:  # noqa: PLR2004 - a pair
        raise Mistake(f"a list of two {what} is expected")
    return value[0], value[1]


def _seeded(value: Value) -> tuple[Value, str]:
    """Return an amount and its seed; the seed may be left out or empty."""
    if not isinstance(value, tuple):
        return value, ""
    amount, seed = _pair(value, 'things, as in [10, "seed"]')
    if not isinstance(seed, str) or len(seed) > _LONGEST_SEED or not is_typable(seed):
        raise Mistake(f"a seed is a short text, not {shown(seed)}")
    return amount, seed.strip()
