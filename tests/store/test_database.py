"""The one file: what survives, who may open it, and how writers share a commit."""

import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from relay_core.errors import DataFolderBusy, StoreError
from relay_core.store.audit import note
from relay_core.store.database import open_database

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


def noting(subject):
    return lambda session: note(session, actor="test", event="x.done", subject=subject, now=NOW)


def subjects(db):
    return db.table("SELECT subject FROM audit ORDER BY subject")["subject"].to_pylist()


class TestTheFile:
    def test_keeps_what_was_written_before_it_is_opened_again(self, tmp_path):
        with open_database(tmp_path / "relay.duckdb") as db:
            db.write(noting("kept"))

        with open_database(tmp_path / "relay.duckdb") as db:
            assert subjects(db) == ["kept"]

    def test_gives_moments_back_with_their_time_zone(self, tmp_path):
        with open_database(tmp_path / "relay.duckdb") as db:
            db.write(
                lambda session: session.run("deliveries.suppress", phone="+1", reason="r", now=NOW)
            )

            assert db.table("SELECT since FROM suppressions")["since"].to_pylist() == [
                NOW.replace(tzinfo=None)
            ]

    def test_refuses_a_moment_without_a_time_zone(self, tmp_path):
        with (
            open_database(tmp_path / "relay.duckdb") as db,
            pytest.raises(ValueError, match="zone"),
        ):
            db.write(
                lambda session: session.run(
                    "deliveries.suppress",
                    phone="+1",
                    reason="r",
                    now=datetime(2026, 1, 1),  # noqa: DTZ001 - the point
                )
            )

    def test_may_be_closed_twice(self, tmp_path):
        with open_database(tmp_path / "relay.duckdb") as db:
            db.write(noting("kept"))
            db.close()

    def test_says_which_process_holds_it(self, tmp_path):
        path = tmp_path / "relay.duckdb"
        script = (
            "import sys, pathlib; from relay_core.store.database import open_database;"
            f"open_database(pathlib.Path({str(path)!r}));"
            "print('open', flush=True); sys.stdin.read()"
        )
        other = subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert any("open" in line for line in other.stdout)

            with pytest.raises(DataFolderBusy) as refusal:
                open_database(path)

            assert str(other.pid) in refusal.value.advice
        finally:
            other.communicate("")

    def test_refuses_a_file_of_a_newer_relay(self, tmp_path):
        open_database(tmp_path / "relay.duckdb").close()
        with duckdb.connect(str(tmp_path / "relay.duckdb")) as newer:
            newer.execute("INSERT INTO schema_version VALUES (999)")

        with pytest.raises(StoreError, match="newer"):
            open_database(tmp_path / "relay.duckdb")

    def test_refuses_what_is_not_a_database(self, tmp_path):
        (tmp_path / "relay.duckdb").write_bytes(b"a shopping list" * 1000)

        with pytest.raises(StoreError) as refusal:
            open_database(tmp_path / "relay.duckdb")

        assert "cannot be opened" in refusal.value.advice

    def test_and_its_log_are_its_users_alone(self, tmp_path, empty_file):
        path = tmp_path / "relay.duckdb"
        shutil.copy(empty_file, path)
        path.chmod(0o644)
        others = os.umask(0o022)  # as most machines have it

        try:
            with open_database(path) as database:
                database.write(lambda session: session.run("account.note", name="acme"))
                left = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
        finally:
            os.umask(others)

        assert left.keys() >= {"relay.duckdb", "relay.duckdb.wal"}
        assert set(left.values()) == {0o600}


class TestASignal:
    @pytest.fixture
    def soon_told_to_end(self):
        """Start it to get a signal a moment later, with a handler that raises as a command's."""

        def end(_number, _frame):
            raise SystemExit(143)

        before = signal.signal(signal.SIGTERM, end)
        soon = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM))
        yield soon
        soon.join()
        signal.signal(signal.SIGTERM, before)

    def test_ends_what_asks_even_inside_a_query_and_leaves_the_file_usable(
        self, tmp_path, soon_told_to_end
    ):
        with open_database(tmp_path / "relay.duckdb") as db:

            def ask_on_and_on():
                deadline = time.monotonic() + 20
                soon_told_to_end.start()
                while time.monotonic() < deadline:
                    db.few("SELECT sum(range * $n) FROM range(3_000_000)", {"n": 2})

            # Between two queries it is the handler's own exception that comes through.
            with pytest.raises((KeyboardInterrupt, SystemExit)):
                ask_on_and_on()

            db.write(noting("kept"))
            assert subjects(db) == ["kept"]


class TestAKilledProcess:
    def writer(self, path: Path) -> "subprocess.Popen[str]":
        script = f"""
import itertools, pathlib
from datetime import UTC, datetime
from relay_core.log import configure_log
from relay_core.store.audit import note
from relay_core.store.database import open_database
configure_log(level="ERROR")
db = open_database(pathlib.Path({str(path)!r}))
for n in itertools.count():
    db.write(lambda s: note(s, actor="t", event="e", subject=f"{{n:06d}}", now=datetime.now(UTC)))
    print(n, flush=True)
"""
        return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)

    def killed_after(self, path: Path, commits: int) -> int:
        process = self.writer(path)
        acknowledged = -1
        for line in process.stdout:
            acknowledged = int(line)
            if acknowledged >= commits:
                break
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate()
        return max([acknowledged, *map(int, rest.split())])

    def test_loses_nothing_that_was_acknowledged(self, tmp_path):
        acknowledged = self.killed_after(tmp_path / "relay.duckdb", 50)

        with open_database(tmp_path / "relay.duckdb") as db:
            assert subjects(db)[: acknowledged + 1] == [f"{n:06d}" for n in range(acknowledged + 1)]

    def test_says_so_wherever_its_log_is_cut_before_what_was_acknowledged(self, tmp_path):
        acknowledged = self.killed_after(tmp_path / "relay.duckdb", 50)
        whole = (tmp_path / "relay.duckdb.wal").read_bytes()
        begin = whole.index(b"000000")
        dice = random.Random()
        cuts = [len(whole), *(dice.randrange(begin, len(whole)) for _ in range(12))]

        said = {}
        for cut in cuts:
            office = tmp_path / str(cut)
            office.mkdir()
            for name in ("relay.duckdb", "relay.duckdb.acknowledged"):
                shutil.copy(tmp_path / name, office)
            (office / "relay.duckdb.wal").write_bytes(whole[:cut])
            with open_database(office / "relay.duckdb") as db:
                said[cut] = (db.repaired, len(subjects(db)))

        assert said.pop(len(whole)) in {(False, acknowledged + n) for n in (1, 2)}
        assert [
            cut for cut, (told, kept) in said.items() if kept <= acknowledged and not told
        ] == []
        assert any(kept <= acknowledged for _, kept in said.values())

    def test_says_it_again_when_it_is_killed_before_anything_could_follow_from_it(self, tmp_path):
        self.killed_after(tmp_path / "relay.duckdb", 50)
        wal = tmp_path / "relay.duckdb.wal"
        whole = wal.read_bytes()
        wal.write_bytes(whole[: whole.index(b"000033")])

        said = []
        for _ in range(2):
            with open_database(tmp_path / "relay.duckdb") as db:
                said.append(db.repaired)
        with open_database(tmp_path / "relay.duckdb") as db:
            db.write(noting("paused"))
        with open_database(tmp_path / "relay.duckdb") as db:
            said.append(db.repaired)

        assert said == [True, True, False]

    @pytest.mark.parametrize("tail", [b"\0" * 4096, os.urandom(300)], ids=["zeros", "noise"])
    def test_with_a_torn_log_opens_with_everything_before_the_tear(self, tmp_path, tail):
        acknowledged = self.killed_after(tmp_path / "relay.duckdb", 50)
        wal = tmp_path / "relay.duckdb.wal"
        whole = wal.read_bytes()
        # Within a commit, whatever the migrations before it weigh.
        wal.write_bytes(whole[: whole.index(b"000033") + 3] + tail)

        with open_database(tmp_path / "relay.duckdb") as db:
            kept = subjects(db)
            assert db.repaired

        assert kept == [f"{n:06d}" for n in range(len(kept))]
        assert 10 < len(kept) <= acknowledged + 2
        assert list(tmp_path.glob("*.torn-*")), "the torn log is kept"


class TestAFileThatIsOlderThanWhatWasAcknowledged:
    def test_such_as_a_copy_put_back_is_said(self, tmp_path):
        path = tmp_path / "relay.duckdb"
        open_database(path).close()
        shutil.copy(path, tmp_path / "copy")
        with open_database(path) as db:
            db.write(noting("after the copy was made"))
        shutil.move(tmp_path / "copy", path)

        with open_database(path) as db:
            assert db.repaired

    def test_is_no_matter_of_a_new_one(self, tmp_path):
        path = tmp_path / "relay.duckdb"
        with open_database(path) as db:
            db.write(noting("of the one that was thrown away"))
        path.unlink()

        with open_database(path) as db:
            assert not db.repaired

    def test_is_not_made_by_looks_that_write_nothing(self, tmp_path):
        path = tmp_path / "relay.duckdb"
        with open_database(path) as db:
            db.write(noting("kept"))
            before = (tmp_path / "relay.duckdb.wal").stat().st_size
            db.write(lambda session: session.run("deliveries.begin", id=1, lane="none", now=NOW))

            assert (tmp_path / "relay.duckdb.wal").stat().st_size == before


class TestWriters:
    def test_on_many_threads_all_get_their_own_answer(self, tmp_path):
        answers = []
        with open_database(tmp_path / "relay.duckdb") as db:

            def work(n):
                db.write(noting(f"{n:03d}"))
                answers.append(n)

            threads = [threading.Thread(target=work, args=(n,)) for n in range(60)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

            assert subjects(db) == [f"{n:03d}" for n in range(60)]
        assert sorted(answers) == list(range(60))

    def test_fail_alone_when_one_of_a_shared_commit_fails(self, tmp_path):
        with open_database(tmp_path / "relay.duckdb") as db:
            good = [db.submit(noting(f"{n:03d}")) for n in range(20)]
            bad = db.submit(lambda session: session.run("no.such_query"))
            more = [db.submit(noting(f"{n:03d}")) for n in range(20, 40)]

            for future in good + more:
                future.result()

            assert isinstance(bad.exception(), KeyError)
            assert subjects(db) == [f"{n:03d}" for n in range(40)]

    def test_leave_nothing_half_written(self, tmp_path):
        def half(session):
            note(session, actor="t", event="e", subject="first half", now=NOW)
            raise RuntimeError

        with open_database(tmp_path / "relay.duckdb") as db:
            with pytest.raises(RuntimeError):
                db.write(half)

            assert subjects(db) == []

    def test_append_a_whole_table_with_the_rest_of_their_work(self, tmp_path):
        numbers = range(3)
        marks = pa.table(
            {
                "segment_id": pa.array([7] * 3, pa.int64()),
                "person_id": pa.array(numbers, pa.int64()),
                "matched": [True, False, True],
                "truths": ["1", "0", "1"],
            }
        )

        def work(session):
            session.load("segment_marks", marks)
            noting("loaded")(session)

        with open_database(tmp_path / "relay.duckdb") as db:
            db.write(work)

            assert db.table("FROM segment_marks ORDER BY person_id").equals(marks)
            assert subjects(db) == ["loaded"]

    def test_append_no_part_of_a_table_when_their_work_fails(self, tmp_path):
        marks = pa.table({"segment_id": [7], "person_id": [1], "matched": [True], "truths": ["1"]})

        def half(session):
            session.load("segment_marks", marks)
            raise RuntimeError

        with open_database(tmp_path / "relay.duckdb") as db:
            with pytest.raises(RuntimeError):
                db.write(half)

            assert db.table("FROM segment_marks").num_rows == 0
