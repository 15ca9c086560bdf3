"""Exports while Relay runs: whole, from one moment, over nothing, and sending nothing."""

import os
import shutil
import stat
import threading
from pathlib import Path

import pyarrow.parquet
import pytest

from relay_core.delivery.runs import run_status
from relay_core.errors import ExportError
from relay_core.reports.exporting import export_facts, export_file
from relay_core.reports.facts import facts
from relay_core.store import audit
from relay_core.store.database import open_database
from tests.delivery.world import NOW, planned_run
from tests.reports.story import at
from tests.reports.test_run_report import a_run_with_everything

OTHER_DISK = Path("/dev/shm")  # noqa: S108 - a disk of its own, to be left at once


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory, empty_file):
    """A file with a run under way in it."""
    path = shutil.copy(empty_file, tmp_path_factory.mktemp("lived in") / empty_file.name)
    with open_database(path) as database:
        a_run_with_everything(database)
        yield database


def copied(database, target):
    return export_file(database, target, actor="anna", now=at(3600))


def written(database, target):
    return export_facts(database, target, actor="anna", now=at(3600))


def rows(database, table):
    return database.table(f"FROM {table} ORDER BY ALL").to_pylist()


def tables(database):
    found = database.few(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()", {}
    )
    return sorted(row["table_name"] for row in found)


def hidden(folder):
    return [entry.name for entry in folder.iterdir() if entry.name.startswith(".")]


class TestACopyOfTheFile:
    def test_holds_everything_and_explains_it(self, lived_in, tmp_path):
        copied(lived_in, tmp_path / "copy.duckdb")

        with open_database(tmp_path / "copy.duckdb") as copy:
            assert tables(copy) == tables(lived_in)
            assert facts(copy) == facts(lived_in)
            for table in ("deliveries", "attempts", "receipts", "replies", "exclusions"):
                assert rows(copy, table) == rows(lived_in, table)

    def test_goes_on_numbering_where_the_original_stood(self, lived_in, tmp_path):
        copied(lived_in, tmp_path / "copy.duckdb")

        with open_database(tmp_path / "copy.duckdb") as copy:
            assert planned_run(copy, people=1) > max(
                run["id"] for run in lived_in.rows("runs.all", tests=True)
            )

    def test_sends_nothing_that_the_original_may_send(self, db, tmp_path):
        running = planned_run(db, people=1)
        awaiting = planned_run(db, people=1, start=9, needs_approval=True)
        schedule = db.write(
            lambda session: session.run(
                "schedules.add",
                campaign_id=1,
                at_local="2026-04-01 09:00",
                zone="UTC",
                repeats=None,
                static_values="{}",
                accepted_warnings="[]",
                actor="test",
                now=NOW,
                next_at=at(60),
            )
        )[0]["id"]

        copied(db, tmp_path / "copy.duckdb")

        with open_database(tmp_path / "copy.duckdb") as copy:
            assert run_status(copy, running).state == "paused"
            assert "Go on here only when it never will" in run_status(copy, running).note
            assert run_status(copy, awaiting).state == "cancelled"
            held = copy.rows("schedules.one", id=schedule)[0]
            assert (held["state"], "copy of" in held["note"]) == ("held", True)
        assert run_status(db, running).state == "running"
        assert run_status(db, awaiting).state == "awaiting"

    def test_is_of_one_moment_while_others_write(self, db, tmp_path):
        done, began = threading.Event(), threading.Event()

        def write_pairs():
            number = 0
            while not done.is_set():
                number += 1

                def work(session, number=number):
                    audit.note(session, actor="a", event="e", subject=str(number), now=NOW)
                    session.run("account.note", name=f"account {number}")

                db.write(work)
                began.set()

        writer = threading.Thread(target=write_pairs)
        writer.start()
        began.wait(10)
        copied(db, tmp_path / "copy.duckdb")
        done.set()
        writer.join()

        with open_database(tmp_path / "copy.duckdb") as copy:
            pairs = len(rows(copy, "account"))
            assert len(rows(copy, "audit")) == pairs > 0
        assert len(rows(db, "account")) > pairs

    def test_can_be_read_by_its_owner_only(self, lived_in, tmp_path):
        (file,) = copied(lived_in, tmp_path / "copy.duckdb")

        assert stat.S_IMODE(Path(file.path).stat().st_mode) == 0o600
        assert file.size_bytes == Path(file.path).stat().st_size > 0

    def test_stands_in_the_audit_trail(self, lived_in, tmp_path):
        copied(lived_in, tmp_path / "copy.duckdb")

        noted = rows(lived_in, "audit")[-1]
        assert (noted["actor"], noted["event"]) == ("anna", "data.exported")
        assert noted["subject"] == str(tmp_path / "copy.duckdb")

    def test_needs_a_name_that_says_what_it_is(self, lived_in, tmp_path):
        with pytest.raises(ExportError) as refused:
            copied(lived_in, tmp_path / "folder")

        assert "--parquet" in refused.value.advice


class TestFilesOfTheFacts:
    def test_hold_what_the_views_hold(self, lived_in, tmp_path):
        files = written(lived_in, tmp_path / "facts")

        assert [Path(file.path).stem for file in files] == [v.name for v in facts(lived_in)]
        for file in files:
            read = pyarrow.parquet.read_table(file.path).to_pylist()
            view = rows(lived_in, Path(file.path).stem)
            assert sorted(map(str, read)) == sorted(map(str, view))

    def test_hold_no_phone_number(self, lived_in, tmp_path):
        for file in written(lived_in, tmp_path / "facts"):
            if not file.path.endswith("integrations.parquet"):
                assert "31612" not in str(pyarrow.parquet.read_table(file.path).to_pylist())


@pytest.mark.parametrize("export", [copied, written])
class TestAnExport:
    def test_overwrites_nothing(self, lived_in, tmp_path, export):
        target = tmp_path / "mine.duckdb"
        target.write_text("mine")

        with pytest.raises(ExportError) as refused:
            export(lived_in, target)

        assert target.read_text() == "mine"
        assert "not overwritten" in refused.value.advice

    def test_says_that_a_folder_is_missing(self, lived_in, tmp_path, export):
        with pytest.raises(ExportError) as refused:
            export(lived_in, tmp_path / "none" / "mine.duckdb")

        assert "There is no folder" in refused.value.advice

    def test_leaves_nothing_behind_where_it_cannot_be_written(self, lived_in, export):
        with pytest.raises(ExportError) as refused:
            export(lived_in, Path("/proc/mine.duckdb"))

        assert "cannot write /proc/mine.duckdb" in refused.value.advice
        assert list(lived_in.path.with_name("relay.duckdb.export").iterdir()) == []

    def test_leaves_only_what_was_asked_for(self, lived_in, tmp_path, export):
        export(lived_in, tmp_path / "it's mine.duckdb")

        assert [entry.name for entry in tmp_path.iterdir()] == ["it's mine.duckdb"]
        assert list(lived_in.path.with_name("relay.duckdb.export").iterdir()) == []

    @pytest.mark.skipif(
        not OTHER_DISK.is_dir() or OTHER_DISK.stat().st_dev == Path.cwd().stat().st_dev,
        reason="this machine has one disk",
    )
    def test_reaches_another_disk(self, lived_in, export):
        target = OTHER_DISK / f"relay-{os.getpid()}.duckdb"
        try:
            files = export(lived_in, target)

            assert all(Path(file.path).stat().st_size == file.size_bytes for file in files)
            assert hidden(OTHER_DISK) == []
        finally:
            if target.is_dir():
                shutil.rmtree(target)
            else:
                target.unlink(missing_ok=True)


class TestAKilledExport:
    def test_is_gone_when_the_file_is_opened_again(self, tmp_path, empty_file):
        path = shutil.copy(empty_file, tmp_path / "relay.duckdb")
        left = tmp_path / "relay.duckdb.export" / "tmp1"
        left.mkdir(parents=True)
        (left / "copy.duckdb").write_bytes(b"half")

        open_database(path).close()

        assert not left.exists()
