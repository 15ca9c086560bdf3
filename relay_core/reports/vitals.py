"""How Relay is doing as a program: what waits, how old the latest news is, what the disk has."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from relay_core.people.stages import progress
from relay_core.store.database import Database
from relay_core.store.ledger import Row
from relay_core.store.writer import WriterFigures


class LaneState(StrEnum):
    """What a lane is about."""

    IDLE = "idle"  # nothing waits
    RUNNING = "running"  # something may leave now
    HELD = "held"  # everything waits for a later moment: quiet hours, limits, another try
    PAUSED = "paused"  # a person has paused what waits
    STOPPED = "stopped"  # Relay itself has, because too much failed or the channel refuses


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneVitals:
    """One lane."""

    lane: str
    state: LaneState
    queued: int
    """Messages that have not left, also those of paused runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """Figures of one moment; no person, text or name is among them."""

    sending: bool
    deliveries: Mapping[str, int]
    """By state."""
    lanes: tuple[LaneVitals, ...]
    ages_s: Mapping[str, float]
    """Seconds since the latest `departure`, `receipt` and whole `sync`; absent before the first."""
    writer: WriterFigures
    file_bytes: int
    log_bytes: int
    free_disk_bytes: int
    schema_version: int
    ledger_lag_s: float
    """Seconds for which nothing is known of what other processes wrote to a shared ledger."""


def vitals(database: Database, *, sending: bool, now: datetime) -> Vitals:
    """Measure. With ten million deliveries it takes about an eighth of a second.

    Args:
        database: The open file.
        sending: Whether this process sends.
        now: When (aware).
    """
    latest: dict[str, datetime | None] = {
        **database.rows("vitals.latest")[0],
        "sync": progress(database).finished_at,
    }
    log = database.path.with_name(f"{database.path.name}.wal")
    return Vitals(
        sending=sending,
        deliveries={row["state"]: row["messages"] for row in database.rows("vitals.deliveries")},
        lanes=tuple(
            LaneVitals(lane=row["lane"], state=_state(row), queued=row["queued"])
            for row in database.rows("vitals.lanes", now=now)
        ),
        ages_s={
            what: max(0.0, (now - at).total_seconds())
            for what, at in latest.items()
            if at is not None
        },
        writer=database.writer_figures,
        file_bytes=database.path.stat().st_size,
        log_bytes=log.stat().st_size if log.exists() else 0,
        free_disk_bytes=shutil.disk_usage(database.path.parent).free,
        schema_version=database.rows("vitals.schema_version")[0]["number"],
        ledger_lag_s=database.lag_s,
    )


def _state(lane: Row) -> LaneState:
    if lane["due"]:
        return LaneState.RUNNING
    if lane["waiting"]:
        return LaneState.HELD
    if lane["stopped"]:
        return LaneState.STOPPED
    return LaneState.PAUSED if lane["queued"] else LaneState.IDLE
