"""Sign-ins at Zendesk that were begun: each for one person, one browser, once, and not for long.

    begun ──link opened──▶ led ──came back──▶ done
      └────── ten minutes, or the wrong browser ──────▶ forgotten

Nothing of this is written down: what a process forgets is begun again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from threading import Lock
from typing import Final
from urllib.parse import urlsplit

from relay_core.edge.hosts import is_loopback
from relay_core.errors import ConfigurationError

SIGN_IN_PATH: Final = "/oauth/zendesk"
"""Where Zendesk sends the browser back to."""
LINK_PATH: Final = f"{SIGN_IN_PATH}/begin"
PATIENCE: Final = timedelta(minutes=10)
"""From the press on Setup until Zendesk has sent the browser back."""
_MOST: Final = 20
"""Begun at once; the oldest are forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunSignIn:
    """What has to be the same at the end as it was at the beginning."""

    actor: str
    """Who pressed."""
    zendesk_url: str
    client_id: str
    redirect_uri: str
    until: datetime
    state: str = field(repr=False)
    """Goes to Zendesk and comes back."""
    verifier: str = field(repr=False)
    """Goes to Zendesk with the code, and nowhere before (RFC 7636)."""
    browser: str = field(repr=False)
    """A cookie of the browser that opened the link: no other one ends this sign-in."""


class BegunSignIns:
    """Those of one process, whichever thread asks."""

    def __init__(self, *, word: Callable[[], str]) -> None:
        """Begin with none.

        Args:
            word: A new word that nobody guesses, of 43 to 128 letters that addresses may have.
        """
        self._word = word
        self._links: dict[str, BegunSignIn] = {}
        self._led: dict[str, BegunSignIn] = {}
        self._lock = Lock()

    def begin(
        self, *, actor: str, zendesk_url: str, client_id: str, redirect_uri: str, now: datetime
    ) -> str:
        """Return the secret of a link that begins one sign-in."""
        link = self._word()
        begun = BegunSignIn(
            actor=actor,
            zendesk_url=zendesk_url,
            client_id=client_id,
            redirect_uri=redirect_uri,
            until=now + PATIENCE,
            state=self._word(),
            verifier=self._word(),
            browser=self._word(),
        )
        with self._lock:
            self._links[link] = begun
            _forget(self._links, now=now)
        return link

    def lead(self, link: str, *, now: datetime) -> BegunSignIn | None:
        """Return what a link began, for the first browser that opens it in time."""
        with self._lock:
            begun = self._links.pop(link, None)
            if begun is None or now >= begun.until:
                return None
            self._led[begun.state] = begun
            _forget(self._led, now=now)
        return begun

    def finish(self, state: str, *, browser: str, now: datetime) -> BegunSignIn | None:
        """Return what a state belongs to, once; None for another browser, which ends it."""
        with self._lock:
            begun = self._led.pop(state, None)
        if begun is None or now >= begun.until:
            return None
        return begun if compare_digest(browser.encode(), begun.browser.encode()) else None


def redirect_uri_at(address: str) -> str:
    """Return where Zendesk sends the browser back to, as its OAuth client has to know it.

    Args:
        address: Under which somebody has Relay open in their browser.

    Raises:
        ConfigurationError: It is none, or Zendesk does not allow it: only https, or this machine.
    """
    if origin := _allowed_origin(address):
        return f"{origin}{SIGN_IN_PATH}"
    raise ConfigurationError(
        "not by https",
        advice="Zendesk sends people back to an address with https, or on this machine. Open Relay "
        "under one of them, e.g. http://localhost:8501, and sign in there.",
    )


def _allowed_origin(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    allowed = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not host or not allowed or "@" in parts.netloc:
        return None
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + (f":{port}" if port is not None else "")


def _forget(begun: dict[str, BegunSignIn], *, now: datetime) -> None:
    """Keep those that can still be ended, and of them the latest."""
    late = [key for key, each in begun.items() if now >= each.until]
    for key in late + [key for key in begun if key not in late][:-_MOST]:
        del begun[key]
