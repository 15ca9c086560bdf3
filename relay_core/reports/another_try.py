"""Which failures of a run another try may help, and which would only be repeated."""

from collections.abc import Collection, Sequence

from relay_core.errors import CampaignError, NotFound
from relay_core.reports.causes import Cause, cause
from relay_core.store.ledger import Ledger, one


def failures_of(ledger: Ledger, run_id: int) -> tuple[Cause, ...]:
    """Return why messages of a run failed, the most first.

    Raises:
        NotFound: There is no run with this number.
    """
    head = one(ledger.rows("reports.head", run_id=run_id))
    if head is None:
        raise NotFound("no such run", advice=f"There is no run {run_id}. See `relay run list`.")
    return tuple(
        cause(row, channel=head["channel"] or "")
        for row in ledger.rows("reports.causes", run_id=run_id)
        if row["state"] == "failed"
    )


def check_causes(codes: Collection[str], failures: Sequence[Cause]) -> None:
    """Refuse another try for causes that it would not help.

    Args:
        codes: Whom it is for, by the codes of their failures.
        failures: Why messages of the run failed.

    Raises:
        CampaignError: Nobody failed for one of them, or another try would end the same way; says
            why, and what helps instead.
    """
    known = {each.code: each for each in failures}
    refusals = [_refusal(code, known) for code in sorted(set(codes))]
    if told := [refusal for refusal in refusals if refusal]:
        raise CampaignError("not for another try", advice="\n".join(told))


def _refusal(code: str, known: dict[str, Cause]) -> str:
    found = known.get(code)
    if found is None:
        codes = ", ".join(sorted(known))
        instead = f"Its failures have these codes: {codes}." if codes else "Nothing of it failed."
        return f"Nobody of this run failed for {code}. {instead}"
    if found.is_for_another_try:
        return ""
    return f"{found.title} ({code}): another try would not help. {found.advice}"
