"""OAuth clients: programs that may ask for tokens, and where their people are sent back to."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.credentials import (
    OAUTH_CLIENT_ID,
    OAUTH_CLIENT_SECRET,
    OAUTH_PUBLIC_CLIENT_ID,
    OAUTH_REDIRECTS,
)

_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1"})


class Kind(StrEnum):
    """Whether a client can keep a secret."""

    CONFIDENTIAL = "confidential"
    PUBLIC = "public"  # has none to show, so it must prove by PKCE that it asked


class ClientError(ValueError):
    """A client cannot be as it was given; the message says which part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """One program."""

    id: int
    identifier: str
    name: str
    kind: Kind
    redirect_uris: tuple[str, ...]
    secret: str
    created_at: datetime


class OAuthClients:
    """The clients of an account: two documented ones, and those that were made."""

    def __init__(self, clock: Clock, seed: int) -> None:
        """Begin with a client that has a secret, and one that has none."""
        self._clock = clock
        self._dice = random.Random(f"{seed}:oauth clients")
        self._kept: dict[str, OAuthClient] = {}
        self._keep(OAUTH_CLIENT_ID, "Relay", Kind.CONFIDENTIAL, (), OAUTH_CLIENT_SECRET)
        self._keep(OAUTH_PUBLIC_CLIENT_ID, "Relay", Kind.PUBLIC, OAUTH_REDIRECTS, self._word())

    def known(self, identifier: str) -> OAuthClient | None:
        """Return the client of that identifier, if there is one."""
        return self._kept.get(identifier)

    def all(self) -> list[OAuthClient]:
        """Return every client, the oldest first."""
        return list(self._kept.values())

    def add(
        self, identifier: str, *, name: str, kind: str, redirect_uris: Sequence[str]
    ) -> OAuthClient:
        """Make a client.

        Raises:
            ClientError: It has no name, a name that is taken, or an address that is not allowed.
        """
        if not identifier or not name:
            raise ClientError("a client needs a name and an identifier")
        if identifier in self._kept:
            raise ClientError("the identifier is taken")
        if kind not in list(Kind):
            raise ClientError("kind is public or confidential")
        if wrong := [each for each in redirect_uris if not _is_allowed(each)]:
            raise ClientError(f"{wrong[0]} is not absolute, or neither https nor this machine")
        return self._keep(identifier, name, Kind(kind), tuple(redirect_uris), self._word())

    def _keep(
        self, identifier: str, name: str, kind: Kind, redirect_uris: tuple[str, ...], secret: str
    ) -> OAuthClient:
        self._kept[identifier] = client = OAuthClient(
            id=len(self._kept) + 1,
            identifier=identifier,
            name=name,
            kind=kind,
            redirect_uris=redirect_uris,
            secret=secret,
            created_at=self._clock.now(),
        )
        return client

    def _word(self) -> str:
        return self._dice.randbytes(32).hex()


def _is_allowed(redirect_uri: str) -> bool:
    parts = urlsplit(redirect_uri)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)
    )
