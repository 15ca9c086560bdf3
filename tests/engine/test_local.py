"""The engine in this process: takes up what waits, and ends in order."""

import threading
import time
from datetime import UTC, datetime

import pytest

from relay_core.delivery.pacing import Pacer
from relay_core.delivery.sender import Surroundings
from relay_core.engine.local import LocalEngine
from relay_core.gateways.outcomes import Accepted
from tests.delivery.world import LANE, planned_run, run_state, states


class Slow:
    """A channel that answers when it is allowed to."""

    def __init__(self):
        self.asked = threading.Semaphore(0)
        self.answer = threading.Event()
        self.closed = False

    def send(self, outgoing):
        self.asked.release()
        self.answer.wait(10)
        return Accepted(f"n-{outgoing.phone}")

    def close(self):
        self.closed = True


@pytest.fixture
def channel():
    return Slow()


@pytest.fixture
def engine(db, channel):
    made = LocalEngine(
        db,
        channel=lambda _: channel,
        pacer=lambda _: Pacer(per_second=400, guard_s=0),
        surroundings=Surroundings(
            clock=lambda: datetime.now(UTC),
            monotonic=time.monotonic,
            dice=lambda: 0.5,
            max_attempts=3,
        ),
    )
    yield made
    channel.answer.set()
    made.stop()


def eventually(true):
    for _ in range(500):
        if true():
            return True
        time.sleep(0.01)
    return False


class TestTheEngine:
    def test_takes_up_runs_that_were_under_way(self, db, engine, channel):
        run_id = planned_run(db, people=5)
        channel.answer.set()

        engine.start()

        assert eventually(lambda: run_state(db, run_id) == "finished")

    def test_sends_nothing_before_it_is_started(self, db, engine):
        run_id = planned_run(db, people=2)

        engine.wake(LANE)

        time.sleep(0.1)
        assert states(db, run_id) == {"queued": 2}

    def test_serves_each_lane_by_itself(self, db, engine, channel):
        runs = [planned_run(db, people=2, lane=f"lane-{n}") for n in range(3)]
        channel.answer.set()

        engine.start()

        assert all(eventually(lambda run=run: run_state(db, run) == "finished") for run in runs)

    def test_when_stopped_lets_nothing_new_leave_and_records_what_is_in_flight(
        self, db, engine, channel
    ):
        run_id = planned_run(db, people=500)
        engine.start()
        for _ in range(5):
            assert channel.asked.acquire(timeout=5)
        stopping = threading.Thread(target=engine.stop)

        stopping.start()
        time.sleep(0.2)
        left = states(db, run_id)["sending"]
        channel.answer.set()
        stopping.join(10)

        assert not stopping.is_alive()
        assert states(db, run_id) == {"accepted": left, "queued": 500 - left}
        assert not engine.is_sending
        assert channel.closed
