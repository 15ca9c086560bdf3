"""The first messages of a run, as far as they are: who looks at a run sees what it waits for."""

from dataclasses import dataclass
from datetime import datetime

from relay_core.delivery.canary import CanaryState, Figures
from relay_core.store.ledger import Ledger, one


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """How a run began, or is to begin."""

    state: CanaryState
    size: int
    """Messages that go first; 0 where it began as a whole, because somebody wanted it so."""
    wait_s: int
    """Seconds to wait for their receipts."""
    most_failures: float
    """Share of them up to which the rest follows, 0 to 1."""
    decided_at: datetime | None
    figures: Figures | None
    """What has become of them so far; None before they go and after the decision."""


def canary_of(ledger: Ledger, run_id: int) -> Canary | None:
    """Return how a run began or is to begin; None where nothing was chosen for it."""
    row = one(ledger.rows("canaries.of_run", run_id=run_id))
    if row is None:
        return None
    state = CanaryState(row["state"])
    leads = state is CanaryState.LEADING
    return Canary(
        state=state,
        size=row["size"],
        wait_s=row["wait_s"],
        most_failures=row["most_failures"],
        decided_at=row["decided_at"],
        figures=Figures(**ledger.rows("canaries.figures", run_id=run_id)[0]) if leads else None,
    )
