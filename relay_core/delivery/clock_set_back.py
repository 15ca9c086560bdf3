"""When the computer's clock is set back: nothing waits for a moment that was past already.

A clock that is set forward needs nothing: what waits is due earlier, and departures are paced by a
clock that never jumps.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import Final

from relay_core.delivery.holding import release_held
from relay_core.store.ledger import Session

_UNNOTICED: Final = timedelta(seconds=1)
"""Two clocks are never read at the same moment, and are adjusted a little all the time."""


class WallClock:
    """Watches the wall clock by one that never jumps."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._ahead: timedelta | None = None

    def set_back_by(self, now: datetime, *, monotonic_s: float) -> timedelta:
        """Return how far the clock was set back since the last look; zero when it was not.

        Args:
            now: What the wall clock says (aware).
            monotonic_s: What the other says at the same moment, in seconds.
        """
        ahead = now - datetime.min.replace(tzinfo=now.tzinfo) - timedelta(seconds=monotonic_s)
        last, self._ahead = self._ahead, ahead
        back = timedelta(0) if last is None else last - ahead
        return back if back > _UNNOTICED else timedelta(0)


def make_good(session: Session, *, lane: str, back: timedelta, now: datetime) -> None:
    """Judge anew what waits, and trust keys for less long by as much as the clock went back.

    Args:
        session: The transaction.
        lane: Whose keys.
        back: How far the clock was set back.
        now: What it says since.
    """
    release_held(session, now=now)
    session.run("repeats.shorten", lane=lane, seconds=ceil(back / timedelta(seconds=1)))
