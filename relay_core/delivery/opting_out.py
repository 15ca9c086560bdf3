"""What somebody's wish does to their number: blocked by a STOP, open again by a START.

The latest wish by the vendor's clock holds, in whatever order they arrive; of two at one moment,
the STOP. A block that somebody set by hand is never lifted by a message.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.delivery.opt_out_words import Understood, Wish
from relay_core.store.ledger import Ledger, Session

_REASON: Final = "They answered with an opt-out keyword."


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """One wish in the history of a number."""

    wish: Wish
    word: str
    source: str
    happened_at: datetime
    received_at: datetime


def keep_wish(
    session: Session,
    said: Understood,
    *,
    phone: str,
    message_id: str,
    happened_at: datetime,
    now: datetime,
) -> None:
    """Add a wish to the history of a number, and let the latest one hold.

    Args:
        session: The transaction.
        said: What was understood.
        phone: Whose number, in E.164.
        message_id: The vendor's id of the message; the same one again changes nothing.
        happened_at: By the vendor's clock; a moment that is still to come counts as now.
        now: When it was heard.
    """
    added = session.run(
        "opt_outs.add",
        phone=phone,
        wish=said.wish,
        word=said.word,
        source="reply",
        message_id=message_id,
        happened_at=min(happened_at, now),
        now=now,
    )
    if not added:
        return
    latest = session.run("opt_outs.latest", phone=phone)[0]
    match Wish(latest["wish"]):
        case Wish.STOP:
            _block(session, phone, now=now)
        case Wish.START:
            session.run("opt_outs.lift", phone=phone)


def opt_outs_of(ledger: Ledger, phone: str) -> list[OptOut]:
    """Return what was asked for from this number, the latest first."""
    return [
        OptOut(
            wish=Wish(row["wish"]),
            word=row["word"],
            source=row["source"],
            happened_at=row["happened_at"],
            received_at=row["received_at"],
        )
        for row in ledger.rows("opt_outs.history", phone=phone)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChange:
    """What followed in Zendesk from a wish, for one profile."""

    person_id: int
    tag: str
    change: str
    """`add` or `remove`."""
    tries: int
    ended_at: datetime | None
    """When it was made, overtaken by a later wish, or given up; None: still to be made."""
    trouble: str | None
    """What stood in the way last."""


def tag_changes_of(ledger: Ledger, phone: str) -> list[TagChange]:
    """Return the changes of tags that follow from the wishes of a number, the latest first."""
    return [
        TagChange(
            person_id=row["person_id"],
            tag=row["tag"],
            change=row["change"],
            tries=row["tries"],
            ended_at=row["ended_at"],
            trouble=row["trouble"],
        )
        for row in ledger.rows("opt_outs.tag_changes", phone=phone)
    ]


def _block(session: Session, phone: str, *, now: datetime) -> None:
    if session.run("deliveries.suppress", phone=phone, reason=_REASON, now=now):
        session.run("opt_outs.own", phone=phone)
    touched = session.run("deliveries.cancel_queued_to", phone=phone, reason=_REASON, now=now)
    for run_id in {row["run_id"] for row in touched}:
        session.run("runs.finish_if_settled", run_id=run_id, now=now)
