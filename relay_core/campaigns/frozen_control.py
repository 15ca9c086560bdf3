"""The control group of a run, read back as it was frozen."""

from relay_core.campaigns.control_group import HELD_OUT, HoldOut
from relay_core.campaigns.writing import Exclusion
from relay_core.store.ledger import Ledger, one


def hold_out_of_run(ledger: Ledger, run_id: int) -> HoldOut | None:
    """Return the draw of a run; None where nobody was held out."""
    row = one(ledger.rows("control_groups.of_run", run_id=run_id))
    return HoldOut(percent=row["percent"], seed=row["seed"]) if row else None


def held_out_of(ledger: Ledger, run_id: int) -> list[Exclusion]:
    """Return whom the draw of a run held out."""
    return [
        Exclusion(
            person_id=row["person_id"],
            name=row["person_name"],
            reason=HELD_OUT,
            place=row["place"],
        )
        for row in ledger.rows("control_groups.people", run_id=run_id)
    ]
