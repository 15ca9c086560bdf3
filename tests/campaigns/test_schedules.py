"""Later, and again: what is promised is sent once at its time, or held with the reason."""

import shutil
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from relay_core.audience.conditions.definition import ByQuery, BySegment
from relay_core.audience.policy import Purpose
from relay_core.audience.screening.reasons import WILL_RECEIVE
from relay_core.campaigns.changing import Edit
from relay_core.campaigns.freezing import Press
from relay_core.campaigns.moments import Repeat, wall
from relay_core.campaigns.schedules import ScheduleState, Wanted, request_id
from relay_core.delivery.states import RunState
from relay_core.errors import AudienceError, CampaignError, NotFound, TemplateError
from relay_core.relay import open_relay
from relay_core.settings import Settings
from tests.campaigns.office import BINDINGS, VALUES, WHATSAPP, campaign, change, people, rows, send

ZONE = "Europe/Amsterdam"


@pytest.fixture(scope="module")
def prepared(sandbox, tmp_path_factory):
    """A file with a campaign, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("prepared")
    desk = open_relay(Settings.load(data_dir=folder, sandbox_url=sandbox))
    desk.sync_people()
    desk.refresh_templates()
    campaign(desk)
    desk.close()
    return folder / "relay.duckdb"


@pytest.fixture
def relay(prepared, sandbox, tmp_path):
    """The front desk of a data folder of this test's own."""
    shutil.copy(prepared, tmp_path / prepared.name)
    desk = open_relay(Settings.load(data_dir=tmp_path, sandbox_url=sandbox))
    yield desk
    desk.close()


def in_two_days(relay):
    """Return nine o'clock in two days, as a clock in Amsterdam shows it."""
    there = wall(relay._now(), ZoneInfo(ZONE)) + timedelta(days=2)  # noqa: SLF001 - the same clock
    return there.replace(hour=9, minute=0, second=0, microsecond=0)


def promise(relay, name="Reminder", *, texts=VALUES, repeat=None, accepted=(), at=None):
    return relay.schedule_campaign(
        name,
        Wanted(
            at=at or in_two_days(relay),
            zone=ZONE,
            repeat=repeat,
            static_values=texts,
            accepted_warnings=accepted,
        ),
        actor="anna",
    )


def set_clock(relay, moment, **later):
    """Let it be so much later than a moment."""
    relay._now = lambda: moment + timedelta(**later)  # noqa: SLF001 - the desk's own clock


def ring_at(relay, schedule, **later):
    """Do what the alarm does, so much later than a schedule is due; return what became of it."""
    set_clock(relay, schedule.next_at, **later)
    relay._fire_due()  # noqa: SLF001 - the alarm's own deed
    return relay.schedule(schedule.id)


def deeds(relay):
    found = rows(
        relay, "SELECT event, actor, detail FROM audit WHERE event LIKE 'schedule.%' ORDER BY ALL"
    )
    return {row["event"].removeprefix("schedule."): row["actor"] for row in found}


class TestAtItsTime:
    def test_a_campaign_is_sent_once_with_texts_of_the_day(self, relay):
        promised = promise(relay, texts={"monday": "{{weekday}}"})

        early = ring_at(relay, promised, seconds=-1)
        after = ring_at(relay, promised, seconds=2)
        again = ring_at(relay, promised, seconds=4)

        [run] = relay.runs()
        [row] = rows(relay, "SELECT DISTINCT request_id FROM runs")
        assert early == promised
        assert (after.state, after.last_run, after.next_at) == (ScheduleState.DONE, run.run, None)
        assert again == after
        assert (run.planned, run.created_by) == (3, "anna")
        assert row["request_id"] == request_id(promised.id, promised.next_at)
        assert all(
            f"{promised.wanted.at:%A}" in row["body"]
            for row in rows(relay, "SELECT body FROM deliveries")
        )
        assert deeds(relay) == {"created": "anna", "sent": "schedule"}

    def test_it_goes_to_whom_the_audience_matches_then(self, relay):
        promised = promise(relay)
        matched = relay.preview_audience(people(3)).people.to_pylist()
        person = next(each for each in matched if each["decision"] == WILL_RECEIVE)
        relay.choose_people(
            [person["id"]], choice="excluded", purpose=Purpose(), reason="asked", actor="bert"
        )

        ring_at(relay, promised)

        [run] = relay.runs()
        assert person["id"] not in {
            row["person_id"] for row in rows(relay, "SELECT person_id FROM deliveries")
        }
        assert run.planned > 0

    def test_one_that_repeats_waits_for_the_next_time_on_the_wall(self, relay):
        promised = promise(relay, repeat=Repeat.WEEKLY)

        after = ring_at(relay, promised)

        assert after.state is ScheduleState.WAITING
        assert wall(after.next_at, ZoneInfo(ZONE)) == promised.wanted.at + timedelta(days=7)

    def test_a_run_waits_for_approval_where_that_is_needed(self, relay):
        change(relay, approval_above=2)

        ring_at(relay, promise(relay))

        [run] = relay.runs()
        assert (run.state, run.created_by) == (RunState.AWAITING, "anna")

    def test_two_schedules_of_a_campaign_make_one_run(self, relay):
        other = promise(relay, at=in_two_days(relay) + timedelta(days=7))
        weekly = promise(relay, repeat=Repeat.WEEKLY)

        for _ in range(2):
            ring_at(relay, relay.schedule(weekly.id))

        assert len(relay.runs()) == 2
        assert relay.schedule(other.id).last_run == relay.schedule(weekly.id).last_run
        assert relay.schedule(other.id).state is ScheduleState.DONE

    def test_what_says_how_fast_and_not_who_does_not_hold_it(self, relay):
        promised = promise(relay)
        change(relay, sunco_pace=1.0)

        assert ring_at(relay, promised).state is ScheduleState.DONE

    def test_one_that_somebody_sent_by_other_rules_goes_on_by_them(self, relay):
        promised = promise(relay, repeat=Repeat.WEEKLY)
        change(relay, blackout_days=0)
        assert ring_at(relay, promised).state is ScheduleState.HELD

        relay.fire_schedule_now(promised.id, actor="bert")
        after = ring_at(relay, relay.schedule(promised.id))

        assert after.state is ScheduleState.WAITING
        assert len(relay.runs()) == 2


class TestHeld:
    def held(self, relay, schedule, **later):
        after = ring_at(relay, schedule, **later)

        assert after.state is ScheduleState.HELD
        assert after.next_at == schedule.next_at
        assert relay.runs() == []
        assert deeds(relay)["held"] == "schedule"
        return after.note

    def test_is_one_that_was_missed(self, relay):
        assert "Relay was not running then" in self.held(relay, promise(relay), seconds=901)

    def test_is_one_that_reaches_nobody(self, relay):
        nobody = ByQuery("tags:no_such_tag")
        relay.edit_campaign("Reminder", Edit(definition=nobody), actor="anna")

        assert "Nobody would receive" in self.held(relay, promise(relay))

    def test_is_one_above_the_cap(self, relay):
        change(relay, audience_cap=2)

        assert "2" in self.held(relay, promise(relay))

    def test_is_one_that_was_promised_by_other_rules(self, relay):
        promised = promise(relay)
        change(relay, blackout_days=0, opt_out_tags=())

        said = self.held(relay, promised)

        assert "RELAY_BLACKOUT_DAYS, RELAY_OPT_OUT_TAGS" in said

    def test_is_one_whose_template_cannot_be_sent_any_more(self, relay, sandbox):
        there = f"{sandbox}/_sandbox/templates/appointment_reminder"
        promised = promise(relay)
        httpx.post(f"{there}/paused", json={}).raise_for_status()
        try:
            assert "paused" in self.held(relay, promised).lower()
        finally:
            httpx.post(f"{there}/approved", json={}).raise_for_status()

    def test_is_one_with_a_warning_that_nobody_accepted(self, relay):
        doubtful = ByQuery("tags:newsletter tags:vip")
        relay.edit_campaign("Reminder", Edit(definition=doubtful), actor="anna")
        warnings = relay.review("Reminder", static_values=VALUES).warnings
        at = in_two_days(relay)

        note = self.held(relay, promise(relay))
        accepted = promise(relay, accepted=warnings, at=at + timedelta(hours=1))
        after = ring_at(relay, accepted)

        assert all(warning in note for warning in warnings)
        assert after.state is ScheduleState.DONE

    def test_is_one_whose_text_is_asked_each_time_until_it_is_given(self, relay):
        promised = promise(relay, texts={}, repeat=Repeat.MONTHLY)
        assert "monday" in self.held(relay, promised)

        run = relay.fire_schedule_now(promised.id, actor="bert", static_values=VALUES)

        after = relay.schedule(promised.id)
        assert (run.planned, run.created_by) == (3, "bert")
        assert (after.state, after.last_run) == (ScheduleState.WAITING, run.run)
        assert after.next_at > relay._now()  # noqa: SLF001 - the same clock

    def test_is_sent_once_however_often_somebody_presses(self, relay):
        promised = promise(relay, repeat=Repeat.WEEKLY)
        self.held(relay, promised, days=1)

        pressed = [
            relay.fire_schedule_now(promised.id, actor="bert", time=promised.next_at).run
            for _ in range(2)
        ]

        assert len(set(pressed)) == len(relay.runs()) == 1
        assert deeds(relay)["sent"] == "bert"

    def test_is_sent_as_it_was_reviewed_or_not_at_all(self, relay):
        promised = promise(relay)
        self.held(relay, promised, days=1)

        with pytest.raises(CampaignError, match="reviewed"):
            relay.fire_schedule_now(promised.id, actor="bert", reviewed="0" * 64)

        assert relay.schedule(promised.id).state is ScheduleState.HELD

    def test_is_skipped_once_however_often_somebody_presses(self, relay):
        promised = promise(relay, repeat=Repeat.WEEKLY)
        self.held(relay, promised, days=8)

        after = relay.skip_schedule(promised.id, actor="bert", time=promised.next_at)
        with pytest.raises(CampaignError, match="meanwhile"):
            relay.skip_schedule(promised.id, actor="bert", time=promised.next_at)

        assert after.state is ScheduleState.WAITING
        assert wall(after.next_at, ZoneInfo(ZONE)) == promised.wanted.at + timedelta(days=14)
        assert relay.schedule(promised.id) == after


class TestGivenUp:
    def test_while_it_is_prepared_nothing_leaves(self, relay):
        promised = promise(relay)
        relay.cancel_schedule(promised.id, actor="bert")
        press = Press(request_id=request_id(promised.id, promised.next_at), actor="anna")

        with pytest.raises(CampaignError, match="meanwhile"):
            relay._fire(promised, press, VALUES, by="schedule")  # noqa: SLF001 - who was first

        assert relay.runs() == []
        assert rows(relay, "SELECT * FROM deliveries") == []

    def test_it_is_not_sent_and_can_be_cancelled_again(self, relay):
        promised = promise(relay)
        for _ in range(2):
            relay.cancel_schedule(promised.id, actor="bert")

        after = ring_at(relay, promised)

        assert (after.state, relay.runs(), relay.schedules()) == (ScheduleState.CANCELLED, [], [])
        assert deeds(relay) == {"created": "anna", "cancelled": "bert"}

    def test_it_is_too_late_once_it_was_sent(self, relay):
        promised = promise(relay)
        ring_at(relay, promised)

        for deed in (relay.cancel_schedule, relay.skip_schedule):
            with pytest.raises(CampaignError, match="over"):
                deed(promised.id, actor="bert")

    def test_one_that_comes_once_is_not_skipped_nor_sent_early(self, relay):
        promised = promise(relay)

        with pytest.raises(CampaignError, match="skip"):
            relay.skip_schedule(promised.id, actor="bert")
        with pytest.raises(CampaignError, match="due"):
            relay.fire_schedule_now(promised.id, actor="bert")
        with pytest.raises(NotFound):
            relay.cancel_schedule(99, actor="bert")


class TestWhatCannotBePromised:
    def test_is_refused_and_not_kept(self, relay):
        at = in_two_days(relay)
        for wrong, what in (
            ({"at": at - timedelta(days=3)}, "out of reach"),
            ({"at": at + timedelta(days=800)}, "out of reach"),
            ({"at": at.replace(second=1)}, "wall"),
            ({"at": at.replace(tzinfo=UTC)}, "wall"),
            ({"zone": "Mars/Olympus"}, "time zone"),
            ({"static_values": {"monday": "{{tomorrow}}"}}, "dated texts"),
            ({"static_values": {"tuesday": "Tuesday"}}, "static values"),
            ({"static_values": {"monday": "a\nb"}}, "static values"),
        ):
            wanted = Wanted(**({"at": at, "zone": ZONE, "static_values": VALUES} | wrong))
            with pytest.raises(CampaignError, match=what):
                relay.foresee_schedule("Reminder", wanted)
            with pytest.raises(CampaignError, match=what):
                relay.schedule_campaign("Reminder", wanted, actor="anna")

        assert relay.schedules(over=True) == []

    def test_is_the_same_moment_twice(self, relay):
        promise(relay)

        with pytest.raises(CampaignError, match="scheduled already"):
            promise(relay)

    def test_is_a_campaign_that_was_put_away(self, relay):
        relay.archive_campaign("Reminder", actor="anna")

        with pytest.raises(CampaignError, match="archived"):
            promise(relay)


class TestForeseen:
    def test_are_times_texts_and_what_is_peculiar(self, relay):
        change(relay, blackout_days=30)
        at = in_two_days(relay).replace(day=31, month=12)

        seen = relay.foresee_schedule(
            "Reminder", Wanted(at=at, zone=ZONE, repeat=Repeat.MONTHLY, static_values={})
        )

        assert len(seen.times) == 4
        assert seen.asked == ("monday",)
        assert seen.texts == {"monday": "Monday"}
        assert ["day 31" in seen.remarks[0], "BLACKOUT" in seen.remarks[1]] == [True, True]


class TestWhatIsPromised:
    def test_keeps_its_campaign(self, relay):
        promised = promise(relay)

        for deed in (relay.archive_campaign, relay.delete_campaign):
            with pytest.raises(CampaignError) as refusal:
                deed("Reminder", actor="anna")
            assert f"schedule {promised.id}" in refusal.value.advice
        relay.cancel_schedule(promised.id, actor="anna")
        relay.delete_campaign("Reminder", actor="anna")

        assert relay.schedules(over=True) == []

    def test_keeps_its_template(self, relay):
        promised = promise(relay)
        template = relay.template("appointment_reminder")

        with pytest.raises(TemplateError) as refusal:
            relay.delete_template(template.id, typed_name=template.template.name, actor="anna")

        assert f"Reminder (schedule {promised.id})" in refusal.value.advice

    def test_keeps_its_segment_even_after_a_run(self, relay):
        relay.save_segment("Few", people(2), actor="anna")
        relay.create_campaign(
            "By segment",
            template_id=relay.template("appointment_reminder").id,
            integration_id=WHATSAPP,
            definition=BySegment("Few"),
            bindings=BINDINGS,
            actor="anna",
        )
        send(relay, "By segment")
        promised = promise(relay, "By segment")

        with pytest.raises(AudienceError, match="in use"):
            relay.delete_segment("Few", actor="anna")
        relay.cancel_schedule(promised.id, actor="anna")
        relay.delete_segment("Few", actor="anna")

        assert relay.segments() == []
