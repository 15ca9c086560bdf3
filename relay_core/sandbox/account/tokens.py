"""OAuth tokens and codes: who got which, for what, and until when."""

import base64
import hashlib
import hmac
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from relay_core.sandbox.clock import Clock

CODE_LIFE: Final = timedelta(seconds=120)
SHORTEST_S: Final = 300
LONGEST_S: Final = 172_800
REFRESH_SHORTEST_S: Final = 604_800
REFRESH_LONGEST_S: Final = 7_776_000
REFRESH_DEFAULT_S: Final = 2_592_000


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person allowed a client to do."""

    user_id: int
    client_id: str
    scope: str

    def allows(self, *, method: str, resource: str) -> bool:
        """Tell whether the scope covers a request to a resource."""
        verb = "read" if method in {"GET", "HEAD"} else "write"
        return not {verb, f"{resource}:{verb}"}.isdisjoint(self.scope.split())


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token and the refresh token that renews it."""

    access_token: str
    refresh_token: str
    scope: str
    expires_in_s: int
    refresh_expires_in_s: int


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code on its way to the client."""

    grant: Grant
    redirect_uri: str
    challenge: str | None
    expires_at: datetime


class Tokens:
    """Gives tokens and knows them again."""

    def __init__(self, clock: Clock, seed: int) -> None:
        """Begin with no token given."""
        self._clock = clock
        self._dice = random.Random(f"{seed}:tokens")
        self._access: dict[str, tuple[Grant, datetime]] = {}
        self._refresh: dict[str, tuple[Grant, str, datetime]] = {}
        self._codes: dict[str, Code] = {}

    def issue(
        self, grant: Grant, *, expires_in_s: int, refresh_expires_in_s: int = REFRESH_DEFAULT_S
    ) -> Pair:
        """Give a new pair of tokens."""
        now = self._clock.now()
        pair = Pair(
            access_token=self._word(),
            refresh_token=self._word(),
            scope=grant.scope,
            expires_in_s=expires_in_s,
            refresh_expires_in_s=refresh_expires_in_s,
        )
        self._access[pair.access_token] = (grant, now + timedelta(seconds=expires_in_s))
        self._refresh[pair.refresh_token] = (
            grant,
            pair.access_token,
            now + timedelta(seconds=refresh_expires_in_s),
        )
        return pair

    def grant_of(self, access_token: str) -> Grant | None:
        """Return what a token allows, or None when it is unknown or expired."""
        found = self._access.get(access_token)
        if found is None or found[1] <= self._clock.now():
            return None
        return found[0]

    def spend_refresh(self, refresh_token: str, *, client_id: str) -> Grant | None:
        """Return what a refresh token renews; it and its access token end here.

        None when it is unknown, spent, late or another client's, who then spends nothing.
        """
        found = self._refresh.get(refresh_token)
        if found is None or found[0].client_id != client_id:
            return None
        grant, access_token, expires_at = self._refresh.pop(refresh_token)
        self._access.pop(access_token, None)
        return grant if expires_at > self._clock.now() else None

    def new_code(self, grant: Grant, *, redirect_uri: str, challenge: str | None) -> str:
        """Return a code that is good once, for two minutes."""
        code = self._word()
        expires_at = self._clock.now() + CODE_LIFE
        self._codes[code] = Code(grant, redirect_uri, challenge, expires_at)
        return code

    def spend_code(
        self, code: str, *, client_id: str, redirect_uri: str, verifier: str | None
    ) -> Grant | None:
        """Return what a code allows, or None when it is unknown, late or somebody else's."""
        found = self._codes.pop(code, None)
        if found is None or found.expires_at <= self._clock.now():
            return None
        if found.redirect_uri != redirect_uri or found.grant.client_id != client_id:
            return None
        if found.challenge is not None:
            given = challenge_of(verifier or "")
            if not hmac.compare_digest(given, found.challenge):
                return None
        return found.grant

    def _word(self) -> str:
        return self._dice.randbytes(32).hex()


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (Source: RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
