"""Who gets through to a route: those who know its secret, each at most so often."""

from collections.abc import Callable
from typing import Final

from starlette.responses import Response

from relay_core.edge.posting import refused, too_many
from relay_core.edge.token_bucket import TokenBucket
from relay_core.log import log

_KNOWN_PER_S: Final = 500
"""Far above what lanes can cause; what is put off, Sunco sends again."""
_STRANGERS_PER_S: Final = 20
"""Requests without the secret that are told so, and noted in the log."""


class Turnstile:
    """One for each route. Strangers have a limit of their own: they use up nobody else's."""

    def __init__(self, at: str, *, clock: Callable[[], float]) -> None:
        """Let through nobody yet.

        Args:
            at: What it stands before, for the log.
            clock: Seconds that never run backwards.
        """
        self._at = at
        self._known = TokenBucket(rate_per_s=_KNOWN_PER_S, burst=2 * _KNOWN_PER_S, clock=clock)
        self._strangers = TokenBucket(
            rate_per_s=_STRANGERS_PER_S, burst=2 * _STRANGERS_PER_S, clock=clock
        )

    def refusal(self, *, knows_secret: bool) -> Response | None:
        """Return why somebody does not get through; None when they do."""
        if knows_secret:
            wait_s = self._known.take()
            if wait_s:
                log().warning("request.put_off", at=self._at)
            return too_many(wait_s) if wait_s else None
        if wait_s := self._strangers.take():
            return too_many(wait_s)
        log().warning("request.refused", at=self._at)
        return refused(401, "unauthorized")
