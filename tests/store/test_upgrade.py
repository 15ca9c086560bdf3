"""A file of the first release comes along whole; a migration that is cut short changes nothing."""

import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from relay_core.delivery.runs import run_status
from relay_core.store.database import open_database
from relay_core.store.migrations import migrations

FIRST = (1, 2, 3)
ROWS = Path(__file__).with_name("first_release.sql").read_text("utf-8")
CUT_SHORT = '''
import pathlib, sys
from relay_core.store import database, migrations
known = migrations.migrations()
halted = """
    CREATE TABLE half (n INTEGER);
    DELETE FROM deliveries;
    SELECT sum(hash(range)) FROM range(1e13::BIGINT);
"""
migrations.migrations = lambda: {**known, 9999: halted}
print("begun", flush=True)
database.open_database(pathlib.Path(sys.argv[1]))
'''


def tables(connection):
    rows = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE NOT internal AND table_name IN (SELECT table_name FROM duckdb_tables())"
    ).fetchall()
    return {name: [column for table, column in rows if table == name] for name, _ in rows}


def content(connection, asked):
    """Return what stands in these columns of these tables."""
    return {
        name: sorted(
            map(str, connection.execute(f'SELECT {", ".join(columns)} FROM "{name}"').fetchall())  # noqa: S608 - names of the schema
        )
        for name, columns in asked.items()
    }


@pytest.fixture
def first(tmp_path):
    """A file as the first release left it, with something in every table."""
    path = tmp_path / "relay.duckdb"
    with duckdb.connect(str(path)) as file:
        file.execute("CREATE TABLE schema_version (number INTEGER PRIMARY KEY)")
        for number in FIRST:
            file.execute(migrations()[number])
            file.execute("INSERT INTO schema_version VALUES (?)", [number])
        file.execute(ROWS)
        assert [name for name, rows in content(file, tables(file)).items() if not rows] == []
    return path


class TestAFileOfTheFirstRelease:
    def test_keeps_every_row_and_gives_the_same_figures(self, first):
        with duckdb.connect(str(first)) as file:
            asked = tables(file)
            del asked["schema_version"]
            before = content(file, asked)

        open_database(first).close()

        with duckdb.connect(str(first)) as file:
            now = tables(file)
            assert [
                f"{name}.{column}"
                for name, columns in asked.items()
                for column in columns
                if column not in now.get(name, ())
            ] == []
            assert content(file, asked) == before
        with open_database(first) as database:
            run = run_status(database, 1)
            assert (run.planned, run.accepted, run.delivered) == (5, 2, 1)
            assert (run.failed, run.unknown, run.queued) == (1, 1, 1)
            assert run.skipped == {"no_phone": 1}
            [figures] = database.few("SELECT count(*) AS n FROM report_deliveries", {})
            assert figures["n"] == 5

    def test_goes_on_numbering(self, first):
        with open_database(first) as database:
            [row] = database.few(
                "SELECT nextval('run_ids') AS run, nextval('delivery_ids') AS d", {}
            )

        assert (row["run"], row["d"]) == (2, 6)


class TestAMigrationThatIsKilled:
    def test_leaves_the_file_as_it_was(self, first):
        open_database(first).close()
        with subprocess.Popen(
            [sys.executable, "-c", CUT_SHORT, str(first)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as migrating:
            assert migrating.stdout.readline() == b"begun\n"
            time.sleep(0.5)
            assert migrating.poll() is None
            migrating.kill()

        with open_database(first) as database:
            assert database.rows("vitals.schema_version") == [{"number": max(migrations())}]
            assert run_status(database, 1).queued == 1
            assert database.few("SELECT 1 FROM duckdb_tables() WHERE table_name = 'half'", {}) == []
