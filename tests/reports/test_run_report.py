"""The figures of a run, counted from what was recorded."""

import json
from datetime import timedelta

import pytest

from relay_core.delivery.runs import cancel_run, run_status
from relay_core.errors import NotFound
from relay_core.gateways.outcomes import OutcomeUnknown, Rejected, Throttled, Unreachable
from relay_core.reports.intervals import proportion
from relay_core.reports.run_report import run_report, to_json
from tests.delivery.world import LANE, NOW, planned_run
from tests.reports.story import at, begin, leave_out, send

LATER = at(3600)


def a_run_with_everything(db):
    """Ten people: 3 delivered (2 replied, one with stop), 2 accepted, 2 failed, 1 unknown, ..."""
    run_id = planned_run(db, people=10)
    leave_out(db, run_id, (90, "Zoe", "no_phone"), (91, "Yan", "no_phone"), (92, "Xi", "staff"))
    first = send(db, begun=at(0)).delivered(happened=at(2))
    first.replied("Thanks!", heard=at(30)).replied("Really.", heard=at(40))
    send(db, begun=at(1)).delivered(happened=at(5)).replied("STOP", heard=at(31))
    send(db, begun=at(2)).delivered(happened=at(8))
    send(db, begun=at(3))
    send(db, begun=at(4))
    send(db, begun=at(5)).failed("(#131026) Message undeliverable", happened=at(7))
    send(db, Rejected("http_400", "Bad number"), begun=at(6))
    send(db, OutcomeUnknown("ReadTimeout"), begun=at(7))
    begin(db, begun=at(8))
    return run_id


class TestTheFigures:
    def test_say_what_became_of_every_message(self, db):
        run_id = a_run_with_everything(db)

        report = run_report(db, run_id, now=LATER)

        assert (report.planned, report.queued, report.sending) == (10, 1, 1)
        assert (report.accepted, report.delivered, report.unconfirmed) == (5, 3, 2)
        assert (report.failed, report.unknown, report.cancelled) == (2, 1, 0)
        assert (report.replied, report.opted_out) == (2, 1)

    def test_agree_with_the_status_that_the_sender_keeps(self, db):
        run_id = a_run_with_everything(db)

        report, status = run_report(db, run_id, now=LATER), run_status(db, run_id)

        names = ("queued", "sending", "accepted", "delivered", "failed", "unknown", "cancelled")
        assert [getattr(report, n) for n in names] == [getattr(status, n) for n in names]
        assert {s.reason: s.people for s in report.skipped} == status.skipped

    def test_say_of_which_run_they_are(self, db):
        run_id = planned_run(db, people=1)

        report = run_report(db, run_id, now=LATER)

        assert report.template == "fault_found (en)"
        assert (report.integration_id, report.integration, report.channel) == (
            LANE,
            "SMS",
            "twilio",
        )
        assert (report.state, report.created_at, report.as_of) == ("running", NOW, LATER)

    def test_of_a_run_that_does_not_exist_are_refused(self, db):
        with pytest.raises(NotFound):
            run_report(db, 404, now=LATER)

    def test_of_one_run_leave_other_runs_out(self, db):
        other = a_run_with_everything(db)
        run_id = planned_run(db, people=2, start=100)

        report = run_report(db, run_id, now=LATER)

        assert (report.planned, report.queued, report.accepted) == (2, 2, 0)
        assert run_report(db, other, now=LATER).accepted == 5

    def test_name_why_people_were_skipped_and_what_to_do(self, db):
        report = run_report(db, a_run_with_everything(db), now=LATER)

        assert [(s.reason, s.label, s.people) for s in report.skipped] == [
            ("no_phone", "No phone number", 2),
            ("staff", "Team member", 1),
        ]
        assert all(s.advice for s in report.skipped)

    def test_by_country_and_language_add_up_to_the_whole(self, db):
        report = run_report(db, a_run_with_everything(db), now=LATER)

        for slices, key in ((report.by_country, "NL"), (report.by_language, "nl")):
            assert [s.key for s in slices] == [key]
            assert sum(s.planned for s in slices) == report.planned
            assert sum(s.accepted for s in slices) == report.accepted
            assert sum(s.replied for s in slices) == report.replied

    def test_count_what_a_cancelled_run_kept_back(self, db):
        run_id = planned_run(db, people=3)
        send(db, begun=at(0))
        cancel_run(db, run_id, actor="test", now=at(1))

        report = run_report(db, run_id, now=LATER)

        assert (report.accepted, report.cancelled) == (1, 2)
        assert [(c.code, c.deliveries) for c in report.cancellations] == [("run_cancelled", 2)]


class TestTheFunnel:
    def test_narrows_from_planned_to_replied(self, db):
        report = run_report(db, a_run_with_everything(db), now=LATER)

        assert [(s.step, s.messages) for s in report.funnel] == [
            ("planned", 10),
            ("sent", 6),  # the channel took it, and one failed afterwards
            ("delivered", 3),
            ("replied", 2),
        ]
        assert [s.of_planned.share for s in report.funnel] == [1, 0.6, 0.3, 0.2]
        assert report.funnel[2].of_sent == proportion(3, 6)

    def test_of_nobody_has_no_shares(self, db):
        report = run_report(db, planned_run(db, people=0), now=LATER)

        assert [(s.messages, s.of_planned, s.of_sent) for s in report.funnel] == [
            (0, None, None)
        ] * 4


class TestAReply:
    def test_counts_for_the_newest_message_before_it(self, db):
        first = planned_run(db, people=1)
        send(db, begun=at(0)).delivered(happened=at(1))
        second = planned_run(db, people=1)
        send(db, begun=at(100)).delivered(happened=at(101)).replied("Yes", heard=at(200))

        assert run_report(db, first, now=LATER).replied == 0
        assert run_report(db, second, now=LATER).replied == 1

    def test_heard_before_the_message_left_does_not_count(self, db):
        planned_run(db, people=1)
        earlier = send(db, begun=at(0)).delivered(happened=at(1))
        run_id = planned_run(db, people=1)
        earlier.replied("Hello?", heard=at(50))
        send(db, begun=at(100)).delivered(happened=at(101))

        assert run_report(db, run_id, now=LATER).replied == 0

    def test_counts_even_where_the_vendors_clock_is_months_behind(self, db):
        run_id = planned_run(db, people=1)
        sent = send(db, begun=at(0)).delivered(happened=at(1))
        sent.replied("Yes", heard=at(60), happened=NOW - timedelta(days=200))

        assert run_report(db, run_id, now=LATER).replied == 1

    def test_does_not_make_a_message_arrive_that_the_channel_reported_as_failed(self, db):
        run_id = planned_run(db, people=1)
        send(db, begun=at(0)).failed("(#131026) No", happened=at(1)).replied("Hi", heard=at(9))

        assert run_report(db, run_id, now=LATER).replied == 0


class TestFailures:
    def test_are_counted_by_the_vendors_own_code(self, db):
        run_id = planned_run(db, people=3)
        for n, reason in enumerate(
            ("(#131026) Message undeliverable", "(#131026) Message undeliverable", "(#131049) Held")
        ):
            send(db, begun=at(n)).failed(reason, happened=at(n + 1))

        failures = run_report(db, run_id, now=LATER).failures

        assert [(f.code, f.deliveries) for f in failures] == [("131026", 2), ("131049", 1)]
        assert failures[0].reason == "(#131026) Message undeliverable"

    def test_keep_phone_numbers_out_of_the_vendors_words(self, db):
        run_id = planned_run(db, people=1)
        words = "The 'To' number +31612340000 is not valid"
        send(db, begun=at(0)).failed(words, happened=at(1), code="21211")

        [failure] = run_report(db, run_id, now=LATER).failures

        assert (failure.code, failure.reason) == ("21211", "The 'To' number … is not valid")

    def test_leave_out_a_channel_that_was_out_of_reach_because_its_run_only_waits(self, db):
        run_id = planned_run(db, people=1)
        for n in range(3):
            send(db, Unreachable("ConnectError"), begun=at(n * 600))

        report = run_report(db, run_id, now=LATER)

        assert (report.failures, report.queued, report.state) == ((), 1, "paused")
        assert report.pace is None

    def test_tell_apart_what_is_only_unknown(self, db):
        report = run_report(db, a_run_with_everything(db), now=LATER)

        assert {f.code for f in report.failures} == {"131026", "http_400"}
        assert [(d.code, d.title) for d in report.doubts] == [("ReadTimeout", "No answer in time")]


class TestTheTimeline:
    def test_adds_up_to_the_totals_without_gaps(self, db):
        report = run_report(db, a_run_with_everything(db), now=LATER)

        buckets = report.timeline.buckets
        assert report.timeline.bucket_s == 1
        assert sum(b.sent for b in buckets) == report.sent
        assert sum(b.delivered for b in buckets) == report.delivered
        assert sum(b.failed for b in buckets) == report.failed
        assert [b.start for b in buckets] == [at(n) for n in range(len(buckets))]

    def test_puts_each_event_where_it_happened(self, db):
        run_id = planned_run(db, people=2)
        send(db, begun=at(1)).delivered(happened=at(3.5), heard=at(9))
        send(db, begun=at(2)).failed("(#131026) No", happened=at(6))

        events = {
            b.start: (b.sent, b.delivered, b.failed)
            for b in run_report(db, run_id, now=LATER).timeline.buckets
            if b.sent or b.delivered or b.failed
        }

        assert events == {
            at(1): (1, 0, 0),
            at(2): (1, 0, 0),
            at(3): (0, 1, 0),
            at(6): (0, 0, 1),
        }

    def test_of_a_run_that_has_not_begun_is_empty(self, db):
        report = run_report(db, planned_run(db, people=1), now=LATER)

        assert report.timeline.buckets == ()


class TestTimes:
    def test_to_delivery_are_told_by_median_and_95th_percentile(self, db):
        report = run_report(db, a_run_with_everything(db), now=LATER)

        assert report.delivery_times.messages == 3
        assert report.delivery_times.median_s == pytest.approx(4)
        assert report.delivery_times.p95_s == pytest.approx(5.8)

    def test_fall_back_on_our_own_clock_where_the_vendors_is_impossible(self, db):
        run_id = planned_run(db, people=1)
        send(db, begun=at(0)).delivered(happened=NOW - timedelta(days=99), heard=at(3))

        assert run_report(db, run_id, now=LATER).delivery_times.median_s == pytest.approx(3)

    def test_are_absent_without_a_receipt(self, db):
        run_id = planned_run(db, people=1)
        send(db, begun=at(0))

        assert run_report(db, run_id, now=LATER).delivery_times is None

    def test_of_sending_give_the_pace_that_was_kept(self, db):
        run_id = planned_run(db, people=9)
        send(db, Throttled(None), begun=at(0))
        for n in range(9):
            send(db, begun=at(10 + n / 8), took_s=0.5)

        pace = run_report(db, run_id, now=LATER).pace

        assert (pace.messages, pace.per_second) == (9, pytest.approx(8))
        assert pace.duration_s == pytest.approx(1.5)


class TestTheJson:
    def test_carries_every_figure_of_the_report(self, db):
        report = run_report(db, a_run_with_everything(db), now=LATER)

        document = json.loads(to_json(report))

        assert document["accepted"] == 5
        assert document["funnel"][3]["of_sent"]["share"] == pytest.approx(2 / 6)
        assert {f["code"] for f in document["failures"]} == {"131026", "http_400"}
        assert len(document["timeline"]["buckets"]) == len(report.timeline.buckets)
        assert document["as_of"] == "2026-03-15T13:00:00Z"

    def test_holds_nobodys_phone_number(self, db):
        assert "+316" not in to_json(run_report(db, a_run_with_everything(db), now=LATER))
