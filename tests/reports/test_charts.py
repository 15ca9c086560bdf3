"""Charts: a spec that fits its table, and words that say the same."""

import json
from dataclasses import replace

import pyarrow as pa
import pytest

from relay_core.gateways.outcomes import Rejected
from relay_core.reports.charts import FAILURES, FUNNEL
from relay_core.reports.duration_charts import DURATION_CHARTS, TO_DELIVERY, TO_REPLY
from relay_core.reports.narrowing import Period
from relay_core.reports.over_time_chart import OVER_TIME, over_time_table
from relay_core.reports.people_behind import Group
from relay_core.reports.run_report import run_report
from tests.delivery.world import planned_run
from tests.reports.story import at, send

EVERY = (FUNNEL, OVER_TIME, FAILURES, *DURATION_CHARTS)


@pytest.fixture
def report(db):
    run_id = planned_run(db, people=4)
    send(db, begun=at(0)).delivered(happened=at(2)).replied("Ok", heard=at(9))
    send(db, begun=at(1))
    send(db, begun=at(2)).failed("(#131026) Message undeliverable", happened=at(3))
    send(db, Rejected("http_400", "Bad number"), begun=at(4))
    return run_report(db, run_id, now=at(60))


@pytest.fixture
def empty(db):
    return run_report(db, planned_run(db, people=0), now=at(60))


def fields(spec):
    if isinstance(spec, dict):
        own = {spec["field"]} if isinstance(spec.get("field"), str) else set()
        return own.union(*(fields(part) for part in spec.values()))
    return set().union(*(fields(part) for part in spec)) if isinstance(spec, list) else set()


class TestEveryChart:
    @pytest.mark.parametrize("chart", EVERY, ids=lambda chart: chart.title)
    def test_finds_what_it_draws_in_its_table_even_of_nothing(self, chart, report, empty):
        assert fields(chart.spec()) <= set(chart.table(report).column_names)
        assert chart.table(empty).schema == chart.table(report).schema

    @pytest.mark.parametrize("chart", EVERY, ids=lambda chart: chart.title)
    def test_brings_no_data_no_theme_and_no_address(self, chart):
        text = json.dumps(chart.spec())

        assert not {"data", "datasets", "config", "$schema"} & chart.spec().keys()
        assert "http" not in text
        assert "#" not in text

    @pytest.mark.parametrize("chart", EVERY, ids=lambda chart: chart.title)
    def test_is_authored_once(self, chart):
        assert chart.spec() is chart.spec()

    @pytest.mark.parametrize("chart", EVERY, ids=lambda chart: chart.title)
    def test_says_in_words_what_it_shows(self, chart, report, empty):
        assert chart.alt(report).endswith(".")
        assert chart.alt(empty).endswith(".")

    @pytest.mark.parametrize("chart", EVERY, ids=lambda chart: chart.title)
    def test_names_what_can_be_selected_and_selects_by_columns(self, chart, report):
        selected = {each["name"]: each["select"] for each in chart.spec()["params"]}

        assert set(selected) == set(chart.selections)
        for select in selected.values():
            assert set(select.get("fields", ())) <= set(chart.table(report).column_names)


class TestTheFunnel:
    def test_labels_its_bars_with_their_figures(self, report):
        table = FUNNEL.table(report)

        assert table["label"].to_pylist() == [
            "Planned  4 (100%)",
            "Sent  3 (75%)",
            "Delivered  1 (25%)",
            "Replied  1 (25%)",
        ]
        assert all(step in list(Group) for step in table["step"].to_pylist())

    def test_shows_where_each_share_may_lie(self, report):
        sent = report.funnel[1].of_planned
        table = FUNNEL.table(report)

        assert table["low"].to_pylist()[:2] == [None, pytest.approx(sent.low * 4)]
        assert table["high"].to_pylist()[:2] == [None, pytest.approx(sent.high * 4)]

    def test_shows_no_interval_before_anything_has_ended(self, db):
        waiting = run_report(db, planned_run(db, people=3), now=at(60))

        table = FUNNEL.table(waiting)

        assert table["share"].to_pylist() == [1, 0, 0, 0]
        assert table["low"].to_pylist() == table["high"].to_pylist() == [None] * 4

    def test_is_told_in_a_sentence(self, report):
        assert FUNNEL.alt(report) == (
            "Of 4 planned messages: 3 sent (75%), 1 delivered (25%), 1 replied (25%)."
        )


class TestMessagesOverTime:
    def test_have_a_row_for_each_event_of_each_bucket_in_utc(self, report):
        table = OVER_TIME.table(report)

        assert table.num_rows == 4 * len(report.timeline.buckets)
        assert table.schema.field("start").type == pa.timestamp("ms", tz="UTC")
        assert sum(table["messages"].to_pylist()) == (
            report.sent + report.delivered + report.failed + report.replied
        )

    def test_stand_out_within_a_period(self, report):
        table = over_time_table(report, period=Period(at(2), at(4)))

        chosen = {row["start"] for row in table.to_pylist() if row["chosen"]}
        assert chosen == {at(2), at(3)}
        assert all(OVER_TIME.table(report)["chosen"].to_pylist())

    def test_are_told_in_a_sentence(self, report):
        assert OVER_TIME.alt(report) == (
            "Messages sent, delivered, failed and replied to in steps of 1 second, from "
            "2026-03-15 12:00:00 to 2026-03-15 12:00:10 UTC. In the busiest step, from "
            "2026-03-15 12:00:00, the channel took 1."
        )


class TestFailures:
    def test_are_labelled_with_meaning_code_and_figure(self, report):
        table = FAILURES.table(report)

        assert table["code"].to_pylist() == ["131026", "http_400"]
        assert table["label"].to_pylist()[1] == "Refused by the channel (http_400)  1"
        assert table["share"].to_pylist() == [0.5, 0.5]


class TestDurations:
    def test_have_a_bar_for_each_bin(self, report):
        table = TO_DELIVERY.table(report)

        assert table["label"].to_pylist() == ["up to 2 s: 1"]
        assert table["share"].to_pylist() == [1.0]

    def test_are_told_in_a_sentence(self, report, empty):
        one = "The one that was measured was"

        assert TO_DELIVERY.alt(report) == f"{one} on the phone after 2 s."
        assert TO_REPLY.alt(report) == f"{one} answered after 9 s."
        assert TO_REPLY.alt(empty) == "Nothing to measure."

    def test_of_several_are_told_by_their_percentiles(self, report):
        several = replace(report, delivery_times=replace(report.delivery_times, messages=2))

        assert TO_DELIVERY.alt(several) == "Half were on the phone within 2 s, 95 % within 2 s."
