"""Lets a failure take its effect on everything else that waits."""

from datetime import datetime

from relay_core.delivery.breaker import REST, Consequence, consequence
from relay_core.delivery.gates import HeldFor
from relay_core.log import log
from relay_core.store.ledger import Session

_LANE_STOPPED = (
    "The channel reports a fault of the sender's account ({words}), so every other message would "
    "fail as well. Settle it with the provider, then resume."
)
_RUN_STOPPED = (
    "The channel reports that the template cannot be sent ({words}). Look at its status, then "
    "resume or plan a new run."
)


def take_effect(
    session: Session,
    *,
    run_id: int,
    phone: str,
    code: str | None,
    reason: str | None,
    now: datetime,
) -> None:
    """Do what follows from a failure beyond its own delivery, in the same transaction.

    Args:
        session: The transaction that records the failure.
        run_id: Whose message failed.
        phone: To whom, E.164.
        code: As the channel gave it, at once or with a receipt.
        reason: Its words.
        now: When it was heard (aware).
    """
    run = session.run("gates.run", run_id=run_id)[0]
    words = f"{code}: {reason}" if reason else str(code)
    match consequence(code, channel=run["channel"]):
        case Consequence.NONE:
            return
        case Consequence.STOP_LANE:
            lane = session.run("runs.lane_of", run_id=run_id)[0]["integration_id"]
            stopped = session.run(
                "runs.pause_lane", lane=lane, note=_LANE_STOPPED.format(words=words)
            )
            if stopped:
                log().error("lane.stopped", lane=lane, code=code, runs=len(stopped))
        case Consequence.STOP_RUN:
            note = _RUN_STOPPED.format(words=words)
            if session.run("gates.pause_run", run_id=run_id, note=note):
                log().error("run.stopped", run=run_id, code=code)
        case Consequence.REST:
            channel = kind_of(run["channel"])
            session.run("gates.rest", phone=phone, channel=channel, until=now + REST, code=code)
            session.run(
                "gates.hold_person",
                phone=phone,
                channel=channel,
                until=now + REST,
                held_for=HeldFor.REST,
            )
        case Consequence.SLOW_DOWN:
            lane = session.run("runs.lane_of", run_id=run_id)[0]["integration_id"]
            session.run("gates.throttle", lane=lane, now=now)


def kind_of(integration_type: str) -> str:
    """Return `whatsapp` or `sms`."""
    return "whatsapp" if integration_type == "whatsapp" else "sms"
