"""What is done when the time of a schedule has come: sent, held, or tried again shortly."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from relay_core.campaigns.moments import wall
from relay_core.campaigns.schedules import Schedule, ScheduleState, run_for, schedule_numbered
from relay_core.campaigns.scheduling import BY_ITSELF, hold, note_sent
from relay_core.errors import OutsideUnavailable, RelayError
from relay_core.log import log
from relay_core.store.ledger import Ledger

_BROKE: Final = "Relay failed at this. See its log; then send it now, or skip this time."


class Due(StrEnum):
    """Whether a time has come."""

    NOT_YET = "not_yet"
    NOW = "now"
    MISSED = "missed"  # by so much that a person decides


def due(moment: datetime, *, now: datetime, grace_s: float) -> Due:
    """Return whether a time has come.

    Args:
        moment: The time.
        now: When (aware).
        grace_s: By how many seconds it may be late.
    """
    if now < moment:
        return Due.NOT_YET
    return Due.NOW if now - moment <= timedelta(seconds=grace_s) else Due.MISSED


def fire_due(
    ledger: Ledger,
    send: Callable[[Schedule, datetime], object],
    *,
    clock: Callable[[], datetime],
    grace_s: float,
) -> bool:
    """Send, or hold, each campaign whose time has come.

    Args:
        ledger: Where schedules are kept.
        send: Sends the campaign of one for the time that is due, and moves it on in the
            transaction that lets the run leave (`note_sent`).
        clock: Gives the time.
        grace_s: By how many seconds one may be late.

    Returns:
        Whether nothing that is due is left; else it is to be tried again shortly.
    """
    settled = True
    for row in ledger.rows("schedules.due", now=clock()):
        # One after the other: the first may have taken minutes, and somebody may have cancelled.
        schedule = schedule_numbered(ledger, row["id"])
        if schedule.state is ScheduleState.WAITING:
            settled &= _fire(ledger, schedule, send, now=clock(), grace_s=grace_s)
    return settled


def _fire(
    ledger: Ledger,
    schedule: Schedule,
    send: Callable[[Schedule, datetime], object],
    *,
    now: datetime,
    grace_s: float,
) -> bool:
    moment = schedule.next_at
    if moment is None or (whether := due(moment, now=now, grace_s=grace_s)) is Due.NOT_YET:
        return True
    if (run_id := run_for(ledger, schedule)) is not None:
        # Another schedule of the campaign fell on the same time: nobody gets it twice for that.
        ledger.write(
            lambda session: note_sent(session, schedule, run_id=run_id, actor=BY_ITSELF, now=now)
        )
        return True
    if whether is Due.MISSED:
        _hold(ledger, schedule, why=_missed(schedule, moment), now=now)
        return True
    try:
        send(schedule, moment)
    except OutsideUnavailable as error:  # it may be well again before the grace is over
        why = f"Tried again from time to time: {error.advice}"
        ledger.write(
            lambda session: session.run("schedules.remark", id=schedule.id, time=moment, note=why)
        )
        log().warning("schedule.delayed", schedule=schedule.id, error=type(error).__name__)
        return False
    except RelayError as error:
        _hold(ledger, schedule, why=error.advice, now=now)
    except Exception:  # noqa: BLE001 - a promise is never broken in silence
        log().error("schedule.broke", schedule=schedule.id, exc_info=True)
        _hold(ledger, schedule, why=_BROKE, now=now)
    return True


def _hold(ledger: Ledger, schedule: Schedule, *, why: str, now: datetime) -> None:
    if ledger.write(lambda session: hold(session, schedule, why=why, now=now)):
        log().warning("schedule.held", schedule=schedule.id)


def _missed(schedule: Schedule, moment: datetime) -> str:
    there = wall(moment, ZoneInfo(schedule.wanted.zone))
    because = schedule.note or "Relay was not running then."
    when = f"{there:%H:%M} on {there:%-d %B %Y}"
    return f"Not sent at {when}, and it is too late to do so unasked. {because}"
