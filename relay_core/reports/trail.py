"""The trail of what people did: read, and as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from relay_core.reports.export import as_csv
from relay_core.store.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed."""

    happened_at: datetime
    actor: str
    event: str
    """`noun.past_participle`."""
    subject: str
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFilter:
    """Which deeds are meant; what is left empty lets everything through."""

    actor: str = ""
    event: str = ""
    """Whole, or the noun alone."""
    subject: str = ""
    """A part of it."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is no longer meant."""


@dataclass(frozen=True, slots=True)
class TrailNames:
    """What filters can name."""

    actors: tuple[str, ...]
    events: tuple[str, ...]


def trail(ledger: Ledger, which: TrailFilter, *, most: int, after: int = 0) -> list[Entry]:
    """Return deeds, the latest first.

    Args:
        ledger: The file.
        which: Of these.
        most: How many at most.
        after: How many of the latest are passed over.
    """
    rows = ledger.rows(
        "audit.entries",
        actor=which.actor,
        event=which.event,
        subject=which.subject.strip(),
        since=which.since,
        until=which.until,
        most=most,
        after=after,
    )
    return [Entry(**row) for row in rows]


def trail_names(ledger: Ledger) -> TrailNames:
    """Return everybody who did something, and everything that was done."""
    rows = ledger.rows("audit.named")
    return TrailNames(
        tuple(sorted({row["actor"] for row in rows})), tuple(sorted({row["event"] for row in rows}))
    )


def trail_csv(entries: Sequence[Entry]) -> bytes:
    """Return deeds as CSV that a spreadsheet opens without harm."""
    return as_csv(trail_table(entries))


def trail_table(entries: Sequence[Entry]) -> pa.Table:
    """Return deeds as a table, with headings for a person."""
    return pa.table(
        {
            "When": pa.array([e.happened_at for e in entries], pa.timestamp("ms", tz="UTC")),
            "Who": pa.array([e.actor for e in entries], pa.string()),
            "What": pa.array([e.event for e in entries], pa.string()),
            "On what": pa.array([e.subject for e in entries], pa.string()),
            "Detail": pa.array([e.detail for e in entries], pa.string()),
        }
    )
