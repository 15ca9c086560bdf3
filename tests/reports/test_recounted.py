"""Every figure of a report, counted again in plain Python from the rows as they were recorded."""

import json
import random
import statistics
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest
from pydantic import TypeAdapter

from relay_core.campaigns.price_table import kept_prices
from relay_core.delivery.runs import cancel_run
from relay_core.gateways.outcomes import OutcomeUnknown, Rejected, Throttled
from relay_core.reports.durations import BOUNDS_S, durations
from relay_core.reports.run_report import RunReport, run_report, to_json
from relay_core.store.database import open_database
from relay_core.templates.sms.parts import measure
from tests.delivery.world import planned_run
from tests.reports.story import at, leave_out, send

LATER = at(90_000)
BODIES = (
    "Short.",
    "Thirty is {odd} but [fine]. " * 7,  # where a bracket stands decides the parts
    "x" * 161,
    "Dürfen wir Sie morgen um 9 Uhr anrufen? 😀" * 3,
    "\n".join(["Line"] * 60),
)
COUNTRIES = ("NL", "DE", "FR", None)
WORDS = ("(#131026) Undeliverable", "(#131049) Held back", "(#132000) Values")


def vary(file, run_id, chance):
    """Give every message of a run a text, a country and a language of its own."""
    with duckdb.connect(str(file)) as connection:
        chosen = "SELECT id FROM deliveries WHERE run_id = $run_id ORDER BY id"
        for (delivery,) in connection.execute(chosen, {"run_id": run_id}).fetchall():
            connection.execute(
                "UPDATE deliveries SET body = $body, country = $country, language = $language "
                "WHERE id = $id",
                {
                    "id": delivery,
                    "body": chance.choice(BODIES),
                    "country": chance.choice(COUNTRIES),
                    "language": chance.choice(("nl", "de", None)),
                },
            )


def tell(db, people, chance):
    """Let every message of the lane end somehow."""
    for n in range(people):
        begun = at(n * 0.7)
        match chance.choices(
            ("on the phone", "taken", "bounced", "refused", "lost"), (55, 15, 12, 8, 4)
        )[0]:
            case "on the phone":
                late = chance.expovariate(1 / 40)
                sent = send(db, begun=begun).delivered(
                    happened=begun + timedelta(seconds=late * chance.choice((1, 1, 1, -1))),
                    heard=begun + timedelta(seconds=late + 2),
                )
                for _ in range(chance.choice((0, 0, 1, 2))):
                    heard = begun + timedelta(seconds=late + chance.expovariate(1 / 900) + 3)
                    sent.replied(chance.choice(("Thanks", "STOP")), heard=heard)
            case "taken":
                send(db, begun=begun)
            case "bounced":
                send(db, begun=begun).failed(
                    chance.choice(WORDS), happened=begun + timedelta(seconds=9)
                )
            case "refused":
                send(db, Rejected("21211", "No such number"), begun=begun)
            case "lost":
                send(db, OutcomeUnknown("ReadTimeout"), begun=begun)


@pytest.fixture(scope="module")
def told(empty_file, tmp_path_factory):
    """A file with an earlier run to the same people, and the run that is counted."""
    file = tmp_path_factory.mktemp("recounted") / "relay.duckdb"
    file.write_bytes(empty_file.read_bytes())
    chance = random.Random(20_260_315)
    with open_database(file) as db:
        planned_run(db, people=12)
        tell(db, 12, chance)
        run_id = planned_run(db, people=50)
    vary(file, run_id, chance)
    with open_database(file) as db:
        leave_out(db, run_id, (900, "Zoe", "no_phone"), (901, "Yan", "staff"))
        send(db, Throttled(None), begun=at(0))
        tell(db, 42, chance)
        send(db, begun=at(70)).delivered(happened=at(75)).replied("Late", heard=at(80_000))
        cancel_run(db, run_id, actor="Kim", now=at(4000))
        report = run_report(db, run_id, now=LATER)
        prices = kept_prices(db)
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = {
            name: connection.table(name).to_arrow_table().to_pylist()
            for name in ("deliveries", "receipts", "replies", "attempts", "exclusions", "audit")
        }
    return report, Recount(tables, run_id, prices)


class Recount:
    """The same figures by loops over rows."""

    def __init__(self, tables, run_id, prices):
        self.rows = [d for d in tables["deliveries"] if d["run_id"] == run_id]
        self.all = tables["deliveries"]
        self.tables, self.run_id = tables, run_id
        self.prices = {(p.country, p.channel): p.price for p in prices}

    def states(self, *states):
        return sum(d["state"] in states for d in self.rows)

    def was_sent(self, d):
        return d["state"] in {"accepted", "delivered"} or (
            d["state"] == "failed" and d["channel_id"] is not None
        )

    def on_the_phone(self):
        """Each delivered message's moment."""
        heard = {r["channel_id"]: r for r in self.tables["receipts"] if r["kind"] == "user"}
        for d in self.rows:
            if d["state"] == "delivered":
                r = heard[d["channel_id"]]
                trusted = d["begun_at"] <= r["happened_at"] <= r["received_at"]
                yield d, r["happened_at"] if trusted else r["received_at"]

    def answered(self):
        """Messages of this run by id, each with its replies in the order of hearing."""
        found = {}
        for r in sorted(self.tables["replies"], key=lambda r: r["received_at"]):
            asked = [
                d
                for d in self.all
                if d["conversation_id"] == r["conversation_id"]
                and d["state"] in {"accepted", "delivered"}
                and d["begun_at"] <= r["received_at"]
            ]
            if asked:
                newest = max(asked, key=lambda d: d["begun_at"])
                if newest["run_id"] == self.run_id:
                    found.setdefault(newest["id"], (newest, []))[1].append(r)
        return found

    def cost(self, chosen):
        return sum(
            (
                self.prices[d["country"], "sms"] * measure(d["body"]).parts
                for d in self.rows
                if chosen(d) and (d["country"], "sms") in self.prices
            ),
            Decimal(0),
        )


class TestTheFiguresCountedAgain:
    def test_of_the_funnel_are_the_same(self, told):
        report, again = told

        answered = again.answered()
        assert [s.messages for s in report.funnel] == [
            50,
            sum(map(again.was_sent, again.rows)),
            again.states("delivered"),
            len(answered),
        ]
        assert all(s.messages > 2 for s in report.funnel)
        assert report.opted_out == sum(
            any(r["is_stop"] for r in replies) for _, replies in answered.values()
        )
        assert (report.failed, report.unknown, report.cancelled) == (
            again.states("failed"),
            again.states("unknown"),
            again.states("cancelled"),
        )

    def test_of_receipts_still_expected_are_those_that_the_network_still_tries(self, told):
        report, again = told

        assert report.receipts.unconfirmed == again.states("accepted") > 0
        assert report.receipts.expected == report.receipts.unconfirmed  # three days are not over
        assert report.receipts.expected_share.total == report.sent
        assert report.receipts.read is None

    @pytest.mark.parametrize(
        ("slices", "side"), [("by_country", "country"), ("by_language", "language")]
    )
    def test_of_each_part_are_the_same(self, told, slices, side):
        report, again = told
        answered = again.answered()

        for part in getattr(report, slices):
            rows = [d for d in again.rows if d[side] == part.key]
            assert (part.planned, part.sent, part.delivered, part.failed, part.replied) == (
                len(rows),
                sum(map(again.was_sent, rows)),
                sum(d["state"] == "delivered" for d in rows),
                sum(d["state"] == "failed" for d in rows),
                sum(d["id"] in answered for d in rows),
            )
        assert {part.key for part in getattr(report, slices)} == {d[side] for d in again.rows}

    def test_of_template_and_integration_are_those_of_the_whole(self, told):
        report, _ = told

        for [part] in (report.by_template, report.by_integration):
            assert (part.planned, part.sent, part.replied) == (50, report.sent, report.replied)
        assert [part.key for part in report.by_template] == ["fault_found (en)"]

    def test_of_the_time_to_delivery_are_the_same(self, told):
        report, again = told

        seconds = [(moment - d["begun_at"]).total_seconds() for d, moment in again.on_the_phone()]
        assert report.delivery_times == durations(seconds)
        assert report.delivery_times.median_s == pytest.approx(statistics.median(seconds))
        assert report.delivery_times.p95_s == pytest.approx(
            statistics.quantiles(seconds, n=20, method="inclusive")[-1]
        )
        for each in report.delivery_times.bins:
            above, up_to = each.above_s, each.up_to_s or 10**9
            assert each.messages == sum(above < s <= up_to for s in seconds)
        assert sum(each.messages for each in report.delivery_times.bins) == len(seconds)

    def test_of_the_time_to_reply_are_the_same(self, told):
        report, again = told

        seconds = [
            (min(r["happened_at"] for r in replies) - d["begun_at"]).total_seconds()
            for d, replies in again.answered().values()
        ]
        assert report.reply_times.messages == report.replied
        assert report.reply_times.median_s == pytest.approx(statistics.median(seconds))
        assert {each.up_to_s for each in report.reply_times.bins} <= {*BOUNDS_S, None}

    def test_over_time_lie_in_the_bucket_of_their_moment_or_later(self, told):
        report, again = told
        shown = report.timeline
        until = shown.buckets[-1].start + timedelta(seconds=shown.bucket_s)

        def buckets(moments):
            counted = Counter()
            for moment in moments:
                epoch = moment.replace(tzinfo=UTC).timestamp()
                start = datetime.fromtimestamp(epoch // shown.bucket_s * shown.bucket_s, UTC)
                counted[start if start < until else "later"] += 1
            return counted

        taken = {
            a["delivery_id"]: a["ended_at"]
            for a in again.tables["attempts"]
            if a["outcome"] == "accepted"
        }
        wanted = {
            "sent": buckets(taken[d["id"]] for d in again.rows if again.was_sent(d)),
            "delivered": buckets(moment for _, moment in again.on_the_phone()),
            "failed": buckets(d["changed_at"] for d in again.rows if d["state"] == "failed"),
            "replied": buckets(
                min(r["happened_at"] for r in replies) for _, replies in again.answered().values()
            ),
        }
        for name, counted in wanted.items():
            told_so = {b.start: getattr(b, name) for b in shown.buckets if getattr(b, name)}
            late = getattr(shown.later, name) if shown.later else 0
            assert told_so | ({"later": late} if late else {}) == counted, name
        assert shown.later is not None
        assert len(shown.buckets) <= 61

    def test_of_failures_and_skipped_people_are_the_same(self, told):
        report, again = told

        codes = Counter(
            d["reason"][2:8] if d["reason"].startswith("(#") else d["code"]
            for d in again.rows
            if d["state"] == "failed"
        )
        assert {f.code: f.deliveries for f in report.failures} == codes
        assert sum(kind.deliveries for kind in report.failure_kinds) == codes.total()
        assert {s.reason: s.people for s in report.skipped} == {"no_phone": 1, "staff": 1}

    def test_of_the_cost_are_priced_message_by_message(self, told):
        report, again = told
        planned, actual = report.cost.planned, report.cost.actual

        assert [s.amount for s in planned.sums] == [again.cost(lambda _: True)]
        assert [s.amount for s in actual.sums] == [again.cost(again.was_sent)]
        assert planned.units == sum(measure(d["body"]).parts for d in again.rows)
        assert [(u.country, u.messages) for u in planned.unpriced] == [
            (None, sum(d["country"] is None for d in again.rows))
        ]

    def test_of_the_trail_are_what_was_noted_of_this_run(self, told):
        report, _ = told

        assert [(e.actor, e.event, e.happened_at) for e in report.trail] == [
            ("Kim", "run.cancelled", at(4000))
        ]

    def test_all_survive_json(self, told):
        report, _ = told

        document = json.loads(to_json(report))
        assert TypeAdapter(RunReport).validate_json(to_json(report)) == report
        assert document["cost"]["actual"]["sums"][0]["amount"] == str(
            report.cost.actual.sums[0].amount
        )
        assert document["manifest"]["templates"][0]["label"] == "fault_found (en)"
        assert document["receipts"]["read"] is None


class TestARunOf:
    def test_nobody_has_no_shares_times_or_cost(self, db):
        report = run_report(db, planned_run(db, people=0), now=LATER)

        assert (report.delivery_times, report.reply_times, report.timeline.buckets) == (
            None,
            None,
            (),
        )
        assert (report.cost.planned.sums, report.cost.planned.units) == ((), 0)
        assert (report.opted_out_of_sent, report.receipts.expected_share) == (None, None)
        assert (report.by_country, report.failure_kinds) == ((), ())

    def test_one_person_says_little_of_the_true_share(self, db):
        run_id = planned_run(db, people=1)
        send(db, begun=at(0)).delivered(happened=at(2)).replied("Yes", heard=at(9))

        report = run_report(db, run_id, now=LATER)

        assert [s.messages for s in report.funnel] == [1, 1, 1, 1]
        assert report.funnel[2].of_sent.low == pytest.approx(0.2065, abs=1e-4)
        assert report.delivery_times.median_s == report.delivery_times.p95_s == 2
        assert report.reply_times.median_s == 9

    def test_failures_alone_was_sent_as_far_as_the_channel_took_it(self, db):
        run_id = planned_run(db, people=4)
        for n in range(2):
            send(db, begun=at(n)).failed("(#131026) No", happened=at(n + 1))
            send(db, Rejected("http_400", "No"), begun=at(n))

        report = run_report(db, run_id, now=LATER)

        assert (report.failed, report.sent, report.accepted) == (4, 2, 0)
        assert report.funnel[2].of_sent.high == pytest.approx(0.6576, abs=1e-4)
        assert report.cost.actual.units == 2

    def test_unknown_ones_alone_claims_nothing_as_sent(self, db):
        run_id = planned_run(db, people=3)
        for n in range(3):
            send(db, OutcomeUnknown("ReadTimeout"), begun=at(n))

        report = run_report(db, run_id, now=LATER)

        assert (report.unknown, report.sent, report.receipts.expected) == (3, 0, 0)
        assert [s.of_sent for s in report.funnel] == [None] * 4
        assert report.cost.actual.units == 0

    def test_receipts_that_never_came_stops_expecting_them(self, db):
        run_id = planned_run(db, people=1)
        send(db, begun=at(0))

        soon = run_report(db, run_id, now=at(3600))
        late = run_report(db, run_id, now=at(4 * 86_400))

        assert (soon.receipts.expected, late.receipts.expected) == (1, 0)
        assert (soon.receipts.unconfirmed, late.receipts.unconfirmed) == (1, 1)
