"""What a copy of the file may not do by itself, because the original may have done it since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from relay_core.delivery.runs import cancel_run
from relay_core.store.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """What was under way in the copy."""

    runs: Mapping[int, int]
    """Runs that are paused now, and how many of their messages wait."""
    cancelled: tuple[int, ...]
    """Runs that awaited approval, which somebody may have given since."""
    schedules: int
    """Schedules that are held now."""


def hold_back(copy: Ledger, *, said: str, actor: str, now: datetime) -> HeldBack:
    """Let nothing leave from a copy before a person has thought of the original.

    Args:
        copy: Nobody sends from it yet.
        said: What stands beside everything that is held.
        actor: Who made the copy, for the audit trail.
        now: When.
    """
    awaiting = [
        row["id"] for row in copy.rows("runs.all", tests=True) if row["state"] == "awaiting"
    ]
    for run_id in awaiting:
        cancel_run(copy, run_id, actor=actor, now=now)
    copy.write(lambda session: session.run("runs.hold_back", note=said))
    held = copy.write(lambda session: session.run("schedules.hold_all", note=said))
    copy.write(lambda session: session.run("mirroring.hold", why=said))
    return HeldBack(
        runs={row["id"]: row["queued"] for row in copy.rows("runs.held_back")},
        cancelled=tuple(awaiting),
        schedules=len(held),
    )
