"""What sites said of header files lately, so that typing does not ask them again and again."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from relay_core.errors import GatewayError
from relay_core.gateways.media import MediaLook, look

_REMEMBERED: Final = timedelta(minutes=3)
_MOST: Final = 200
"""Addresses that are remembered at one time."""


class MediaLooks:
    """Looks at files, and remembers what was found for some minutes."""

    def __init__(self, *, allowed: Collection[str], now: Callable[[], datetime]) -> None:
        """Ask nobody yet.

        Args:
            allowed: Origins that may be private: the stand-in's own, in a rehearsal.
            now: The clock.
        """
        self._allowed = tuple(allowed)
        self._now = now
        self._lock = Lock()
        self._kept: dict[str, tuple[datetime, MediaLook | GatewayError]] = {}

    def look(self, url: str) -> MediaLook | GatewayError:
        """Return what a site says of a file, or why it cannot be looked at."""
        with self._lock:
            kept = self._kept.get(url)
        if kept is not None and abs(self._now() - kept[0]) < _REMEMBERED:
            return kept[1]
        try:
            found: MediaLook | GatewayError = look(url, allowed=self._allowed)
        except GatewayError as error:
            found = error
        with self._lock:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[url] = (self._now(), found)
        return found
