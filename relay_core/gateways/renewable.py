"""Credentials that can change while connections are open."""

from collections.abc import Generator
from typing import Final

import httpx

_NOBODY: Final = httpx.Auth()


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
