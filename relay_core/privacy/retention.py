"""After the days that were set, names, numbers and texts go; pseudonyms and counts stay.

A few rows to a transaction, so that whatever is sent meanwhile waits for a moment only. Killed at
any of them, the next pass goes on: what is done needs no note.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from relay_core.campaigns.part_count import count_parts
from relay_core.people.pseudonyms import is_pseudonym, key_of, pseudonym
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Row, Session

BY_ITSELF: Final = "retention"
"""The actor of a pass that nobody asked for."""
_BATCH: Final = 500
"""Rows to a transaction: 30 ms of the writer."""
_NIGHT: Final = time(3)
"""By the account's clock: few people are awake, and no day of theirs changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What a pass removes, or has removed."""

    days: int
    """Older than so many; 0: nothing ever is, unless somebody asks for it."""
    runs: int = 0
    messages: int = 0
    replies: int = 0
    unread_events: int = 0
    doubtful: tuple[int, ...] = ()
    """Runs that are as old, and stay as they are while messages of theirs are in doubt."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to remove."""
        return not (self.runs or self.messages or self.replies or self.unread_events)


def next_pass_at(ended_at: datetime | None, *, zone: ZoneInfo) -> datetime:
    """Return when the next pass is due: in the night after the last, or at once before the first.

    Args:
        ended_at: When the last one came to its end; None before the first.
        zone: Of the account.
    """
    if ended_at is None:
        return datetime(1970, 1, 1, tzinfo=UTC)
    local = ended_at.astimezone(zone)
    night = datetime.combine(local.date(), _NIGHT, tzinfo=zone)
    return night if night > local else night + timedelta(days=1)


def last_pass(ledger: Ledger) -> datetime | None:
    """Return when the last pass came to its end."""
    rows = ledger.rows("retention.ended")
    return rows[0]["ended_at"] if rows else None


def foreseen(ledger: Ledger, *, days: int, now: datetime) -> Removal:
    """Return what a pass would remove now. Nothing is changed."""
    if not days:
        return Removal(days=0)
    before = now - timedelta(days=days)
    runs = ledger.rows("retention.runs", before=before)
    return Removal(
        days=days,
        runs=len(runs),
        messages=sum(
            ledger.rows("retention.messages_of", run_id=run["id"])[0]["messages"] for run in runs
        ),
        doubtful=tuple(row["id"] for row in ledger.rows("retention.doubtful_runs", before=before)),
        **ledger.rows("retention.figures", before=before)[0],
    )


def remove_aged(
    ledger: Ledger, *, days: int, actor: str, now: datetime, go_on: Callable[[], bool]
) -> Removal | None:
    """Remove what is older than so many days.

    Args:
        ledger: The file.
        days: Above 0.
        actor: Who asked for it.
        now: When.
        go_on: Asked between transactions; False ends the pass early.

    Returns:
        What was removed; None where the pass ended early.
    """
    before = now - timedelta(days=days)
    key = ledger.write(key_of)
    runs = messages = 0
    for run in ledger.rows("retention.runs", before=before):
        for batch in _pages(ledger, "retention.messages", "id", 0, run_id=run["id"]):
            if not go_on():
                return None
            messages += len(batch)
            ledger.write(
                _forgetting("retention.forget_messages", [_message(r, key) for r in batch])
            )
        runs += ledger.write(_closing(run, days=days, actor=actor, now=now))
    replies = 0
    for batch in _pages(ledger, "retention.replies", "message_id", "", before=before):
        if not go_on():
            return None
        replies += len(batch)
        ledger.write(_forgetting("retention.forget_replies", [_numbered(r, key) for r in batch]))
    for batch in _pages(ledger, "retention.receipts", "phone", "", before=before):
        if not go_on():
            return None
        rows = [r | {"pseudonym": pseudonym(r["phone"], key=key), "before": before} for r in batch]
        ledger.write(_forgetting("retention.forget_receipts", rows))

    def end(session: Session) -> Removal:
        events = session.run("retention.drop_unread_events", before=before)
        session.run("retention.drop_rests", before=now)
        session.run("retention.end", now=now)
        done = Removal(
            days=days,
            runs=runs,
            messages=messages,
            replies=replies,
            unread_events=len(events),
            doubtful=tuple(r["id"] for r in session.run("retention.doubtful_runs", before=before)),
        )
        if not done.is_empty:
            counts = {"days": days, "runs": runs, "messages": messages, "replies": replies}
            note(
                session,
                actor=actor,
                event="retention.done",
                subject="names, numbers and texts",
                now=now,
                detail=json.dumps(counts),
            )
        return done

    return ledger.write(end)


def _pages(
    ledger: Ledger, query: str, by: str, first: int | str, **values: object
) -> Iterator[list[Row]]:
    after = first
    while page := ledger.rows(query, after=after, most=_BATCH, **values):
        yield page
        after = page[-1][by]


def _forgetting(query: str, rows: list[Row]) -> Callable[[Session], None]:
    return lambda session: session.run_many(query, rows)


def _message(row: Row, key: bytes) -> Row:
    return {
        "id": row["id"],
        "pseudonym": _stands_for(row["phone"], key),
        "parts": count_parts(row["body"]),
    }


def _numbered(row: Row, key: bytes) -> Row:
    known = {name: value for name, value in row.items() if name != "phone"}
    return known | {"pseudonym": row["phone"] and _stands_for(row["phone"], key)}


def _stands_for(phone: str, key: bytes) -> str:
    """Return the pseudonym of a number, and of a pseudonym itself."""
    return phone if is_pseudonym(phone) else pseudonym(phone, key=key)


def _closing(run: Row, *, days: int, actor: str, now: datetime) -> Callable[[Session], int]:
    def work(session: Session) -> int:
        if not session.run("retention.close_run", run_id=run["id"], now=now):
            return 0
        session.run("retention.forget_attempts", run_id=run["id"])
        session.run("retention.forget_exclusions", run_id=run["id"])
        session.run("retention.forget_settlements", run_id=run["id"])
        note(
            session,
            actor=actor,
            event="run.forgotten",
            subject=str(run["id"]),
            now=now,
            detail=json.dumps({"days": days, "messages": run["planned"]}),
        )
        return 1

    return work
