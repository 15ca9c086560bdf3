"""Two accounts in one database: each in a schema of its own, and nothing crosses."""

import shutil

import psycopg
import pytest

from relay_core.engine.cluster import ClusterEngine
from relay_core.errors import StoreError
from relay_core.store.database import open_database
from relay_core.store.postgres.clock import DatabaseClock
from relay_core.store.postgres.ledger import PostgresLedger
from relay_core.store.postgres.locks import Leadership, SharedLock
from relay_core.store.postgres.queue import queue_options
from relay_core.store.postgres.replica import open_replica
from relay_core.store.postgres.schema import prepare
from tests.delivery.world import planned_run
from tests.store.ledgers import AskedLedger, server
from tests.store.postgres_server import create
from tests.store.test_moving import back, to

__all__ = ["server"]
LANE = "lane-of-both"


def address(url, alias):
    return f"{url}?options=-c%20search_path%3D{alias}"


@pytest.fixture(scope="module")
def both(server):
    """A database with an only account's ledger in it, and in it those of two more."""
    url = create(server, "accounts", like="empty")
    for alias in ("acme", "globex"):
        prepare(address(url, alias))
        prepare(address(url, alias))  # as the next process does
    return url


@pytest.fixture
def acme(both):
    with AskedLedger(address(both, "acme")) as ledger:
        yield ledger


@pytest.fixture
def globex(both):
    with AskedLedger(address(both, "globex")) as ledger:
        yield ledger


def jobs(url, alias):
    where = address(url, alias)
    with psycopg.connect(where, **queue_options(where)) as connection:
        rows = connection.execute("SELECT lock FROM procrastinate_jobs").fetchall()
    return [lock for (lock,) in rows]


class TestAnAccount:
    def test_finds_only_its_own_rows(self, acme, globex, both):
        planned_run(acme, people=3, lane=LANE)

        assert acme.table("SELECT * FROM deliveries").num_rows == 3
        assert globex.table("SELECT * FROM deliveries").num_rows == 0
        with AskedLedger(both) as only:
            assert only.table("SELECT * FROM deliveries").num_rows == 0

    def test_wakes_only_its_own_lanes(self, both, acme):
        engine = ClusterEngine(acme, address(both, "acme"))
        engine.start()
        engine.wake(LANE)
        engine.stop()

        assert jobs(both, "acme") == [LANE]
        assert jobs(both, "globex") == []

    def test_waits_for_no_lock_of_another(self, acme, globex):
        mine = SharedLock("sync", ledger=acme, taken=lambda: None)
        theirs = SharedLock("sync", ledger=globex, taken=lambda: None)

        with mine:
            assert not theirs.locked()
            assert theirs.acquire(blocking=False)
            theirs.release()

    def test_has_a_process_that_leads_beside_the_other(self, acme, globex):
        leaders = [Leadership(acme), Leadership(globex), Leadership(acme)]

        assert [leader.is_mine() for leader in leaders] == [True, True, False]

        for leader in leaders:
            leader.close()

    def test_is_followed_by_its_own_files_only(self, both, globex, tmp_path):
        planned_run(globex, people=2, lane=LANE)
        with (
            open_replica(tmp_path / "acme.duckdb", url=address(both, "acme")) as ours,
            open_replica(tmp_path / "globex.duckdb", url=address(both, "globex")) as theirs,
        ):
            before = ours.table("SELECT * FROM runs").num_rows
            planned_run(globex, people=4, start=10, lane=LANE)
            ours.follow()
            theirs.follow()

            assert ours.table("SELECT * FROM runs").num_rows == before
            assert theirs.table("SELECT * FROM deliveries").num_rows == 6

    def test_reads_everything_anew_into_a_file_that_followed_another(self, both, acme, tmp_path):
        file = tmp_path / "moved.duckdb"
        with open_replica(file, url=address(both, "globex")):
            pass

        with open_replica(file, url=address(both, "acme")) as moved:
            found = moved.table("SELECT * FROM runs").num_rows

        assert found == acme.table("SELECT * FROM runs").num_rows

    def test_asks_the_same_clock(self, both):
        with DatabaseClock(address(both, "acme")) as clock:
            assert clock.now().tzinfo is not None

    def test_is_told_where_it_may_have_no_schema(self, both):
        with psycopg.connect(both, autocommit=True) as administrator:
            administrator.execute("CREATE ROLE guest LOGIN")
        url = address(both, "initech").replace("relay@", "guest@")

        with pytest.raises(StoreError) as refused:
            prepare(url)

        assert "may not make initech there. GRANT CREATE ON DATABASE" in refused.value.advice


class TestAFile:
    def test_moves_into_its_accounts_schema_and_back(self, server, empty_file, tmp_path):
        url = create(server, "moved_accounts")
        prepare(address(url, "globex"))
        path = tmp_path / "relay.duckdb"
        shutil.copy(empty_file, path)
        with open_database(path) as file:
            planned_run(file, people=3, lane=LANE)

        to(path, address(url, "acme"))

        with (
            AskedLedger(address(url, "acme")) as moved,
            AskedLedger(address(url, "globex")) as other,
        ):
            assert moved.table("SELECT * FROM deliveries").num_rows == 3
            assert other.table("SELECT * FROM deliveries").num_rows == 0

        back(address(url, "acme"), path)

        with open_database(path) as file:
            assert file.table("SELECT * FROM deliveries").num_rows == 3


class TestOptionsOfAnAddress:
    def test_count_beside_those_of_relay(self, both):
        stated = f"{both}?options=-c%20application_name%3Dmine"

        with PostgresLedger(stated) as ledger:
            ((found,),) = (
                row.values() for row in ledger.few("SELECT current_setting('application_name')", {})
            )

        assert found == "mine"
