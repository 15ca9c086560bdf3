"""Whom a retry tries again: some people of an earlier run, screened anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.audience.resolving.freshness import freshness
from relay_core.audience.resolving.matching import Match
from relay_core.audience.resolving.parts import parts_of_policy
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.sql.implied import ACTIVE
from relay_core.audience.sql.predicates import Predicate, both
from relay_core.campaigns.kinds import Retried, said_retried
from relay_core.errors import CampaignError
from relay_core.store.ledger import Ledger, Row

_THESE: Final = "p.id IN (SELECT unnest($retried_people::BIGINT[]))"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryChoice:
    """Some people of a run, and how many of them would be reached by another try now."""

    retried: Retried
    people: int
    will_receive: int
    """Of these, by what the mirror says at this moment."""
    left_out: Mapping[str, int]
    """The others, by reason."""


def rows_to_retry(
    ledger: Ledger, run_id: int, retried: Retried, *, causes: Sequence[str] = ()
) -> list[Row]:
    """Return each person of a run whom a retry tries again, and whether they still exist."""
    return ledger.rows("runs.to_retry", run_id=run_id, retried=retried, causes=list(causes) or None)


def people_to_retry(
    sources: Sources,
    run_id: int,
    retried: Retried,
    *,
    causes: Sequence[str] = (),
    now: datetime,
) -> Match:
    """Return the people of a run whom a retry tries again, before they are screened.

    Args:
        sources: Where runs and people are.
        run_id: The earlier run.
        retried: Which of its people.
        causes: Codes that they failed for; none: whatever became of them for whatever cause.
        now: The clock.

    Raises:
        CampaignError: There is nobody.
    """
    rows = rows_to_retry(sources.database, run_id, retried, causes=causes)
    whom = said_retried(retried, causes)
    if not rows:
        raise CampaignError(
            "nobody to retry",
            advice=f"Run {run_id} has none of {whom} who was not reached since. Messages "
            "whose outcome is unknown are never tried again by a retry.",
        )
    these = Predicate(_THESE, {"retried_people": [row["person_id"] for row in rows]})
    gone = sum(not row["is_there"] for row in rows)
    mirror = freshness(sources.database, now=now, parts=parts_of_policy(sources.policy))
    return Match(
        predicate=both(these, ACTIVE.predicate),
        explanation=f"Of run {run_id}, {whom}."
        + (f" {gone:,} of them are no longer in Zendesk." if gone else ""),
        searched=None,
        counted=None,
        complete=mirror.complete and mirror.parts_complete,
        notice=mirror.notice,
        warnings=mirror.warnings,
        only_these=True,
    )
