"""Takes the next turn of a lane, through the gates, in one transaction."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from relay_core.campaigns.kinds import TESTER
from relay_core.delivery.canary import CanaryState, Candidate, leaders
from relay_core.delivery.consequences import kind_of
from relay_core.delivery.first_messages import choose_canary
from relay_core.delivery.gates import (
    Drop,
    GateRules,
    Go,
    HeldFor,
    Hold,
    Verdict,
    judge_hours,
    judge_person,
    judge_pressure,
)
from relay_core.delivery.lanes import account_zone
from relay_core.delivery.queue import LaneQueue
from relay_core.delivery.quiet_hours import place_of
from relay_core.delivery.quota import Day, day_of
from relay_core.delivery.repeats import repeatable_for, take_repeat
from relay_core.people.kept import note_message
from relay_core.store.ledger import Ledger, Row, Session, one

_LOOKS: Final = 20
"""Deliveries judged in one transaction at most, so that no other writer waits for long."""
_UNTIL_DECIDED: Final = timedelta(days=365)
"""For what waits for a canary: it is released by the decision, not by a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What does not change of a run."""

    frozen_at: datetime
    campaign_id: int
    template_id: int
    planned: int
    channel: str


class LaneGates:
    """The gates of one lane, and what they remember of it between turns."""

    def __init__(self, lane: str, *, rules: GateRules) -> None:
        """Begin with nothing remembered.

        Args:
            lane: Id of the integration.
            rules: Of this installation.
        """
        self.lane = lane
        self.rules = rules
        self._zone = ZoneInfo("UTC")
        self._first: datetime | None = None
        self._runs: dict[int, _Run] = {}
        self._led: set[int] = set()
        self._queue = LaneQueue(lane)

    def take_up(self, ledger: Ledger, *, now: datetime) -> None:
        """Count the lane's day anew; to be done before its first turn."""
        if not self.rules.quota.is_set:
            return
        self.read_zone(ledger)
        day = day_of(now, self._zone)
        self._first = ledger.rows("gates.first_message", lane=self.lane)[0]["at"]

        def work(session: Session) -> None:
            session.run("gates.forget_day", lane=self.lane, day=day.date)
            session.run("gates.count_day", **self._values(day))

        ledger.write(work)

    def read_zone(self, ledger: Ledger) -> None:
        """Read in which time zone the account's days are; it may be learnt at any sync."""
        if self.rules.quota.is_set:
            self._zone = account_zone(ledger)

    def take_turn(self, session: Session, *, now: datetime) -> Row | Hold | None:
        """Commit to the next delivery that is due and that no gate holds.

        Args:
            session: The transaction.
            now: The moment at which it will leave (aware).

        Returns:
            The delivery; a hold when many others are held in the same way, so that they are better
            held together; None when nothing is due.
        """
        if (again := self._take_repeat(session, now=now)) is not None:
            return again
        for _ in range(_LOOKS):
            row = self._queue.begin_next(session, now=now)
            if row is None:
                return None
            verdict = self._judge(session, row, now=now)
            match verdict:
                case Go():
                    self._note_departure(session, row, now=now)
                    return row
                case Hold(until, why):
                    session.run("gates.set_aside", id=row["id"], due_at=until, held_for=why)
                    if why is HeldFor.QUIET_HOURS:
                        return verdict
                    if why is HeldFor.DAILY_QUOTA:
                        session.run("gates.hold_lane", lane=self.lane, until=until, held_for=why)
                case Drop(why):
                    session.run("gates.set_aside", id=row["id"], due_at=now, held_for=None)
                    session.run(
                        "deliveries.withdraw", ids=[row["id"]], code=why, reason=why.words, now=now
                    )
                    session.run("runs.finish_if_settled", run_id=row["run_id"], now=now)
                case _:
                    assert_never(verdict)
        return None

    def _note_departure(self, session: Session, row: Row, *, now: datetime) -> None:
        if row["person_id"] != TESTER:
            note_message(session, person_id=row["person_id"], phone=row["phone"], now=now)
        if self.rules.quota.is_set:
            session.run("gates.add_message", **self._values(day_of(now, self._zone)))

    def _take_repeat(self, session: Session, *, now: datetime) -> Row | None:
        """Return what is unknown and may be asked for again now, if there is something.

        It goes first, because its key is not known for ever; not in quiet hours, because the first
        request may not have arrived, and then this one sends.
        """
        if repeatable_for(self.lane) is None:
            return None
        row = take_repeat(session, lane=self.lane, now=now)
        if row is None:
            return None
        verdict = self._by_hours(row, self._run(session, row["run_id"]), now=now)
        if isinstance(verdict, Hold):
            session.run("repeats.postpone", delivery_id=row["id"], due_at=verdict.until)
            return None
        return row

    def _judge(self, session: Session, row: Row, *, now: datetime) -> Verdict:
        run = self._run(session, row["run_id"])
        for verdict in (
            self._by_quota(session, now=now),
            self._by_hours(row, run, now=now),
            self._by_canary(session, row, run, now=now),
        ):
            if not isinstance(verdict, Go):
                return verdict
        return self._by_person(session, row, run, now=now)

    def _run(self, session: Session, run_id: int) -> _Run:
        if run_id not in self._runs:
            row = session.run("gates.run", run_id=run_id)[0]
            self._runs[run_id] = _Run(
                frozen_at=row["created_at"],
                campaign_id=row["campaign_id"],
                template_id=row["template_id"],
                planned=row["planned"],
                channel=kind_of(row["channel"]),
            )
        return self._runs[run_id]

    def _by_quota(self, session: Session, *, now: datetime) -> Go | Hold:
        quota = self.rules.quota
        if not quota.is_set:
            return Go()
        day = day_of(now, self._zone)
        first_day = day_of(self._first or now, self._zone).date
        if self._first is None:
            self._first = now
        most = quota.on(day.date, first_day=first_day)
        counted = one(session.run("gates.messages_on", lane=self.lane, day=day.date))
        if most is None or counted is None or counted["messages"] < most:
            return Go()
        return Hold(day.ends_at, HeldFor.DAILY_QUOTA)

    def _by_hours(self, row: Row, run: _Run, *, now: datetime) -> Go | Hold:
        # A test wakes nobody but whoever asks for it at this moment.
        if self.rules.quiet_hours is None or row.get("person_id") == TESTER:
            return Go()
        return judge_hours(
            self.rules, place_of(row["phone"], row["country"]), channel=run.channel, now=now
        )

    def _by_canary(self, session: Session, row: Row, run: _Run, *, now: datetime) -> Go | Hold:
        run_id = row["run_id"]
        if run_id in self._led:
            return Go()
        known = one(session.run("canaries.of_run", run_id=run_id))
        if known is None:
            if self._goes_without(session, run_id, run):
                return Go()
            known = session.run("canaries.of_run", run_id=run_id)[0]
        if known["state"] == CanaryState.CHOSEN:
            return self._lead(session, row, run, size=known["size"], now=now)
        # That it leads may have been written by this very transaction, which may be undone.
        if known["state"] != CanaryState.LEADING:
            self._led.add(run_id)
        return Go()

    def _goes_without(self, session: Session, run_id: int, run: _Run) -> bool:
        """Whether a run for which nothing was chosen begins as a whole; else it is chosen now."""
        choice = self.rules.canary
        begun = choice.size > 0 and session.run("canaries.begun", run_id=run_id)[0]["messages"]
        # The one that is being judged has its turn already.
        if choice.size == 0 or run.planned <= choice.size or begun > 1:
            self._led.add(run_id)
            return True
        choose_canary(session, run_id, choice, planned=run.planned)
        return False

    def _lead(
        self, session: Session, row: Row, run: _Run, *, size: int, now: datetime
    ) -> Go | Hold:
        """Choose who goes first, once, and let the others wait."""
        run_id = row["run_id"]
        candidates = [row, *session.run("canaries.queued", run_id=run_id, size=size)]
        chosen = leaders(
            [
                Candidate(
                    each["id"],
                    each["country"],
                    isinstance(self._by_hours(each, run, now=now), Go),
                )
                for each in candidates
            ],
            size,
        )
        until = now.astimezone(UTC) + _UNTIL_DECIDED
        session.run("canaries.hold_rest", run_id=run_id, ids=list(chosen), until=until)
        session.run(
            "canaries.change",
            run_id=run_id,
            from_state=CanaryState.CHOSEN,
            to_state=CanaryState.LEADING,
            decided_at=None,
        )
        return Go() if row["id"] in chosen else Hold(until, HeldFor.CANARY)

    def _by_person(self, session: Session, row: Row, run: _Run, *, now: datetime) -> Verdict:
        phone, person_id = row["phone"], row["person_id"]
        against = {
            found["what"]: found["at"]
            for found in session.run("gates.person", phone=phone, channel=run.channel)
        }
        verdict = judge_person(
            opted_out="opted_out" in against, rests_until=against.get("rests"), now=now
        )
        policy = self.rules.policy
        if person_id == TESTER:
            return verdict
        if not isinstance(verdict, Go) or not (policy.blackout_days or policy.frequency_cap):
            return verdict
        # All that was sent or waited when the run was frozen has been screened for; somebody who
        # is not in the mirror at this moment is looked up in any case.
        known = one(session.run("gates.last_message", person_id=person_id))
        last = known["last_message_at"] if known else now
        if last is None or last <= run.frozen_at:
            return verdict
        blackout_since = now - timedelta(days=policy.blackout_days)
        frequency_since = now - timedelta(days=policy.frequency_days)
        found = session.run(
            "gates.pressure",
            phone=phone,
            person_id=person_id,
            run_id=row["run_id"],
            campaign_id=run.campaign_id,
            template_id=run.template_id,
            template_since=max(blackout_since, run.frozen_at),
            since=frequency_since if policy.frequency_cap else max(blackout_since, run.frozen_at),
        )[0]
        return judge_pressure(
            policy, of_the_template=found["of_the_template"], of_all=found["of_all"]
        )

    def _values(self, day: Day) -> dict[str, object]:
        return {
            "lane": self.lane,
            "day": day.date,
            "begins_at": day.begins_at,
            "ends_at": day.ends_at,
        }
