"""Looks again at everything that waits: who has become unwelcome since a run was frozen.

A queue of twenty thousand takes most of an hour to empty, and a paused run may wait for days.
"""

from collections import defaultdict
from datetime import datetime

from relay_core.audience.policy import Policy
from relay_core.log import log
from relay_core.store.ledger import Ledger, Session
from relay_core.worded import WordedEnum


class Unwelcome(WordedEnum):
    """Why somebody is no longer to be messaged, as a sentence, the gravest first.

    Values are stored.
    """

    OPTED_OUT = "opted_out", "They asked for no messages before this one left."
    GONE = "gone", "They were deleted in Zendesk before this message left."
    STAFF = "staff", "They became a team member before this message left."
    SUSPENDED = "suspended", "They were suspended in Zendesk before this message left."
    NO_CONSENT = "no_consent", "They no longer agreed to be messaged before this one left."
    EXCLUDED = "excluded", "Somebody excluded them by hand before this message left."


def drop_unwelcome(ledger: Ledger, *, policy: Policy, now: datetime) -> int:
    """Cancel what waits for people who have become unwelcome, in every run that is not over.

    To be called whenever people or choices about them may have changed, and before a paused run
    goes on. Only what is queued is touched; a run that waits for nothing else is finished.

    Args:
        ledger: Where runs, choices and the mirror are kept.
        policy: What says opted out, and what says consent.
        now: When.

    Returns:
        How many deliveries were cancelled.
    """
    if not ledger.rows("runs.open"):
        return 0
    # Read beside the writer, so that no sender waits for it.
    found = ledger.rows(
        "deliveries.unwelcome",
        opt_out_tags=[tag.lower() for tag in policy.opt_out_tags],
        opt_out_fields=list(policy.opt_out_fields),
        consent_tags=[tag.lower() for tag in policy.consent_tags],
        consent_fields=list(policy.consent_fields),
        consent_required=policy.consent_required,
    )
    if not found:
        return 0
    ids: dict[Unwelcome, list[int]] = defaultdict(list)
    for row in found:
        ids[Unwelcome(row["code"])].append(row["id"])

    def work(session: Session) -> int:
        runs = [
            row["run_id"]
            for code, those in ids.items()
            for row in session.run(
                "deliveries.withdraw", ids=those, code=code, reason=code.words, now=now
            )
        ]
        for run_id in sorted(set(runs)):
            session.run("runs.finish_if_settled", run_id=run_id, now=now)
        return len(runs)

    dropped = ledger.write(work)
    log().info("deliveries.dropped", deliveries=dropped)
    return dropped
