"""Messages in doubt: what is known of them, what people decide, and what comes to light later."""

from datetime import timedelta
from time import monotonic

import pytest

from relay_core.delivery.runs import cancel_run
from relay_core.delivery.unknowns import Decision, settle_unknown, settlements, unknowns
from relay_core.errors import IllegalTransition, NotFound
from relay_core.gateways.outcomes import Accepted, OutcomeUnknown, Throttled
from tests.delivery.test_receipts import begin, end, hear, receipt
from tests.delivery.world import NOW, planned_run, run_state, states

LATER = NOW + timedelta(minutes=30)


def in_doubt(db, *, people=1, of=1):
    """A run of `people` whose first `of` messages ended in doubt."""
    run_id = planned_run(db, people=people)
    for _ in range(of):
        end(db, begin(db), OutcomeUnknown("ReadTimeout"))
    return run_id


def settle(db, run_id, decided, ids=None):
    return settle_unknown(db, run_id, ids, decided=decided, actor="ann", now=NOW)


def audited(db):
    return db.table("SELECT actor, event, subject FROM audit").to_pylist()


class TestTheList:
    def test_says_what_is_known(self, db):
        run_id = in_doubt(db)

        [one] = unknowns(db, run_id, now=NOW + timedelta(hours=3))

        assert (one.person, one.left_at, one.hours_since) == ("Person 0", NOW, 3)
        assert (one.code, one.receipts, one.attempts) == ("ReadTimeout", (), 1)

    def test_names_receipts_that_may_be_about_it(self, db):
        runs = [in_doubt(db), in_doubt(db)]
        hear(db, receipt("user"))

        assert [[r.kind for r in unknowns(db, run, now=LATER)[0].receipts] for run in runs] == [
            ["user"]
        ] * 2

    def test_is_refused_for_a_run_that_is_not_there(self, db):
        with pytest.raises(NotFound):
            unknowns(db, 99, now=NOW)


class TestADecision:
    @pytest.mark.parametrize(
        ("decided", "after"),
        [
            (Decision.SENT, {"accepted": 1, "queued": 1}),
            (Decision.AGAIN, {"queued": 2}),
            (Decision.NOT_SENT, {"failed": 1, "queued": 1}),
        ],
    )
    def test_moves_what_is_unknown_and_is_written_down(self, db, decided, after):
        run_id = in_doubt(db, people=2)

        settled = settle(db, run_id, decided)

        assert (settled.changed, settled.missed) == (1, ())
        assert states(db, run_id) == after
        assert audited(db) == [
            {"actor": "ann", "event": "unknowns.settled", "subject": str(run_id)}
        ]

    @pytest.mark.parametrize("decided", Decision)
    def test_taken_twice_counts_once(self, db, decided):
        run_id = in_doubt(db, people=2)
        [one] = unknowns(db, run_id, now=NOW)

        first = settle(db, run_id, decided, [one.delivery])
        second = settle(db, run_id, decided, [one.delivery])

        assert (first.changed, second.changed, second.missed) == (1, 0, (one.delivery,))
        assert len(audited(db)) == 1

    def test_touches_neither_other_deliveries_nor_other_runs(self, db):
        run_id, other = in_doubt(db, people=2, of=2), in_doubt(db)
        first, _ = unknowns(db, run_id, now=NOW)
        [foreign] = unknowns(db, other, now=NOW)

        settled = settle(db, run_id, Decision.SENT, [first.delivery, foreign.delivery])

        assert settled.missed == (foreign.delivery,)
        assert states(db, run_id) == {"accepted": 1, "unknown": 1}
        assert states(db, other) == {"unknown": 1}

    def test_to_send_again_keeps_the_attempts(self, db):
        run_id = in_doubt(db, people=2)
        settle(db, run_id, Decision.AGAIN)

        numbers = sorted((begin(db).number, begin(db).number))

        assert numbers == [1, 2]

    def test_to_send_again_is_refused_once_the_run_is_over_with_the_way(self, db):
        run_id = in_doubt(db)

        with pytest.raises(IllegalTransition) as refusal:
            settle(db, run_id, Decision.AGAIN)

        assert "retry" in refusal.value.advice
        assert states(db, run_id) == {"unknown": 1}

    def test_to_send_again_holds_back_whoever_opted_out_meanwhile(self, db):
        run_id = in_doubt(db, people=2)
        db.write(
            lambda s: s.run(
                "deliveries.suppress",
                phone=unknowns(db, run_id, now=NOW)[0].phone,
                reason="STOP",
                now=NOW,
            )
        )

        settle(db, run_id, Decision.AGAIN)

        assert states(db, run_id) == {"cancelled": 1, "queued": 1}


class TestALateReceipt:
    @pytest.mark.parametrize(
        ("kinds", "after"),
        [
            (["channel"], "accepted"),
            (["channel", "user"], "delivered"),
            (["channel", "failure"], "failed"),
        ],
    )
    def test_takes_the_place_of_what_somebody_vouched_for(self, db, kinds, after):
        run_id = in_doubt(db)
        settle(db, run_id, Decision.SENT)

        hear(db, *(receipt(kind, channel_id="late") for kind in kinds), now=LATER)

        assert states(db, run_id) == {after: 1}

    def test_shows_that_what_was_given_up_has_arrived(self, db):
        run_id = in_doubt(db)
        settle(db, run_id, Decision.NOT_SENT)

        hear(db, receipt("channel", channel_id="late"), receipt("user", channel_id="late"))
        hear(db, receipt("user", channel_id="late"), now=LATER)

        assert states(db, run_id) == {"delivered": 1}
        assert settlements(db, run_id)[0].arrived_after_all

    @pytest.mark.parametrize("kind", ["channel", "user"])
    def test_calls_off_a_repeat_that_has_not_left(self, db, kind):
        run_id = in_doubt(db, people=2)
        settle(db, run_id, Decision.AGAIN)

        hear(db, receipt(kind, channel_id="late"), now=LATER)

        assert "queued" in states(db, run_id)
        assert states(db, run_id)[{"channel": "accepted", "user": "delivered"}[kind]] == 1
        assert not settlements(db, run_id)[0].twice

    def test_of_failure_leaves_the_repeat_its_turn(self, db):
        run_id = in_doubt(db, people=2)
        settle(db, run_id, Decision.AGAIN)

        hear(db, receipt("failure", channel_id="late"), now=LATER)

        assert states(db, run_id) == {"queued": 2}
        assert not settlements(db, run_id)[0].arrived_after_all

    @pytest.mark.parametrize("when", ["before the answer", "after the answer"])
    def test_for_the_first_of_two_is_said(self, db, when):
        run_id = in_doubt(db, people=2)
        settle(db, run_id, Decision.AGAIN)
        repeat = next(a for a in (begin(db), begin(db)) if a.number > 1)

        if when == "before the answer":
            hear(db, receipt("user", channel_id="first"), now=LATER)
        end(db, repeat, Accepted("second"))
        if when == "after the answer":
            hear(db, receipt("user", channel_id="first"), now=LATER)
        hear(db, receipt("user", channel_id="second"), now=LATER)

        [settlement] = settlements(db, run_id)
        assert (settlement.arrived_after_all, settlement.twice) == (True, True)
        assert states(db, run_id)["delivered"] == 1

    def test_while_the_repeat_is_on_its_way_is_heard_when_it_waits_again(self, db):
        run_id = in_doubt(db, people=2)
        settle(db, run_id, Decision.AGAIN)
        repeat = next(a for a in (begin(db), begin(db)) if a.number > 1)

        hear(db, receipt("user", channel_id="first"), now=LATER)
        end(db, repeat, Throttled(0.0))

        assert states(db, run_id) == {"delivered": 1, "sending": 1}
        assert not settlements(db, run_id)[0].twice

    def test_of_the_repeat_itself_is_not_taken_for_the_first(self, db):
        run_id = in_doubt(db, people=2)
        settle(db, run_id, Decision.AGAIN)
        repeat = next(a for a in (begin(db), begin(db)) if a.number > 1)

        hear(db, receipt("channel", channel_id="second"), now=LATER)
        end(db, repeat, Accepted("second"))

        assert not settlements(db, run_id)[0].arrived_after_all
        assert states(db, run_id)["accepted"] == 1

    def test_that_came_hours_late_counts_once_somebody_has_looked(self, db):
        run_id = in_doubt(db, people=2)
        hear(db, receipt("user", channel_id="late"), now=NOW + timedelta(hours=5))
        left_alone = states(db, run_id)

        settle_unknown(
            db, run_id, None, decided=Decision.AGAIN, actor="ann", now=NOW + timedelta(hours=6)
        )

        assert left_alone == {"unknown": 1, "queued": 1}
        assert states(db, run_id) == {"delivered": 1, "queued": 1}

    def test_is_said_even_when_the_run_was_cancelled_meanwhile(self, db):
        run_id = in_doubt(db, people=2)
        settle(db, run_id, Decision.AGAIN)
        cancel_run(db, run_id, actor="ann", now=LATER)

        hear(db, receipt("user", channel_id="late"), now=LATER)

        assert run_state(db, run_id) == "cancelled"
        assert settlements(db, run_id)[0].arrived_after_all


class TestManyAtOnce:
    def test_are_settled_in_one_short_transaction(self, db):
        run_id = planned_run(db, people=3_000)
        db.table(
            "UPDATE deliveries SET state = 'unknown', begun_at = $now, attempts = 1",
            {"now": NOW},
        )

        began = monotonic()
        settled = settle(db, run_id, Decision.NOT_SENT)

        assert settled.changed == 3_000
        assert monotonic() - began < 5
        assert len(settlements(db, run_id)) == 3_000
