"""When a country may be messaged: hours by kind of day, and where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from relay_core.errors import ConfigurationError

MIDNIGHT: Final = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of a day, in minutes after its midnight; the end is outside."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        """Refuse what is no stretch of a day.

        Raises:
            ValueError: It does not open before it closes, within one day.
        """
        if not 0 <= self.opens < self.closes <= MIDNIGHT:
            raise ValueError("a window opens before it closes, within one day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When people of one country may be messaged, by their own clocks. None is never."""

    weekdays: Window | None
    saturdays: Window | None
    sundays: Window | None
    holidays: Window | None
    """Stands above the others, when it is not the same as on any other day."""
    source: str

    @property
    def knows_holidays(self) -> bool:
        """Whether a public holiday differs from the day of the week it falls on."""
        return {self.holidays} != {self.weekdays, self.saturdays, self.sundays}


def _every_day(opens: int, closes: int, source: str) -> Hours:
    window = Window(opens=opens * 60, closes=closes * 60)
    return Hours(weekdays=window, saturdays=window, sundays=window, holidays=window, source=source)


CAUTION: Final = _every_day(8, 21, "No law that is known here; caution.")
"""For countries that are not in the table."""

_FRENCH: Final = Window(opens=8 * 60, closes=22 * 60)
COUNTRIES: Final[Mapping[str, Hours]] = {
    "FR": Hours(
        weekdays=_FRENCH,
        saturdays=_FRENCH,
        sundays=None,
        holidays=None,
        source="French operators' rules for commercial SMS: none from 22 to 8 h, on Sundays and "
        "on public holidays.",
    ),
    "IN": _every_day(10, 21, "TRAI, TCCCPR 2018: promotional messages from 10 to 21 h only."),
    "US": _every_day(8, 21, "TCPA, 47 CFR 64.1200(c)(1): 8 to 21 h where the called party is."),
}
"""Caution, not legal advice: what is known of commercial messages, the strictest kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """The hours of one installation."""

    countries: Mapping[str, Hours] = field(default_factory=lambda: COUNTRIES)
    others: Hours = CAUTION
    channels: frozenset[str] = frozenset({"sms", "whatsapp"})
    """Where they hold."""

    def of(self, country: str | None) -> Hours:
        """Return the hours of a country; None is a number that belongs to none."""
        return self.countries.get(country or "", self.others)


def quiet_hours_from(
    written: Mapping[str, Mapping[str, str | None]], *, channels: frozenset[str]
) -> QuietHours:
    """Return the table with what an operator wrote instead of it.

    Args:
        written: By country, `*` for all that are not in the table: `weekdays`, `saturdays`,
            `sundays` and `holidays`, each as `8:00-21:00` or null for never. What is not named
            stays as it is.
        channels: Where quiet hours hold.

    Raises:
        ConfigurationError: Something of it cannot be read.
    """
    countries, others = dict(COUNTRIES), CAUTION
    for country, days in written.items():
        known = others if country == "*" else countries.get(country, CAUTION)
        changed = Hours(
            weekdays=_read(days, "weekdays", known.weekdays, country=country),
            saturdays=_read(days, "saturdays", known.saturdays, country=country),
            sundays=_read(days, "sundays", known.sundays, country=country),
            holidays=_read(days, "holidays", known.holidays, country=country),
            source="Set by the operator.",
        )
        if not any((changed.weekdays, changed.saturdays, changed.sundays)):
            raise _wrong(country, "it would never open")
        if country == "*":
            others = changed
        else:
            countries[country] = changed
    return QuietHours(countries=countries, others=others, channels=channels)


def _read(
    days: Mapping[str, str | None], kind: str, known: Window | None, *, country: str
) -> Window | None:
    if kind not in days:
        return known
    text = days[kind]
    if text is None:
        return None
    try:
        opens, closes = (_minutes(part) for part in text.split("-"))
        return Window(opens=opens, closes=closes)
    except ValueError as error:
        raise _wrong(country, f"{text!r} is not like 8:00-21:00") from error


def _minutes(text: str) -> int:
    hours, _, minutes = text.strip().partition(":")
    if not 0 <= int(minutes or 0) < 60:  # noqa: PLR2004 - minutes of an hour
        raise ValueError("no such minute")
    return int(hours) * 60 + int(minutes or 0)


def _wrong(country: str, what: str) -> ConfigurationError:
    return ConfigurationError(
        "quiet hours", advice=f"Correct RELAY_QUIET_HOURS_BY_COUNTRY for {country}: {what}."
    )
