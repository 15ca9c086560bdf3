"""A file that follows the shared ledger, beside another one that does too."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC

import duckdb
import psycopg
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay_core.errors import DataFolderBusy, StoreError
from relay_core.reports.exporting import export_file
from relay_core.store.database import open_database
from relay_core.store.ledger import stored
from relay_core.store.postgres import replica
from relay_core.store.postgres.changes import forget_old
from relay_core.store.postgres.replica import open_replica
from relay_core.store.postgres.tables import schema
from tests.delivery.world import LANE, NOW, planned_run, take_next
from tests.store.ledgers import server, shared
from tests.store.postgres_server import create
from tests.store.test_ledgers import keep

__all__ = ["server", "shared"]


@pytest.fixture
def here(shared, tmp_path):
    with open_replica(tmp_path / "here.duckdb", url=shared) as replica:
        yield replica


@pytest.fixture
def there(shared, tmp_path):
    with open_replica(tmp_path / "there.duckdb", url=shared) as replica:
        yield replica


@pytest.fixture
def ledger(shared):
    """The shared ledger itself, as its administrator reaches it."""
    with psycopg.connect(shared, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def round_trip(server, tmp_path_factory):
    """Write values into the ledger; give them, and what the file then holds."""
    url = create(server, "values_of_all_kinds", like="empty")
    path = tmp_path_factory.mktemp("values") / "replica.duckdb"
    with (
        open_replica(path, url=url) as replica,
        psycopg.connect(url, autocommit=True) as ledger,
    ):

        def there_and_here(texts, number, moment):
            ledger.execute("DELETE FROM grants")
            ledger.execute("DELETE FROM erasures")
            joined = ",".join(texts)
            ledger.execute("INSERT INTO grants VALUES ('role', %s, %s)", [joined, texts])
            ledger.execute(
                "INSERT INTO erasures VALUES (%s, %s, %s)", [number, joined, stored(moment)]
            )
            replica.follow()
            grant = replica.few("SELECT key, permissions FROM grants", {})[0]
            erasure = replica.few("FROM erasures", {})[0]
            return (joined, texts, number, joined, moment), (
                *grant.values(),
                *erasure.values(),
            )

        yield there_and_here


def held(replica):
    """Everything that a file holds."""
    return {
        name: sorted(map(repr, replica.table(f"FROM {name}").to_pylist()))
        for name in schema().tables
    }


def deliveries(replica, state):
    asked = "SELECT count(*) AS number FROM deliveries WHERE state = $state"
    return replica.few(asked, {"state": state})[0]["number"]


def fail(*_):
    raise pa.ArrowInvalid("no")


def take_all(replica):
    while replica.write(lambda session: take_next(session, lane=LANE, now=NOW)):
        pass


class TestWhoeverWrites:
    def test_sees_it_at_once(self, here):
        planned_run(here, people=3)

        assert deliveries(here, "queued") == 3

    def test_sees_it_where_another_one_writes_the_same_rows(self, here, there):
        planned_run(here, people=40)
        there.follow()

        with ThreadPoolExecutor() as pool:
            list(pool.map(take_all, (here, there)))

        assert deliveries(here, "sending") == deliveries(there, "sending") == 40

    def test_is_told_of_what_fails_and_nothing_of_it_is_kept(self, here):
        def failing(session):
            keep(1)(session)
            raise LookupError("no")

        with pytest.raises(LookupError):
            here.write(failing)

        assert here.rows("templates.integrations") == []

    def test_is_told_of_no_failure_where_it_is_written_and_cannot_be_shown_yet(
        self, here, monkeypatch
    ):
        monkeypatch.setattr(replica, "rows_named", fail)

        planned_run(here, people=3)

        monkeypatch.undo()
        here.follow()
        assert deliveries(here, "queued") == 3


class TestWhatAnotherOneWrote:
    def test_is_seen_after_it_could_not_be_read_for_a_while(self, here, ledger, monkeypatch):
        tried = threading.Event()

        def fail_once(*_):
            tried.set()
            fail()

        monkeypatch.setattr(replica, "rows_named", fail_once)
        ledger.execute("INSERT INTO erasures VALUES (1, 'anna', now())")
        assert tried.wait(10)
        monkeypatch.undo()

        deadline = time.monotonic() + 10
        while not here.table("FROM erasures") and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(here.table("FROM erasures")) == 1

    def test_is_seen_within_a_second(self, here, there):
        planned_run(here, people=3)

        deadline = time.monotonic() + 10
        while not deliveries(there, "queued") and time.monotonic() < deadline:
            time.sleep(0.05)

        assert deliveries(there, "queued") == 3

    def test_is_seen_for_certain_after_following(self, here, there):
        planned_run(here, people=3)

        there.follow()

        assert held(there) == held(here)

    def test_is_gone_where_it_was_removed(self, here, there, ledger):
        planned_run(here, people=3)
        there.follow()

        ledger.execute("DELETE FROM deliveries WHERE id = 2")

        there.follow()
        assert deliveries(there, "queued") == 2

    def test_is_found_under_its_new_key(self, here, ledger):
        planned_run(here, people=1)

        ledger.execute("UPDATE deliveries SET id = 77")

        here.follow()
        assert here.table("SELECT id FROM deliveries").to_pylist() == [{"id": 77}]

    def test_changes_places_without_stumbling_over_itself(self, here, ledger):
        campaign = "INSERT INTO campaigns (id, name, template_id, integration_id, definition, "
        ledger.execute(
            campaign + "bindings, created_at) SELECT n, 'c' || n, 1, 'i', '{}', '{}', now() "
            "FROM generate_series(1, 2) n"
        )
        here.follow()

        with ledger.transaction():
            ledger.execute("UPDATE campaigns SET name = 'x' WHERE id = 1")
            ledger.execute("UPDATE campaigns SET name = 'c1' WHERE id = 2")
            ledger.execute("UPDATE campaigns SET name = 'c2' WHERE id = 1")

        here.follow()
        rows = here.table("SELECT id, name FROM campaigns ORDER BY id").to_pylist()
        assert rows == [{"id": 1, "name": "c2"}, {"id": 2, "name": "c1"}]

    def test_of_a_transaction_that_began_early_and_ended_late_is_not_missed(
        self, here, shared, ledger
    ):
        with psycopg.connect(shared) as slow:
            slow.execute("INSERT INTO erasures VALUES (1, 'anna', now())")
            ledger.execute("INSERT INTO erasures VALUES (2, 'bert', now())")
            here.follow()
            between = here.table("SELECT person_id FROM erasures").to_pylist()
            slow.commit()

        here.follow()

        assert between == [{"person_id": 2}]
        assert len(here.table("FROM erasures")) == 2


class TestAValue:
    @settings(max_examples=25)
    @given(
        texts=st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))),
        number=st.integers(-(2**63), 2**63 - 1),
        moment=st.datetimes(timezones=st.just(UTC)),
    )
    def test_arrives_as_it_was(self, round_trip, texts, number, moment):
        written, read = round_trip(texts, number, moment)

        assert read == written

    def test_may_be_very_long(self, here, ledger):
        text = '"é' * 2_000_000
        ledger.execute("INSERT INTO audit VALUES (now(), 'anna', 'e', 's', %s)", [text])

        here.follow()

        assert here.few("SELECT detail FROM audit", {}) == [{"detail": text}]

    def test_that_is_missing_is_not_an_empty_text(self, here, ledger):
        ledger.execute("INSERT INTO audit VALUES (now(), 'anna', 'e', '', NULL)")

        here.follow()

        assert here.few("SELECT subject, detail FROM audit", {}) == [
            {"subject": "", "detail": None}
        ]


class TestAFile:
    def test_goes_on_from_what_it_held(self, here, shared, tmp_path):
        planned_run(here, people=3)
        with open_replica(tmp_path / "there.duckdb", url=shared):
            pass
        take_all(here)

        with open_replica(tmp_path / "there.duckdb", url=shared) as again:
            assert held(again) == held(here)

    def test_reads_everything_anew_where_the_notes_of_its_time_are_gone(
        self, here, shared, tmp_path, ledger
    ):
        planned_run(here, people=3)
        with open_replica(tmp_path / "there.duckdb", url=shared):
            pass
        take_all(here)
        ledger.execute("UPDATE changes_forgotten SET xid = pg_current_xact_id()")
        ledger.execute("TRUNCATE changes")

        with open_replica(tmp_path / "there.duckdb", url=shared) as again:
            assert held(again) == held(here)

    def test_reads_everything_anew_where_the_ledger_is_another_one(self, server, shared, tmp_path):
        with open_replica(tmp_path / "one.duckdb", url=shared) as one:
            planned_run(one, people=3)
        other = create(server, "another_one", like="empty")

        with open_replica(tmp_path / "one.duckdb", url=other) as again:
            assert deliveries(again, "queued") == 0

    def test_reads_everything_anew_where_the_ledger_was_restored_under_its_name(
        self, here, server, shared, tmp_path
    ):
        planned_run(here, people=3)
        name = shared.rpartition("/")[2]
        here.close()
        create(server, f"{name}_backup", like=name)
        path = tmp_path / "there.duckdb"
        with open_replica(path, url=shared) as there:
            take_all(there)

        with psycopg.connect(f"{server}/postgres", autocommit=True) as administrator:
            administrator.execute(f"DROP DATABASE {name}")
            administrator.execute(f"ALTER DATABASE {name}_backup RENAME TO {name}")

        with open_replica(path, url=shared) as there:
            assert (deliveries(there, "queued"), deliveries(there, "sending")) == (3, 0)

    def test_reads_everything_anew_where_the_ledger_has_forgotten_what_it_holds(
        self, here, shared, tmp_path
    ):
        path = tmp_path / "there.duckdb"
        with open_replica(path, url=shared):
            pass
        with duckdb.connect(str(path)) as file:
            file.execute("UPDATE followed SET seen = '900000000:900000000:'")
        planned_run(here, people=3)

        with open_replica(path, url=shared) as there:
            assert deliveries(there, "queued") == 3

    @pytest.mark.parametrize("damaged", [lambda whole: whole[: len(whole) // 2], lambda _: b"?"])
    def test_is_made_anew_where_it_is_damaged(self, here, shared, tmp_path, damaged):
        planned_run(here, people=3)
        path = tmp_path / "there.duckdb"
        with open_replica(path, url=shared):
            pass
        path.write_bytes(damaged(path.read_bytes()))

        with open_replica(path, url=shared) as there:
            assert held(there) == held(here)

    def test_that_another_process_uses_stays(self, shared, tmp_path):
        path = tmp_path / "there.duckdb"
        program = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); input()"
        with subprocess.Popen(
            [sys.executable, "-c", program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as other:
            other.stdout.readline()

            with pytest.raises(DataFolderBusy):
                open_replica(path, url=shared)

            other.communicate(b"\n")
        assert path.exists()

    def test_is_not_made_where_no_ledger_answers(self, tmp_path):
        with pytest.raises(StoreError) as refused:
            open_replica(tmp_path / "r.duckdb", url="postgresql://relay@127.0.0.1:9/none")

        assert "cannot be reached" in refused.value.advice


class TestAnExport:
    def test_is_a_ledger_of_its_own_that_counts_on(self, here, tmp_path):
        first = planned_run(here, people=3)
        export = tmp_path / "export.duckdb"
        export_file(here, export, actor="anna", now=NOW)

        with open_database(export) as copy:
            second = planned_run(copy, people=2)

            ids = copy.table("SELECT id FROM deliveries ORDER BY id")["id"].to_pylist()
            followers = copy.few("FROM duckdb_tables() WHERE table_name = 'followed'", {})
        assert second > first
        assert ids == [1, 2, 3, 4, 5]
        assert followers == []


class TestAnAbsentLedger:
    def test_is_said_while_what_is_held_can_be_read_and_then_it_goes_on(self, here, server, shared):
        planned_run(here, people=3)
        name = shared.rpartition("/")[2]

        with psycopg.connect(f"{server}/postgres", autocommit=True) as administrator:
            administrator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            with pytest.raises(StoreError) as refused:
                take_all(here)
            meanwhile = deliveries(here, "queued")
            administrator.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        take_all(here)

        assert "cannot be reached" in refused.value.advice
        assert (meanwhile, deliveries(here, "sending")) == (3, 3)


class TestNotes:
    def test_of_yesterday_are_forgotten_and_later_ones_stay(self, here, ledger):
        planned_run(here, people=1)
        ledger.execute("UPDATE changes SET noted_at = now() - INTERVAL '25 hours'")
        old = ledger.execute("SELECT count(*) FROM changes").fetchone()[0]
        take_all(here)
        both = ledger.execute("SELECT count(*) FROM changes").fetchone()[0]

        forget_old(ledger)

        left = ledger.execute("SELECT count(*) FROM changes").fetchone()[0]
        assert 0 < left == both - old
