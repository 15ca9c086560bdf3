"""Addresses that end with a dynamic value."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from relay_core.templates.writing.placeholders import fill, find

_ALLOWED_IN_URLS: Final = "/?&=#:;,+@!$'()*~"
_UNFIT: Final = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]")
_BARE_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def url_safe(value: str) -> str:
    """Escape only what no address can hold (spaces, letters beyond ASCII, quotes, braces).

    A value that is already escaped stays as it is.
    """
    return quote(_BARE_PERCENT.sub("%25", value), safe=_ALLOWED_IN_URLS + "%")


def readable(suffix: str) -> str:
    """Return the value that `url_safe` made this from, as far as that is certain."""
    value = unquote(suffix)
    return value if url_safe(value) == suffix else suffix


def filled_url(url: str, values: Mapping[str, str]) -> str:
    """Return the address with its values in place.

    Raises:
        TemplateError: A value is missing.
    """
    return fill(url, {key: url_safe(value) for key, value in values.items()})


def fixed_part(url: str) -> str:
    """Return what stands before the first placeholder."""
    placeholders = find(url)
    return url[: placeholders[0].start] if placeholders else url


def is_web_address(url: str) -> bool:
    """Tell whether this is an absolute http or https address with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not _UNFIT.search(url)
    except ValueError:  # e.g. an unfinished IPv6 address
        return False
