"""What the rooms are promised of the ledger, by each engine that stands behind its port."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta, timezone
from itertools import count
from threading import Event
from time import sleep

import psycopg
import pyarrow as pa
import pytest
from psycopg.rows import dict_row

from relay_core.errors import CommitInDoubt, StoreError
from relay_core.store.migrations import migrations
from relay_core.store.postgres.dialect import postgres_query
from relay_core.store.postgres.ledger import PostgresLedger, PostgresSession
from relay_core.store.postgres.schema import prepare
from relay_core.store.postgres.transactions import PostgresTransactions
from relay_core.store.writer import Writer
from tests.delivery.world import LANE, NOW, delivery, planned_run, take_next
from tests.store.asked_queries import asked_of_the_ledger

_PARAMETER = re.compile(r"%\((\w+)\)s")
_UNTYPED = (
    psycopg.errors.AmbiguousFunction,
    psycopg.errors.AmbiguousParameter,
    psycopg.errors.IndeterminateDatatype,
)
"""Without the values PostgreSQL cannot tell their types; with them it can."""


def keep(number, *, name="SMS", now=NOW):
    """Work that notes one integration."""
    known = {"type": "twilio", "name": name, "status": "active", "sender": None}
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

    def test_keeps_a_text_with_the_character_that_none_may_hold(self, ledger):
        ledger.write(keep(1, name="a\0b"))
        ledger.write(
            lambda session: session.run_many(
                "people.add_organizations", [{"id": 1, "name": "C:\\u0000\0 Ltd"}]
            )
        )

        assert ledger.rows("templates.integrations")[0]["name"] in {"a\ufffdb", "a\0b"}
        named = ledger.few("SELECT name FROM organizations", {})[0]["name"]
        assert named.replace("\ufffd", "\0").replace("\0", "") == "C:\\u0000 Ltd"

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

    def test_share_no_database_that_knows_ascii_alone(self, server):
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE ascii TEMPLATE template0 LOCALE 'C'")

        with pytest.raises(StoreError) as refused:
            prepare(f"{server}/ascii")

        assert "C.UTF-8" in refused.value.advice

    def test_of_different_versions_do_not_share_them(self, shared):
        with psycopg.connect(shared) as connection:
            connection.execute("UPDATE schema_version SET number = number + 1")

        with pytest.raises(StoreError) as refused:
            prepare(shared)

        assert "newer Relay" in refused.value.advice


class TestARole:
    def test_that_may_make_nothing_is_told_what_it_lacks(self, server):
        with psycopg.connect(f"{server}/postgres", autocommit=True) as administrator:
            administrator.execute("CREATE ROLE guest LOGIN")
            administrator.execute("CREATE DATABASE not_the_guests TEMPLATE template0")

        with pytest.raises(StoreError) as refused:
            prepare(f"{server.replace('relay@', 'guest@')}/not_the_guests")

        assert "own the database" in refused.value.advice


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


class TestAnInterruptedBeginning:
    def test_ends_one_piece_of_work_with_a_sentence_and_the_next_goes_on(self, postgres, shared):
        """By an administrator's hand, or a time limit of the role, while somebody is alone."""
        with psycopg.connect(shared, autocommit=True) as alone, ThreadPoolExecutor() as pool:
            alone.execute("SELECT pg_advisory_lock(7237266, hashtext(current_schema()))")
            waiting = pool.submit(postgres.write, keep(0))
            while not waiting.done():
                alone.execute(
                    "SELECT pg_cancel_backend(pid) FROM pg_locks WHERE NOT granted"
                    " AND database = (SELECT oid FROM pg_database"
                    " WHERE datname = current_database())"
                )
            alone.execute("SELECT pg_advisory_unlock(7237266, hashtext(current_schema()))")

            refused = waiting.exception()
            together = [pool.submit(postgres.write, keep(number)) for number in range(1, 9)]
            failed = [each.exception() for each in together]

        assert isinstance(refused, StoreError)
        assert failed == [None] * 8


def lost_at_commits(*when):
    """Connections that are lost while they commit: before the server hears of it, or after."""
    left = list(when)

    class LostAtCommits(psycopg.Connection):
        def execute(self, query, *arguments, **options):
            if query != "COMMIT" or not left:
                return super().execute(query, *arguments, **options)
            if left.pop(0) == "after":
                super().execute(query)
            self.close()
            raise psycopg.OperationalError

    return LostAtCommits


def transactions_over(connection, url):
    return PostgresTransactions(
        lambda: connection.connect(url, row_factory=dict_row), session=PostgresSession
    )


class TestACommitThatIsNotAnswered:
    def test_ended_as_the_server_says(self, postgres, shared):
        transactions = transactions_over(lost_at_commits("before", "after"), shared)

        with pytest.raises(StoreError):
            transactions([keep(1), keep(2)])
        undone = kept(postgres)
        transactions([keep(3), keep(4)])

        assert undone == set()
        assert kept(postgres) == {"i3", "i4"}
        transactions.close()

    def test_is_done_again_for_nobody_where_the_server_cannot_say(
        self, postgres, shared, monkeypatch
    ):
        monkeypatch.setattr("relay_core.store.postgres.transactions._DOUBT_S", 0.0)
        transactions = transactions_over(lost_at_commits("after"), shared)
        runs, busy, go = [], Event(), Event()

        def at_once(pieces):
            busy.set()
            go.wait()
            return transactions(pieces) if len(pieces) > 1 else [None]

        def noted(number):
            return lambda session: (runs.append(number), keep(number)(session))

        writer = Writer(at_once)
        writer.submit(lambda _: None)
        busy.wait()
        both = [writer.submit(noted(number)) for number in (1, 2)]
        go.set()
        errors = [type(each.exception()) for each in both]
        writer.close()

        assert errors == [CommitInDoubt] * 2
        assert runs == [1, 2]
        assert kept(postgres) == {"i1", "i2"}
        transactions.close()


class CutAfterItsCommit(psycopg.Connection):
    """One that is lost once a transaction that was done alone is committed."""

    def execute(self, query, *arguments, **options):
        if b"advisory_unlock" in bytes(query if isinstance(query, bytes) else query.encode()):
            with psycopg.connect(self.info.dsn) as another:
                another.execute("SELECT pg_terminate_backend(%s)", [self.info.backend_pid])
        return super().execute(query, *arguments, **options)


class TestALongTransaction:
    def test_is_done_where_its_connection_is_lost_right_after_it(self, shared):
        tries = count()

        def overtaken(connection):
            connection.execute("CREATE TABLE IF NOT EXISTS tries (number INTEGER)")
            connection.execute("INSERT INTO tries VALUES (1)")
            if next(tries) < 4:
                raise psycopg.errors.SerializationFailure
            return "done"

        transactions = PostgresTransactions(
            lambda: CutAfterItsCommit.connect(shared), session=lambda connection: connection
        )

        assert transactions([overtaken]) == ["done"]
        assert transactions([lambda connection: connection.execute("TABLE tries").rowcount]) == [1]
        transactions.close()

    def test_ends_although_others_overtake_it_all_the_time(self, postgres, shared):
        planned_run(postgres, people=4)
        over = Event()

        def write_all_the_time(number):
            with PostgresLedger(shared) as other:
                while not over.is_set():
                    other.write(retitle(number))

        def retitle(number):
            return lambda session: (
                session.run("templates.integrations"),
                session.run("runs.counts", run_ids=[number]),
                keep(number)(session),
            )

        def read_for_long(session):
            seen = retitle(7)(session)
            sleep(0.1)
            keep(8)(session)
            return seen

        with ThreadPoolExecutor() as pool:
            others = [pool.submit(write_all_the_time, number) for number in (1, 2)]
            try:
                for _ in range(3):
                    postgres.write(read_for_long)
            finally:
                over.set()
            for other in others:
                other.result()

        assert {"i7", "i8"} <= kept(postgres)


class TestEveryQuery:
    @pytest.mark.parametrize("name", asked_of_the_ledger())
    def test_of_the_ledger_is_understood_by_postgresql(self, empty, name):
        names = []

        def numbered(found):
            if found[1] not in names:
                names.append(found[1])
            return f"${names.index(found[1]) + 1}"

        text = _PARAMETER.sub(numbered, postgres_query(name)).replace("%%", "%")
        try:
            empty.execute(f"PREPARE asked AS {text}".encode())
        except _UNTYPED:
            return
        empty.execute("DEALLOCATE asked")
