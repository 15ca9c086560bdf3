"""What becomes of a schedule: made, sent, held, skipped or cancelled, each once."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.schedules import (
    Schedule,
    ScheduleState,
    Wanted,
    checked,
    said_time,
    schedule_numbered,
)
from relay_core.errors import CampaignError
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Session, one
from relay_core.templates.kept.deleting import refuse_while_deleting

BY_ITSELF: Final = "schedule"
"""Who did it, in the audit trail, where Relay did it at its time."""


def add_schedule(
    ledger: Ledger,
    campaign: Campaign,
    wanted: Wanted,
    *,
    rules: Mapping[str, object],
    actor: str,
    now: datetime,
) -> Schedule:
    """Promise to send a campaign. The same promise made twice is one.

    Args:
        ledger: Where schedules are kept.
        campaign: Which.
        wanted: When, and with which texts.
        rules: Settings that decide, as they are now.
        actor: Who promises.
        now: When.

    Raises:
        CampaignError: It cannot be kept, see `checked`; or the campaign is promised for that very
            moment already.
        TemplateError: The template is being deleted.
    """
    first = checked(wanted, campaign, now=now)
    texts = {key: text for key, text in wanted.static_values.items() if text.strip()}

    def work(session: Session) -> int:
        for row in session.run("schedules.open_of", campaign_id=campaign.id):
            if row["next_at"] == first:
                raise CampaignError(
                    "scheduled already",
                    advice=f"{campaign.name} is scheduled for this very moment already (schedule "
                    f"{row['id']}). Cancel that one first, or choose another time.",
                )
        refuse_while_deleting(session, campaign.template.id)
        added = session.run(
            "schedules.add",
            campaign_id=campaign.id,
            at_local=wanted.at.isoformat(timespec="minutes"),
            zone=wanted.zone,
            repeats=wanted.repeat,
            static_values=json.dumps(texts, ensure_ascii=False),
            accepted_warnings=json.dumps(list(wanted.accepted_warnings), ensure_ascii=False),
            actor=actor,
            now=now,
            next_at=first,
        )
        if not added:
            raise CampaignError(
                "campaign changed meanwhile",
                advice=f"Somebody archived or deleted {campaign.name} at this very moment.",
            )
        number = int(added[0]["id"])
        session.run("schedules.go_by", id=number, rules=json.dumps(rules))
        _note(session, number, "created", actor=actor, now=now, detail=said_time(first))
        return number

    return schedule_numbered(ledger, ledger.write(work))


def cancel_schedule(ledger: Ledger, schedule_id: int, *, actor: str, now: datetime) -> None:
    """Promise no more; also a time that is being prepared at this moment does not leave.

    Raises:
        NotFound: There is no such schedule.
        CampaignError: It was sent already.
    """
    schedule = schedule_numbered(ledger, schedule_id)

    def work(session: Session) -> bool:
        if not session.run("schedules.cancel", id=schedule_id):
            return False
        _note(session, schedule_id, "cancelled", actor=actor, now=now)
        return True

    if not ledger.write(work) and schedule.state is not ScheduleState.CANCELLED:
        raise _is_over(schedule_numbered(ledger, schedule_id))


def skip_schedule(
    ledger: Ledger, schedule_id: int, *, time: datetime | None, actor: str, now: datetime
) -> Schedule:
    """Leave out one time of a schedule that repeats.

    Args:
        ledger: Where schedules are kept.
        schedule_id: Which.
        time: The one that was seen as due next, so that two presses skip one; None is whichever.
        actor: Who does it.
        now: When.

    Raises:
        NotFound: There is no such schedule.
        CampaignError: It is over, is sent once only, or is no longer due at that time.
    """
    schedule = schedule_numbered(ledger, schedule_id)
    due = schedule.next_at
    if due is None:
        raise _is_over(schedule)
    following = schedule.after(max(due, now))
    if following is None:
        raise CampaignError(
            "nothing to skip to", advice="This is sent once. Cancel it if it shall not be sent."
        )

    def work(session: Session) -> bool:
        moved = session.run(
            "schedules.move_on", id=schedule_id, time=due, next_at=following, run_id=None
        )
        if moved:
            _note(session, schedule_id, "skipped", actor=actor, now=now, detail=said_time(due))
        return bool(moved)

    if (time is not None and time != due) or not ledger.write(work):
        raise changed_meanwhile()
    return schedule_numbered(ledger, schedule_id)


def ensure_same_rules(ledger: Ledger, schedule_id: int, *, rules: Mapping[str, object]) -> None:
    """Let nothing leave by itself by rules that nobody has agreed to for this schedule.

    Args:
        ledger: Where schedules are kept.
        schedule_id: Which.
        rules: Settings that decide, as they are now.

    Raises:
        CampaignError: Names those that have changed since somebody agreed.
    """
    row = one(ledger.rows("schedules.rules", id=schedule_id))
    agreed = json.loads(row["rules"]) if row else {}
    # A rule that came with a later Relay was nobody's to agree to.
    changed = [
        f"RELAY_{name.upper()}"
        for name in sorted(agreed.keys() & rules)
        if agreed[name] != rules[name]
    ]
    if changed:
        raise CampaignError(
            "other rules",
            advice=f"Since it was agreed to, {', '.join(changed)} changed, so others may get it "
            "than were meant. Review it, then send it now; or skip this time.",
        )


def note_sent(
    session: Session, schedule: Schedule, *, run_id: int, actor: str, now: datetime
) -> None:
    """Move on to the next time, in the transaction that lets the run of this one leave.

    Raises:
        CampaignError: Somebody cancelled or skipped this time meanwhile; nothing may leave.
    """
    if schedule.next_at is None:
        raise _is_over(schedule)
    moved = session.run(
        "schedules.move_on",
        id=schedule.id,
        time=schedule.next_at,
        next_at=schedule.after(max(schedule.next_at, now)),
        run_id=run_id,
    )
    if not moved:
        raise changed_meanwhile()
    _note(session, schedule.id, "sent", actor=actor, now=now, detail=f"run {run_id}")


def hold(session: Session, schedule: Schedule, *, why: str, now: datetime) -> bool:
    """Let a person decide about the time that is due; False where somebody did already."""
    if not session.run("schedules.hold", id=schedule.id, time=schedule.next_at, note=why):
        return False
    _note(
        session, schedule.id, "held", actor=BY_ITSELF, now=now, detail=said_time(schedule.next_at)
    )
    return True


def changed_meanwhile() -> CampaignError:
    """Return what is said where somebody else was quicker."""
    return CampaignError(
        "schedule changed meanwhile",
        advice="Somebody sent, skipped or cancelled this at this very moment. Look at it again.",
    )


def _note(
    session: Session,
    schedule_id: int,
    what: str,
    *,
    actor: str,
    now: datetime,
    detail: str | None = None,
) -> None:
    note(
        session,
        actor=actor,
        event=f"schedule.{what}",
        subject=str(schedule_id),
        now=now,
        detail=detail,
    )


def _is_over(schedule: Schedule) -> CampaignError:
    ended = f"sent as run {schedule.last_run}" if schedule.last_run else schedule.state
    return CampaignError(
        "schedule is over", advice=f"Schedule {schedule.id} is over: it was {ended}."
    )
