"""Whom a retry tries again: some people of an earlier run, screened anew."""

from typing import Final

from relay_core.audience.resolving.matching import Match
from relay_core.audience.sql.predicates import Predicate
from relay_core.campaigns.kinds import Retried
from relay_core.errors import CampaignError
from relay_core.store.ledger import Ledger

_THESE: Final = "p.id IN (SELECT unnest($retried_people::BIGINT[]))"


def people_to_retry(ledger: Ledger, run_id: int, retried: Retried) -> Match:
    """Return the people of a run whom a retry tries again, before they are screened.

    Raises:
        CampaignError: There is nobody.
    """
    rows = ledger.rows("runs.to_retry", run_id=run_id, retried=retried)
    if not rows:
        raise CampaignError(
            "nobody to retry",
            advice=f"Run {run_id} has none of {retried.label} who was not reached since. Messages "
            "whose outcome is unknown are never tried again by a retry.",
        )
    return Match(
        predicate=Predicate(_THESE, {"retried_people": [row["person_id"] for row in rows]}),
        explanation=f"Of run {run_id}, {retried.label}.",
        searched=None,
        counted=None,
        complete=True,
        notice=None,
    )
