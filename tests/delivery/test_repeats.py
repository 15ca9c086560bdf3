"""Asking again under the same key: never a second message, and never a wrong certainty."""

from datetime import timedelta

import pytest

from relay_core.delivery.gates import OPEN
from relay_core.delivery.heard import Receipt, ReceiptKind
from relay_core.delivery.receipts import record
from relay_core.delivery.recording import Attempt, recording, recover
from relay_core.delivery.turns import LaneGates
from relay_core.gateways.outcomes import (
    Accepted,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Unreachable,
)
from relay_core.gateways.talk_lanes import REPEATABLE_FOR
from tests.delivery.world import LANE, NOW, phone, planned_run, run_state, states

TALK = "talk:17"
LATER = NOW + timedelta(minutes=30)


@pytest.fixture
def run_id(db):
    return planned_run(db, people=1, lane=TALK)


def begin(db, *, lane=TALK, now=NOW):
    gates = LaneGates(lane, rules=OPEN)
    return db.write(lambda session: gates.take_turn(session, now=now))


def end(db, row, outcome, *, now=NOW):
    attempt = Attempt(
        delivery_id=row["id"],
        run_id=row["run_id"],
        phone=row["phone"],
        number=row["attempts"],
        begun_at=row["begun_at"],
        repeat=row.get("tries", 0),
    )
    db.write(recording(attempt, outcome, now=now, dice=0.5, max_attempts=3))


def in_doubt(db):
    row = begin(db)
    end(db, row, OutcomeUnknown("ReadTimeout"))
    return row


class TestADeliveryInDoubt:
    def test_is_asked_for_again_under_the_same_number_and_stays_unknown_meanwhile(self, db, run_id):
        first = in_doubt(db)

        again = begin(db, now=LATER)

        assert {name: again[name] for name in ("id", "phone", "body")} == {
            name: first[name] for name in ("id", "phone", "body")
        }
        assert states(db, run_id) == {"unknown": 1}

    def test_is_accepted_once_the_channel_says_that_it_has_it(self, db, run_id):
        in_doubt(db)

        end(db, begin(db, now=LATER), Accepted("4242"), now=LATER)

        assert states(db, run_id) == {"accepted": 1}
        assert begin(db, now=LATER + timedelta(minutes=30)) is None

    def test_takes_the_receipt_that_came_before_the_answer(self, db, run_id):
        in_doubt(db)
        receipt = Receipt(
            channel_id="4242",
            kind=ReceiptKind.USER,
            happened_at=NOW,
            integration_id=TALK,
            phone=None,
            conversation_id=None,
            code=None,
            reason=None,
        )
        db.write(lambda session: record(session, receipt, now=NOW))

        end(db, begin(db, now=LATER), Accepted("4242"), now=LATER)

        assert states(db, run_id) == {"delivered": 1}

    @pytest.mark.parametrize(
        "outcome",
        [
            OutcomeUnknown("http_502"),
            Unreachable("ConnectError"),
            Throttled(2.0),
            Rejected("http_401", "No", lane_fault=True),
        ],
    )
    def test_stays_unknown_and_is_asked_for_once_more(self, db, run_id, outcome):
        in_doubt(db)

        end(db, begin(db, now=LATER), outcome, now=LATER)
        db.write(lambda session: session.run("runs.finish_if_settled", run_id=run_id, now=LATER))

        assert states(db, run_id) == {"unknown": 1}
        assert begin(db, now=LATER + timedelta(minutes=30)) is not None

    def test_stays_unknown_for_good_when_the_repeat_is_refused(self, db, run_id):
        in_doubt(db)

        end(db, begin(db, now=LATER), Rejected("http_422", "Requester is suspended"), now=LATER)

        assert states(db, run_id) == {"unknown": 1}
        assert begin(db, now=LATER + timedelta(minutes=30)) is None

    @pytest.mark.usefixtures("run_id")
    def test_is_not_asked_for_twice_at_once(self, db):
        in_doubt(db)

        assert begin(db, now=LATER) is not None
        assert begin(db, now=LATER) is None

    def test_is_asked_for_no_more_once_the_channel_may_have_forgotten_the_key(self, db, run_id):
        in_doubt(db)

        assert begin(db, now=NOW + REPEATABLE_FOR) is None
        assert states(db, run_id) == {"unknown": 1}
        (row,) = db.rows("repeats.delivery", id=1)
        assert row["phone"] == phone(0)

    def test_keeps_the_age_of_its_key_when_a_person_has_it_sent_again(self, db, run_id):
        first = in_doubt(db)
        attempt = Attempt(
            delivery_id=first["id"], run_id=run_id, phone=phone(0), number=2, begun_at=LATER
        )
        db.write(
            lambda session: session.run(
                "deliveries.settle",
                id=first["id"],
                from_state="unknown",
                to_state="sending",
                code=None,
                reason=None,
                now=LATER,
            )
        )
        unknown = OutcomeUnknown("ReadTimeout")
        db.write(recording(attempt, unknown, now=LATER, dice=0.5, max_attempts=3))

        assert begin(db, now=NOW + REPEATABLE_FOR) is None

    def test_is_left_alone_once_the_person_has_opted_out(self, db, run_id):
        in_doubt(db)
        db.write(
            lambda session: session.run(
                "deliveries.suppress", phone=phone(0), reason="STOP", now=NOW
            )
        )

        assert begin(db, now=LATER) is None
        assert states(db, run_id) == {"unknown": 1}

    @pytest.mark.parametrize("state", ["paused", "cancelled"])
    def test_waits_while_its_run_is_not_to_send(self, db, state):
        run_id = planned_run(db, people=2, lane=TALK)
        in_doubt(db)
        db.write(
            lambda session: session.run(
                "runs.change_state",
                run_id=run_id,
                from_state="running",
                to_state=state,
                now=NOW,
            )
        )

        assert begin(db, now=LATER) is None

    def test_is_asked_for_again_after_the_process_was_killed(self, db, run_id):
        begin(db)

        db.write(lambda session: recover(session, now=LATER))

        assert states(db, run_id) == {"unknown": 1}
        end(db, begin(db, now=LATER), Accepted("4242"), now=LATER)
        assert states(db, run_id) == {"accepted": 1}

    @pytest.mark.usefixtures("run_id")
    def test_that_was_settled_by_other_means_is_not_touched_by_a_late_answer(self, db):
        in_doubt(db)
        again = begin(db, now=LATER)
        db.write(lambda session: session.run("deliveries.adopt", id=again["id"], channel_id="7"))

        end(db, again, Accepted("4242"), now=LATER)

        assert db.rows("deliveries.by_channel_id", channel_id="4242") == []


class TestALaneWithoutKeys:
    def test_never_asks_again(self, db):
        run_id = planned_run(db, people=1)
        row = begin(db, lane=LANE)
        end(db, row, OutcomeUnknown("ReadTimeout"))

        assert begin(db, lane=LANE, now=LATER) is None
        assert (states(db, run_id), run_state(db, run_id)) == ({"unknown": 1}, "finished")
