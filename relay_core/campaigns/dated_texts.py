"""Texts that say when they are sent: `{{weekday}}` and its kin, in the language of a campaign."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from relay_core.errors import CampaignError
from relay_core.templates.writing.placeholders import brace_faults, keys_in, replaced

NAMES: Final = {
    "weekday": "EEEE",
    "date": "long",
    "day": "d",
    "month": "MMMM",
    "year": "y",
}
"""What a text may ask for, besides `time`, and how Unicode's CLDR writes it."""
TIME: Final = "time"
_NARROW: Final = str.maketrans({"\u202f": " ", "\u00a0": " "})
"""CLDR's spaces that do not break would make a text message twice as long."""


def check_dated(texts: Mapping[str, str]) -> None:
    """Refuse texts that ask for something that no moment tells.

    Args:
        texts: Value key to text.

    Raises:
        CampaignError: Names everything that is unknown.
    """
    known = (*NAMES, TIME)
    wrong = [
        f"{key} asks for {{{{{asked}}}}}"
        for key, text in texts.items()
        for asked in keys_in(text)
        if asked not in known
    ]
    wrong += [
        f"{key} has braces that are not in pairs"
        for key, text in texts.items()
        if brace_faults(text)
    ]
    if wrong:
        offered = ", ".join(f"{{{{{name}}}}}" for name in known)
        raise CampaignError(
            f"{len(wrong)} dated texts", advice=f"Use {offered} only: {'; '.join(wrong)}."
        )


def dated(texts: Mapping[str, str], *, local: datetime, language: str) -> dict[str, str]:
    """Return texts as they read at a moment.

    Source: Unicode CLDR, through the library Babel; the calendar is the Gregorian one.

    Args:
        texts: Value key to text.
        local: What the clock shows where they are sent for.
        language: Meta's code.
    """
    locale = _locale(language)
    told = {
        name: format_date(local, how, locale=locale).translate(_NARROW)
        for name, how in NAMES.items()
    }
    told[TIME] = format_time(local, "short", locale=locale).translate(_NARROW)
    return {key: replaced(text, told) for key, text in texts.items()}


def _locale(language: str) -> Locale:
    """Return the nearest locale that CLDR describes; English where it knows no such language."""
    for code in (language, language.split("_", maxsplit=1)[0]):
        try:
            return Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")
