"""The table of runs built anew: what an older file knew of them is still there."""

import duckdb
import pytest

from relay_core.store.database import open_database
from relay_core.store.migrations import migrations

_RUN = (
    "INSERT INTO runs (campaign_id, request_id, integration_id, template, definition,"
    " static_values, matched, planned, manifest, state, note, created_at) VALUES (1, $request,"
    " 'lane', '{}', '{}', '{}', 3, 2, 'hash', $state, 'why', TIMESTAMP '2026-03-15 12:00:00')"
)


@pytest.fixture
def older(tmp_path):
    """A file from before runs had kinds, with a run of each state."""
    path = tmp_path / "relay.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE schema_version (number INTEGER PRIMARY KEY)")
        for number, text in sorted(migrations().items()):
            if number < 9:
                connection.execute(text)
                connection.execute("INSERT INTO schema_version VALUES (?)", [number])
        for state in ("running", "paused", "finished", "cancelled"):
            connection.execute(_RUN, {"request": f"press-{state}", "state": state})
        connection.execute(
            "INSERT INTO audit VALUES (now()::TIMESTAMP, 'anna', 'run.started', '1', NULL)"
        )
    return path


class TestRunsOfAnOlderFile:
    def test_keep_their_numbers_states_and_who_started_them(self, older):
        with open_database(older) as db:
            kept = db.table(
                "SELECT id, state, kind, note, created_by, manifest FROM runs ORDER BY id"
            ).to_pylist()

        assert [(row["id"], row["state"]) for row in kept] == [
            (1, "running"),
            (2, "paused"),
            (3, "finished"),
            (4, "cancelled"),
        ]
        assert [row["created_by"] for row in kept] == ["anna", *["unknown"] * 3]
        assert {(row["kind"], row["note"], row["manifest"]) for row in kept} == {
            ("campaign", "why", "hash")
        }

    def test_are_followed_by_the_next_number_and_keep_their_presses_to_themselves(self, older):
        with open_database(older) as db:
            db.table(_RUN, {"request": "press-new", "state": "running"})
            numbers = db.table("SELECT max(id) AS last FROM runs")["last"].to_pylist()

            with pytest.raises(duckdb.ConstraintException):
                db.table(_RUN, {"request": "press-paused", "state": "running"})

        assert numbers == [5]
