"""What is said of a message afterwards, in any order and any number of times."""

from datetime import timedelta
from itertools import permutations

import pytest

from relay_core.delivery.heard import Receipt, ReceiptKind, Reply
from relay_core.delivery.receipts import record
from relay_core.delivery.recording import Attempt, recording
from relay_core.gateways.outcomes import Accepted, OutcomeUnknown, Throttled, Unreachable
from tests.delivery.world import LANE, NOW, phone, planned_run, run_state, states, take_next


def receipt(kind, *, channel_id="n-1", to=0, conversation=None):
    return Receipt(
        channel_id=channel_id,
        kind=ReceiptKind(kind),
        happened_at=NOW,
        integration_id=LANE,
        phone=phone(to),
        conversation_id=conversation,
        code="131026" if kind == "failure" else None,
        reason="Undeliverable" if kind == "failure" else None,
    )


def reply(text, message_id="m-1"):
    return Reply(message_id=message_id, conversation_id="c-1", body=text, happened_at=NOW)


def begin(db, now=NOW):
    row = db.write(lambda session: take_next(session, lane=LANE, now=now))[0]
    return Attempt(
        delivery_id=row["id"],
        run_id=row["run_id"],
        phone=row["phone"],
        number=row["attempts"],
        begun_at=row["begun_at"],
    )


def end(db, attempt, outcome, now=NOW):
    db.write(recording(attempt, outcome, now=now, dice=0.5, max_attempts=3))


def hear(db, *heard, now=NOW):
    for one in heard:
        db.write(lambda session, one=one: record(session, one, now=now))


class TestReceipts:
    @pytest.mark.parametrize("order", list(permutations(["channel", "user", "answer"])))
    def test_lead_to_delivered_in_every_order_even_before_the_answer(self, db, order):
        run_id = planned_run(db, people=1)
        attempt = begin(db)

        for step in order:
            if step == "answer":
                end(db, attempt, Accepted("n-1"))
            else:
                hear(db, receipt(step), receipt(step))

        assert states(db, run_id) == {"delivered": 1}

    def test_of_failure_keep_the_code_and_the_reason(self, db):
        run_id = planned_run(db, people=1)
        end(db, begin(db), Accepted("n-1"))

        hear(db, receipt("channel"), receipt("failure"))

        assert states(db, run_id) == {"failed": 1}

    def test_from_a_phone_outrank_an_earlier_failure(self, db):
        run_id = planned_run(db, people=1)
        end(db, begin(db), Accepted("n-1"))

        hear(db, receipt("failure"), receipt("user"), receipt("failure"))

        assert states(db, run_id) == {"delivered": 1}

    def test_for_messages_that_are_not_ours_change_nothing(self, db):
        run_id = planned_run(db, people=1)
        end(db, begin(db), Accepted("n-1"))

        hear(db, receipt("user", channel_id="somebody-else"))

        assert states(db, run_id) == {"accepted": 1}


class TestAnUnknownDelivery:
    @pytest.mark.parametrize("early", [True, False])
    def test_is_settled_by_a_receipt_for_its_phone_before_or_after_the_doubt(self, db, early):
        run_id = planned_run(db, people=1)
        attempt = begin(db)

        if early:
            hear(db, receipt("channel"))
        end(db, attempt, OutcomeUnknown("ReadTimeout"))
        if not early:
            hear(db, receipt("channel"))

        assert states(db, run_id) == {"accepted": 1}

    def test_is_not_settled_by_a_receipt_that_may_be_about_another_one(self, db):
        first = planned_run(db, people=1)
        end(db, begin(db), OutcomeUnknown("ReadTimeout"))
        second = planned_run(db, people=1)
        awaited = begin(db)

        hear(db, receipt("channel", channel_id="n-2"))
        end(db, awaited, Accepted("n-2"))

        assert states(db, first) == {"unknown": 1}
        assert states(db, second) == {"accepted": 1}

    def test_does_not_take_a_receipt_for_an_earlier_one_that_came_while_it_was_on_its_way(self, db):
        first = planned_run(db, people=1)
        end(db, begin(db), OutcomeUnknown("ReadTimeout"))
        second = planned_run(db, people=1)
        row = db.write(lambda s: take_next(s, lane=LANE, now=NOW + timedelta(minutes=1)))[0]
        later = Attempt(
            delivery_id=row["id"],
            run_id=second,
            phone=row["phone"],
            number=1,
            begun_at=row["begun_at"],
        )

        hear(db, receipt("user", channel_id="n-first"), now=NOW + timedelta(minutes=2))
        db.write(
            recording(
                later,
                OutcomeUnknown("ReadTimeout"),
                now=NOW + timedelta(minutes=3),
                dice=0.5,
                max_attempts=3,
            )
        )

        assert [states(db, run) for run in (first, second)] == [{"unknown": 1}] * 2

    def test_stays_unknown_when_two_of_them_fit(self, db):
        runs = [planned_run(db, people=1) for _ in range(2)]
        for _ in runs:
            end(db, begin(db), OutcomeUnknown("ReadTimeout"))

        hear(db, receipt("user"))

        assert [states(db, run) for run in runs] == [{"unknown": 1}] * 2

    def test_is_not_settled_by_a_receipt_of_another_day(self, db):
        run_id = planned_run(db, people=1)
        end(db, begin(db), OutcomeUnknown("ReadTimeout"))

        hear(db, receipt("user"), now=NOW + timedelta(days=1))

        assert states(db, run_id) == {"unknown": 1}


class TestAReply:
    def test_of_stop_suppresses_the_number_and_cancels_what_has_not_left(self, db):
        planned_run(db, people=1)
        end(db, begin(db), Accepted("n-1"))
        hear(db, receipt("user", conversation="c-1"))
        waiting = planned_run(db, people=1)

        hear(db, reply("  Stop. "))

        assert states(db, waiting) == {"cancelled": 1}
        assert run_state(db, waiting) == "finished"

    def test_of_anything_else_suppresses_nothing(self, db):
        planned_run(db, people=1)
        end(db, begin(db), Accepted("n-1"))
        hear(db, receipt("user", conversation="c-1"))
        waiting = planned_run(db, people=1)

        hear(db, reply("Please stop by on Monday"), reply("Please stop by on Monday"))

        assert states(db, waiting) == {"queued": 1}


class TestAnOptOut:
    def test_counts_although_it_came_before_the_receipt_that_names_its_conversation(self, db):
        planned_run(db, people=1)
        end(db, begin(db), Accepted("n-1"))
        waiting = planned_run(db, people=1)

        hear(db, reply("STOP"), receipt("user", conversation="c-1"))

        assert states(db, waiting) == {"cancelled": 1}

    @pytest.mark.parametrize("outcome", [Throttled(0.0), Unreachable("ConnectError")])
    def test_counts_although_the_message_was_on_its_way_and_would_have_another_turn(
        self, db, outcome
    ):
        planned_run(db, people=1)
        end(db, begin(db), Accepted("n-1"))
        hear(db, receipt("user", conversation="c-1"))
        second = planned_run(db, people=1)
        on_its_way = begin(db)

        hear(db, reply("STOP"))
        end(db, on_its_way, outcome)

        assert states(db, second) == {"cancelled": 1}
        assert run_state(db, second) == "finished"
