"""A run that is watched: what waits and why, how it began, what failed, why it stopped, a retry."""

from datetime import UTC, datetime, timedelta

import pytest

from relay_core.campaigns.kinds import Retried, RunKind
from relay_core.delivery.canary import CanaryState
from relay_core.delivery.gates import HeldFor
from relay_core.delivery.holding import hold
from relay_core.delivery.recording import recording
from relay_core.delivery.runs import RunState
from relay_core.gateways.outcomes import Rejected
from tests.campaigns.office import campaign, change, rows, send, settle
from tests.delivery.world import LANE, planned_run
from tests.pages.spoken import spoken
from tests.pages.test_unknowns import attempt

BLOCKED = Rejected("131026", "Message undeliverable to +31612340000")
LOCKED = Rejected("131031", "Business Account locked")


@pytest.fixture
def db(desk):
    """The file behind the pages."""
    return desk._database  # noqa: SLF001 - what happened is put into the file


def end(db, outcome):
    now = datetime.now(UTC)
    db.write(recording(attempt(db), outcome, now=now, dice=0.0, max_attempts=3))


def whatsapp(db):
    """Let the lane of made-up runs be one of WhatsApp, whose failures have codes."""
    db.write(
        lambda s: s.run(
            "templates.keep_integration",
            id=LANE,
            type="whatsapp",
            name="WhatsApp",
            status="active",
            sender=None,
            now=datetime.now(UTC),
        )
    )


def begin_with(db, run, state):
    """Let a run begin with two messages."""
    db.write(
        lambda s: s.run(
            "canaries.add", run_id=run, size=2, wait_s=300, most_failures=0.2, state=state
        )
    )


class TestWhatWaits:
    def test_is_said_with_its_reason_and_its_end(self, open_page, desk, db):
        run = planned_run(db, people=3)
        ids = [row["id"] for row in rows(desk, "SELECT id FROM deliveries")]
        opens = datetime.now(UTC) + timedelta(hours=3)
        db.write(lambda s: hold(s, ids[:2], until=opens, why=HeldFor.QUIET_HOURS))

        page = open_page("run.py", run=str(run))

        assert not page.exception
        assert "2 wait for the hours in which their country may be messaged" in spoken(page)
        assert f"{opens:%H:%M} UTC" in spoken(page).replace("\\", "")
        assert "left, without 2 messages held back" in spoken(page)

    def test_is_nothing_else_where_all_of_it_is_held(self, open_page, desk, db):
        run = planned_run(db, people=2)
        ids = [row["id"] for row in rows(desk, "SELECT id FROM deliveries")]
        opens = datetime.now(UTC) + timedelta(hours=3)
        db.write(lambda s: hold(s, ids, until=opens, why=HeldFor.DAILY_QUOTA))

        page = open_page("run.py", run=str(run))

        assert "Nothing leaves at the moment." in spoken(page)


class TestTheFirstMessages:
    def test_are_followed_while_the_rest_waits(self, open_page, db):
        run = planned_run(db, people=4)
        begin_with(db, run, CanaryState.LEADING)

        page = open_page("run.py", run=str(run))

        assert not page.exception
        assert "0 of 4 sent, 0 delivered, 0 failed." in page.info[0].value
        assert "20%" in page.info[0].value

    def test_that_stopped_the_run_leave_the_rest_to_a_person(self, open_page, desk, db):
        run = planned_run(db, people=4)
        begin_with(db, run, CanaryState.STOPPED)
        note = "Of the first 2 messages 2 failed."
        db.write(lambda s: s.run("gates.pause_run", run_id=run, note=note))
        page = open_page("run.py", run=str(run))
        assert page.button(key=f"run_{run}_resume").label == "Send the rest all the same"

        page.button(key=f"run_{run}_resume").click().run()

        assert not page.exception
        assert desk.run(run).state is RunState.RUNNING


class TestFailures:
    def test_are_said_with_what_to_do_and_without_numbers(self, open_page, db):
        whatsapp(db)
        run = planned_run(db, people=2)
        whatsapp(db)
        end(db, BLOCKED)

        page = open_page("run.py", run=str(run))

        said = spoken(page)
        assert not page.exception
        assert "Latest failures" in said
        assert "1 message, last" in said
        assert "+31612340000" not in said


class TestARunThatRelayStopped:
    @pytest.fixture
    def stopped(self, db):
        """Two runs of one sender whose account is locked."""
        runs = [planned_run(db, people=2), planned_run(db, people=2, start=5)]
        whatsapp(db)
        end(db, LOCKED)
        return runs

    def test_says_why_and_what_else_stopped(self, open_page, stopped):
        page = open_page("run.py", run=str(stopped[0]))

        assert not page.exception
        assert "Settle it with the provider, then resume." in page.warning[0].value
        assert "1 other run stopped for the same reason" in spoken(page)

    def test_goes_on_alone(self, open_page, desk, stopped):
        page = open_page("run.py", run=str(stopped[0]))

        page.button(key=f"run_{stopped[0]}_resume").click().run()

        assert [desk.run(run).state for run in stopped] == [RunState.RUNNING, RunState.PAUSED]

    def test_goes_on_with_all_others(self, open_page, desk, stopped):
        page = open_page("run.py", run=str(stopped[0]))

        page.button(key=f"run_{stopped[0]}_resume_all").click().run()

        assert not page.exception
        assert [desk.run(run).state for run in stopped] == [RunState.RUNNING] * 2


class TestAnotherTry:
    @pytest.fixture
    def ended(self, desk):
        """A run to three people: failed, unknown, delivered."""
        campaign(desk)
        run = send(desk).run
        for number, state in enumerate(["failed", "unknown", "delivered"]):
            settle(desk, run, state, number=number)
        return run

    def test_says_how_many_each_choice_would_reach(self, open_page, ended):
        page = open_page("run.py", run=str(ended))

        assert not page.exception
        assert spoken(page).count("Reaches 1 of 1 person.") == 2
        assert "Reaches 0 of 1 person." in spoken(page)
        assert page.button(key=f"retry_{ended}_no_reply_review").disabled

    def test_is_reviewed_then_sent_to_those_people_alone(self, open_page, desk, ended):
        page = open_page("run.py", run=str(ended))

        page.button(key=f"retry_{ended}_failed_review").click().run()
        assert page.button(key=f"retry_{ended}_send").label == "Send 1 message"
        page.button(key=f"retry_{ended}_send").click().run()

        assert not page.exception
        made = desk.runs()[0]
        assert (made.kind, made.parent_run, made.retried) == (
            RunKind.RETRY,
            ended,
            Retried.FAILED,
        )
        assert "by single user" in spoken(page)

    def test_is_refused_when_somebody_was_reached_meanwhile(self, open_page, desk, ended):
        page = open_page("run.py", run=str(ended))
        page.button(key=f"retry_{ended}_failed_review").click().run()
        desk.retry_run(ended, Retried.FAILED, request_id="other", actor="anna")

        page.button(key=f"retry_{ended}_send").click().run()

        assert not page.exception
        assert page.error
        assert len(desk.runs()) == 2

    def test_of_a_cause_that_the_report_asked_for_reaches_those_alone(self, open_page, desk, ended):
        settle(desk, ended, "failed", number=0, code="131056")
        settle(desk, ended, "failed", number=1, code="131026")
        page = open_page("run.py", run=str(ended), code="131056")
        assert "Another try alone would not help: Not reachable on WhatsApp." in spoken(page)
        assert page.pills(key=f"retry_{ended}_failed_causes").value == ["131056"]

        page.button(key=f"retry_{ended}_failed_review").click().run()
        page.button(key=f"retry_{ended}_send").click().run()

        assert not page.exception
        assert (desk.runs()[0].causes, desk.runs()[0].planned) == (("131056",), 1)

    def test_is_not_offered_while_the_run_goes_on(self, open_page, desk):
        change(desk, blackout_days=0)
        campaign(desk)
        run = send(desk).run

        page = open_page("run.py", run=str(run))

        assert "Try again" not in [header.value for header in page.header]


class TestHome:
    def test_tells_of_a_finished_run_until_it_is_put_away(self, open_page, db):
        run = planned_run(db, people=1)
        end(db, BLOCKED)
        page = open_page("home.py")
        assert "Finished lately" in [header.value for header in page.header]

        page.button(key=f"finished_{run}_seen").click().run()

        assert not page.exception
        assert "Finished lately" not in [header.value for header in page.header]
