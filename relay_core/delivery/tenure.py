"""Who may send on a lane where several processes could: whoever took it last, and nobody else.

Taking a lane is one transaction: a number goes up, and what the former holder left open becomes
unknown. Each intent is committed only while that number is still one's own, so a holder that was
paused or cut off takes nothing more, whatever it believes. What it committed before leaves within
`LATEST_S` or not at all; the next one begins after that. No clock of any host decides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from relay_core.delivery.holding import release_held
from relay_core.delivery.recording import recover
from relay_core.log import log
from relay_core.store.ledger import Ledger, Session, one

LATEST_S: Final = 1.0
"""After its intent a message leaves within this time, by the clock that never jumps, or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """A lane that is ours until somebody else takes it."""

    lane: str
    epoch: int
    begins_at: datetime
    """By the database's clock."""
    wait_s: float
    """From the taking to the first message."""

    def holds(self, session: Session) -> bool:
        """Whether nobody has taken the lane since; true until the end of this transaction."""
        return bool(session.run("holders.is_latest", lane=self.lane, epoch=self.epoch))


def take_lane(ledger: Ledger, lane: str, *, holder: str, window_s: float, now: datetime) -> Tenure:
    """Take a lane from whoever holds it, if somebody does.

    Args:
        ledger: The shared one.
        lane: Id of the integration.
        holder: Who takes it, for a person who looks.
        window_s: The longest time for which the lane's pace counts.
        now: When, by the database's clock.
    """

    def work(session: Session) -> tuple[Tenure, int]:
        former = one(session.run("holders.of_lane", lane=lane))
        released_at = former["released_at"] if former else None
        wait_s = 0.0 if former is None else LATEST_S + window_s
        if released_at is not None:
            since_s = (now - released_at) / timedelta(seconds=1)
            wait_s = min(max(window_s - since_s, 0.0), wait_s)
        begins_at = now + timedelta(seconds=wait_s)
        taken = session.run("holders.take", lane=lane, holder=holder, begins_at=begins_at, now=now)
        recovered = recover(session, now=now, lane=lane)
        release_held(session, now=now, lane=lane)
        tenure = Tenure(lane=lane, epoch=taken[0]["epoch"], begins_at=begins_at, wait_s=wait_s)
        return tenure, recovered

    tenure, recovered = ledger.write(work)
    if recovered:
        log().warning("deliveries.recovered_as_unknown", lane=lane, deliveries=recovered)
    return tenure


def release_lane(ledger: Ledger, tenure: Tenure, *, now: datetime) -> None:
    """Say that nothing leaves any more by this holder, so that the next need not wait as long.

    One that was never long enough there to send hands on the wait that it began with.

    Args:
        ledger: The shared one.
        tenure: Its answers are all recorded.
        now: When, by the database's clock.
    """
    at = max(now, tenure.begins_at)
    ledger.write(
        lambda session: session.run("holders.release", lane=tenure.lane, epoch=tenure.epoch, at=at)
    )


def lanes_with_work(ledger: Ledger, *, now: datetime) -> list[str]:
    """Return the lanes that somebody has to hold now."""
    return [row["lane"] for row in ledger.rows("holders.lanes_with_work", now=now)]
