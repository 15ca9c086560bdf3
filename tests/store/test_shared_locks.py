"""What only one of all replicas may do at a time, and which one does it."""

import time
from threading import Event, Thread

import psycopg
import pytest

from relay_core.store.postgres.ledger import PostgresLedger
from relay_core.store.postgres.locks import Leadership, SharedLock
from tests.store.ledgers import server, shared

__all__ = ["server", "shared"]


@pytest.fixture
def here(shared):
    with PostgresLedger(shared) as ledger:
        yield ledger


@pytest.fixture
def there(shared):
    with PostgresLedger(shared) as ledger:
        yield ledger


def lock(ledger, name="sync", *, taken=lambda: None):
    return SharedLock(name, ledger=ledger, taken=taken)


def cut(shared):
    """End every connection of the ledger, as a lost network does after a while."""
    with psycopg.connect(shared, autocommit=True) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


class TestALock:
    def test_is_had_by_one_only(self, here, there):
        mine, theirs = lock(here), lock(there)

        with mine:
            assert not theirs.acquire(blocking=False)
            assert theirs.locked()

        assert not theirs.locked()
        assert theirs.acquire(blocking=False)
        theirs.release()

    def test_is_had_by_one_thread_only(self, here):
        mine = lock(here)

        with mine:
            assert not mine.acquire(blocking=False)

    def test_keeps_nobody_from_another_one(self, here, there):
        with lock(here, "sync"), lock(there, "sending") as is_mine:
            assert is_mine

    def test_is_waited_for(self, here, there):
        mine, theirs, had = lock(here), lock(there), Event()

        def wait():
            with theirs:
                had.set()

        with mine:
            waiting = Thread(target=wait)
            waiting.start()
            assert not had.wait(0.3)

        assert had.wait(10)
        waiting.join()

    def test_ends_with_its_connection(self, here, there, shared):
        mine, theirs = lock(here), lock(there)
        mine.acquire()

        cut(shared)

        assert theirs.acquire(blocking=False)
        theirs.release()
        mine.release()

    def test_is_not_kept_where_what_follows_from_it_fails(self, here, there):
        def failing():
            raise LookupError("no")

        with pytest.raises(LookupError):
            lock(here, taken=failing).acquire()

        with lock(there) as is_mine:
            assert is_mine


class TestTheOneThatLeads:
    def test_is_one_of_all(self, here, there):
        leaders = [Leadership(here), Leadership(there), Leadership(here)]

        assert [leader.is_mine() for leader in leaders] == [True, False, False]

        for leader in leaders:
            leader.close()

    def test_is_another_one_after_its_end(self, here, there):
        first, second = Leadership(here), Leadership(there)
        assert first.is_mine()

        first.close()

        assert second.is_mine()
        second.close()

    def test_notices_that_it_is_no_more(self, here, there, shared):
        first, second = Leadership(here), Leadership(there)
        assert first.is_mine()
        cut(shared)
        assert second.is_mine()

        deadline = time.monotonic() + 10
        while first.is_mine() and time.monotonic() < deadline:
            time.sleep(0.1)

        assert not first.is_mine()
        second.close()
