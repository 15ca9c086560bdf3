"""Whether the time of a schedule has come: never twice, never before, never long after."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from relay_core.campaigns.firing import Due, due, fire_due
from relay_core.campaigns.moments import Repeat, instant, read_zone
from relay_core.campaigns.schedules import ScheduleState, schedule_numbered
from relay_core.campaigns.scheduling import cancel_schedule, note_sent, skip_schedule
from relay_core.errors import CampaignError, OutsideUnavailable
from relay_core.store.database import open_database

GRACE_S = 900.0
ZONE = "Europe/Amsterdam"
FIRST = datetime.fromisoformat("2026-10-19T09:00")
MOMENT = instant(FIRST, read_zone(ZONE))


class Killed(BaseException):
    """Stands where the process ended."""


def promised(db, *, repeat):
    """Keep a schedule of a new campaign, and return its number."""

    def work(session):
        [campaign] = session.run(
            "campaigns.add",
            name=f"{repeat} {datetime.now(UTC).timestamp()}",
            template_id=1,
            languages=None,
            integration_id="lane",
            definition="{}",
            bindings="{}",
            now=MOMENT,
        )
        [added] = session.run(
            "schedules.add",
            campaign_id=campaign["id"],
            at_local=FIRST.isoformat(),
            zone=ZONE,
            repeats=repeat,
            static_values="{}",
            accepted_warnings="[]",
            actor="anna",
            now=MOMENT - timedelta(days=1),
            next_at=MOMENT,
        )
        return added["id"]

    return db.write(work)


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    with open_database(tmp_path_factory.mktemp("firing") / "relay.duckdb") as opened:
        yield opened


class TestATime:
    @pytest.mark.parametrize(
        ("late_s", "expected"),
        [
            (-0.001, Due.NOT_YET),
            (0, Due.NOW),
            (GRACE_S, Due.NOW),
            (GRACE_S + 0.001, Due.MISSED),
        ],
    )
    def test_is_due_until_its_grace_is_over(self, late_s, expected):
        now = MOMENT + timedelta(seconds=late_s)

        assert due(MOMENT, now=now, grace_s=GRACE_S) is expected


class TestAnOutage:
    def test_is_waited_out_then_held_with_the_reason(self, db):
        number = promised(db, repeat=None)

        def unanswered(_schedule, _time):
            raise OutsideUnavailable("HTTP 503", advice="Zendesk did not answer.")

        def ring(late_s):
            now = MOMENT + timedelta(seconds=late_s)
            return fire_due(db, unanswered, clock=lambda: now, grace_s=GRACE_S)

        assert not ring(1)
        waiting = schedule_numbered(db, number)
        assert ring(GRACE_S + 60)
        held = schedule_numbered(db, number)

        assert waiting.state is ScheduleState.WAITING
        assert "Tried again" in waiting.note
        assert held.state is ScheduleState.HELD
        assert "too late" in held.note
        assert "Zendesk did not answer." in held.note

    def test_of_relay_itself_is_held(self, db):
        number = promised(db, repeat=None)

        def broken(_schedule, _time):
            raise ZeroDivisionError

        fire_due(db, broken, clock=lambda: MOMENT, grace_s=GRACE_S)

        assert "Relay failed" in schedule_numbered(db, number).note


class AScheduleMachine(RuleBasedStateMachine):
    """A schedule, a clock that also jumps back, people who press, and processes that end."""

    db = None

    @initialize(repeat=st.sampled_from([None, *Repeat]))
    def promise(self, repeat):
        self.number = promised(self.db, repeat=repeat)
        self.now = MOMENT - timedelta(hours=1)
        self.sent = []
        self.given_up = set()

    @property
    def schedule(self):
        return schedule_numbered(self.db, self.number)

    def send(self, schedule, time, *, by):
        self.db.write(
            lambda s: note_sent(s, schedule, run_id=len(self.sent) + 1, actor="test", now=self.now)
        )
        self.sent.append((time, self.now, by))

    @rule(seconds=st.one_of(st.integers(-7200, 7200), st.integers(0, 40 * 86400)))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.schedule.next_at is not None)
    @rule(late_s=st.sampled_from([-1, 0, 1, int(GRACE_S), int(GRACE_S) + 1]))
    def the_time_comes(self, late_s):
        self.now = self.schedule.next_at + timedelta(seconds=late_s)

    @rule(end=st.sampled_from(["sent", "refused", "unanswered", "killed before", "killed after"]))
    def the_alarm_rings(self, end):
        def send(schedule, time):
            if schedule.id != self.number:
                return
            match end:
                case "refused":
                    raise CampaignError("no", advice="Nobody would receive this.")
                case "unanswered":
                    raise OutsideUnavailable("no", advice="Try later.")
                case "killed before":
                    raise Killed
            self.send(schedule, time, by="clock")
            if end == "killed after":
                raise Killed

        with suppress(Killed):
            fire_due(self.db, send, clock=lambda: self.now, grace_s=GRACE_S)

    @precondition(lambda self: self.schedule.state is ScheduleState.HELD)
    @rule()
    def somebody_sends_what_is_held(self):
        schedule = self.schedule
        self.send(schedule, schedule.next_at, by="person")
        with pytest.raises(CampaignError):  # the same press again
            self.send(schedule, schedule.next_at, by="person")

    @rule()
    def somebody_skips(self):
        before = self.schedule
        try:
            skip_schedule(self.db, self.number, time=before.next_at, actor="test", now=self.now)
        except CampaignError:
            assert self.schedule == before
        else:
            self.given_up.add(before.next_at)

    @precondition(lambda self: len(self.sent) > 1)
    @rule()
    def somebody_cancels(self):
        before = self.schedule
        cancel_schedule(self.db, self.number, actor="test", now=self.now)
        self.given_up.add(before.next_at)

    @invariant()
    def no_time_is_sent_twice(self):
        times = [time for time, _, _ in getattr(self, "sent", [])]
        assert len(set(times)) == len(times)
        assert not self.given_up & set(times)

    @invariant()
    def none_is_sent_before_it_or_unasked_after_its_grace(self):
        for time, at, by in getattr(self, "sent", []):
            assert at >= time or by == "person"
            assert by == "person" or at - time <= timedelta(seconds=GRACE_S)

    @invariant()
    def what_is_held_says_why_and_what_is_over_is_due_no_more(self):
        schedule = self.schedule
        assert schedule.state is not ScheduleState.HELD or schedule.note
        is_open = schedule.state in {ScheduleState.WAITING, ScheduleState.HELD}
        assert is_open == (schedule.next_at is not None)


def test_a_schedule_is_kept_once_at_its_time_or_a_person_decides(db, monkeypatch):
    monkeypatch.setattr(AScheduleMachine, "db", db)

    run_state_machine_as_test(
        AScheduleMachine,
        settings=settings(max_examples=12, stateful_step_count=15, deadline=None),
    )
