"""One person's history: each message with what it rested on, what became of it, and the answers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relay_core.delivery.forgotten import Forgotten
from relay_core.people.consent import said_consent
from relay_core.store.ledger import Ledger, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One receipt."""

    kind: str
    """channel, user or failure."""
    happened_at: datetime
    """By the vendor's clock."""
    received_at: datetime
    code: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One reply."""

    text: str
    button: str | None
    opts_out: bool
    happened_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMessage:
    """One message to a person or their number."""

    delivery_id: int
    run_id: int
    campaign: str | None
    template: str
    """Name and language; with the version of its text, where that was kept."""
    channel: str | None
    state: str
    text: str | None
    """None once it was removed."""
    removed: Forgotten | None
    """Why the text is gone."""
    phone: str | None
    planned_at: datetime
    sent_at: datetime | None
    delivered_after_s: float | None
    """Seconds from the request to the phone, as its receipt says."""
    consent: str
    """What said that they may be messaged, when it was frozen."""
    people_as_of: datetime | None
    """The end of the last sync before that; recipients were read again just before."""
    held_for: str | None
    code: str | None
    reason: str | None
    attempts: int
    receipts: tuple[Heard, ...]
    replies: tuple[Answer, ...]


def messages_of(ledger: Ledger, person_id: int, *, phones: list[str]) -> tuple[PersonMessage, ...]:
    """Return everything planned for a person or their numbers, the latest first.

    Args:
        ledger: The file.
        person_id: Whose.
        phones: Numbers that are theirs alone, E.164.
    """
    rows = ledger.rows("history.messages", person_id=person_id, phones=phones)
    receipts: dict[str, list[Heard]] = defaultdict(list)
    ids = [row["channel_id"] for row in rows if row["channel_id"]]
    for row in ledger.rows("history.receipts", channel_ids=ids):
        receipts[row.pop("channel_id")].append(Heard(**row))
    replies = _replies(ledger, rows, phones)
    return tuple(
        _message(row, tuple(receipts[row["channel_id"]]), tuple(replies[row["delivery_id"]]))
        for row in rows
    )


def _replies(ledger: Ledger, rows: list[Row], phones: list[str]) -> dict[int, list[Answer]]:
    """Return replies by the message they answer: the newest that had left when they were heard."""
    answers: dict[int, list[Answer]] = defaultdict(list)
    conversations = sorted({row["conversation_id"] for row in rows if row["conversation_id"]})
    for reply in ledger.rows("history.replies", conversation_ids=conversations, phones=phones):
        reply.pop("message_id")
        conversation = reply.pop("conversation_id")
        answered = next(
            (
                row
                for row in rows
                if row["conversation_id"] == conversation
                and row["sent_at"]
                and row["sent_at"] <= reply["received_at"]
            ),
            None,
        )
        if answered is not None:
            answers[answered["delivery_id"]].append(Answer(**reply))
    return answers


def _message(row: Row, receipts: tuple[Heard, ...], replies: tuple[Answer, ...]) -> PersonMessage:
    same = ("delivery_id", "run_id", "campaign", "channel", "state", "phone", "planned_at")
    also = ("sent_at", "people_as_of", "held_for", "code", "reason", "attempts")
    known: dict[str, Any] = {name: row[name] for name in (*same, *also)}
    version = f", version {row['template_version']}" if row["template_version"] else ""
    removed = Forgotten(row["forgotten"]) if row["forgotten"] else None
    arrived = next((each for each in receipts if each.kind == "user"), None)
    after_s = None
    if arrived is not None and row["sent_at"] is not None:
        possible = row["sent_at"] <= arrived.happened_at <= arrived.received_at
        moment = arrived.happened_at if possible else arrived.received_at
        after_s = (moment - row["sent_at"]).total_seconds()
    return PersonMessage(
        **known,
        template=f"{row['template']} ({row['template_language']}){version}",
        text=None if removed else row["text"],
        removed=removed,
        delivered_after_s=after_s,
        consent=said_consent(row["consent"]),
        receipts=receipts,
        replies=replies,
    )
