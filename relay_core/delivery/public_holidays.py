"""Public holidays of a country, by the library `holidays`."""

from datetime import date
from functools import lru_cache
from importlib import import_module


@lru_cache(maxsize=1000)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Return the days on which a whole country rests; none for a country that is not known.

    Holidays of single regions are not among them.

    Args:
        country: ISO 3166, two letters.
        year: Of the Gregorian calendar.
    """
    # Loading it takes half a second, and most countries' hours do not ask for it.
    library = import_module("holidays")
    try:
        return frozenset(library.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
