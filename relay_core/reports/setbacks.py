"""What went wrong in a run lately, for whoever watches it: in words, with what to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from relay_core.errors import NotFound
from relay_core.reports.causes import Cause, cause
from relay_core.store.ledger import Ledger, one

_LATELY: Final = timedelta(minutes=2)
_MOST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """Messages that failed for one cause."""

    cause: Cause
    last_at: datetime
    """When the last of them was known to have failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setbacks:
    """What went wrong in a run."""

    failures: tuple[Setback, ...]
    """The latest causes first, five at most."""
    throttled: int
    """Within the last two minutes: times that the channel wanted Relay to be slower."""
    unreachable: int
    """Within the last two minutes: times that the channel could not be reached."""


def setbacks(ledger: Ledger, run_id: int, *, now: datetime) -> Setbacks:
    """Return what went wrong in a run lately.

    Args:
        ledger: The file.
        run_id: The run's number.
        now: When.

    Raises:
        NotFound: There is no run with this number.
    """
    head = one(ledger.rows("reports.head", run_id=run_id))
    if head is None:
        raise NotFound("no such run", advice=f"There is no run {run_id}. See `relay run list`.")
    failures = [
        Setback(cause=cause(row, channel=head["channel"] or ""), last_at=row["last_at"])
        for row in ledger.rows("reports.causes", run_id=run_id)
        if row["state"] == "failed"
    ]
    lately = ledger.rows("reports.in_vain", run_id=run_id, since=now - _LATELY)[0]
    return Setbacks(
        failures=tuple(sorted(failures, key=lambda each: each.last_at, reverse=True)[:_MOST]),
        throttled=lately["throttled"],
        unreachable=lately["unreachable"],
    )
