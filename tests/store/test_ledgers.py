"""What the rooms are promised of the ledger, by each engine that stands behind its port."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta, timezone

import psycopg
import pyarrow as pa
import pytest

from relay_core.errors import StoreError
from relay_core.store.migrations import migrations
from relay_core.store.postgres.dialect import postgres_query
from relay_core.store.postgres.ledger import PostgresLedger
from relay_core.store.postgres.schema import prepare
from relay_core.store.queries import queries
from tests.delivery.world import LANE, NOW, delivery, planned_run, take_next

_PARAMETER = re.compile(r"%\((\w+)\)s")
_UNTYPED = (
    psycopg.errors.AmbiguousFunction,
    psycopg.errors.AmbiguousParameter,
    psycopg.errors.IndeterminateDatatype,
)
"""Without the values PostgreSQL cannot tell their types; with them it can."""
OF_THE_FILE_ALONE = {
    "across",
    "audience",
    "audit",
    "erasure",
    "examples",
    "facts",
    "history",
    "identifying",
    "lookup",
    "outcomes",
    "reports",
    "retention",
    "settled",
    "shown",
    "uploads",
    "vitals",
}
"""Reports, the mirror of people, and what is forgotten of them: asked of the file only."""


def keep(number, *, now=NOW):
    """Work that notes one integration."""
    known = {"type": "twilio", "name": f"SMS {number}", "status": "active", "sender": None}
    return lambda session: session.run(
        "templates.keep_integration", id=f"i{number}", now=now, **known
    )


def kept(ledger):
    return {row["id"] for row in ledger.rows("templates.integrations")}


@pytest.fixture(scope="module")
def empty(server):
    """A connection to a ledger with nothing in it."""
    with psycopg.connect(f"{server}/empty", autocommit=True) as connection:
        yield connection


class TestALedger:
    def test_shows_everybody_what_was_written_once_it_says_so(self, ledger):
        ledger.write(keep(1))

        assert kept(ledger) == {"i1"}

    def test_undoes_the_whole_of_what_fails(self, ledger):
        def work(session):
            keep(1)(session)
            raise LookupError("no")

        with pytest.raises(LookupError):
            ledger.write(work)

        assert kept(ledger) == set()

    def test_undoes_nothing_of_its_neighbours(self, ledger):
        def failing(_session):
            raise LookupError("no")

        futures = [ledger.submit(keep(n) if n % 3 else failing) for n in range(12)]

        assert sum(future.exception() is not None for future in futures) == 4
        assert kept(ledger) == {f"i{n}" for n in range(12) if n % 3}

    def test_tells_moments_in_utc(self, ledger):
        in_delhi = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))

        ledger.write(keep(1, now=in_delhi))

        seen_at = ledger.rows("templates.integrations")[0]["seen_at"]
        assert (seen_at, seen_at.tzinfo) == (NOW, UTC)

    def test_takes_no_moment_without_a_zone(self, ledger):
        with pytest.raises(ValueError, match="time zone"):
            ledger.write(keep(1, now=NOW.replace(tzinfo=None)))

        assert kept(ledger) == set()

    def test_keeps_one_message_of_a_run_to_a_phone(self, ledger):
        run_id = planned_run(ledger, people=2)
        twice = [delivery(run_id, 7, to=1)]

        with pytest.raises(Exception, match=r"(?i)duplicate key"):
            ledger.write(lambda session: session.run_many("runs.add_deliveries", twice))

        assert [row["deliveries"] for row in ledger.rows("runs.counts", run_ids=[run_id])] == [2]

    def test_takes_a_whole_table(self, ledger):
        moments = pa.array([NOW.replace(tzinfo=None)] * 2, pa.timestamp("us"))
        table = pa.table({"person_id": [1, 2], "actor": ["anna", "';--"], "erased_at": moments})

        ledger.write(lambda session: session.load("erasures", table))

        rows = ledger.rows("erasure.erased")
        assert {(row["person_id"], row["actor"], row["erased_at"]) for row in rows} == {
            (1, "anna", NOW),
            (2, "';--", NOW),
        }

    def test_takes_nothing_any_more_once_it_is_closed(self, ledger):
        ledger.close()

        with pytest.raises(StoreError):
            ledger.write(keep(1))


class TestTwoProcesses:
    def test_never_take_the_same_message(self, postgres, shared):
        planned_run(postgres, people=40)

        def take(ledger):
            taken = []
            while rows := ledger.write(lambda session: take_next(session, lane=LANE, now=NOW)):
                taken += [row["id"] for row in rows]
            return taken

        with PostgresLedger(shared) as other, ThreadPoolExecutor() as pool:
            mine, theirs = pool.map(take, (postgres, other))

        assert sorted(mine + theirs) == list(range(1, 41))

    def test_see_what_the_other_has_written(self, postgres, shared):
        with PostgresLedger(shared) as other:
            planned_run(postgres, people=1)

            assert len(other.rows("runs.active")) == 1

    def test_make_the_tables_once(self, shared):
        with ThreadPoolExecutor() as pool:
            list(pool.map(prepare, [shared] * 4))

        with psycopg.connect(shared) as connection:
            rows = connection.execute("SELECT number FROM schema_version").fetchall()
        assert rows == [(max(migrations()),)]

    def test_of_different_versions_do_not_share_them(self, shared):
        with psycopg.connect(shared) as connection:
            connection.execute("UPDATE schema_version SET number = number + 1")

        with pytest.raises(StoreError) as refused:
            prepare(shared)

        assert "newer Relay" in refused.value.advice


class TestALostConnection:
    def test_ends_one_piece_of_work_with_a_sentence_and_the_next_goes_on(self, postgres):
        def cut(session):
            with psycopg.connect(postgres._url) as another:  # noqa: SLF001 - the administrator's way in
                another.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            return session.run("runs.active")

        with pytest.raises(StoreError) as refused:
            postgres.write(cut)

        assert "cannot be reached" in refused.value.advice
        planned_run(postgres, people=1)


class TestEveryQuery:
    @pytest.mark.parametrize(
        "name", [each for each in queries() if each.split(".")[0] not in OF_THE_FILE_ALONE]
    )
    def test_of_the_ledger_is_understood_by_postgresql(self, empty, name):
        names = []

        def numbered(found):
            if found[1] not in names:
                names.append(found[1])
            return f"${names.index(found[1]) + 1}"

        text = _PARAMETER.sub(numbered, postgres_query(name)).replace("%%", "%")
        try:
            empty.execute(f"PREPARE asked AS {text}".encode())
        except (
            psycopg.errors.IndeterminateDatatype,
            psycopg.errors.AmbiguousFunction,
            psycopg.errors.AmbiguousParameter,
        ):
            return
        empty.execute("DEALLOCATE asked")
