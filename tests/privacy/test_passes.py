"""A pass of retention beside a lane that sends, and one that is killed on its way."""

import shutil
import subprocess
import sys
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from relay_core.privacy import retention
from relay_core.privacy.retention import last_pass, next_pass_at, remove_aged
from relay_core.store.database import open_database
from tests.delivery.world import Scripted, phone, planned_run, run_state, send_all, states
from tests.privacy.office import figures, populated
from tests.privacy.test_retention import DAYS, LATE
from tests.reports.story import Sent, at

OLD = 20
NEW = 60
BATCH = 4
KILLED_AFTER = 3
"""Transactions."""
SCRIPT = """
import sys
from datetime import datetime
from pathlib import Path
from relay_core.log import configure_log
from relay_core.privacy import retention
from relay_core.store.database import open_database
configure_log(level="ERROR")
retention._BATCH = {batch}
def go_on():
    print("go", flush=True)
    return True
with open_database(Path({path!r})) as db:
    now = datetime.fromisoformat({now!r})
    retention.remove_aged(db, days={days}, actor="night", now=now, go_on=go_on)
"""


def sent_run(db, people):
    """Let a lane send a run to its end."""
    run_id = planned_run(db, people=people)
    send_all(db, Scripted(), until=lambda: run_state(db, run_id) == "finished")
    return run_id


def told(db, run_id):
    """How many messages of a run still tell somebody's name and text."""
    asked = "SELECT id FROM deliveries WHERE run_id = $run AND person_name <> '' AND body <> ''"
    return len(db.few(asked, {"run": run_id}))


class TestAPassBesideALane:
    def test_loses_no_message_and_no_receipt_and_sends_none_twice(self, db, monkeypatch):
        monkeypatch.setattr(retention, "_BATCH", BATCH)
        populated(db)
        old = sent_run(db, OLD)
        db.table("UPDATE deliveries SET channel_id = 'n-' || id")
        sent = db.few("SELECT id, phone FROM deliveries WHERE run_id = $run", {"run": old})
        new = planned_run(db, people=NEW)
        channel, seen = Scripted(), []

        def go_on():
            # A receipt of the old run between two transactions, and never faster than the lane.
            seen.append(len(channel.carried))
            late = sent[len(seen)]
            Sent(db, late["id"], late["phone"], old).delivered(happened=at(5), heard=LATE)
            while len(channel.carried) < min(seen[-1] + 3, NEW):
                lane.join(0.001)
            return True

        lane = Thread(
            target=send_all,
            args=(db, channel),
            kwargs={"until": lambda: run_state(db, new) == "finished"},
        )
        lane.start()
        done = remove_aged(db, days=DAYS, actor="night", now=LATE, go_on=go_on)
        lane.join()

        assert sorted(message.phone for message in channel.carried) == [
            phone(n) for n in range(NEW)
        ]
        assert states(db, new) == {"accepted": NEW}
        assert told(db, new) == NEW
        assert (done.runs, done.messages, told(db, old)) == (1, OLD, 0)
        assert states(db, old) == {"accepted": OLD - len(seen), "delivered": len(seen)}
        assert max(seen) < NEW, "the lane was still sending when the pass ended"


class TestAPassThatIsKilled:
    @pytest.fixture
    def office(self, tmp_path, empty_file):
        path = Path(shutil.copy(empty_file, tmp_path / empty_file.name))
        with open_database(path) as db:
            populated(db)
            run_id = sent_run(db, OLD)
            return path, run_id, figures(db, run_id, now=LATE)

    def killed(self, path):
        """Kill a process within a pass, at any moment of the transaction after so many."""
        script = SCRIPT.format(path=str(path), batch=BATCH, days=DAYS, now=LATE.isoformat())
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        for _ in range(KILLED_AFTER + 1):
            process.stdout.readline()
        process.kill()
        process.communicate()

    def test_is_due_at_the_next_start_and_goes_on_where_it_was(self, office):
        path, run_id, before = office
        self.killed(path)

        with open_database(path) as db:
            half = told(db, run_id)
            at_half = figures(db, run_id, now=LATE)
            due = next_pass_at(last_pass(db), zone=ZoneInfo("UTC"))
            done = remove_aged(db, days=DAYS, actor="night", now=LATE, go_on=lambda: True)
            ended = figures(db, run_id, now=LATE)
            noted = db.few("SELECT subject FROM audit WHERE event = 'run.forgotten'", {})

        assert 0 < half <= OLD - KILLED_AFTER * BATCH
        assert at_half == before
        assert due < LATE
        assert (done.runs, done.messages) == (1, half)
        assert ended == before
        assert [entry["subject"] for entry in noted] == [str(run_id)]
