"""Webhooks that came with the right key and could not be read: the latest ones are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.store.ledger import Ledger, Session

_MOST: Final = 100
"""A sender gone wrong must not fill the disk."""
_BEGINNING: Final = 4_000
"""Bytes that are kept of each; the events that Relay knows are shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadEvent:
    """One of them. Its text may name people: show it to whoever may see them."""

    number: int
    """Counts from 1 and goes on counting when old ones are forgotten."""
    received_at: datetime
    bytes: int
    """Of the whole body."""
    body: str
    """Its beginning."""


def keep_unread(session: Session, body: bytes, *, now: datetime) -> int:
    """Keep the beginning of a body, forget the oldest, and return its number."""
    beginning = (
        body[:_BEGINNING].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    )
    [row] = session.run("deliveries.keep_unread_event", now=now, bytes=len(body), body=beginning)
    number = int(row["id"])
    session.run("deliveries.forget_unread_events", id=number, most=_MOST)
    return number


def unread_events(ledger: Ledger) -> list[UnreadEvent]:
    """Return those that are kept, the latest first."""
    return [
        UnreadEvent(
            number=row["id"], received_at=row["received_at"], bytes=row["bytes"], body=row["body"]
        )
        for row in ledger.rows("deliveries.unread_events")
    ]
