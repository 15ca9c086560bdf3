"""The table of schedules in files of every age, and its states."""

import duckdb
import pytest

from relay_core.campaigns.schedules import ScheduleState
from relay_core.store.database import open_database
from relay_core.store.migrations import migrations

_NUMBER = 10
_SCHEDULE = (
    "INSERT INTO schedules (campaign_id, at_local, zone, repeats, static_values,"
    " accepted_warnings, created_by, created_at, state, next_at) VALUES (1, '2026-03-15T09:00',"
    " 'UTC', $repeats, '{}', '[]', 'anna', TIMESTAMP '2026-03-14', $state, $next_at)"
)


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    with open_database(tmp_path_factory.mktemp("schedules") / "relay.duckdb") as opened:
        yield opened


class TestAFileThatKnowsLaterChangesAlready:
    def test_gets_schedules_too_and_keeps_what_it_has(self, tmp_path):
        path = tmp_path / "relay.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute("CREATE TABLE schema_version (number INTEGER PRIMARY KEY)")
            for number, text in sorted(migrations().items()):
                if number != _NUMBER:
                    connection.execute(text)
                    connection.execute("INSERT INTO schema_version VALUES (?)", [number])
            connection.execute("INSERT INTO talk_marks VALUES ('history', 7)")

        with open_database(path) as opened:
            assert opened.rows("schedules.all", over=True) == []
            assert opened.table("SELECT text_id FROM talk_marks").to_pylist() == [{"text_id": 7}]
            done = opened.table("SELECT number FROM schema_version ORDER BY number")

        assert done["number"].to_pylist() == sorted(migrations())


class TestTheTable:
    @pytest.mark.parametrize("state", ScheduleState)
    def test_has_a_time_for_each_state_that_waits_for_one_and_for_no_other(self, db, state):
        is_open = state in {ScheduleState.WAITING, ScheduleState.HELD}
        good, bad = ("2026-03-15 09:00", None) if is_open else (None, "2026-03-15 09:00")

        db.table(_SCHEDULE, {"repeats": None, "state": state, "next_at": good})
        with pytest.raises(duckdb.ConstraintException):
            db.table(_SCHEDULE, {"repeats": None, "state": state, "next_at": bad})

    @pytest.mark.parametrize(("repeats", "state"), [("daily", "done"), (None, "lost")])
    def test_has_no_other_words(self, db, repeats, state):
        with pytest.raises(duckdb.ConstraintException):
            db.table(_SCHEDULE, {"repeats": repeats, "state": state, "next_at": None})
