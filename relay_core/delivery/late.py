"""Answers that come after another process has taken the lane: the delivery is unknown by then.

A certain answer still settles it, unless a person decided meanwhile or it has been sent again.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, assert_never

from relay_core.delivery.consequences import take_effect
from relay_core.delivery.receipts import apply_receipts
from relay_core.delivery.recording import Attempt, did_not_leave
from relay_core.delivery.repeats import repeatable_for
from relay_core.gateways.outcomes import (
    Accepted,
    OutcomeUnknown,
    Rejected,
    SendOutcome,
    Throttled,
    Unreachable,
)
from relay_core.store.ledger import Session

_NEVER_LEFT: Final = "Relay stopped before this message left. It was not sent."


def recording_in_time(
    attempt: Attempt,
    outcome: SendOutcome,
    record: Callable[[Session], None],
    *,
    lane: str,
    intended_at: datetime,
    now: datetime,
) -> Callable[[Session], None]:
    """Return the work that records an outcome where the lane may be somebody else's by now.

    What is recorded already, because a connection was lost during its commit, stays as it is.

    Args:
        attempt: What was tried.
        outcome: How it ended.
        record: Records it while the answer is still awaited.
        lane: Of its run.
        intended_at: The moment with which the intent was committed, which tells it from others.
        now: When it ended.
    """
    which = {"id": attempt.delivery_id, "intended_at": intended_at}

    def work(session: Session) -> None:
        if attempt.repeat or session.run("deliveries.is_awaited", **which):
            record(session)
        else:
            _hear(session, attempt, outcome, lane=lane, which=which, now=now)

    return work


def _hear(
    session: Session,
    attempt: Attempt,
    outcome: SendOutcome,
    *,
    lane: str,
    which: dict[str, object],
    now: datetime,
) -> None:
    match outcome:
        case Accepted(channel_id):
            if session.run("deliveries.accept_late", channel_id=channel_id, now=now, **which):
                session.run("repeats.drop", delivery_id=attempt.delivery_id)
                _correct(session, attempt, "accepted", now=now)
                apply_receipts(session, attempt.delivery_id, now=now)
        case _ if repeatable_for(lane) is not None:
            pass  # the same request may have been made again since, and accepted
        case Rejected(code, reason, lane_fault=False):
            if session.run("deliveries.fail_late", code=code, reason=reason, now=now, **which):
                did_not_leave(session, attempt)
                _correct(session, attempt, "rejected", code=code, reason=reason, now=now)
                take_effect(
                    session,
                    run_id=attempt.run_id,
                    phone=attempt.phone,
                    code=code,
                    reason=reason,
                    now=now,
                )
        case Rejected() | Throttled() | Unreachable():
            session.run("deliveries.say_late", reason=_NEVER_LEFT, **which)
        case OutcomeUnknown():
            pass
        case _:
            assert_never(outcome)


def _correct(
    session: Session,
    attempt: Attempt,
    outcome: str,
    *,
    now: datetime,
    code: str | None = None,
    reason: str | None = None,
) -> None:
    session.run(
        "deliveries.correct_attempt",
        delivery_id=attempt.delivery_id,
        number=attempt.number,
        ended_at=now,
        outcome=outcome,
        code=code,
        reason=reason,
    )
