"""A file written anew: the same content, nothing of what was erased, and whole whenever killed."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from relay_core.cli import app
from relay_core.errors import DataFolderBusy, RelayError, StoreError
from relay_core.store.compacting import compact
from relay_core.store.database import open_database
from tests.delivery.world import phone
from tests.privacy.office import populated, settled_run
from tests.privacy.test_erasure import erased

KILLING = Path(__file__).with_name("kills_at_steps.py")
HOLDING = """
import fcntl, sys
file = open(sys.argv[1], "r+b")
fcntl.lockf(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def lived_in(empty_file, tmp_path_factory):
    """A closed file of somebody who was erased, and others."""
    path = shutil.copy(empty_file, tmp_path_factory.mktemp("lived in") / empty_file.name)
    with open_database(path) as database:
        populated(database)
        settled_run(database)
        assert database.checkpoint()
        erased(database, 0)
    return path


@pytest.fixture
def file(lived_in, tmp_path):
    """A copy of it, and of what is noted beside it."""
    for each in (lived_in, lived_in.with_name(f"{lived_in.name}.acknowledged")):
        shutil.copy(each, tmp_path / each.name)
    return tmp_path / lived_in.name


@pytest.fixture
def holding():
    """Lets another process hold a file as DuckDB does, until the end of the test."""
    processes = []

    def hold(path):
        command = [sys.executable, "-c", HOLDING, str(path)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        processes.append(process)
        assert process.stdout.readline() == b"held\n"

    yield hold
    for process in processes:
        process.communicate()


def written_anew(path):
    database = open_database(path)
    return compact(database, close=database.close)


def content(path):
    """What the rows of each table come to, where the numbering stands, and the views."""
    with open_database(path) as database:
        assert not database.repaired
        names = database.few("SELECT table_name AS name FROM duckdb_tables() ORDER BY 1", {})
        each = "SELECT '{0}' AS name, count(*) AS rows, bit_xor(hash(t)) AS hash FROM \"{0}\" t"
        told = database.few(" UNION ALL ".join(each.format(n["name"]) for n in names), {})
        numbers = "SELECT sequence_name, last_value FROM duckdb_sequences() ORDER BY 1"
        views = "SELECT view_name, sql, comment FROM duckdb_views() WHERE NOT internal ORDER BY 1"
        return told, database.few(numbers, {}), database.few(views, {})


class TestAFileWrittenAnew:
    def test_holds_what_it_held(self, file):
        before = content(file)

        done = written_anew(file)

        assert content(file) == before
        assert {"name": "deliveries", "rows": 6} in [
            {key: table[key] for key in ("name", "rows")} for table in before[0]
        ]
        assert done.after_bytes == file.stat().st_size

    def test_holds_no_byte_of_who_was_erased(self, file):
        gone, here = phone(0).encode(), phone(1).encode()
        held = file.read_bytes()

        written_anew(file)

        assert gone in held
        assert gone not in file.read_bytes()
        assert here in file.read_bytes()

    def test_is_the_owners_alone_as_before(self, file):
        file.chmod(0o600)

        written_anew(file)

        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_names_logs_that_hold_more(self, file):
        torn = file.with_name(f"{file.name}.wal.torn-1")
        torn.write_bytes(b"+31612340000")

        assert written_anew(file).torn_logs == (str(torn),)


class TestAFileThatIsUsed:
    def test_is_left_alone_with_a_word(self, file, holding):
        holding(file)

        said = CliRunner().invoke(app, ["compact"], env={"RELAY_DATA_DIR": str(file.parent)})

        assert isinstance(said.exception, DataFolderBusy)
        assert "Stop Relay, then run `relay compact` again." in said.exception.advice

    def test_is_left_alone_where_somebody_opens_it_at_the_last_moment(self, file, holding):
        before = file.read_bytes()
        database = open_database(file)

        def close():
            database.close()
            holding(file)

        with pytest.raises(DataFolderBusy):
            compact(database, close=close)
        assert file.read_bytes() == before

    def test_keeps_what_somebody_wrote_at_the_last_moment(self, file):
        database = open_database(file)

        def close():
            database.close()
            with open_database(file) as other:
                other.write(lambda session: session.run("account.note", name="late"))

        with pytest.raises(DataFolderBusy):
            compact(database, close=close)
        with open_database(file) as kept:
            assert kept.rows("account.name")[0]["name"] == "late"


class TestCompacting:
    def test_is_refused_where_a_second_file_has_no_room(self, file, monkeypatch):
        monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
        before = file.read_bytes()

        with pytest.raises(StoreError) as refused:
            written_anew(file)

        assert "Make room first" in refused.value.advice
        assert file.read_bytes() == before

    def test_is_refused_where_there_is_no_file(self, tmp_path):
        said = CliRunner().invoke(app, ["compact"], env={"RELAY_DATA_DIR": str(tmp_path)})

        assert isinstance(said.exception, RelayError)
        assert not (tmp_path / "relay.duckdb").exists()

    def test_that_is_killed_at_any_step_leaves_a_whole_file(self, file, tmp_path):
        before = content(file)
        folder = tmp_path / "killed"
        folder.mkdir()

        told = subprocess.run(
            [sys.executable, KILLING, file, folder], capture_output=True, text=True, check=True
        )

        left = sorted(folder.iterdir())
        assert len(left) == int(told.stdout)
        anew = 0
        for each in left:
            anew += phone(0).encode() not in (each / file.name).read_bytes()
            assert content(each / file.name) == before
            assert not list(each.glob("*.export/*"))
        assert 1 < anew < len(left) - 1
