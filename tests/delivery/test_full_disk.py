"""A disk that fills up while messages leave: nothing is lost or repeated, and it is said."""

import random
import resource
from itertools import count
from threading import Timer

import pytest

from relay_core.errors import StoreError
from relay_core.gateways.outcomes import Accepted
from relay_core.log import configure_log
from relay_core.store import database
from relay_core.store.audit import note
from relay_core.store.database import open_database
from tests.delivery.world import NOW, Scripted, phone, planned_run, run_state, send_all, states

ENDLESS = resource.RLIM_INFINITY


def fill_up(db):
    """Let no file of this process grow beyond what the log has now."""
    log = db.path.with_name(f"{db.path.name}.wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, ENDLESS))


def make_room():
    resource.setrlimit(resource.RLIMIT_FSIZE, (ENDLESS, ENDLESS))


@pytest.fixture(autouse=True)
def room_at_the_end():
    configure_log(level="CRITICAL")  # what pytest keeps of a log is a file of this process, too
    yield
    make_room()


def noting(subject):
    return lambda session: note(session, actor="t", event="e", subject=subject, now=NOW)


class TestAFullDisk:
    def test_is_said_with_what_to_do_and_spoils_nothing(self, db):
        db.write(noting("before"))
        fill_up(db)

        with pytest.raises(StoreError) as refusal:
            db.write(noting("full"))
        assert "Make room" in refusal.value.advice
        make_room()
        db.write(noting("after"))

        kept = db.table("SELECT subject FROM audit ORDER BY ALL")["subject"].to_pylist()
        assert kept == ["after", "before"]

    def test_keeps_an_outcome_until_there_is_room(self, db):
        run_id = planned_run(db, people=3)

        def taken(outgoing):
            fill_up(db)
            Timer(0.4, make_room).start()
            return Accepted(f"n-{outgoing.phone}")

        channel = Scripted(taken)
        send_all(db, channel, until=lambda: run_state(db, run_id) == "finished")

        assert states(db, run_id) == {"accepted": 3}
        assert sorted(each.phone for each in channel.carried) == [phone(n) for n in range(3)]

    def test_lets_nothing_leave_whose_intent_cannot_be_noted(self, db):
        run_id = planned_run(db, people=3)
        looks = count()
        fill_up(db)
        channel = Scripted()

        send_all(db, channel, until=lambda: next(looks) > 5)
        left_while_full = list(channel.carried)
        make_room()
        send_all(db, channel, until=lambda: run_state(db, run_id) == "finished")

        assert left_while_full == []
        assert sorted(each.phone for each in channel.carried) == [phone(n) for n in range(3)]

    def test_lets_nothing_leave_while_there_is_hardly_any_room(self, db):
        run_id = planned_run(db, people=3)
        channel = Scripted()
        looks = count()

        send_all(db, channel, until=lambda: next(looks) > 5, has_room=lambda: False)

        assert channel.carried == []
        assert states(db, run_id) == {"queued": 3}


class TestADiskThatIsFullWhenTheLogIsWorkedIntoTheFile:
    def test_closes_the_file_and_says_so_and_nothing_acknowledged_is_gone(
        self, tmp_path, monkeypatch
    ):
        monkeypatch.setitem(
            database._CONFIG,  # noqa: SLF001 - an open file lets nobody change how it is worked
            "wal_autocheckpoint",
            "300KB",
        )
        path = tmp_path / "relay.duckdb"
        acknowledged = set()
        with open_database(path) as db:
            for n in range(20):
                subject = f"{n:02d}{random.Random(n).randbytes(200_000).hex()}"
                if n == 5:
                    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, ENDLESS))
                try:
                    db.write(noting(subject))
                except StoreError as refusal:
                    said = refusal.advice
                    break
                acknowledged.add(subject)
            with pytest.raises(StoreError) as refused_to_read:
                db.rows("people.counts")
        make_room()

        with open_database(path) as db:
            kept = set(db.table("SELECT subject FROM audit")["subject"].to_pylist())
        assert "start Relay again" in said
        assert "start Relay again" in refused_to_read.value.advice
        assert len(acknowledged) >= 5
        assert acknowledged <= kept
