"""The SQL beside a chart returns what the chart shows."""

from datetime import UTC, timedelta

import pytest

from relay_core.reports.run_report import run_report
from relay_core.reports.shown_sql import Figure, shown_sql
from relay_core.reports.sql_answers import Inquiries
from relay_core.reports.timeline import bucket_width_s, timeline
from tests.delivery.world import planned_run
from tests.reports.story import at
from tests.reports.test_run_report import a_run_with_everything


@pytest.fixture
def told(db):
    """A run with everything beside another one, its report, and what its queries return."""
    run_id = a_run_with_everything(db)
    planned_run(db, people=3, start=50)
    ask = Inquiries(db).ask

    def rows(figure):
        return ask(shown_sql(figure, run=run_id)).table.to_pylist()

    return run_report(db, run_id, now=at(3600)), rows


def _run(report):
    return {"run_id": report.run, "since": report.created_at}


class TestTheSqlOfAChart:
    def test_figures_are_those_of_the_report(self, told):
        report, rows = told

        (funnel,) = rows(Figure.FUNNEL)
        (times,) = rows(Figure.TO_DELIVERY)
        assert funnel == {
            "planned": report.planned,
            "sent": report.accepted + 1,  # one failed after the channel had taken it
            "delivered": report.delivered,
            "replied": report.replied,
        }
        assert {row["code"]: row["messages"] for row in rows(Figure.FAILURES)} == {
            cause.code: cause.deliveries for cause in report.failures
        }
        assert times["median_s"] == pytest.approx(report.delivery_times.median_s)
        assert times["p95_s"] == pytest.approx(report.delivery_times.p95_s)
        assert [(row["reason"], row["people"]) for row in rows(Figure.SKIPPED)] == [
            (skipped.reason, skipped.people) for skipped in report.skipped
        ]

    @pytest.mark.parametrize("length_s", [60, 3000, 700_000_000])
    def test_steps_over_time_are_those_of_the_chart(self, told, db, length_s):
        report, _ = told
        step_s = bucket_width_s(timedelta(seconds=length_s))
        within = {"run_id": report.run, "since": at(0), "until": at(3600)}
        counted = db.rows("reports.timeline", width_s=step_s, **within)
        replies = [row["moment"] for row in db.rows("reports.answered", **_run(report))]
        drawn = timeline(counted, replies=replies, width_s=step_s, until=at(3600))

        shown = Inquiries(db).ask(shown_sql(Figure.OVER_TIME, run=report.run, step_s=step_s))

        events = ("sent", "delivered", "failed", "replied")
        assert {
            (row["start"].replace(tzinfo=UTC), row["event"]): row["messages"]
            for row in shown.table.to_pylist()
        } == {
            (bucket.start, event): getattr(bucket, event)
            for bucket in drawn.buckets
            for event in events
            if getattr(bucket, event)
        }

    def test_times_to_reply_begin_with_the_request(self, told):
        _, rows = told

        assert rows(Figure.TO_REPLY) == [
            {"messages": 2, "median_s": 30.0, "p95_s": pytest.approx(30.0)}
        ]

    @pytest.mark.parametrize("figure", [Figure.COUNTRIES, Figure.LANGUAGES])
    def test_parts_are_those_of_the_report(self, told, figure):
        report, rows = told
        parts = report.by_country if figure is Figure.COUNTRIES else report.by_language

        names = ("planned", "delivered", "failed", "replied")
        assert [[row[n] for n in names] for row in rows(figure)] == [
            [getattr(part, n) for n in names] for part in parts
        ]
