"""Asking again what is unknown, where the channel's keys make a second message impossible.

A delivery stays unknown meanwhile: only the channel's word that it has the message changes that.
An answer that is no such word says nothing about the first request.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from relay_core.delivery.retries import retry_delay_s
from relay_core.gateways.outcomes import (
    Accepted,
    OutcomeUnknown,
    Rejected,
    SendOutcome,
    Throttled,
    Unreachable,
)
from relay_core.gateways.talk_lanes import KEY_LIFE, REPEATABLE_FOR, is_talk
from relay_core.store.ledger import Row, Session, one

IN_DOUBT: Final = (
    "The channel gave no usable answer, so the message may have been sent. Relay asks again under "
    "the message's own key, which cannot send it twice, for as long as the channel knows the key."
)
_EXPIRED: Final = (
    "The channel gave no usable answer, and none when Relay asked again for as long as the channel "
    "knew the message's key. It may have been sent."
)
_REFUSED: Final = (
    "The channel gave no usable answer; asked again, it refused, which does not tell whether the "
    "first request was carried out. It may have been sent. It said: {reason}"
)
_LONGEST_ANSWER: Final = timedelta(minutes=10)
"""After this no answer to a repeat is to be expected any more."""

_SKEW: Final = timedelta(minutes=1)
"""By how much a moment may lie ahead without the clock having been set back."""


def repeatable_for(lane: str) -> timedelta | None:
    """Return how long after its first use a delivery's key protects from a second message."""
    return REPEATABLE_FOR if is_talk(lane) else None


def expect_repeat(
    session: Session, delivery_id: int, *, lane: str, begun_at: datetime, due_at: datetime
) -> None:
    """Let a delivery that has just become unknown be asked for again, if its lane allows that.

    Args:
        session: The transaction.
        delivery_id: Which.
        lane: Of its run.
        begun_at: When its request left; that attempt is noted already.
        due_at: When to ask for the first time.
    """
    life = repeatable_for(lane)
    if life is None:
        return
    used = session.run("repeats.first_use", delivery_id=delivery_id, since=begun_at - KEY_LIFE)
    session.run(
        "repeats.expect",
        delivery_id=delivery_id,
        lane=lane,
        until=(used[0]["begun_at"] or begun_at) + life,
        due_at=due_at,
    )


def take_repeat(session: Session, *, lane: str, now: datetime) -> Row | None:
    """Return the next delivery to ask for again, if one is due; with `tries` of repeats."""
    latest = now + REPEATABLE_FOR + _SKEW
    for row in session.run("repeats.expire", lane=lane, now=now, latest=latest):
        session.run("repeats.give_up", id=row["delivery_id"], reason=_EXPIRED)
    taken = one(session.run("repeats.take", lane=lane, now=now, answer_by=now + _LONGEST_ANSWER))
    if taken is None:
        return None
    row = session.run("repeats.delivery", id=taken["delivery_id"])[0]
    return row | {"tries": taken["tries"], "attempts": row["attempts"] + taken["tries"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """What a repeat has shown."""

    word: str
    """As `attempts.outcome` has it."""
    code: str | None = None
    reason: str | None = None
    is_taken: bool = False
    """Whether the delivery is accepted by this."""
    stops_lane: bool = False


def settle_repeat(
    session: Session,
    delivery_id: int,
    outcome: SendOutcome,
    *,
    tries: int,
    now: datetime,
    dice: float,
) -> Repeated:
    """Let the answer to a repeat take effect: accepted, asked again later, or not any more."""
    later = now + timedelta(seconds=retry_delay_s(tries + 1, dice=dice))
    match outcome:
        case Accepted(channel_id):
            session.run("repeats.drop", delivery_id=delivery_id)
            taken = session.run("repeats.accept", id=delivery_id, channel_id=channel_id, now=now)
            return Repeated(word="accepted", is_taken=bool(taken))
        case Rejected(code, reason, lane_fault=True):
            session.run("repeats.postpone", delivery_id=delivery_id, due_at=later)
            return Repeated(word="rejected", code=code, reason=reason, stops_lane=True)
        case Rejected(code, reason):
            session.run("repeats.drop", delivery_id=delivery_id)
            said = _REFUSED.format(reason=reason or code)
            session.run("repeats.give_up", id=delivery_id, reason=said)
            return Repeated(word="rejected", code=code, reason=reason)
        case Throttled():
            session.run("repeats.postpone", delivery_id=delivery_id, due_at=now)
            return Repeated(word="throttled")
        case Unreachable(reason):
            session.run("repeats.postpone", delivery_id=delivery_id, due_at=later)
            return Repeated(word="unreachable", code=reason)
        case OutcomeUnknown(reason):
            session.run("repeats.postpone", delivery_id=delivery_id, due_at=later)
            return Repeated(word="unknown", code=reason)
        case _:
            assert_never(outcome)
