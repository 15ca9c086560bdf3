"""Retention: after some days nothing tells of people, and every figure and promise stays."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.delivery.heard import Reply
from relay_core.delivery.receipts import record
from relay_core.delivery.runs import run_status
from relay_core.errors import ConfigurationError
from relay_core.gateways.outcomes import OutcomeUnknown
from relay_core.privacy import retention
from relay_core.privacy.retention import foreseen, last_pass, next_pass_at, remove_aged
from relay_core.reports.paper import as_html
from relay_core.reports.run_report import run_report
from relay_core.settings import Settings
from tests.delivery.world import phone, planned_run
from tests.privacy.office import everything, figures, populated, settled_run
from tests.privacy.test_erasure import erased, known, mirrored, suppressed
from tests.reports.story import at, conversation, send

DAYS = 31
LATE = at(3600) + timedelta(days=DAYS)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def office(db):
    populated(db)
    return db


def removed(db, *, now=LATE, go_on=lambda: True):
    return remove_aged(db, days=DAYS, actor="night", now=now, go_on=go_on)


class TestRetention:
    def test_leaves_ids_and_counts_of_what_is_old(self, office):
        run_id = settled_run(office)
        office.table("UPDATE deliveries SET body = repeat('Grüße 😀 ', 30) || id")
        before = figures(office, run_id, now=LATE)

        done = removed(office)

        assert figures(office, run_id, now=LATE) == before
        assert (done.runs, done.messages, done.replies) == (1, 6, 2)
        told = office.table("SELECT person_name, phone, phone_number, body, bound FROM deliveries")
        left = str([told.to_pylist(), office.table("FROM receipts").to_pylist()])
        left += str([office.table(f"FROM {t}").to_pylist() for t in ("replies", "exclusions")])
        for trace in ("Person", "3161234", "Grüße", "Thanks", "Zoe"):
            assert trace not in left, trace

    def test_leaves_what_is_younger(self, office):
        settled_run(office)

        done = removed(office, now=LATE - timedelta(days=1))

        assert done.is_empty
        assert "Person 0" in everything(office)

    def test_removes_what_was_foreseen(self, office):
        settled_run(office)

        told = foreseen(office, days=DAYS, now=LATE)

        assert told == removed(office)
        assert foreseen(office, days=DAYS, now=LATE).is_empty

    def test_leaves_a_run_alone_while_a_message_of_it_is_in_doubt(self, office):
        run_id = planned_run(office, people=1)
        send(office, OutcomeUnknown("ReadTimeout"), begun=at(0))

        done = removed(office)

        assert (done.runs, done.doubtful) == (0, (run_id,))
        assert phone(0) in everything(office)

    def test_goes_on_where_it_was_killed(self, office, monkeypatch):
        run_id = settled_run(office)
        monkeypatch.setattr(retention, "_BATCH", 2)
        turns = iter([True, True, False])
        before = figures(office, run_id, now=LATE)

        assert removed(office, go_on=lambda: next(turns)) is None
        half = office.few("SELECT count(*) AS n FROM deliveries WHERE forgotten = 'aged'", {})
        done = removed(office)

        assert half[0]["n"] == 4
        assert (done.runs, done.messages) == (1, 2)
        assert figures(office, run_id, now=LATE) == before

    def test_is_written_to_the_audit_trail_with_counts(self, office):
        run_id = settled_run(office)

        removed(office)

        entries = office.few("SELECT event, subject, detail FROM audit ORDER BY event", {})
        assert [(e["event"], e["subject"]) for e in entries] == [
            ("retention.done", "names, numbers and texts"),
            ("run.forgotten", str(run_id)),
        ]
        assert '"messages": 6' in entries[0]["detail"]

    def test_is_said_on_the_page_of_the_run_and_in_its_report(self, office):
        run_id = settled_run(office)
        before = run_report(office, run_id, now=LATE)

        removed(office)

        report = run_report(office, run_id, now=LATE)
        said = f"removed on {LATE:%-d %b %Y}"
        assert run_status(office, run_id).forgotten_at == report.forgotten_at == LATE
        assert said in as_html(report)
        assert said not in as_html(before)

    def test_says_nothing_where_there_was_nothing(self, office):
        removed(office)

        assert office.few("SELECT 1 FROM audit", {}) == []
        assert last_pass(office) == LATE

    def test_takes_the_number_that_an_erased_person_shared(self, office):
        settled_run(office)
        mirrored(office, known(50, phone=phone(0)))
        erased(office, 0)

        removed(office)

        left = office.table("SELECT phone, forgotten FROM deliveries WHERE person_id = 0")
        assert left.to_pylist()[0]["phone"].startswith("~")
        assert left.to_pylist()[0]["forgotten"] == "asked"


class TestAfterRetention:
    @pytest.mark.parametrize("said_from", [phone(2), None])
    def test_a_stop_still_blocks_the_number(self, office, said_from):
        settled_run(office)
        office.table(
            "UPDATE deliveries SET conversation_id = $c, conversation_number = md5_number_lower($c)"
            " WHERE person_id = 2",
            {"c": conversation(phone(2))},
        )
        removed(office)
        reply = Reply(
            message_id="late",
            conversation_id=conversation(phone(2)),
            body="STOP",
            happened_at=LATE,
            phone=said_from,
        )

        office.write(lambda session: record(session, reply, now=LATE))

        assert suppressed(office, phone(2))

    def test_an_earlier_stop_still_holds(self, office):
        settled_run(office)

        removed(office)

        assert suppressed(office, phone(1))

    def test_a_run_still_has_one_message_for_each_number(self, office):
        settled_run(office)

        removed(office)

        counted = office.few("SELECT count(DISTINCT phone) AS n FROM deliveries", {})
        assert counted[0]["n"] == 6


class TestTheNextPass:
    @given(minutes=st.integers(0, 366 * 24 * 60))
    def test_is_within_a_day_and_at_three_by_the_accounts_clock(self, minutes):
        ended = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)

        due = next_pass_at(ended, zone=AMSTERDAM)

        assert timedelta(0) < due - ended <= timedelta(hours=25)
        assert due.astimezone(AMSTERDAM).hour == 3

    def test_is_due_at_once_where_there_was_none(self):
        assert next_pass_at(None, zone=AMSTERDAM) < datetime(2026, 1, 1, tzinfo=UTC)


class TestTheSetting:
    @pytest.mark.parametrize(
        ("rules", "named"),
        [
            ({"blackout_days": 90}, "RELAY_BLACKOUT_DAYS looks back 90 days: set 91"),
            ({"frequency_cap": 2, "frequency_days": 60}, "RELAY_FREQUENCY_DAYS looks back 60"),
            ({"retention_days": 30}, "receipts of WhatsApp looks back 30 days"),
        ],
    )
    def test_is_refused_where_a_rule_looks_back_further(self, rules, named):
        with pytest.raises(ConfigurationError) as refusal:
            Settings.load(**{"retention_days": 45, **rules})

        assert named in refusal.value.advice

    def test_keeps_everything_by_default(self):
        assert Settings.load(blackout_days=365).retention_days == 0
