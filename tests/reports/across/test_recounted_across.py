"""Figures over many runs, counted again in plain Python from the rows as they were recorded."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from relay_core.gateways.outcomes import Rejected
from relay_core.reports.across.cells import ANY_SOURCE, Source, cells, sources
from relay_core.reports.across.comparison import compare
from relay_core.reports.across.failures import failures_by_integration
from relay_core.reports.across.over_time import Step, over_time, step_of
from relay_core.reports.across.pressure import pressed_people, pressure
from relay_core.reports.across.quality import quality
from relay_core.reports.across.shown import AcrossFigure, across_sql
from relay_core.reports.differences import difference
from relay_core.reports.failure_classes import Nature
from relay_core.reports.intervals import proportion
from relay_core.reports.sql_answers import Inquiries
from relay_core.store.database import open_database
from tests.delivery.world import planned_run
from tests.reports.story import at, send

SINCE, LATER = at(-60), at(90_000)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SECOND = "Second's"
"""Name of an integration; a quote in it must not end a text in SQL."""


@pytest.fixture(scope="module")
def told(empty_file, tmp_path_factory):
    """A campaign, its retry of those who failed, and one on another integration."""
    file = tmp_path_factory.mktemp("across") / "relay.duckdb"
    file.write_bytes(empty_file.read_bytes())
    with open_database(file) as db:
        first = planned_run(db, people=6)
        send(db, begun=at(0)).delivered(happened=at(2)).replied("Thanks", heard=at(30))
        send(db, begun=at(1)).delivered(happened=at(3)).replied("STOP", heard=at(31))
        send(db, begun=at(2)).failed("(#131026) No", happened=at(4))
        send(db, Rejected("http_400", "No"), begun=at(3))
        send(db, Rejected("http_400", "No"), begun=at(4))
        send(db, begun=at(5))
        retry = planned_run(db, people=4)
        other = planned_run(db, people=3, lane="lane-2", start=50)
        for n in range(3):
            send(db, begun=at(40_000 + n), lane="lane-2").delivered(happened=at(40_003 + n))
    with duckdb.connect(str(file)) as file_itself:
        file_itself.execute("UPDATE integrations SET name = $1 WHERE id = 'lane-2'", [SECOND])
        file_itself.execute(
            "UPDATE runs SET kind = 'retry', parent_run = $first, retried = 'failed', campaign_id ="
            " (SELECT campaign_id FROM runs WHERE id = $first) WHERE id = $retry",
            {"first": first, "retry": retry},
        )
        # The retry goes to those who failed (2, 3, 4) and to the one without a receipt (5).
        file_itself.execute(
            "UPDATE deliveries SET person_id = person_id + 2, phone = phone || '9' "
            "WHERE run_id = $retry",
            {"retry": retry},
        )
    with open_database(file) as db:
        send(db, begun=at(50_000)).delivered(happened=at(50_009))
        send(db, begun=at(50_001)).delivered(happened=at(50_008))
        send(db, Rejected("http_400", "No"), begun=at(50_002))
    with duckdb.connect(str(file), read_only=True) as file_itself:
        rows = {
            name: file_itself.table(name).to_arrow_table().to_pylist()
            for name in ("deliveries", "replies")
        }
    with open_database(file) as db:
        yield db, rows, {first: first, retry: first, other: other}


def was_sent(row):
    return row["state"] in {"accepted", "delivered"} or (
        row["state"] == "failed" and row["channel_id"] is not None
    )


class TestCampaignsCompared:
    def test_count_a_person_once_in_a_run_and_its_retries(self, told):
        db, rows, roots = told

        found = compare(db, since=SINCE)

        answered = {r["delivery_id"]: r["is_stop"] for r in rows["replies"]}
        for figures, root in zip(found, dict.fromkeys(roots.values()), strict=True):
            people = {}
            for d in rows["deliveries"]:
                if roots[d["run_id"]] == root:
                    people.setdefault(d["person_id"], []).append(d)
            lasting = {"failed", "cancelled"}
            assert (figures.planned, figures.sent, figures.delivered, figures.failed) == (
                len(people),
                sum(any(map(was_sent, own)) for own in people.values()),
                sum(any(d["state"] == "delivered" for d in own) for own in people.values()),
                sum(all(d["state"] in lasting for d in own) for own in people.values()),
            )
            assert figures.messages == sum(was_sent(d) for own in people.values() for d in own)
            assert (figures.replied, figures.opted_out) == (
                sum(any(d["id"] in answered for d in own) for own in people.values()),
                sum(any(answered.get(d["id"]) for d in own) for own in people.values()),
            )
            assert figures.delivered_share == proportion(figures.delivered, figures.sent)

    def test_are_those_that_the_story_tells(self, told):
        db, _, _ = told

        found = compare(db, since=SINCE)

        assert [(f.runs, f.planned, f.sent, f.delivered, f.failed) for f in found] == [
            (1, 6, 5, 4, 1),
            (1, 3, 3, 3, 0),
        ]

    def test_leave_out_what_was_made_before(self, told):
        db, _, _ = told

        assert compare(db, since=LATER) == ()


class TestMessagesOverTime:
    def test_lie_on_the_day_of_leaving_by_the_accounts_clock(self, told):
        db, rows, _ = told

        points = over_time(cells(db, since=SINCE), step=Step.DAY, zone=AMSTERDAM)

        days = Counter(
            d["begun_at"].replace(tzinfo=UTC).astimezone(AMSTERDAM).date()
            for d in rows["deliveries"]
            if was_sent(d)
        )
        assert {p.start: p.counts.sent for p in points if p.counts.sent} == days
        assert len(days) == 2
        assert sum(p.counts.replied for p in points) == 2
        assert sum(p.counts.opted_out for p in points) == 1

    @pytest.mark.parametrize(
        ("step", "first"),
        [
            (Step.DAY, date(2026, 3, 1)),
            (Step.WEEK, date(2026, 2, 23)),
            (Step.MONTH, date(2026, 3, 1)),
        ],
    )
    def test_are_cut_where_the_calendar_is(self, step, first):
        assert step_of(datetime(2026, 2, 28, 23, 30, tzinfo=UTC), step, AMSTERDAM) == first

    def test_can_be_those_of_one_integration(self, told):
        db, rows, roots = told

        found = filter(Source(integration=SECOND).has, cells(db, since=SINCE))
        [point] = over_time(found, step=Step.DAY, zone=AMSTERDAM)

        assert point.counts.sent == sum(
            was_sent(d) for d in rows["deliveries"] if d["run_id"] == max(roots)
        )

    def test_come_from_what_runs_were_made_of(self, told):
        assert sources(told[0]) == (
            Source("SMS", "fault_found (en)"),
            Source(SECOND, "fault_found (en)"),
        )

    def test_of_nothing_are_nothing(self, db):
        assert over_time(cells(db, since=SINCE), step=Step.DAY, zone=AMSTERDAM) == ()


class TestQuality:
    def test_adds_up_to_all_messages_of_each_integration(self, told):
        db, rows, _ = told

        found = quality(
            cells(db, since=SINCE), lambda cell: (str(cell.run), None), now=LATER, zone=AMSTERDAM
        )

        assert {each.name: each.counts.sent for each in found} == {
            str(run): sum(was_sent(d) for d in rows["deliveries"] if d["run_id"] == run)
            for run in {d["run_id"] for d in rows["deliveries"]}
        }

    def test_says_what_differs_lately_beyond_chance_and_nothing_else(self, db):
        planned_run(db, people=60)
        for n in range(30):
            send(db, begun=at(n)).delivered(happened=at(n + 1))
        late = 20 * 86_400
        for n in range(30):
            send(db, Rejected("http_400", "No"), begun=at(late + n))

        def changes(now):
            found = cells(db, since=SINCE)
            [told] = quality(found, lambda cell: (cell.template, None), now=now, zone=AMSTERDAM)
            return told.changes

        assert changes(at(late + 60)) == (
            "More failed in the last 14 days: 100.0% instead of 0.0% before.",
        )
        assert changes(at(late + 40 * 86_400)) == ()


class TestFailures:
    def test_are_classed_by_integration(self, told):
        db, rows, _ = told

        found = failures_by_integration(db, since=SINCE)

        natures = Counter(  # one number is Meta's, which explains nothing on Twilio
            Nature.UNEXPLAINED if d["channel_id"] else Nature.OURS
            for d in rows["deliveries"]
            if d["state"] == "failed"
        )
        assert [(f.integration, f.nature, f.messages) for f in found] == [
            ("SMS", *each) for each in natures.most_common()
        ]

    def test_of_later_than_any_are_none(self, told):
        assert failures_by_integration(told[0], since=LATER) == ()


class TestADifference:
    def test_is_the_one_that_newcombe_prints(self):
        found = difference(proportion(56, 70), proportion(48, 80))

        assert (found.difference, found.low, found.high) == (
            pytest.approx(0.2),
            pytest.approx(0.0524, abs=5e-5),
            pytest.approx(0.3339, abs=5e-5),
        )
        assert found.is_shown

    def test_that_chance_explains_is_none(self):
        assert not difference(proportion(5, 10), proportion(4, 10)).is_shown


class TestContactPressure:
    def test_counts_messages_that_may_have_left_to_each_person(self, told):
        db, rows, _ = told

        found = pressure(db, days=90, now=LATER, cap=0, cap_days=30)

        heard = Counter(
            d["person_id"]
            for d in rows["deliveries"]
            if d["begun_at"] and d["state"] in {"sending", "accepted", "delivered", "unknown"}
        )
        assert {b.label: b.people for b in found.bands if b.people} == {
            str(messages): people for messages, people in Counter(heard.values()).items()
        }
        assert found.at_cap is None

    def test_tells_opt_outs_by_the_how_manieth_message_they_answer(self, db):
        for day in range(3):
            planned_run(db, people=2, start=0)
            for n in range(2):
                sent = send(db, begun=at(day * 86_400 + n)).delivered(
                    happened=at(day * 86_400 + n + 1)
                )
                if (day, n) == (2, 0):
                    sent.replied("STOP", heard=at(day * 86_400 + 60))

        found = pressure(db, days=90, now=LATER + timedelta(days=9), cap=0, cap_days=30)

        assert [b.opted_out for b in found.bands] == [
            proportion(0, 2),
            proportion(0, 2),
            proportion(1, 2),
            None,
            None,
            None,
        ]

    def test_opens_to_its_people_whose_numbers_are_masked(self, told):
        db, _, _ = told

        people = pressed_people(db, least=1, most=1, days=90, now=LATER).to_pylist()

        assert people
        assert all("…" in p["phone"] and p["messages"] == 1 for p in people)

    def test_says_how_many_stand_at_the_cap(self, told):
        db, _, _ = told

        found = pressure(db, days=7, now=LATER + timedelta(days=1), cap=1, cap_days=30)

        assert found.at_cap == 0  # nothing was kept by a cap in this file


FIGURES = ("sent", "delivered", "failed", "replied", "opted_out")


def figures_of(counted):
    return [getattr(counted, name) for name in FIGURES]


class TestTheSqlOfAView:
    """It is asked as an analyst asks, read only and over the facts."""

    @pytest.fixture
    def rows(self, told):
        ask = Inquiries(told[0]).ask

        def asked(figure, step=Step.WEEK, source=ANY_SOURCE):
            sql = across_sql(figure, since=SINCE, step=step, zone=AMSTERDAM, source=source)
            return ask(sql).table.to_pylist()

        return asked

    def test_compares_campaigns_as_the_view_does(self, told, rows):
        names = ("campaign", "planned", *FIGURES)

        assert [[row[n] for n in names] for row in rows(AcrossFigure.CAMPAIGNS)] == [
            [getattr(each, n) for n in names] for each in compare(told[0], since=SINCE)
        ]

    @pytest.mark.parametrize(
        ("step", "source"),
        [
            *((step, ANY_SOURCE) for step in Step),
            (Step.DAY, Source(integration=SECOND, template="fault_found (en)")),
            (Step.DAY, Source(template="another (en)")),
        ],
    )
    def test_cuts_time_where_the_view_does(self, told, rows, step, source):
        found = filter(source.has, cells(told[0], since=SINCE))
        points = over_time(found, step=step, zone=AMSTERDAM)

        assert [
            (row["start"], [row[n] for n in FIGURES])
            for row in rows(AcrossFigure.MESSAGES, step, source)
        ] == [(p.start, figures_of(p.counts)) for p in points if p.counts.tried]

    @pytest.mark.parametrize("figure", [AcrossFigure.TEMPLATES, AcrossFigure.INTEGRATIONS])
    def test_counts_the_weeks_of_the_view(self, told, rows, figure):
        points = over_time(cells(told[0], since=SINCE), step=Step.WEEK, zone=AMSTERDAM)

        found = rows(figure)

        assert [sum(row[n] for row in found) for n in FIGURES] == [
            sum(getattr(p.counts, n) for p in points) for n in FIGURES
        ]

    def test_counts_people_by_messages(self, told, rows):
        bands = pressure(told[0], days=90, now=LATER, cap=0, cap_days=30).bands

        assert {str(row["messages"]): row["people"] for row in rows(AcrossFigure.PRESSURE)} == {
            band.label: band.people for band in bands if band.people
        }

    def test_counts_opt_outs_by_the_message_that_they_answer(self, told, rows):
        bands = pressure(told[0], days=90, now=LATER, cap=0, cap_days=30).bands

        shown = rows(AcrossFigure.OPT_OUTS)

        shares = [b.opted_out for b in bands if b.opted_out]
        assert [(row["messages"], row["opted_out"]) for row in shown] == [
            (part.total, part.count) for part in shares
        ]
        assert sum(part.count for part in shares) == 1
