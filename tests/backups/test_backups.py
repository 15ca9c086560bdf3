"""Backups and the way back: whole, private, over nothing, and with everything waiting."""

import random
import shutil
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from relay_core.backups.restoring import restore
from relay_core.backups.taking import take_backup
from relay_core.delivery.runs import run_status
from relay_core.errors import DataFolderBusy, ExportError, StoreError
from relay_core.store.database import open_database
from relay_core.store.migrations import migrations
from tests.delivery.world import LANE, planned_run, take_next
from tests.privacy.office import settled_run
from tests.reports.story import at, send

KILLING = Path(__file__).parents[1] / "store" / "kills_at_steps.py"
HOLDING = """
import pathlib, sys
from relay_core.store.database import open_database
with open_database(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def taken(database, target, **more):
    return take_backup(database, target, actor="anna", now=at(3600), **{"overwrite": False, **more})


def restored(source, path, **more):
    asked = {"account": "acme", "overwrite": False, "actor": "anna", "now": at(7200), **more}
    return restore(source, path, **asked)


def content(path):
    """What each table holds, but for what a restore changes on purpose."""
    with duckdb.connect(str(path), read_only=True) as file:
        names = [
            name for (name,) in file.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        ]
        kept = sorted(set(names) - {"audit", "runs", "schedules"})
        return {name: sorted(map(str, file.table(name).fetchall())) for name in kept}


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory, empty_file):
    """A closed file with a run that is over and one under way, and a backup of it."""
    folder = tmp_path_factory.mktemp("lived in")
    path = shutil.copy(empty_file, folder / empty_file.name)
    with open_database(path) as database:
        database.write(lambda session: session.run("account.note", name="acme"))
        settled_run(database)
        planned_run(database, people=4, start=50)
        send(database, begun=at(60))
        backup = taken(database, folder / "backup")
        assert backup.schema_version == max(migrations())
        assert backup.size_bytes == (folder / "backup").stat().st_size
        assert backup.rows > 50
    return path


@pytest.fixture
def backup(lived_in):
    return lived_in.with_name("backup")


@pytest.fixture
def place(tmp_path):
    """Where Relay's file is to be."""
    return tmp_path / "data" / "relay.duckdb"


class TestABackup:
    def test_holds_everything_and_is_its_owners_alone(self, lived_in, backup):
        assert content(backup) == content(lived_in)
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600

    def test_replaces_an_earlier_one_only_when_told_to(self, db, tmp_path):
        target = tmp_path / "backup"
        target.write_text("earlier")

        with pytest.raises(ExportError, match="exists"):
            taken(db, target)
        assert target.read_text() == "earlier"
        taken(db, target, overwrite=True)

        assert target.stat().st_size > 1000
        assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []

    @pytest.mark.parametrize("overwrite", [False, True])
    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("folder", "is a folder"),
            ("folder/..", "is a folder"),
            ("link", "link"),
            ("none/backup", "There is no folder"),
            ("relay.duckdb", "Relay uses itself"),
            ("folder/../relay.duckdb.wal", "Relay uses itself"),
            ("relay.duckdb.acknowledged", "Relay uses itself"),
        ],
    )
    def test_is_not_written_over_anything_else(self, db, tmp_path, name, said, overwrite):
        (tmp_path / "folder").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "mine")
        (tmp_path / "mine").write_text("mine")
        before = db.path.read_bytes()

        with pytest.raises(ExportError) as refusal:
            taken(db, tmp_path / name, overwrite=overwrite)

        assert said in refusal.value.advice or "is there already" in refusal.value.advice
        assert (tmp_path / "mine").read_text() == "mine"
        assert db.path.read_bytes() == before


class TestARestoredFile:
    def test_holds_what_the_backup_held(self, lived_in, backup, place):
        done = restored(backup, place)

        assert content(place) == content(lived_in)
        assert (done.kept_as, done.taken_at) == (None, at(3600))
        assert stat.S_IMODE(place.stat().st_mode) == 0o600

    def test_lets_every_run_wait_and_says_why(self, backup, place):
        done = restored(backup, place)

        with open_database(place) as database:
            assert not database.repaired
            [(run_id, queued)] = done.held.runs.items()
            run = run_status(database, run_id)
            assert (run.state, run.queued, queued) == ("paused", 3, 3)
            assert "may have left already" in run.note
            [entry] = database.few("FROM audit WHERE event = 'backup.restored'", {})
            assert (entry["actor"], entry["subject"]) == ("anna", str(backup))

    def test_has_in_doubt_what_was_on_its_way(self, db, tmp_path, place):
        run_id = planned_run(db, people=3)
        db.write(lambda session: take_next(session, lane=LANE, now=at(1)))
        taken(db, tmp_path / "backup")

        done = restored(tmp_path / "backup", place)

        assert (done.in_doubt, done.held.runs) == (1, {run_id: 2})
        with open_database(place) as database:
            assert run_status(database, run_id).unknown == 1

    def test_takes_the_place_of_another_which_is_kept(self, backup, place, empty_file):
        place.parent.mkdir()
        shutil.copy(empty_file, place)
        with open_database(place) as database:
            database.write(lambda session: session.run("account.note", name="acme"))
            planned_run(database, people=2)
        before = content(place)

        done = restored(backup, place, overwrite=True)

        assert content(Path(done.kept_as)) == before
        with open_database(place) as database:
            assert not database.repaired
        assert [each.name for each in place.parent.iterdir() if each.name.startswith(".")] == []

    def test_is_up_to_date_though_the_backup_is_not(self, tmp_path, place):
        old = tmp_path / "old"
        with duckdb.connect(str(old)) as file:
            file.execute("CREATE TABLE schema_version (number INTEGER PRIMARY KEY)")
            for number in (1, 2, 3):
                file.execute(migrations()[number])
                file.execute("INSERT INTO schema_version VALUES (?)", [number])

        done = restored(old, place)

        assert (done.schema_version, done.taken_at) == (3, None)
        with open_database(place) as database:
            assert database.rows("runs.all", tests=True) == []


class TestARestore:
    def test_leaves_a_file_alone_that_is_there(self, backup, place, empty_file):
        place.parent.mkdir()
        shutil.copy(empty_file, place)

        with pytest.raises(StoreError) as refusal:
            restored(backup, place)

        assert "--yes" in refusal.value.advice
        assert place.read_bytes() == empty_file.read_bytes()

    def test_leaves_a_file_alone_that_is_used(self, backup, place):
        with subprocess.Popen(
            [sys.executable, "-c", HOLDING, str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as owner:
            assert any(b"held" in line for line in owner.stdout)
            before = place.read_bytes()

            with pytest.raises(DataFolderBusy):
                restored(backup, place, overwrite=True)

            assert place.read_bytes() == before
            owner.communicate(b"")

    @pytest.mark.parametrize(
        ("made", "said"),
        [
            (lambda file: file.mkdir(), "is a folder"),
            (lambda _: None, "is not there"),
            (lambda file: file.symlink_to(file.with_name("none")), "is not there"),
            (lambda file: file.write_bytes(b"a shopping list" * 1000), "no file of Relay's"),
            (lambda file: duckdb.connect(str(file)).close(), "not one of Relay's"),
        ],
        ids=["folder", "missing", "dangling link", "text", "another database"],
    )
    def test_refuses_what_is_no_backup(self, tmp_path, place, made, said):
        made(tmp_path / "odd")

        with pytest.raises(StoreError) as refusal:
            restored(tmp_path / "odd", place)

        assert said in refusal.value.advice
        assert not place.exists()

    def test_refuses_one_of_a_newer_relay(self, backup, tmp_path, place):
        newer = shutil.copy(backup, tmp_path / "newer")
        with duckdb.connect(str(newer)) as file:
            file.execute("INSERT INTO schema_version VALUES (999)")

        with pytest.raises(StoreError) as refusal:
            restored(newer, place)

        assert "Update Relay" in refusal.value.advice
        assert not place.exists()

    def test_refuses_one_of_another_account(self, backup, place):
        with pytest.raises(StoreError) as refusal:
            restored(backup, place, account="globex")

        assert "account acme" in refusal.value.advice
        assert not place.exists()

    def test_refuses_the_file_itself_and_one_with_a_log(self, lived_in, backup, tmp_path):
        with pytest.raises(StoreError, match="itself"):
            restored(lived_in, lived_in, overwrite=True)
        logged = shutil.copy(backup, tmp_path / "logged")
        logged.with_name("logged.wal").write_bytes(b"more")
        with pytest.raises(StoreError, match="log"):
            restored(logged, tmp_path / "relay.duckdb")

    def test_finds_a_backup_damaged_or_brings_all_of_it_back(self, lived_in, backup, tmp_path):
        whole, dice, refused = backup.read_bytes(), random.Random(7), 0
        for n in range(8):
            at_byte = dice.randrange(len(whole))
            torn = tmp_path / f"torn-{n}"
            hole = whole[:at_byte] + bytes([whole[at_byte] ^ 255]) + whole[at_byte + 1 :]
            torn.write_bytes(whole[:at_byte] if n % 2 else hole)
            place = tmp_path / str(n) / "relay.duckdb"
            with suppress(StoreError):
                restored(torn, place)
            if place.exists():
                assert content(place) == content(lived_in)
            else:
                refused += 1
        assert refused >= 4

    def test_killed_at_any_step_leaves_the_file_that_was_there_or_the_restored_one(
        self, lived_in, backup, tmp_path, empty_file
    ):
        there, folder = tmp_path / "relay.duckdb", tmp_path / "killed"
        folder.mkdir()
        shutil.copy(empty_file, there)
        with open_database(there) as database:
            planned_run(database, people=2)
        before, after = content(there), content(lived_in)

        killed = subprocess.run(
            [sys.executable, KILLING, there, folder, backup],
            capture_output=True,
            text=True,
            check=True,
        )

        left = [each / there.name for each in folder.iterdir()]
        assert int(killed.stdout) == len(left) > 10
        found = []
        for path in left:
            with open_database(path) as database:
                states = {run["state"] for run in database.rows("runs.all", tests=True)}
            found.append(content(path))
            # Of the restored file nothing goes on by itself, and of the old one only what did.
            assert "running" not in states or found[-1] == before
        assert 1 < found.count(after) < found.count(after) + found.count(before) == len(left)
