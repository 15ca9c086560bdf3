"""Ten million past messages: how long each chart's query takes, and what its peers need for it."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from relay_core.relay import Relay, open_relay
from relay_core.reports.people_behind import Group
from relay_core.settings import Settings
from relay_core.store.database import Database, open_database
from tests.bench import million
from tests.bench.report_peers import InPandas, InSqlite, Numbers, Period
from tests.bench.tables import show

pytestmark = pytest.mark.bench

TRIES = 30
PEERS_TRIES = 3
RUNS = {"oldest": 1, "middle": 250, "newest": 500}


class InRelay:
    """The queries that the charts themselves make, reduced to what peers can be compared by."""

    def __init__(self, database: Database, *, now: datetime) -> None:
        self._database = database
        self._now = now

    def funnel(self, asked: Period) -> Numbers:
        rows = self._database.rows("reports.counts", run_id=asked.run, awaited_since=self._now)
        counted: Numbers = {}
        for row in rows:
            key = row["state"], row["country"]
            counted[key] = counted.get(key, 0) + row["deliveries"]
        return counted

    def over_time(self, asked: Period) -> Numbers:
        rows = self._database.rows("reports.timeline", width_s=60, **self._within(asked))
        most: Numbers = {}
        for row in rows:
            most[row["event"]] = max(most.get(row["event"], 0), row["messages"])
        return most

    def to_delivery(self, asked: Period) -> Numbers:
        [row] = self._database.rows(
            "reports.delivery_times", bounds_s=[10.0, 60.0], **self._within(asked)
        )
        return {"messages": row["messages"], "median": row["median_s"]}

    def replies_of_run(self, asked: Period) -> Numbers:
        since = self._within(asked)["since"]
        return {
            "replied": len(self._database.rows("reports.answered", run_id=asked.run, since=since))
        }

    def failures(self, asked: Period) -> Numbers:
        rows = self._database.rows("reports.causes", run_id=asked.run)
        return {row["code"]: row["deliveries"] for row in rows if row["state"] == "failed"}

    def all_runs(self, _: Period) -> Numbers:
        rows = self._database.rows("reports.overview_runs")
        return {name: sum(row[name] for row in rows) for name in ("delivered", "replied")}

    def over_months(self, asked: Period) -> Numbers:
        rows = self._database.rows("across.cells", since=asked.since.replace(tzinfo=UTC))
        return {name: sum(row[name] for row in rows) for name in ("delivered", "replied")}

    def pressure(self, asked: Period) -> Numbers:
        rows = self._database.rows("across.pressure", since=asked.since.replace(tzinfo=UTC))
        return {row["messages"]: row["people"] for row in rows}

    def _within(self, asked: Period) -> dict[str, object]:
        [head] = self._database.rows("reports.head", run_id=asked.run)
        [span] = self._database.rows("reports.span", run_id=asked.run)
        return {"run_id": asked.run, "since": head["created_at"], "until": span["last_at"]}


OF_A_RUN = ("funnel", "over_time", "to_delivery", "replies_of_run", "failures")
OVER_RUNS = {"all_runs": (90,), "over_months": (30, 90), "pressure": (30, 90)}


def test_charts(history, tmp_path):
    """Each chart's query, beside the same in pandas and in SQLite."""
    file = Settings.load(data_dir=history).database_path
    notebook, sqlite = InPandas(file), InSqlite(file, tmp_path / "peer.sqlite")
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = []
    with open_database(file) as database:
        relay = InRelay(database, now=datetime.now(UTC))
        asked = [
            (name, f"{name}, {which} run", Period(run, now))
            for name in OF_A_RUN
            for which, run in RUNS.items()
        ] + [
            (name, f"{name}, {days} days", Period(0, now - timedelta(days=days)))
            for name, every in OVER_RUNS.items()
            for days in every
        ]
        for name, label, period in asked:
            ours, theirs, others = (
                lambda peer=peer, name=name, period=period: getattr(peer, name)(period)
                for peer in (relay, notebook, sqlite)
            )
            shown = pytest.approx(ours(), abs=0.01)
            assert theirs() == shown, label
            assert others() == shown, label
            spent = sorted(ms(ours) for _ in range(TRIES))
            median, pandas, sqlite_ms = (
                statistics.median(spent),
                *(
                    statistics.median(ms(peer) for _ in range(PEERS_TRIES))
                    for peer in (theirs, others)
                ),
            )
            rows.append(
                (
                    label,
                    median,
                    spent[round(0.95 * TRIES) - 1],
                    pandas,
                    f"{pandas / median:.1f}",
                    sqlite_ms,
                    f"{sqlite_ms / median:.1f}",
                )
            )
    show(
        f"Queries of charts over {million.DELIVERIES:,} messages, ms (median and p95 of {TRIES})",
        ("", "Relay", "p95", "pandas", "times", "SQLite", "times"),
        rows,
    )


def test_whole_answers(history):
    """What a page waits for at the front desk."""
    relay = open_relay(Settings.load(data_dir=history))
    try:
        rows = [
            (label, *median_and_p95(work))
            for label, work in (
                *((f"report({which})", _report(relay, run)) for which, run in RUNS.items()),
                ("people_behind(newest, failed)", _failed(relay, RUNS["newest"])),
                ("overview()", relay.overview),
                ("compare_campaigns(90 days)", lambda: relay.compare_campaigns(days=90)),
                ("template_quality(90 days)", lambda: relay.template_quality(days=90)),
                ("contact_pressure(30 days)", lambda: relay.contact_pressure(days=30)),
            )
        ]
    finally:
        relay.close()
    show("What a page waits for, ms", ("", "median", "p95"), rows)


def _report(relay: Relay, run: int) -> Callable[[], object]:
    return lambda: relay.report(run)


def _failed(relay: Relay, run: int) -> Callable[[], object]:
    return lambda: relay.people_behind(run, group=Group.FAILED)


def median_and_p95(work: Callable[[], object]) -> tuple[float, float]:
    work()
    spent = sorted(ms(work) for _ in range(TRIES))
    return statistics.median(spent), spent[round(0.95 * TRIES) - 1]


def ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000
