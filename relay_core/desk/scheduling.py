"""Later, and again: schedules made, looked at, kept at their time, skipped and cancelled."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from relay_core.campaigns.firing import fire_due
from relay_core.campaigns.freezing import Press, earlier_run
from relay_core.campaigns.moments import Repeat, moments, read_zone, remarks
from relay_core.campaigns.schedules import (
    Schedule,
    Wanted,
    asked_each_time,
    checked,
    request_id,
    schedule_numbered,
    schedules,
    stand_ins,
    texts_at,
)
from relay_core.campaigns.scheduling import (
    BY_ITSELF,
    add_schedule,
    cancel_schedule,
    changed_meanwhile,
    ensure_same_rules,
    note_sent,
    skip_schedule,
)
from relay_core.delivery.runs import RunStatus
from relay_core.desk.plans import Planned
from relay_core.desk.retrying import RetryDesk
from relay_core.engine.alarm import Alarm
from relay_core.errors import CampaignError
from relay_core.log import log
from relay_core.settings import Settings
from relay_core.store.database import Database
from relay_core.store.ledger import Session
from relay_core.worded import counted

_SHOWN: Final = 4
_DAYS: Final = {Repeat.WEEKLY: 7, Repeat.MONTHLY: 28}
"""The least that lies between two times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a schedule comes to, before anybody agrees to it."""

    times: tuple[datetime, ...]
    """Its first moments, in UTC."""
    texts: Mapping[str, str]
    """The texts of the first one; examples stand for `asked`. Review the campaign with them."""
    asked: tuple[str, ...]
    """Values that are asked each time, so that it is held each time until they are given."""
    remarks: tuple[str, ...]
    """What is peculiar about it, in sentences."""


class ScheduleDesk(RetryDesk):
    """What can be promised, and what keeps the promises."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._alarm = Alarm(
            name="schedules",
            next_at=self._next_schedule,
            ring=self._fire_due,
            clock=now,
            leads=lambda: database.leads,
        )

    def schedules(self, *, over: bool = False) -> list[Schedule]:
        """Return every schedule, the next to come first; those that are over only if asked for."""
        return schedules(self._database, over=over)

    def schedule(self, schedule_id: int) -> Schedule:
        """Return one schedule."""
        return schedule_numbered(self._database, schedule_id)

    def foresee_schedule(self, name: str, wanted: Wanted) -> Foreseen:
        """Return what a schedule would come to. Nothing is kept."""
        campaign = self.campaign(name)
        first = checked(wanted, campaign, now=self._now())
        zone = read_zone(wanted.zone)
        return Foreseen(
            times=tuple(islice(moments(wanted.at, zone, wanted.repeat), _SHOWN)),
            texts=stand_ins(wanted, campaign) | texts_at(wanted, campaign, moment=first),
            asked=asked_each_time(wanted, campaign),
            remarks=(
                *remarks(wanted.at, zone, wanted.repeat),
                *self._left_out_again(wanted.repeat),
            ),
        )

    def schedule_campaign(self, name: str, wanted: Wanted, *, actor: str) -> Schedule:
        """Promise to send a campaign later, once or again and again.

        It is sent by the process that sends, at its time, to whoever the audience matches then. It
        is held for a person where something stands in the way: a warning that was not accepted,
        nobody to send to, a template that cannot be sent, a text that is asked each time, rules
        that decide about people and have changed since.
        """
        made = add_schedule(
            self._database,
            self.campaign(name),
            wanted,
            rules=self.settings.deciding(),
            actor=actor,
            now=self._now(),
        )
        self._alarm.wake()
        return made

    def cancel_schedule(self, schedule_id: int, *, actor: str) -> None:
        """Promise no more."""
        cancel_schedule(self._database, schedule_id, actor=actor, now=self._now())

    def skip_schedule(
        self, schedule_id: int, *, actor: str, time: datetime | None = None
    ) -> Schedule:
        """Leave out one time of a schedule that repeats.

        Args:
            schedule_id: Which.
            actor: Who does it.
            time: The one that was seen as due next, so that two presses skip one; None is
                whichever it is.
        """
        skipped = skip_schedule(
            self._database, schedule_id, time=time, actor=actor, now=self._now()
        )
        self._alarm.wake()
        return skipped

    def texts_of_schedule(self, schedule_id: int) -> dict[str, str]:
        """Return the texts that a schedule brings, as they read now; not those that are asked."""
        schedule = self.schedule(schedule_id)
        campaign = self.campaign(schedule.campaign)
        return texts_at(schedule.wanted, campaign, moment=self._now())

    def fire_schedule_now(
        self,
        schedule_id: int,
        *,
        actor: str,
        time: datetime | None = None,
        static_values: Mapping[str, str] | None = None,
        reviewed: str | None = None,
        accepted: bool = False,
    ) -> RunStatus:
        """Send what is held, or late, for the time that it was promised for; then go on.

        Args:
            schedule_id: Which.
            actor: Who sends.
            time: The one that was seen as held, so that two presses send once; None is whichever
                it is.
            static_values: Value key to text of this run; None takes the schedule's, as of now.
            reviewed: As in `send`.
            accepted: As in `send`; what the schedule accepted counts as well.

        Raises:
            CampaignError: It is over, or its time is still to come.
        """
        if time is not None:
            made = earlier_run(self._database, request_id(schedule_id, time))
            if made is not None:
                return self.run(made)
        schedule = self.schedule(schedule_id)
        due = schedule.next_at
        if due is None or due > self._now():
            raise CampaignError(
                "nothing is due",
                advice=f"Nothing of schedule {schedule_id} is due now. Send {schedule.campaign} "
                "itself if it shall leave at once.",
            )
        if time is not None and time != due:
            raise changed_meanwhile()
        texts = self.texts_of_schedule(schedule_id) if static_values is None else static_values
        press = Press(request_id=request_id(schedule_id, due), actor=actor)
        run = self._fire(schedule, press, texts, by=actor, reviewed=reviewed, accepted=accepted)
        self._alarm.wake()
        return run

    def _fire(
        self,
        schedule: Schedule,
        press: Press,
        texts: Mapping[str, str],
        *,
        by: str,
        reviewed: str | None = None,
        accepted: bool = False,
    ) -> RunStatus:
        """Press Send for the time that is due.

        Args:
            schedule: Which.
            press: Its actor is whose run it is: somebody else has to approve it, where needed.
            texts: Value key to text of this run.
            by: Who presses, for the audit trail.
            reviewed: As in `send`.
            accepted: As in `send`.
        """

        def plan() -> Planned:
            if by == BY_ITSELF:
                ensure_same_rules(self._database, schedule.id, rules=self.settings.deciding())
            return self._plan(schedule.campaign, texts)

        def move_on(session: Session, run_id: int) -> None:
            note_sent(session, schedule, run_id=run_id, actor=by, now=self._now())
            agreed = json.dumps(self.settings.deciding())
            session.run("schedules.go_by", id=schedule.id, rules=agreed)

        run = self._pressed(
            schedule.campaign,
            press,
            plan=plan,
            reviewed=reviewed,
            accepted=accepted,
            foreseen=schedule.wanted.accepted_warnings,
            alongside=move_on,
        )
        log().info("schedule.sent", schedule=schedule.id, run=run.run)
        return run

    def _next_schedule(self) -> datetime | None:
        at: datetime | None = self._database.rows("schedules.next")[0]["at"]
        return at

    def _fire_due(self) -> bool:
        def send(schedule: Schedule, time: datetime) -> None:
            texts = texts_at(schedule.wanted, self.campaign(schedule.campaign), moment=time)
            press = Press(request_id=request_id(schedule.id, time), actor=schedule.created_by)
            self._fire(schedule, press, texts, by=BY_ITSELF)

        return fire_due(
            self._database, send, clock=self._now, grace_s=self.settings.schedule_grace_s
        )

    def _left_out_again(self, repeat: Repeat | None) -> tuple[str, ...]:
        days = self.settings.blackout_days
        if repeat is None or days < _DAYS[repeat]:
            return ()
        said = (
            f"Whoever got this template within {counted(days, 'day')} is left out "
            "(RELAY_BLACKOUT_DAYS), so most people will not get it each time."
        )
        return (said,)
