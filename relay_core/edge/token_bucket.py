"""How often something may happen: a token bucket."""

from collections.abc import Callable


class TokenBucket:
    """Lets through a burst, and then so many a second.

    For one thread: the event loop that answers requests.
    """

    __slots__ = ("_at", "_burst", "_clock", "_rate_per_s", "_tokens")

    def __init__(self, *, rate_per_s: float, burst: int, clock: Callable[[], float]) -> None:
        """Begin full.

        Args:
            rate_per_s: How many may pass each second in the long run.
            burst: How many may pass at once.
            clock: Seconds that never run backwards.
        """
        self._rate_per_s = rate_per_s
        self._burst = float(burst)
        self._clock = clock
        self._tokens = self._burst
        self._at = clock()

    def take(self) -> float:
        """Take one token.

        Returns:
            Zero when there was one; else the seconds until there will be, and nothing is taken.
        """
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate_per_s)
        self._at = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / self._rate_per_s
