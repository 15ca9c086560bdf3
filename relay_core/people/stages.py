"""The parts of a sync, in their order, and how far each has come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from relay_core.store.ledger import Ledger, Work


class Stage(StrEnum):
    """What is read, in this order. Values are stored in `sync_progress.resource`."""

    PEOPLE = "people"
    MEMBERSHIPS = "memberships"
    TICKETS = "tickets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far one part has come: the row kept about it."""

    cursor: str | None
    """What comes next; kept at the end for the next sync."""
    fetched: int
    """Records of the present or last pass."""
    begun_at: datetime
    finished_at: datetime | None
    """None while a pass is unfinished; the next sync then goes on with it."""
    notice: str | None = None
    """Why it could not be read, or not to its end, for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One page as the sync sees it."""

    records: int
    keep: Callable[[Standing], Work[None]]
    """Returns the work that writes the page, given how far its part has come with it."""
    until: datetime | None = None
    """Everything that changed before is read, where the order of a listing tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncProgress:
    """How far a sync has come."""

    fetched: int
    """People of this pass so far."""
    begun_at: datetime | None
    finished_at: datetime | None
    """When everybody was known; None while that pass is unfinished."""
    stage: Stage | None = None
    """What is being read, or was left unfinished; None when nothing is."""
    in_stage: int = 0
    """Records of that stage so far."""
    notice: str | None = None
    """What could not be read, or not to its end, although people could; and what to do."""


def standings(ledger: Ledger) -> dict[Stage, Standing]:
    """Return how far each part has come; a part that never began is absent."""
    return {
        Stage(row["resource"]): Standing(
            cursor=row["cursor"],
            fetched=row["fetched"],
            begun_at=row["begun_at"],
            finished_at=row["finished_at"],
            notice=row["notice"],
        )
        for row in ledger.rows("people.stages")
    }


def progress(ledger: Ledger) -> SyncProgress:
    """Return how far the last or present sync has come."""
    known = standings(ledger)
    people = known.get(Stage.PEOPLE)
    unfinished = [stage for stage in Stage if stage in known and not known[stage].finished_at]
    stage = unfinished[0] if unfinished else None
    notices = [standing.notice for standing in known.values() if standing.notice]
    return SyncProgress(
        fetched=people.fetched if people else 0,
        begun_at=people.begun_at if people else None,
        finished_at=people.finished_at if people else None,
        stage=stage,
        in_stage=known[stage].fetched if stage else 0,
        notice=" ".join(notices) or None,
    )
