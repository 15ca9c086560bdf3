"""Writes down how an attempt ended, and everything that follows from it, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from relay_core.delivery.consequences import take_effect
from relay_core.delivery.receipts import apply_receipts, claim_for_settled, claim_homeless
from relay_core.delivery.repeats import (
    IN_DOUBT,
    expect_repeat,
    repeatable_for,
    settle_repeat,
)
from relay_core.delivery.retries import retry_delay_s
from relay_core.gateways.outcomes import (
    Accepted,
    OutcomeUnknown,
    Rejected,
    SendOutcome,
    Throttled,
    Unreachable,
)
from relay_core.people.kept import recall_messages
from relay_core.store.ledger import Session

_IN_DOUBT = "The channel gave no usable answer. The message may have been sent."
_STOPPED = "Relay stopped before the channel's answer was recorded. It may have been sent."
_UNREACHABLE = (
    "The channel could not be reached for several tries. Nothing was lost: resume when the network "
    "is back."
)
_REFUSED = "The channel refuses Relay itself: {reason} Check Settings, then resume."


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One delivery whose intent is committed."""

    delivery_id: int
    run_id: int
    phone: str
    number: int
    """Counts from 1."""
    begun_at: datetime
    repeat: int = 0
    """Which repeat of an unknown request under its own key this is; 0 is none."""


def recording(
    attempt: Attempt, outcome: SendOutcome, *, now: datetime, dice: float, max_attempts: int
) -> Callable[[Session], None]:
    """Return the work that records an outcome.

    Args:
        attempt: What was tried.
        outcome: How it ended.
        now: When it ended.
        dice: A random number, 0 ≤ dice < 1, for the wait before another try.
        max_attempts: Tries of one delivery when it is certain that nothing left; after them the
            lane pauses, because the channel is out of reach for everybody.
    """

    def work(session: Session) -> None:
        if attempt.repeat:
            _record_repeat(session, attempt, outcome, now=now, dice=dice)
            return
        match outcome:
            case Accepted(channel_id):
                session.run(
                    "deliveries.accept", id=attempt.delivery_id, channel_id=channel_id, now=now
                )
                _note(session, attempt, "accepted", now=now)
                apply_receipts(session, attempt.delivery_id, now=now)
            case Rejected(code, reason, lane_fault=True):
                _defer(session, attempt, attempts=attempt.number - 1, due_at=now, now=now)
                _note(session, attempt, "rejected", code=code, reason=reason, now=now)
                _stop_lane(session, attempt, note=_REFUSED.format(reason=reason or code))
            case Rejected(code, reason):
                _fail(session, attempt, code=code, reason=reason, now=now)
                _note(session, attempt, "rejected", code=code, reason=reason, now=now)
                take_effect(
                    session,
                    run_id=attempt.run_id,
                    phone=attempt.phone,
                    code=code,
                    reason=reason,
                    now=now,
                )
            case Throttled():
                _defer(session, attempt, attempts=attempt.number - 1, due_at=now, now=now)
                _note(session, attempt, "throttled", now=now)
            case Unreachable(reason) if attempt.number >= max_attempts:
                _defer(session, attempt, attempts=0, due_at=now, now=now)
                _note(session, attempt, "unreachable", code=reason, now=now)
                _stop_lane(session, attempt, note=_UNREACHABLE)
            case Unreachable(reason):
                due_at = now + timedelta(seconds=retry_delay_s(attempt.number, dice=dice))
                _defer(session, attempt, attempts=attempt.number, due_at=due_at, now=now)
                _note(session, attempt, "unreachable", code=reason, now=now)
            case OutcomeUnknown(reason):
                due_at = now + timedelta(seconds=retry_delay_s(1, dice=dice))
                _doubt(
                    session, attempt, code=reason, reason=_IN_DOUBT, ask_again_at=due_at, now=now
                )
            case _:
                assert_never(outcome)
        _claim_for_earlier_tries(session, attempt, now=now)
        session.run("runs.finish_if_settled", run_id=attempt.run_id, now=now)

    return work


def recover(session: Session, *, now: datetime, lane: str | None = None) -> int:
    """Turn every attempt that a stopped process left open into an unknown one.

    To be done once, before anything is sent, by whoever has just become the file's owner, or the
    holder of a lane.

    Args:
        session: The transaction.
        now: When (aware).
        lane: Of which lane; None: of all, where at that moment nobody awaits an answer.

    Returns:
        How many there were.
    """
    left = session.run("deliveries.interrupted", lane=lane)
    for row in left:
        attempt = Attempt(
            delivery_id=row["id"],
            run_id=row["run_id"],
            phone=row["phone"],
            number=row["attempts"],
            begun_at=row["begun_at"],
        )
        _doubt(session, attempt, code="stopped", reason=_STOPPED, ask_again_at=now, now=now)
    session.run("repeats.rearm", now=now, lane=lane)
    for run in session.run("runs.active"):
        if lane in {None, run["integration_id"]}:
            session.run("runs.finish_if_settled", run_id=run["id"], now=now)
    return len(left)


def _claim_for_earlier_tries(session: Session, attempt: Attempt, *, now: datetime) -> None:
    if attempt.number > 1:
        claim_for_settled(session, attempt.delivery_id, now=now)


def _record_repeat(
    session: Session, attempt: Attempt, outcome: SendOutcome, *, now: datetime, dice: float
) -> None:
    told = settle_repeat(
        session, attempt.delivery_id, outcome, tries=attempt.repeat, now=now, dice=dice
    )
    _note(session, attempt, told.word, code=told.code, reason=told.reason, now=now)
    if told.is_taken:
        apply_receipts(session, attempt.delivery_id, now=now)
    if told.stops_lane:
        _stop_lane(session, attempt, note=_REFUSED.format(reason=told.reason or told.code))


def _doubt(
    session: Session,
    attempt: Attempt,
    *,
    code: str,
    reason: str,
    ask_again_at: datetime,
    now: datetime,
) -> None:
    lane = _lane(session, attempt)
    is_repeatable = repeatable_for(lane) is not None
    session.run(
        "deliveries.doubt",
        id=attempt.delivery_id,
        code=code,
        reason=IN_DOUBT if is_repeatable else reason,
        now=now,
    )
    _note(session, attempt, "unknown", code=code, now=now)
    expect_repeat(
        session, attempt.delivery_id, lane=lane, begun_at=attempt.begun_at, due_at=ask_again_at
    )
    claim_homeless(session, attempt.run_id, attempt.phone, since=attempt.begun_at, now=now)


def _fail(session: Session, attempt: Attempt, *, code: str, reason: str, now: datetime) -> None:
    session.run("deliveries.fail", id=attempt.delivery_id, code=code, reason=reason, now=now)
    did_not_leave(session, attempt)


def _defer(
    session: Session, attempt: Attempt, *, attempts: int, due_at: datetime, now: datetime
) -> None:
    session.run(
        "deliveries.defer", id=attempt.delivery_id, attempts=attempts, due_at=due_at, now=now
    )
    did_not_leave(session, attempt)
    session.run("deliveries.drop_unwanted", run_id=attempt.run_id, now=now)


def did_not_leave(session: Session, attempt: Attempt) -> None:
    """Take back what was noted of a message when its intent was committed."""
    recall_messages(session, attempt.delivery_id)
    session.run("gates.take_back_message", run_id=attempt.run_id, begun_at=attempt.begun_at)


def _stop_lane(session: Session, attempt: Attempt, *, note: str) -> None:
    session.run("runs.pause_lane", lane=_lane(session, attempt), note=note)


def _lane(session: Session, attempt: Attempt) -> str:
    return str(session.run("runs.lane_of", run_id=attempt.run_id)[0]["integration_id"])


def _note(
    session: Session,
    attempt: Attempt,
    outcome: str,
    *,
    now: datetime,
    code: str | None = None,
    reason: str | None = None,
) -> None:
    session.run(
        "deliveries.add_attempt",
        delivery_id=attempt.delivery_id,
        run_id=attempt.run_id,
        number=attempt.number,
        begun_at=attempt.begun_at,
        ended_at=now,
        outcome=outcome,
        code=code,
        reason=reason,
    )
