"""Tells what happens to a run, message by message, through the functions that record it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from relay_core.delivery.heard import Receipt, ReceiptKind, Reply
from relay_core.delivery.receipts import record
from relay_core.delivery.recording import Attempt, recording
from relay_core.gateways.outcomes import Accepted, SendOutcome
from relay_core.store.database import Database
from tests.delivery.world import LANE, NOW, take_next


def conversation(phone: str) -> str:
    """Return the conversation of a number, which does not tell it."""
    return f"c-{phone[-4:]}"


def at(seconds: float) -> datetime:
    """Return a moment of the story."""
    return NOW + timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that left, and how to tell what came of it."""

    db: Database
    delivery_id: int
    phone: str
    number: int
    """Of the run the message belongs to."""

    @property
    def channel_id(self) -> str:
        return f"n-{self.delivery_id}"

    def delivered(self, *, happened: datetime, heard: datetime | None = None) -> "Sent":
        return self._receipt("user", happened=happened, heard=heard or happened)

    def failed(self, reason: str, *, happened: datetime, code="uncategorized_error") -> "Sent":
        return self._receipt("failure", happened=happened, heard=happened, code=code, reason=reason)

    def replied(self, text: str, *, heard: datetime, happened: datetime | None = None) -> "Sent":
        reply = Reply(
            message_id=f"m-{self.phone[-4:]}-{heard.timestamp()}",
            conversation_id=conversation(self.phone),
            body=text,
            happened_at=happened or heard,
        )
        self.db.write(lambda session: record(session, reply, now=heard))
        return self

    def _receipt(self, kind, *, happened, heard, code=None, reason=None) -> "Sent":
        receipt = Receipt(
            channel_id=self.channel_id,
            kind=ReceiptKind(kind),
            happened_at=happened,
            integration_id=LANE,
            phone=self.phone,
            conversation_id=conversation(self.phone),
            code=code,
            reason=reason,
        )
        self.db.write(lambda session: record(session, receipt, now=heard))
        return self


def begin(db: Database, *, begun: datetime, lane: str = LANE) -> Attempt:
    """Commit to the next delivery of the lane."""
    row = db.write(lambda session: take_next(session, lane=lane, now=begun))[0]
    return Attempt(
        delivery_id=row["id"],
        run_id=row["run_id"],
        phone=row["phone"],
        number=row["attempts"],
        begun_at=row["begun_at"],
    )


def send(
    db: Database,
    outcome: SendOutcome | None = None,
    *,
    begun: datetime,
    took_s: float = 0.2,
    lane: str = LANE,
) -> Sent:
    """Send the next message of the lane, accepted unless told otherwise."""
    attempt = begin(db, begun=begun, lane=lane)
    ended = begun + timedelta(seconds=took_s)
    outcome = outcome or Accepted(f"n-{attempt.delivery_id}")
    db.write(recording(attempt, outcome, now=ended, dice=0.5, max_attempts=3))
    return Sent(db, attempt.delivery_id, attempt.phone, attempt.run_id)


def send_three(db: Database) -> None:
    """Two messages are delivered, one of them is answered by STOP, and the third fails."""
    send(db, begun=at(0)).delivered(happened=at(2)).replied("STOP", heard=at(9))
    send(db, begun=at(1)).delivered(happened=at(3))
    send(db, begun=at(2)).failed("(#131026) No", happened=at(4))


def bring_up_to_now(file: Path) -> None:
    """Let a story that nobody has open end within the last hours, where views of days see it."""
    late = datetime.now(UTC) - NOW - timedelta(hours=2)
    with duckdb.connect(str(file)) as rows:
        rows.execute("UPDATE deliveries SET begun_at = begun_at + $1", [late])
        rows.execute("UPDATE replies SET received_at = received_at + $1", [late])
        rows.execute("UPDATE runs SET created_at = created_at + $1", [late])


def leave_out(db: Database, run_id: int, *people: tuple[int, str, str]) -> None:
    """Say who was left out when the run was planned: id, name, reason."""
    rows = [
        {"run_id": run_id, "person_id": person, "person_name": name, "reason": reason}
        for person, name, reason in people
    ]
    db.write(lambda session: session.run_many("runs.add_exclusions", rows))
