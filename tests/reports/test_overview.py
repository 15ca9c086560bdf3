"""All runs at a glance."""

from datetime import timedelta

from pydantic import TypeAdapter

from relay_core.delivery.runs import pause_run
from relay_core.gateways.outcomes import OutcomeUnknown, Rejected
from relay_core.reports.overview import Concern, Overview, overview
from relay_core.reports.run_report import run_report
from tests.delivery.world import planned_run
from tests.reports.story import at, leave_out, send

REFUSED = Rejected("http_400", "Bad number")


class TestTheOverview:
    def test_of_an_empty_file_is_calm(self, db):
        seen = overview(db, now=at(0))

        assert (seen.runs, seen.attention) == ((), ())
        assert (seen.last_7_days.accepted, seen.last_30_days.accepted) == (0, 0)

    def test_lists_runs_newest_first_with_the_figures_of_their_reports(self, db):
        first = planned_run(db, people=3)
        leave_out(db, first, (90, "Zoe", "no_phone"))
        send(db, begun=at(0)).delivered(happened=at(1)).replied("Ok", heard=at(5))
        send(db, REFUSED, begun=at(1))
        second = planned_run(db, people=1, start=50)

        runs = overview(db, now=at(60)).runs

        assert [run.run for run in runs] == [second, first]
        for run in runs:
            report = run_report(db, run.run, now=at(60))
            for name in ("planned", "queued", "accepted", "delivered", "failed", "replied"):
                assert getattr(run, name) == getattr(report, name)
            assert (run.template, run.integration) == (report.template, report.integration)
        assert (runs[0].skipped, runs[1].skipped) == (0, 1)

    def test_names_no_template_where_what_was_frozen_cannot_be_read(self, db):
        run_id = planned_run(db, people=1, template="{}")

        [run] = overview(db, now=at(0)).runs
        report = run_report(db, run_id, now=at(0))

        assert run.template == report.template == "not known"
        assert [t.label for t in report.manifest.templates] == ["not known"]

    def test_can_be_carried_as_json(self, db):
        planned_run(db, people=1)
        adapter = TypeAdapter(Overview)
        seen = overview(db, now=at(0))

        assert adapter.validate_json(adapter.dump_json(seen)) == seen


class TestTotals:
    def test_are_of_the_messages_sent_within_the_period(self, db):
        planned_run(db, people=3)
        send(db, begun=at(0)).delivered(happened=at(1)).replied("Ok", heard=at(5))
        send(db, begun=at(0) + timedelta(days=20)).delivered(happened=at(0) + timedelta(days=21))
        send(db, REFUSED, begun=at(0) + timedelta(days=20))

        seen = overview(db, now=at(0) + timedelta(days=25))

        week, month = seen.last_7_days, seen.last_30_days
        assert (week.accepted, week.delivered, week.failed, week.replied) == (1, 1, 1, 0)
        assert (month.accepted, month.delivered, month.failed, month.replied) == (2, 2, 1, 1)


class TestAttention:
    def test_is_asked_for_a_paused_run_with_what_waits(self, db):
        run_id = planned_run(db, people=2)
        pause_run(db, run_id, actor="test", now=at(0))

        [concern] = overview(db, now=at(0) + timedelta(days=400)).attention

        assert (concern.concern, concern.run) == (Concern.PAUSED, run_id)
        assert concern.sentence.startswith("Paused; 2 messages wait.")

    def test_repeats_why_relay_paused_a_run(self, db):
        planned_run(db, people=2)
        send(db, Rejected("http_401", "Bad key.", lane_fault=True), begun=at(0))

        [concern] = overview(db, now=at(1)).attention

        assert "Bad key." in concern.sentence

    def test_is_asked_for_unknown_outcomes(self, db):
        planned_run(db, people=1)
        send(db, OutcomeUnknown("ReadTimeout"), begun=at(0))

        [concern] = overview(db, now=at(1)).attention

        assert concern.concern is Concern.UNKNOWN
        assert concern.sentence.startswith("1 message has an unknown outcome.")

    def test_is_asked_for_more_than_a_tenth_of_failures_and_not_for_a_tenth(self, db):
        planned_run(db, people=10)
        for n in range(9):
            send(db, begun=at(n))
        send(db, REFUSED, begun=at(9))
        worse = planned_run(db, people=9, start=50)
        for n in range(8):
            send(db, begun=at(20 + n))
        send(db, REFUSED, begun=at(30))

        attention = overview(db, now=at(60)).attention

        assert [(a.concern, a.run) for a in attention] == [(Concern.FAILURES, worse)]
        assert "11% of those sent" in attention[0].sentence

    def test_fades_after_a_month(self, db):
        planned_run(db, people=1)
        send(db, REFUSED, begun=at(0))

        assert overview(db, now=at(0) + timedelta(days=31)).attention == ()
