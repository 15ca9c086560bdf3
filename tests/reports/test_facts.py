"""The facts for analysts: each explained, each agreeing with the report of its run."""

import json
import re
from pathlib import Path

import pytest

from relay_core.campaigns.kinds import TESTER
from relay_core.gateways.outcomes import Rejected
from relay_core.reports.facts import facts
from relay_core.reports.run_report import run_report
from relay_core.store import migrations
from relay_core.templates.writing.documents import template_to_dict
from tests.delivery.world import FIRST, LANE, NOW, TEMPLATE, delivery, phone, planned_run
from tests.reports.story import at, send
from tests.reports.test_run_report import a_run_with_everything

STAR = (
    "report_attempts",
    "report_campaigns",
    "report_deliveries",
    "report_integrations",
    "report_outcomes",
    "report_people",
    "report_receipts",
    "report_replies",
    "report_runs",
    "report_skipped",
    "report_templates",
    "report_tickets",
)


@pytest.fixture(scope="module")
def explained():
    """Every comment that the migrations give: view or view.column to its sentence."""
    folder = Path(migrations.__file__).parent
    text = "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.sql")))
    found = re.findall(r"COMMENT ON (?:VIEW|COLUMN) (report_[\w.]+) IS '((?:[^']|'')+)';", text)
    return {name: sentence.replace("''", "'") for name, sentence in found}


def counted(db, sql):
    return db.few(sql, {})


def sent_to_oneself(db):
    """Put a test to somebody's own number into the file."""

    def work(session):
        run_id = session.run(
            "runs.add",
            campaign_id=1,
            request_id="to oneself",
            integration_id=LANE,
            template=json.dumps(template_to_dict(TEMPLATE)),
            definition="{}",
            static_values="{}",
            matched=1,
            planned=1,
            manifest="",
            now=NOW,
            **{**FIRST, "kind": "test"},
        )[0]["id"]
        session.run_many("runs.add_deliveries", [delivery(run_id, 50) | {"person_id": TESTER}])
        session.run("runs.start", run_id=run_id, needs_approval=False)

    db.write(work)


class TestTheFacts:
    def test_are_the_views_of_the_star(self, db):
        assert tuple(view.name for view in facts(db)) == STAR

    def test_explain_each_view_and_column_as_the_migration_does(self, db, explained):
        told = {view.name: view.meaning for view in facts(db)} | {
            f"{view.name}.{column.name}": column.meaning
            for view in facts(db)
            for column in view.columns
        }

        assert told == explained

    def test_show_no_phone_number(self, db):
        planned_run(db, people=3, start=20)
        send(db, Rejected("http_400", f"{phone(20)} is no number"), begun=at(100))
        send(db, begun=at(101)).failed(f"no route to {phone(21)}", happened=at(102))
        send(db, begun=at(103)).delivered(happened=at(104)).replied(
            f"Call me at {phone(22)}", heard=at(105)
        )

        shown = {view: str(db.table(f"FROM {view}").to_pylist()) for view in STAR}

        assert [view for view, rows in shown.items() if "31612" in rows] == []
        assert "+31…22" in shown["report_people"]
        assert "Call me at …" in shown["report_replies"]

    def test_count_what_the_report_of_a_run_counts(self, db):
        run_id = a_run_with_everything(db)

        report = run_report(db, run_id, now=at(3600))
        states = {
            row["state"]: row["n"]
            for row in counted(db, "SELECT state, count(*) AS n FROM report_deliveries GROUP BY 1")
        }
        answered = counted(
            db,
            "SELECT count(DISTINCT delivery_id) AS replied,"
            " count(DISTINCT delivery_id) FILTER (WHERE opts_out) AS opted_out FROM report_replies",
        )
        causes = counted(
            db,
            "SELECT code, count(*) AS n FROM report_deliveries WHERE state = 'failed' GROUP BY 1",
        )

        assert states["delivered"] == report.delivered
        assert states["accepted"] == report.unconfirmed
        assert (states["failed"], states["unknown"]) == (report.failed, report.unknown)
        assert answered == [{"replied": report.replied, "opted_out": report.opted_out}]
        assert {c["code"]: c["n"] for c in causes} == {
            c.code: c.deliveries for c in report.failures
        }
        assert counted(db, "SELECT count(*) AS n FROM report_skipped")[0]["n"] == sum(
            skipped.people for skipped in report.skipped
        )

    def test_leave_tests_out(self, db):
        planned_run(db, people=1)
        send(db, begun=at(0))
        before = {view: db.table(f"FROM {view}").num_rows for view in STAR}
        sent_to_oneself(db)

        send(db, begun=at(1)).delivered(happened=at(2)).replied("Good", heard=at(3))

        assert {view: db.table(f"FROM {view}").num_rows for view in STAR} == before

    def test_believe_the_vendors_clock_where_it_is_possible(self, db):
        planned_run(db, people=2)
        send(db, begun=at(0)).delivered(happened=at(2), heard=at(9))
        send(db, begun=at(10)).delivered(happened=at(5), heard=at(19))

        rows = counted(db, "SELECT happened_at FROM report_receipts ORDER BY delivery_id")

        assert [row["happened_at"] for row in rows] == [at(2), at(19)]
