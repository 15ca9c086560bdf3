"""An installation on its way from its file into a shared ledger, and back."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest

from relay_core.backups.moving import copy_from_ledger, copy_to_ledger, finish_move
from relay_core.delivery.receipts import record
from relay_core.delivery.unread import keep_unread
from relay_core.errors import StoreError
from relay_core.store import replacing
from relay_core.store.database import open_database
from relay_core.store.in_transit import Transit, begin_transit, refuse_in_transit
from relay_core.store.migrations import migrations
from relay_core.store.postgres import moving, transfer
from relay_core.store.postgres.ledger import PostgresLedger
from relay_core.store.postgres.replica import open_replica
from relay_core.store.postgres.schema import prepare
from relay_core.store.postgres.tables import schema
from tests.delivery.test_receipts import reply
from tests.delivery.world import LANE, NOW, planned_run, take_next
from tests.store.ledgers import server, shared
from tests.store.postgres_server import create

__all__ = ["server", "shared"]
HARD_VALUES = Path(__file__).with_name("hard_values.sql").read_text("utf-8")
STEPS_TO = (1, 2, 4)
"""Before the commit, after it, and with the file put aside in part."""
STEPS_FROM = (3, 4)
"""With the file in its place before the commit, and after it."""
_names = (f"moved_{number}" for number in count(1))


def to(path, url, progress=lambda *_: None):
    database = open_database(path)
    return copy_to_ledger(
        database, database.close, url=url, actor="anna", now=NOW, progress=progress
    )


def back(url, path, *, keep=False):
    return copy_from_ledger(
        url, path, keep=keep, account=None, actor="anna", now=NOW, progress=lambda *_: None
    )


def held(path):
    """Everything that a file holds, but for what the trail says of its moves."""
    with open_database(path) as database:
        return {
            name: sorted(
                map(
                    repr, database.table(f"FROM {name} SELECT CAST(COLUMNS(*) AS TEXT)").to_pylist()
                )
            )
            for name in schema().tables.keys() - {"audit"}
        }


def execute(path, statements):
    with open_database(path) as database:

        def work(session):
            session.cursor.execute(statements)
            session.has_written = True

        database.write(work)


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory, empty_file):
    """A file of a world with runs, and with what travels badly."""
    path = tmp_path_factory.mktemp("filled") / "relay.duckdb"
    shutil.copy(empty_file, path)
    with open_database(path) as database:
        planned_run(database, people=5)
        database.write(lambda session: take_next(session, lane=LANE, now=NOW))
    execute(path, HARD_VALUES)
    return path


@pytest.fixture
def file(tmp_path, filled_file):
    path = tmp_path / "relay.duckdb"
    shutil.copy(filled_file, path)
    return path


@pytest.fixture(scope="module")
def filled_ledger(server, filled_file, tmp_path_factory):
    """The name of a ledger to which that file has moved."""
    name = next(_names)
    path = tmp_path_factory.mktemp("gone") / "relay.duckdb"
    shutil.copy(filled_file, path)
    to(path, create(server, name, like="empty"))
    return name


@pytest.fixture
def ledger(server, filled_ledger):
    """The address of a ledger like that one."""
    return create(server, next(_names), like=filled_ledger)


def killed(way, folder, ledgers):
    """How each of these moves ended."""
    program = Path(__file__).with_name("killed_moves.py")
    moves = [str(each) for move in ledgers.items() for each in move]
    run = [sys.executable, program, way, folder, *moves]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    return [int(line) for line in done.stdout.split("\n") if re.fullmatch(r"-?\d+", line)]


def is_used(path):
    """Whether Relay would go on with what is there, or begin anew."""
    try:
        refuse_in_transit(path)
    except StoreError:
        return False
    return True


def ask(url, question):
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchall() if cursor.description else []


class TestWhatMoves:
    def test_comes_back_as_it_was(self, file, ledger, tmp_path):
        back(ledger, tmp_path / "back" / "relay.duckdb")

        assert held(tmp_path / "back" / "relay.duckdb") == held(file)

    def test_includes_everybody_of_an_account_and_what_was_prepared(
        self, synced_file, shared, tmp_path
    ):
        shutil.copy(synced_file, tmp_path / "relay.duckdb")
        to(tmp_path / "relay.duckdb", shared)
        back(shared, tmp_path / "relay.duckdb")

        assert held(tmp_path / "relay.duckdb") == held(synced_file)

    def test_is_what_a_file_that_follows_then_reads(self, file, shared, tmp_path):
        before = held(file)
        with open_replica(tmp_path / "replica.duckdb", url=shared):
            pass
        to(file, shared)

        open_replica(tmp_path / "replica.duckdb", url=shared).close()

        assert held(tmp_path / "replica.duckdb") == before

    def test_counts_on_beyond_every_number_that_was_given_or_is_in_a_table(
        self, file, shared, tmp_path
    ):
        execute(file, "SELECT nextval('run_ids') FROM range(41)")
        execute(file, "UPDATE deliveries SET id = 7_000 WHERE id = 1")

        to(file, shared)
        in_ledger = ask(shared, "SELECT nextval('run_ids'), nextval('delivery_ids')")
        back(shared, tmp_path / "relay.duckdb")

        with open_database(tmp_path / "relay.duckdb") as database:
            asked = "SELECT nextval('run_ids') AS run, nextval('delivery_ids') AS delivery"
            in_file = database.few(asked, {})
        assert in_ledger == [(43, 7001)]
        assert in_file == [{"run": 44, "delivery": 7002}]

    def test_has_another_character_where_postgresql_lacks_one_and_says_so(self, file, shared):
        execute(
            file,
            "UPDATE people SET name = 'a' || chr(0), tags = ['b' || chr(0)],"
            """ fields = '{"a\\\\u0000": "\\u0000\\u0000"}'::JSON::VARIANT WHERE id = -9001""",
        )

        done = to(file, shared)

        asked = "SELECT name, tags[1], fields::TEXT FROM people WHERE id = -9001"
        assert ask(shared, asked) == [("a\ufffd", "b\ufffd", '{"a\\\\u0000": "\ufffd\ufffd"}')]
        assert done.copied.zeros == 3


class TestTheFile:
    def test_is_put_aside_once_the_ledger_has_everything_as_is_told_on_the_way(self, file, shared):
        told = []

        done = to(file, shared, progress=lambda *each: told.append(each))

        assert Path(done.path).exists()
        assert ".moved-" in done.path
        assert not file.exists()
        assert {name for name, _, _ in told} == set(schema().tables)
        assert told[-1][1] == done.copied.rows

    def test_stays_where_the_ledger_holds_something(self, file, ledger):
        with pytest.raises(StoreError) as refused:
            to(file, ledger)

        assert "holds something already" in refused.value.advice
        assert held(file)

    def test_stays_where_it_follows_a_ledger(self, shared, tmp_path, server):
        open_replica(tmp_path / "replica.duckdb", url=shared).close()

        with pytest.raises(StoreError) as refused:
            to(tmp_path / "replica.duckdb", create(server, next(_names), like="empty"))

        assert "follows a ledger" in refused.value.advice

    def test_stays_where_one_value_arrives_changed(self, file, shared):
        ask(
            shared,
            "CREATE FUNCTION damage() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NEW.reason := ''; RETURN NEW; END $$;"
            " CREATE TRIGGER damage BEFORE INSERT ON deliveries FOR EACH ROW"
            " WHEN (NEW.id = 3) EXECUTE FUNCTION damage()",
        )

        with pytest.raises(StoreError) as refused:
            to(file, shared)

        assert "in the table deliveries" in refused.value.advice
        assert ask(shared, "SELECT count(*) FROM deliveries") == [(0,)]
        assert held(file)["deliveries"]

    def test_takes_no_place_that_is_taken(self, file, ledger):
        with pytest.raises(StoreError) as refused:
            back(ledger, file)

        assert "is there already" in refused.value.advice

    def test_is_not_made_where_one_value_arrives_changed(self, ledger, tmp_path, monkeypatch):
        take_in = transfer.take_in

        def damaging(cursor, table, rows):
            take_in(cursor, table, rows)
            cursor.execute("UPDATE deliveries SET reason = '' WHERE id = 3")

        monkeypatch.setattr(transfer, "take_in", damaging)
        with pytest.raises(StoreError) as refused:
            back(ledger, tmp_path / "relay.duckdb")

        assert "in the table deliveries" in refused.value.advice
        assert list(tmp_path.iterdir()) == []
        prepare(ledger)


class TestTheLedger:
    def test_takes_nothing_more_once_it_has_moved_away(self, ledger, tmp_path):
        with PostgresLedger(ledger) as late:
            late.rows("runs.all", tests=True)
        back(ledger, tmp_path / "relay.duckdb")

        with PostgresLedger(ledger) as late, pytest.raises(StoreError) as refused:
            late.write(lambda session: keep_unread(session, b"x", now=NOW))
        with pytest.raises(StoreError) as not_started:
            open_replica(tmp_path / "replica.duckdb", url=ledger)

        assert "moved to a file" in refused.value.advice
        assert str(tmp_path / "relay.duckdb") in not_started.value.advice

    def test_takes_nothing_from_whoever_saw_it_empty(self, file, shared):
        """As of a process that starts while the copy is under way, and looks for the key."""
        execute(file, "INSERT INTO number_key VALUES ('the only one')")
        early = []

        def look(*_):
            if not early:
                early.append(psycopg.connect(shared))
                early[0].isolation_level = psycopg.IsolationLevel.SERIALIZABLE
                early[0].execute("SELECT * FROM number_key")

        to(file, shared, look)

        with early[0] as late, pytest.raises(psycopg.errors.SerializationFailure):
            late.execute("INSERT INTO number_key VALUES ('another')")

    def test_stays_in_charge_while_others_use_it(self, ledger, tmp_path, monkeypatch):
        monkeypatch.setattr("relay_core.store.postgres.claiming._OTHERS_GO_S", 0.1)
        with psycopg.connect(ledger) as other:
            other.execute("SELECT 1")
            with pytest.raises(StoreError) as refused:
                back(ledger, tmp_path / "relay.duckdb")

        assert "1 connection from 127.0.0.1" in refused.value.advice
        prepare(ledger)

    def test_goes_on_where_only_a_copy_is_kept_and_that_sends_nothing(self, ledger, tmp_path):
        with psycopg.connect(ledger) as other:
            other.execute("SELECT 1")
            back(ledger, tmp_path / "relay.duckdb", keep=True)

        with open_database(tmp_path / "relay.duckdb") as copy:
            states = {row["state"] for row in copy.rows("runs.all", tests=True)}
        prepare(ledger)
        assert states == {"paused"}

    def test_is_needed(self, server, tmp_path):
        with pytest.raises(StoreError) as refused:
            back(create(server, next(_names)), tmp_path / "relay.duckdb")

        assert "holds no ledger" in refused.value.advice


class TestALedgerOfAFormerRelay:
    @pytest.fixture
    def former(self, ledger, monkeypatch):
        """A ledger, and from now on Relay has a further migration."""
        further = (
            "CREATE SEQUENCE mood_ids; ALTER TABLE replies ADD COLUMN mood VARCHAR;"
            " UPDATE replies SET mood = 'glad';"
            " CREATE TABLE moods (id BIGINT PRIMARY KEY DEFAULT nextval('mood_ids'), name VARCHAR);"
            " INSERT INTO moods (name) VALUES ('glad'), ('sad')"
        )
        known = migrations() | {9999: further}
        for each in ("migrations", "postgres.tables", "postgres.schema"):
            monkeypatch.setattr(f"relay_core.store.{each}.migrations", lambda: known)
        return ledger

    def test_is_not_used(self, former, tmp_path):
        with pytest.raises(StoreError) as refused:
            open_replica(tmp_path / "replica.duckdb", url=former)

        assert "relay ledger copy --from" in refused.value.advice

    def test_becomes_a_file_brought_up_to_date_as_any_other(self, file, former, tmp_path):
        back(former, tmp_path / "back" / "relay.duckdb")

        found = held(tmp_path / "back" / "relay.duckdb")
        assert len(found["moods"]) == 2
        assert found == held(file)

    def test_goes_on_in_another_database(self, former, server, tmp_path):
        path, url = tmp_path / "relay.duckdb", create(server, next(_names))
        back(former, path)
        before = held(path)

        to(path, url)

        with open_replica(path, url=url) as replica:
            replica.write(lambda session: session.run("runs.pause_all", note="later"))
        assert held(path).keys() == before.keys()
        assert ask(url, "SELECT id, name FROM moods ORDER BY id") == [(1, "glad"), (2, "sad")]
        assert ask(url, "SELECT nextval('mood_ids')") == [(3,)]
        with pytest.raises(StoreError) as refused:
            prepare(former)
        assert "moved" in refused.value.advice


class TestAText:
    def test_of_a_webhook_is_kept_whatever_it_holds(self, shared):
        heard = replace(reply("a\0b \\u0000"), payload="p\0")

        with PostgresLedger(shared) as ledger:
            ledger.write(lambda session: record(session, heard, now=NOW))
            rows = ledger.few("SELECT body, payload FROM replies", {})

        assert rows == [{"body": "a\ufffdb \\u0000", "payload": "p\ufffd"}]

    def test_among_many_rows_is_kept_too(self, shared):
        left_out = {"run_id": 1, "person_id": 1, "person_name": "a\0\\u0000", "reason": "no_phone"}

        with PostgresLedger(shared) as ledger:
            ledger.write(
                lambda session: session.run_many(
                    "runs.add_exclusions", rows=[left_out | {"place": 1}]
                )
            )
            rows = ledger.few("SELECT person_name FROM exclusions", {})

        assert rows == [{"person_name": "a\ufffd\\u0000"}]

    def test_in_a_whole_table_is_kept_too(self, shared):
        with PostgresLedger(shared) as ledger:
            ledger.write(
                lambda session: session.load(
                    "grants",
                    pa.table({"subject": ["a\0"], "key": ["b"], "permissions": [["c\0"]]}),
                )
            )
            rows = ledger.few("SELECT subject, permissions FROM grants WHERE key = 'b'", {})

        assert rows == [{"subject": "a\ufffd", "permissions": ["c\ufffd"]}]


class TestAMoveThatIsKilled:
    """At every step between the note beside the file and its end."""

    def test_leaves_one_in_charge_and_is_finished_by_whoever_tries_again(
        self, server, filled_file, tmp_path
    ):
        whole = held(filled_file)["deliveries"]
        ledgers = {step: create(server, next(_names), like="empty") for step in STEPS_TO}
        for step in STEPS_TO:
            (tmp_path / str(step)).mkdir()
            shutil.copy(filled_file, tmp_path / str(step))

        ends = killed("to", tmp_path, ledgers)

        finished = []
        for step, url in ledgers.items():
            path = tmp_path / str(step) / "relay.duckdb"
            assert not is_used(path)
            committed = bool(ask(url, "SELECT id FROM moves"))
            finished.append(finish_move(url, path) is not None)
            assert finished[-1] == committed != path.exists()
            assert ask(url, "SELECT count(*) FROM deliveries") == [(len(whole) * committed,)]
        assert set(ends) == {-9}
        assert finished == [False, True, True]

    def test_does_so_on_the_way_back_too(self, server, filled_ledger, filled_file, tmp_path):
        ledgers = {step: create(server, next(_names), like=filled_ledger) for step in STEPS_FROM}

        ends = killed("from", tmp_path, ledgers)

        finished = []
        for step, url in ledgers.items():
            path = tmp_path / str(step) / "relay.duckdb"
            assert not is_used(path)
            finished.append(finish_move(url, path) is not None)
            assert (
                finished[-1]
                == path.exists()
                == bool(ask(url, "SELECT id FROM moves WHERE has_left"))
            )
        assert held(path) == held(filled_file)
        assert set(ends) == {-9}
        assert finished == [False, True]

    @pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
    def test_leaves_one_in_charge_too_where_it_is_told_to_end(
        self, ledger, tmp_path, monkeypatch, end
    ):
        path = tmp_path / "relay.duckdb"

        def told_to_end(_seconds):
            raise end

        monkeypatch.setattr(replacing.time, "sleep", told_to_end)
        with pytest.raises(end):
            back(ledger, path)

        assert ask(ledger, "SELECT id FROM moves WHERE has_left") == []
        assert not is_used(path)
        assert finish_move(ledger, path) is None
        assert not path.exists()

    def test_is_not_finished_by_a_ledger_that_was_made_anew_under_the_same_name(
        self, server, ledger, tmp_path, monkeypatch
    ):
        path = tmp_path / "relay.duckdb"
        monkeypatch.setattr(moving, "end_transit", lambda _: None)
        back(ledger, path)
        with psycopg.connect(f"{server}/postgres", autocommit=True) as administrator:
            administrator.execute(f"DROP DATABASE {ledger.rpartition('/')[2]}")
        create(server, ledger.rpartition("/")[2], like="empty")

        with pytest.raises(StoreError) as refused:
            finish_move(ledger, path)

        assert "another ledger" in refused.value.advice
        assert path.exists()

    def test_is_not_finished_by_another_ledger(self, server, file):
        begin_transit(file, Transit(id="x", ledger="another", aside="y"))

        with pytest.raises(StoreError) as refused:
            finish_move(create(server, next(_names), like="empty"), file)

        with pytest.raises(StoreError) as not_opened:
            open_database(file)

        assert "another ledger" in refused.value.advice
        assert "Run it again" in not_opened.value.advice
