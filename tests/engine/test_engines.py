"""What the front desk is promised of who does the work, by each engine behind its port."""

import threading
import time
from collections import Counter
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import psycopg
import pytest

from relay_core.delivery.pacing import Pacer
from relay_core.delivery.recording import recover
from relay_core.delivery.runs import pause_run, resume_run
from relay_core.delivery.sender import Surroundings
from relay_core.engine.cluster import ClusterEngine
from relay_core.engine.local import LocalEngine
from relay_core.engine.port import Outfit
from relay_core.engine.worker import LaneWorker
from relay_core.gateways.outcomes import Accepted, OutcomeUnknown
from relay_core.store.postgres.clock import DatabaseClock
from relay_core.store.postgres.ledger import PostgresLedger
from relay_core.store.postgres.queue import queue_options
from tests.delivery.world import LANE, NOW, begin_next, planned_run, run_state, states
from tests.journeys.programs import until
from tests.store.ledgers import postgres, server, shared

__all__ = ["postgres", "server", "shared"]


class Line:
    """A channel that remembers what it carried, and answers once it is allowed to."""

    def __init__(self):
        self.carried = Counter()
        self.asked = threading.Semaphore(0)
        self.answer = threading.Event()
        self.answer.set()
        self.is_closed = False
        self.says = lambda outgoing: Accepted(f"n-{outgoing.phone}")

    def make_ready(self):
        """It always is."""

    def send(self, outgoing):
        self.carried[outgoing.phone] += 1
        self.asked.release()
        self.answer.wait(10)
        return self.says(outgoing)

    def close(self):
        self.is_closed = True


def outfit_with(line, *, clock):
    return Outfit(
        channel=lambda _: line,
        pacer=lambda _: Pacer(per_second=400, guard_s=0),
        surroundings=Surroundings(
            clock=clock, monotonic=time.monotonic, dice=lambda: 0.5, max_attempts=3
        ),
    )


@contextmanager
def working(url, line, *, name, **more):
    """Run a worker in a thread; yield it once it may take lanes."""
    ready = threading.Event()
    with PostgresLedger(url) as ledger, DatabaseClock(url) as clock:
        worker = LaneWorker(
            ledger,
            url,
            outfit=lambda: outfit_with(line, clock=clock.now),
            clock=clock.now,
            name=name,
            concurrency=4,
            **more,
        )
        thread = threading.Thread(target=lambda: worker.run(ready=ready.set))
        thread.start()
        assert ready.wait(10)
        try:
            yield worker
        finally:
            worker.stop()
            thread.join(20)
            assert not thread.is_alive()


class InThisProcess:
    """The embedded engine."""

    def __init__(self, request):
        self.ledger = request.getfixturevalue("db")

    @contextmanager
    def engine(self, line):
        engine = LocalEngine(self.ledger, outfit_with(line, clock=lambda: datetime.now(UTC)))
        try:
            yield engine
        finally:
            line.answer.set()
            engine.stop()

    def stop(self, engine):
        engine.stop()

    def crash(self):
        """What a start finds after a process that ended in the middle."""
        self.ledger.write(lambda session: recover(session, now=datetime.now(UTC)))


class OnOtherHosts:
    """Workers that take lanes through the shared ledger."""

    def __init__(self, request):
        self.ledger = request.getfixturevalue("postgres")
        self.url = request.getfixturevalue("shared")

    @contextmanager
    def engine(self, line):
        with working(self.url, line, name="one") as self.worker:
            engine = ClusterEngine(self.ledger, self.url)
            try:
                yield engine
            finally:
                line.answer.set()
                engine.stop()

    def stop(self, engine):
        engine.stop()
        self.worker.stop()

    def crash(self):
        """The lane itself finds it, when it is taken."""


@pytest.fixture(params=[InThisProcess, OnOtherHosts], ids=["in this process", "on other hosts"])
def house(request):
    return request.param(request)


@pytest.fixture
def line():
    return Line()


class TestAnEngine:
    def test_sends_what_is_queued_once_each_lane_by_itself(self, house, line):
        runs = [planned_run(house.ledger, people=9, lane=f"lane-{n}", start=9 * n) for n in (1, 2)]

        with house.engine(line) as engine:
            engine.start()
            until(lambda: engine.is_sending, within_s=5)
            for run in runs:
                until(lambda run=run: run_state(house.ledger, run) == "finished", within_s=10)

        assert len(line.carried) == 18
        assert set(line.carried.values()) == {1}

    def test_sends_nothing_before_it_is_started(self, house, line):
        run_id = planned_run(house.ledger, people=2)

        with house.engine(line) as engine:
            engine.wake(LANE)
            is_sending = engine.is_sending
            time.sleep(0.3)
            found = states(house.ledger, run_id)

        assert not is_sending
        assert found == {"queued": 2}

    def test_sends_on_a_lane_that_is_woken_and_not_what_is_paused(self, house, line):
        run_id = planned_run(house.ledger, people=2)
        pause_run(house.ledger, run_id, actor="anna", now=NOW)

        with house.engine(line) as engine:
            engine.start()
            engine.wake(LANE)
            time.sleep(0.5)
            while_paused = states(house.ledger, run_id)
            resume_run(house.ledger, run_id, actor="anna", now=NOW)
            engine.wake(LANE)
            until(lambda: run_state(house.ledger, run_id) == "finished", within_s=10)

        assert while_paused == {"queued": 2}

    def test_when_stopped_lets_nothing_new_leave_and_records_what_is_in_flight(self, house, line):
        run_id = planned_run(house.ledger, people=500)
        line.answer.clear()

        with house.engine(line) as engine:
            engine.start()
            for _ in range(5):
                assert line.asked.acquire(timeout=10)
            stopping = threading.Thread(target=lambda: house.stop(engine))
            stopping.start()
            time.sleep(0.3)
            left = states(house.ledger, run_id)["sending"]
            line.answer.set()
            stopping.join(10)

        assert states(house.ledger, run_id) == {"accepted": left, "queued": 500 - left}
        assert not engine.is_sending
        assert line.is_closed

    def test_after_a_crash_sends_the_rest_and_says_what_may_have_left(self, house, line):
        run_id = planned_run(house.ledger, people=5)
        house.ledger.write(lambda session: begin_next(session, lane=LANE, now=NOW))
        house.crash()

        with house.engine(line) as engine:
            engine.start()
            until(lambda: run_state(house.ledger, run_id) == "finished", within_s=10)

        assert states(house.ledger, run_id) == {"accepted": 4, "unknown": 1}

    def test_repeats_nothing_of_which_nobody_knows_whether_it_left(self, house, line):
        run_id = planned_run(house.ledger, people=3)
        line.says = lambda _: OutcomeUnknown("ReadTimeout")

        with house.engine(line) as engine:
            engine.start()
            until(lambda: run_state(house.ledger, run_id) == "finished", within_s=10)

        assert states(house.ledger, run_id) == {"unknown": 3}
        assert set(line.carried.values()) == {1}


BREAKS_ONCE = """
    CREATE SEQUENCE relay_queue.ends;
    CREATE FUNCTION relay_queue.break_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('relay_queue.ends') = 1 THEN
            PERFORM pg_terminate_backend(pg_backend_pid());
        END IF;
        RETURN OLD;
    END $$;
    CREATE TRIGGER breaks_once BEFORE DELETE ON relay_queue.procrastinate_jobs
        FOR EACH ROW EXECUTE FUNCTION relay_queue.break_once()"""


class TestAWorker:
    def test_that_stands_still_over_the_queue_holds_up_nobody_for_long(self, shared):
        with (
            closing(psycopg.connect(shared, **queue_options(shared))) as standing_still,
            psycopg.connect(shared, **queue_options(shared), autocommit=True) as another,
        ):
            standing_still.execute("LOCK TABLE procrastinate_jobs")
            waited = waits(another)

            until(lambda: not waits(another), within_s=10)

        assert waited

    def test_sends_again_on_a_lane_whose_last_job_could_not_be_ended(self, postgres, shared, line):
        """The connection is lost at the one moment at which the end of a job is noted."""
        with psycopg.connect(shared) as administrator:
            administrator.execute(BREAKS_ONCE)
        first = planned_run(postgres, people=2)

        with working(shared, line, name="one"):
            until(lambda: run_state(postgres, first) == "finished", within_s=15)
            until(lambda: was_released(postgres), within_s=15)
            second = planned_run(postgres, people=2, start=10)
            until(lambda: run_state(postgres, second) == "finished", within_s=20)

        assert set(line.carried.values()) == {1}


def was_released(ledger):
    holders = ledger.table("SELECT released_at FROM lane_holders").to_pylist()
    return holders[0]["released_at"] is not None


def waits(connection):
    try:
        connection.execute("SET lock_timeout = '100ms'; SELECT count(*) FROM procrastinate_jobs")
    except psycopg.errors.LockNotAvailable:
        return True
    return False
