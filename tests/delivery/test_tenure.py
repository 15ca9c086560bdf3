"""One holder of a lane at a time, whoever believes what."""

import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from relay_core.delivery.pacing import Pacer
from relay_core.delivery.runs import cancel_run, pause_run
from relay_core.delivery.sender import LaneSender, Surroundings
from relay_core.delivery.tenure import LATEST_S, lanes_with_work, release_lane, take_lane
from relay_core.delivery.unknowns import Decision, settle_unknown
from relay_core.errors import StoreError
from relay_core.gateways.outcomes import (
    Accepted,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Unreachable,
)
from tests.delivery.world import (
    LANE,
    NOW,
    begin_next,
    planned_run,
    run_state,
    states,
)
from tests.journeys.programs import until
from tests.store.ledgers import AskedLedger

TALK = "talk:17"
WINDOW_S = 1.25
FEW_S = timedelta(seconds=1)


def taken(db, *, holder="one", now=NOW):
    return take_lane(db, LANE, holder=holder, window_s=WINDOW_S, now=now)


def delivery_of(db, run_id):
    return db.table("SELECT * FROM deliveries WHERE run_id = $id", {"id": run_id}).to_pylist()[0]


def attempts(db):
    rows = db.table("SELECT outcome, code FROM attempts ORDER BY ended_at, outcome").to_pylist()
    return [(row["outcome"], row["code"]) for row in rows]


class Held:
    """A channel that answers once it is allowed to."""

    def __init__(self, outcome):
        self.asked = threading.Semaphore(0)
        self.answer = threading.Event()
        self._outcome = outcome

    def make_ready(self):
        """It always is."""

    def send(self, _outgoing):
        self.asked.release()
        self.answer.wait(10)
        return self._outcome

    def close(self):
        """Nothing to let go of."""


@contextmanager
def sending(db, channel, tenure, *, lane=LANE, monotonic=time.monotonic):
    """Let a holder send until the block ends."""
    stop, wake = threading.Event(), threading.Event()
    sender = LaneSender(
        lane=lane,
        ledger=db,
        channel=channel,
        pacer=Pacer(per_second=500, guard_s=0),
        surroundings=Surroundings(
            clock=lambda: datetime.now(UTC),
            monotonic=monotonic,
            dice=lambda: 0.5,
            max_attempts=3,
        ),
        stop=stop,
        wake=wake,
        tenure=tenure,
    )
    thread = threading.Thread(target=sender.run)
    thread.start()
    try:
        yield sender
    finally:
        stop.set()
        wake.set()
        thread.join(10)


class TestWhoTakesALane:
    def test_begins_at_once_where_nobody_ever_held_it(self, db):
        assert taken(db).wait_s == 0

    def test_waits_for_what_may_still_leave_and_a_whole_window_after_it(self, db):
        taken(db)

        assert taken(db, holder="two").wait_s == LATEST_S + WINDOW_S

    def test_waits_for_the_rest_of_the_window_where_the_former_one_let_go(self, db):
        release_lane(db, taken(db), now=NOW)

        assert taken(db, now=NOW + timedelta(seconds=1)).wait_s == pytest.approx(0.25)

    def test_waits_no_longer_than_after_a_crash_whatever_the_clock_says(self, db):
        release_lane(db, taken(db), now=NOW + timedelta(hours=1))

        assert taken(db, now=NOW).wait_s <= LATEST_S + WINDOW_S

    def test_waits_for_a_crash_before_one_who_let_go_without_having_waited(self, db):
        taken(db)
        release_lane(db, taken(db, holder="two"), now=NOW)

        assert taken(db, holder="three").wait_s == LATEST_S + WINDOW_S

    def test_finds_what_was_open_on_this_lane_unknown_and_leaves_other_lanes_alone(self, db):
        here = planned_run(db, people=2)
        there = planned_run(db, people=1, lane="lane-2", start=10)
        db.write(lambda session: begin_next(session, lane=LANE, now=NOW))
        db.write(lambda session: begin_next(session, lane="lane-2", now=NOW))

        taken(db)

        assert states(db, here) == {"unknown": 1, "queued": 1}
        assert states(db, there) == {"sending": 1}


class TestWhoLostALane:
    def test_takes_nothing_more_and_ends(self, db):
        first = taken(db)
        taken(db, holder="two")
        run_id = planned_run(db, people=3)

        with sending(db, Held(Accepted("x")), first) as sender:
            until(lambda: sender.is_lost, within_s=5)

        assert states(db, run_id) == {"queued": 3}

    @pytest.mark.parametrize(
        ("outcome", "state", "noted"),
        [
            (Accepted("n-1"), "accepted", ("accepted", None)),
            (Rejected("bad_number", "No such number."), "failed", ("rejected", "bad_number")),
            (Rejected("key", "Wrong key.", lane_fault=True), "unknown", ("unknown", "stopped")),
            (Throttled(1.0), "unknown", ("unknown", "stopped")),
            (Unreachable("ConnectError"), "unknown", ("unknown", "stopped")),
            (OutcomeUnknown("ReadTimeout"), "unknown", ("unknown", "stopped")),
        ],
    )
    def test_still_records_a_certain_answer(self, db, outcome, state, noted):
        run_id = planned_run(db, people=1)
        channel = Held(outcome)

        with sending(db, channel, taken(db)):
            assert channel.asked.acquire(timeout=5)
            taken(db, holder="two", now=datetime.now(UTC))
            channel.answer.set()

        assert states(db, run_id) == {state: 1}
        assert attempts(db) == [noted]
        assert run_state(db, run_id) == "finished"

    def test_says_what_certainly_did_not_leave(self, db):
        run_id = planned_run(db, people=1)
        channel = Held(Unreachable("ConnectError"))

        with sending(db, channel, taken(db)):
            assert channel.asked.acquire(timeout=5)
            taken(db, holder="two", now=datetime.now(UTC))
            channel.answer.set()

        assert delivery_of(db, run_id)["reason"].endswith("It was not sent.")

    @pytest.mark.parametrize(
        "outcome",
        [
            Rejected("422", "No such ticket."),
            Rejected("key", "Wrong key.", lane_fault=True),
            Throttled(1.0),
            Unreachable("ConnectError"),
        ],
    )
    def test_says_nothing_of_what_may_have_left_again_under_its_key(self, db, outcome):
        run_id = planned_run(db, people=1, lane=TALK)
        channel = Held(outcome)
        first = take_lane(db, TALK, holder="one", window_s=WINDOW_S, now=NOW)

        with sending(db, channel, first, lane=TALK):
            assert channel.asked.acquire(timeout=5)
            now = datetime.now(UTC)
            take_lane(db, TALK, holder="two", window_s=WINDOW_S, now=now)
            assert db.write(lambda session: begin_next(session, lane=TALK, now=now))["tries"] == 1
            channel.answer.set()

        assert "may have been sent" in delivery_of(db, run_id)["reason"]

    def test_changes_nothing_that_a_person_has_decided(self, db):
        run_id = planned_run(db, people=1)
        waiting = planned_run(db, people=1, start=10)
        channel = Held(Rejected("bad_number", "No such number."))

        with sending(db, channel, taken(db)):
            assert channel.asked.acquire(timeout=5)
            assert channel.asked.acquire(timeout=5)
            now = datetime.now(UTC)
            taken(db, holder="two", now=now)
            settle_unknown(db, run_id, None, decided=Decision.NOT_SENT, actor="anna", now=now)
            channel.answer.set()

        assert (
            delivery_of(db, run_id)["reason"] == "Somebody decided that this message was not sent."
        )
        assert delivery_of(db, waiting)["code"] == "bad_number"


class TestAMessage:
    def test_does_not_leave_long_after_its_intent(self, db):
        run_id = planned_run(db, people=1)
        channel = Held(Accepted("x"))
        channel.answer.set()

        def monotonic():
            """As if the machine had stood still right after the commit."""
            is_open = delivery_of(db, run_id)["state"] == "sending"
            return time.monotonic() + (LATEST_S + 1 if is_open else 0)

        with sending(db, channel, taken(db), monotonic=monotonic):
            until(lambda: attempts(db), within_s=5)

        assert not channel.asked.acquire(blocking=False)
        assert attempts(db)[0] == ("unreachable", "too_late")
        assert states(db, run_id) == {"queued": 1}


class StandingStill(AskedLedger):
    """A process that stands still in each transaction until it is let go on.

    Right after its beginning, or right before its commit.
    """

    def __init__(self, url, *, before_its_commit=False):
        super().__init__(url)
        self.begun, self.goes_on = threading.Event(), threading.Event()
        self._before_its_commit = before_its_commit

    def write(self, work):
        def late(session):
            done = work(session) if self._before_its_commit else None
            self.begun.set()
            self.goes_on.wait(30)
            return done if self._before_its_commit else work(session)

        return super().write(late)


class TestATransactionThatBeganLongAgo:
    def test_lets_nothing_leave_that_was_paused_since(self, postgres, shared):
        run_id = planned_run(postgres, people=1)
        channel = Held(Accepted("x"))
        channel.answer.set()

        with (
            StandingStill(shared) as ledger,
            sending(ledger, channel, taken(postgres)) as sender,
        ):
            assert ledger.begun.wait(10)
            pause_run(postgres, run_id, actor="anna", now=NOW)
            time.sleep(LATEST_S + 0.2)
            ledger.goes_on.set()
            until(lambda: attempts(postgres), within_s=5)

        assert attempts(postgres) == [("unreachable", "too_late")]
        assert states(postgres, run_id) == {"queued": 1}
        assert not sender.is_lost

    def test_lets_nothing_leave_on_a_lane_that_was_taken_since(self, postgres, shared):
        run_id = planned_run(postgres, people=1)

        with (
            StandingStill(shared) as ledger,
            sending(ledger, Held(Accepted("x")), taken(postgres)) as sender,
        ):
            assert ledger.begun.wait(10)
            taken(postgres, holder="two")
            ledger.goes_on.set()
            until(lambda: sender.is_lost, within_s=5)

        assert attempts(postgres) == []
        assert states(postgres, run_id) == {"queued": 1}


class TestATransactionThatStandsStill:
    def test_holds_nobody_up_who_takes_the_lane(self, postgres, shared):
        run_id = planned_run(postgres, people=3)
        channel = Held(Accepted("x"))
        channel.send = lambda outgoing: Accepted(f"n-{outgoing.phone}")

        with (
            StandingStill(shared, before_its_commit=True) as ledger,
            sending(ledger, channel, taken(postgres)) as still,
        ):
            assert ledger.begun.wait(10)
            try:
                with sending(postgres, channel, taken(postgres, holder="two")):
                    until(lambda: run_state(postgres, run_id) == "finished", within_s=15)
            finally:
                ledger.goes_on.set()
            until(lambda: still.is_lost, within_s=5)

        assert states(postgres, run_id) == {"accepted": 3}


class TestADatabaseThatGoesAway:
    def test_fails_no_message_that_has_not_left(self, db):
        """Between the intent and the request a message is built from what is frozen."""
        run_id = planned_run(db, people=3)

        class Away:
            """Does not answer the first question after the intent."""

            def __init__(self):
                self.write = db.write
                self.asked = 0

            def rows(self, query, /, **values):
                self.asked += query == "runs.template_of"
                if query == "runs.template_of" and self.asked == 1:
                    raise StoreError("gone", advice="The ledger's database cannot be reached.")
                return db.rows(query, **values)

        channel = Held(lambda: None)
        channel.send = lambda outgoing: Accepted(f"n-{outgoing.phone}")

        with sending(Away(), channel, taken(db)):
            until(lambda: run_state(db, run_id) == "finished", within_s=10)

        assert states(db, run_id) == {"accepted": 3}


class TestALaneWithWork:
    def test_is_one_on_which_something_is_due(self, db):
        planned_run(db, people=1)
        planned_run(db, people=0, lane="lane-2")

        assert lanes_with_work(db, now=NOW) == [LANE]

    def test_is_none_on_which_everything_waits_for_later(self, db):
        planned_run(db, people=1)

        assert lanes_with_work(db, now=NOW - FEW_S) == []

    def test_is_one_where_an_intent_is_open_that_nobody_sends_any_more(self, db):
        planned_run(db, people=1)
        db.write(lambda session: begin_next(session, lane=LANE, now=NOW))

        assert lanes_with_work(db, now=NOW - FEW_S) == [LANE]

    def test_is_one_whose_run_was_cancelled_while_an_answer_was_awaited_that_never_came(self, db):
        run_id = planned_run(db, people=2)
        db.write(lambda session: begin_next(session, lane=LANE, now=NOW))
        cancel_run(db, run_id, actor="anna", now=NOW)

        assert lanes_with_work(db, now=NOW) == [LANE]

        taken(db)

        assert states(db, run_id) == {"unknown": 1, "cancelled": 1}
        assert lanes_with_work(db, now=NOW) == []

    def test_is_one_where_the_first_messages_of_a_run_are_watched(self, db):
        run_id = planned_run(db, people=1)
        chosen = {"size": 1, "wait_s": 60, "most_failures": 0.5, "state": "leading"}
        db.write(lambda session: session.run("canaries.add", run_id=run_id, **chosen))

        assert lanes_with_work(db, now=NOW - FEW_S) == [LANE]
