"""The head of a lane's queue: a million may wait, and each turn takes one of them."""

from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Final

from relay_core.store.ledger import Row, Session, one

_AHEAD: Final = 64
"""Deliveries known by their ids: more than any lane sends until it looks again."""
_LOOK_AGAIN: Final = timedelta(seconds=1)
"""How long something that goes first, a test for instance, may be overlooked."""


class LaneQueue:
    """Remembers which deliveries come next; whether one still may leave, the file says."""

    def __init__(self, lane: str) -> None:
        """Begin with nothing known.

        Args:
            lane: Id of the integration.
        """
        self._lane = lane
        self._ahead: deque[int] = deque()
        self._looked_at = datetime.min.replace(tzinfo=UTC)

    def begin_next(self, session: Session, *, now: datetime) -> Row | None:
        """Commit to the next delivery that is due.

        Args:
            session: The transaction.
            now: The moment at which it will leave (aware).

        Returns:
            The delivery; None when nothing is due.
        """
        if timedelta(0) <= now - self._looked_at < _LOOK_AGAIN and (
            row := self._begin(session, now=now)
        ):
            return row
        # All that was known may have been held, withdrawn or paused since: only a new look tells
        # that nothing is due.
        while self._look(session, now=now):
            if row := self._begin(session, now=now):
                return row
        return None

    def _look(self, session: Session, *, now: datetime) -> bool:
        found = session.run("deliveries.due", lane=self._lane, now=now, most=_AHEAD)
        self._ahead = deque(row["id"] for row in found)
        self._looked_at = now
        return bool(found)

    def _begin(self, session: Session, *, now: datetime) -> Row | None:
        while self._ahead:
            id_ = self._ahead.popleft()
            row = one(session.run("deliveries.begin", id=id_, lane=self._lane, now=now))
            if row is not None:
                return row
        return None
