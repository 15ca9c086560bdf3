"""The first messages of a run: how many they shall be, and how they fare."""

from dataclasses import dataclass
from datetime import datetime

from relay_core.delivery.canary import CanaryState, Figures
from relay_core.delivery.gates import CanaryChoice
from relay_core.store.ledger import Ledger, Session, one


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """How a run began, or is to begin."""

    state: CanaryState
    size: int
    """Messages that go first; 0 where somebody wanted it to begin as a whole."""
    wait_s: int
    """Seconds to wait for their receipts."""
    most_failures: float
    """Share of them up to which the rest follows, 0 to 1."""
    decided_at: datetime | None
    figures: Figures | None
    """What has become of them so far; None before they go and after the decision."""


def choose_canary(session: Session, run_id: int, choice: CanaryChoice, *, planned: int) -> bool:
    """Write down once how a run begins; what was chosen before stays.

    Args:
        session: The transaction.
        run_id: The run.
        choice: How many go first, and what lets the rest follow.
        planned: Messages of the whole run.

    Returns:
        Whether some go first; with no size, or too large a one, the run begins as a whole.
    """
    leads = 0 < choice.size < planned
    session.run(
        "canaries.add",
        run_id=run_id,
        size=choice.size if leads else 0,
        wait_s=choice.wait_s,
        most_failures=choice.most_failures,
        state=CanaryState.CHOSEN if leads else CanaryState.PASSED,
    )
    return leads


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
