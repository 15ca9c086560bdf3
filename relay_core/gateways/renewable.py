"""Credentials that can change while connections are open."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Final

import httpx

_NOBODY: Final = httpx.Auth()
_REFUSED: Final = 401
_AHEAD_S: Final = 5.0
"""Longer than from there to the request."""


class RenewableAuth(httpx.Auth):
    """Signs each request with what is current when it begins; one under way ends as it began."""

    def __init__(self) -> None:
        """Sign nothing until `renew`."""
        self._current = _NOBODY

    def renew(self, auth: httpx.Auth) -> None:
        """Sign every later request with this."""
        self._current = auth

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Let what is current do all of one request."""
        yield from self._current.sync_auth_flow(request)

    def sign_in_ahead(self) -> None:
        """Let what is current do so; see `sign_in_ahead` below."""
        sign_in_ahead(self._current)


@dataclass(slots=True)
class Bearer:
    """A token that stands for who asks."""

    token: str = field(repr=False)
    ends: float
    """By the monotonic clock; a minute before Zendesk ends it."""
    has_worked: bool = False
    """A new one that is refused at once is not worth another: the person may not do this."""


class BearerAuth(httpx.Auth):
    """Signs with a token, and gets another one before its end or when it is refused."""

    def __init__(self, renewed: Callable[[Bearer | None], Bearer]) -> None:
        """Get no token yet.

        Args:
            renewed: Returns another token than the one it is given; the first, given none.
        """
        self._renewed = renewed
        self._bearer: Bearer | None = None
        self._one_at_a_time = Lock()

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign one request; once more, with another token, where the first is refused.

        Raises:
            AccessDenied: There is no token to be had; nothing was asked for.
            GatewayError: The same, because Zendesk did not answer or not clearly.
        """
        bearer = self._current()
        request.headers["Authorization"] = f"Bearer {bearer.token}"
        response = yield request
        if response.status_code != _REFUSED:
            bearer.has_worked = True
            return
        if (another := self._instead_of(bearer)) is not bearer:
            request.headers["Authorization"] = f"Bearer {another.token}"
            response = yield request
            another.has_worked |= response.status_code != _REFUSED

    def sign_in_ahead(self) -> None:
        """Have a token that the next request need not renew; see `sign_in_ahead` below."""
        self._current(ahead_s=_AHEAD_S)

    def _current(self, *, ahead_s: float = 0.0) -> Bearer:
        with self._one_at_a_time:
            if self._bearer is None or monotonic() >= self._bearer.ends - ahead_s:
                self._bearer = self._renewed(self._bearer)
            return self._bearer

    def _instead_of(self, refused: Bearer) -> Bearer:
        with self._one_at_a_time:
            if self._bearer is refused and refused.has_worked:
                self._bearer = self._renewed(refused)
            return self._bearer or refused


def sign_in_ahead(auth: httpx.Auth | None) -> None:
    """Do what takes its time before a request is signed, where that is needed.

    Raises:
        AccessDenied: There is no token to be had.
        GatewayError: The same, because Zendesk did not answer or not clearly.
    """
    if isinstance(auth, RenewableAuth | BearerAuth):
        auth.sign_in_ahead()
