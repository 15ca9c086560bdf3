"""The gates at the moment of sending, on a real file: who goes, who waits, who does not leave."""

from datetime import UTC, datetime, timedelta

import pytest

from relay_core.audience.policy import Policy
from relay_core.campaigns.kinds import TESTER
from relay_core.delivery.attending import Attendant
from relay_core.delivery.canary import CanaryState
from relay_core.delivery.gates import CanaryChoice, GateRules, HeldFor, Hold
from relay_core.delivery.heard import Receipt, ReceiptKind
from relay_core.delivery.holding import HeldBack, held_back, hold_quiet, release_held
from relay_core.delivery.hours import QuietHours
from relay_core.delivery.quota import Quota
from relay_core.delivery.receipts import record
from relay_core.delivery.recording import Attempt, recording
from relay_core.delivery.runs import resume_run, run_status
from relay_core.delivery.turns import LaneGates
from relay_core.gateways.outcomes import Accepted, Rejected, Throttled
from tests.delivery.world import LANE, NOW, delivery, phone, planned_run, run_state, states

DAY = timedelta(days=1)
NIGHT = datetime(2026, 3, 15, 23, tzinfo=UTC)  # midnight in the Netherlands
MORNING = datetime(2026, 3, 16, 7, tzinfo=UTC)  # eight o'clock there
FRENCH = "+33612345678"


class Lane:
    """A lane that a test walks through turn by turn."""

    def __init__(self, db, *, lane=LANE, **rules):
        self.db = db
        self.rules = GateRules(**rules)
        self.gates = LaneGates(lane, rules=self.rules)
        self.attendant = Attendant(db, lane=lane, rules=self.rules)
        self.gates.take_up(db, now=NOW)

    def turn(self, now=NOW):
        return self.db.write(lambda session: self.gates.take_turn(session, now=now))

    def end(self, row, outcome=None, now=NOW):
        attempt = Attempt(
            delivery_id=row["id"],
            run_id=row["run_id"],
            phone=row["phone"],
            number=row["attempts"],
            begun_at=row["begun_at"],
        )
        outcome = outcome or Accepted(f"n-{row['id']}")
        self.db.write(recording(attempt, outcome, now=now, dice=0.5, max_attempts=3))

    def send(self, now=NOW):
        """Send all that may leave; return to whom."""
        sent = []
        while isinstance(row := self.turn(now), dict):
            self.end(row, now=now)
            sent.append(row["phone"])
        return sent


def hear(db, number, *, code, now=NOW):
    """Let a failure receipt come for the delivery of this id."""
    receipt = Receipt(
        channel_id=f"n-{number}",
        kind=ReceiptKind.FAILURE if code else ReceiptKind.USER,
        happened_at=now,
        integration_id=LANE,
        phone=None,
        conversation_id=None,
        code=code,
        reason="Its words" if code else None,
    )
    db.write(lambda session: record(session, receipt, now=now))


def channel_is(db, kind):
    db.write(
        lambda session: session.run(
            "templates.keep_integration",
            id=LANE,
            type=kind,
            name="Sender",
            status="active",
            sender=None,
            now=NOW,
        )
    )


def add_frenchman(db, run_id):
    row = delivery(run_id, 900) | {"phone": FRENCH, "country": "FR"}
    db.write(lambda session: session.run_many("runs.add_deliveries", [row]))


def waiting(db, run_id, *, now=NOW):
    return [(each.why, each.messages) for each in held_back(db, run_id, now=now)]


class TestQuietHours:
    def test_hold_everything_at_once_until_it_may_leave(self, db):
        run_id = planned_run(db, people=30)
        lane = Lane(db, quiet_hours=QuietHours())

        verdict = lane.turn(NIGHT)
        held = hold_quiet(db, lane=LANE, rules=lane.rules, now=NIGHT)

        assert verdict == Hold(MORNING, HeldFor.QUIET_HOURS)
        assert held == 29
        assert lane.turn(NIGHT) is None
        assert held_back(db, run_id, now=NIGHT) == [
            HeldBack(why=HeldFor.QUIET_HOURS, until=MORNING, messages=30)
        ]

    def test_count_no_attempt_and_leave_no_trace_of_a_turn(self, db):
        planned_run(db, people=1)
        lane = Lane(db, quiet_hours=QuietHours())
        lane.turn(NIGHT)

        row = lane.turn(MORNING)

        assert row["attempts"] == 1
        assert row["begun_at"] == MORNING

    def test_let_others_go_on(self, db):
        run_id = planned_run(db, people=3)
        add_frenchman(db, run_id)
        lane = Lane(db, quiet_hours=QuietHours())
        sunday = datetime(2026, 3, 15, 12, tzinfo=UTC)

        sent = lane.send(sunday)
        hold_quiet(db, lane=LANE, rules=lane.rules, now=sunday)
        sent += lane.send(sunday)

        assert set(sent) == {phone(0), phone(1), phone(2)}
        assert waiting(db, run_id) == [(HeldFor.QUIET_HOURS, 1)]

    def test_do_not_hold_a_test_to_oneself(self, db):
        run_id = planned_run(db, people=2)
        db.table(
            "UPDATE deliveries SET person_id = $tester WHERE phone = $phone RETURNING id",
            {"tester": TESTER, "phone": phone(1)},
        )
        lane = Lane(db, quiet_hours=QuietHours())

        verdict = lane.turn(NIGHT)
        hold_quiet(db, lane=LANE, rules=lane.rules, now=NIGHT)

        assert isinstance(verdict, Hold)
        assert lane.send(NIGHT) == [phone(1)]
        assert waiting(db, run_id) == [(HeldFor.QUIET_HOURS, 1)]

    def test_do_not_hold_where_they_do_not(self, db):
        planned_run(db, people=2)
        lane = Lane(db, quiet_hours=QuietHours(channels=frozenset({"whatsapp"})))

        assert len(lane.send(NIGHT)) == 2

    def test_are_forgotten_by_a_sender_that_starts_with_other_settings(self, db):
        planned_run(db, people=2)
        Lane(db, quiet_hours=QuietHours()).turn(NIGHT)

        db.write(lambda session: release_held(session, now=NIGHT))

        assert len(Lane(db).send(NIGHT)) == 2

    def test_release_at_the_moment_even_if_a_process_died_in_between(self, db):
        planned_run(db, people=5)
        lane = Lane(db, quiet_hours=QuietHours())
        lane.turn(NIGHT)
        hold_quiet(db, lane=LANE, rules=lane.rules, now=NIGHT)

        assert len(Lane(db, quiet_hours=QuietHours()).send(MORNING)) == 5


class TestADailyQuota:
    def test_lets_so_many_leave_and_the_rest_on_the_next_day(self, db):
        run_id = planned_run(db, people=7)
        lane = Lane(db, quota=Quota(per_day=3))

        counts = [len(lane.send(NOW + n * DAY)) for n in range(3)]

        assert counts == [3, 3, 1]
        assert run_state(db, run_id) == "finished"

    def test_says_what_waits(self, db):
        run_id = planned_run(db, people=7)

        Lane(db, quota=Quota(per_day=3)).send()

        assert held_back(db, run_id, now=NOW) == [
            HeldBack(why=HeldFor.DAILY_QUOTA, until=datetime(2026, 3, 16, tzinfo=UTC), messages=4)
        ]

    def test_is_counted_through_a_restart(self, db):
        planned_run(db, people=7)
        first = Lane(db, quota=Quota(per_day=3))
        first.end(first.turn())

        assert len(Lane(db, quota=Quota(per_day=3)).send()) == 2

    def test_counts_what_left_before_it_was_set(self, db):
        planned_run(db, people=2)
        Lane(db).send()
        planned_run(db, people=7, start=100)

        assert len(Lane(db, quota=Quota(per_day=3)).send()) == 1

    def test_does_not_count_what_certainly_did_not_leave(self, db):
        planned_run(db, people=4)
        lane = Lane(db, quota=Quota(per_day=3))
        lane.end(lane.turn(), Throttled(0.0))
        lane.end(lane.turn(), Rejected("http_400", "bad"))

        assert len(lane.send()) == 3

    def test_grows_from_the_day_on_which_the_lane_was_first_used(self, db):
        planned_run(db, people=100)
        rules = {"quota": Quota(per_day=20, warm_up_start=2, warm_up_growth=3)}

        counts = [len(Lane(db, **rules).send(NOW + n * DAY)) for n in range(4)]

        assert counts == [2, 6, 18, 20]

    def test_leaves_other_lanes_alone(self, db):
        planned_run(db, people=3)
        planned_run(db, people=3, lane="lane-2")
        Lane(db, quota=Quota(per_day=1)).send()

        assert len(Lane(db, lane="lane-2", quota=Quota(per_day=2)).send()) == 2


class TestWhatOtherRunsSent:
    def test_keeps_a_message_of_the_same_template_from_leaving(self, db):
        # The second run was frozen before the first sent anything.
        first, second = planned_run(db, people=2), planned_run(db, people=3)
        lane = Lane(db, policy=Policy(blackout_days=1))

        sent = lane.send(NOW + timedelta(minutes=1))

        assert sorted(sent) == [phone(0), phone(1), phone(2)]
        assert states(db, first) == {"accepted": 2}
        assert states(db, second) == {"accepted": 1, "cancelled": 2}

    def test_is_no_hindrance_once_the_blackout_is_over(self, db):
        planned_run(db, people=1)
        Lane(db, policy=Policy(blackout_days=1)).send(NOW + timedelta(minutes=1))
        later = planned_run(db, people=1)

        Lane(db, policy=Policy(blackout_days=1)).send(NOW + 2 * DAY)

        assert states(db, later) == {"accepted": 1}

    def test_counts_up_to_the_cap(self, db):
        runs = [planned_run(db, people=1) for _ in range(4)]

        Lane(db, policy=Policy(frequency_cap=2)).send(NOW + timedelta(minutes=1))

        ends = [states(db, run_id) for run_id in runs]
        assert ends == [{"accepted": 1}, {"accepted": 1}, {"cancelled": 1}, {"cancelled": 1}]
        assert all(run_state(db, run_id) == "finished" for run_id in runs)

    def test_does_not_count_where_it_failed(self, db):
        planned_run(db, people=1)
        second = planned_run(db, people=1)
        lane = Lane(db, policy=Policy(blackout_days=1))
        lane.end(lane.turn(NOW + timedelta(minutes=1)), Rejected("http_400", "bad"))

        lane.send(NOW + timedelta(minutes=2))

        assert states(db, second) == {"accepted": 1}

    def test_counts_an_unknown_end_as_sent(self, db):
        planned_run(db, people=1)
        second = planned_run(db, people=1)
        lane = Lane(db, policy=Policy(blackout_days=1))
        lane.turn(NOW + timedelta(minutes=1))

        lane.send(NOW + timedelta(minutes=2))

        assert states(db, second) == {"cancelled": 1}

    def test_is_waived_for_somebody_who_was_included_by_hand_after_that_run_was_made(self, db):
        planned_run(db, people=1)
        second = planned_run(db, people=1)
        campaign = db.rows("runs.one", run_id=second)[0]["campaign_id"]
        db.write(
            lambda session: session.run_many(
                "choices.put",
                [
                    {
                        "campaign_id": campaign,
                        "person_id": 0,
                        "choice": "included",
                        "actor": "a",
                        "reason": "r",
                        "chosen_at": NOW + timedelta(seconds=1),
                    }
                ],
            )
        )

        Lane(db, policy=Policy(blackout_days=1)).send(NOW + timedelta(minutes=1))

        assert states(db, second) == {"accepted": 1}

    def test_does_not_matter_to_somebody_who_asked_for_nothing(self, db):
        run_id = planned_run(db, people=2)
        db.write(
            lambda session: session.run(
                "deliveries.suppress", phone=phone(0), reason="STOP", now=NOW
            )
        )

        assert Lane(db).send() == [phone(1)]
        assert states(db, run_id) == {"accepted": 1, "cancelled": 1}


class TestTheFirstMessages:
    CHOICE = CanaryChoice(size=5, wait_s=60, most_failures=0.2)

    def test_holds_the_rest_also_where_the_first_turn_had_to_be_taken_once_more(self, db):
        run_id = planned_run(db, people=20)
        db.write(
            lambda session: session.run(
                "deliveries.suppress", phone=phone(0), reason="stop", now=NOW
            )
        )
        lane = Lane(db, canary=self.CHOICE)

        def overtaken(session):
            lane.gates.take_turn(session, now=NOW)
            raise RuntimeError

        with pytest.raises(RuntimeError):
            db.write(overtaken)

        assert len(lane.send()) <= 5
        assert states(db, run_id)["queued"] >= 14

    def test_go_first_and_the_rest_waits(self, db):
        run_id = planned_run(db, people=20)
        lane = Lane(db, canary=self.CHOICE)

        assert len(lane.send()) == 5
        assert held_back(db, run_id, now=NOW) == [
            HeldBack(why=HeldFor.CANARY, until=None, messages=15)
        ]

    def test_let_the_rest_follow_once_their_receipts_are_there(self, db):
        planned_run(db, people=20)
        lane = Lane(db, canary=self.CHOICE)
        lane.send()
        lane.attendant.attend(now=NOW)
        assert lane.send() == []
        for row in range(1, 21):
            hear(db, row, code=None)

        lane.attendant.attend(now=NOW + timedelta(seconds=1))

        assert len(lane.send(NOW + timedelta(seconds=1))) == 15

    def test_let_the_rest_follow_when_nothing_is_heard_in_time(self, db):
        planned_run(db, people=20)
        lane = Lane(db, canary=self.CHOICE)
        lane.send()

        lane.attendant.attend(now=NOW + timedelta(seconds=61))

        assert len(lane.send(NOW + timedelta(seconds=61))) == 15

    def test_stop_the_run_with_figures_when_too_many_failed(self, db):
        run_id = planned_run(db, people=20)
        lane = Lane(db, canary=self.CHOICE)
        for _ in range(2):
            lane.end(lane.turn(), Rejected("http_400", "bad"))
        lane.send()

        lane.attendant.attend(now=NOW)

        assert run_state(db, run_id) == "paused"
        assert "Of the first 5 messages 2 failed (40%)" in run_status(db, run_id).note
        assert lane.send() == []

    def test_let_the_rest_follow_when_a_person_resumes_all_the_same(self, db):
        run_id = planned_run(db, people=20)
        lane = Lane(db, canary=self.CHOICE)
        for _ in range(2):
            lane.end(lane.turn(), Rejected("http_400", "bad"))
        lane.send()
        lane.attendant.attend(now=NOW)

        resume_run(db, run_id, actor="a", now=NOW)

        assert len(lane.send(NOW + DAY)) == 15
        assert run_state(db, run_id) == "finished"

    def test_are_chosen_once_whatever_process_goes_on(self, db):
        planned_run(db, people=20)
        first = Lane(db, canary=self.CHOICE)
        first.end(first.turn())
        db.write(lambda session: release_held(session, now=NOW))

        assert len(Lane(db, canary=self.CHOICE).send()) == 4

    def test_are_none_in_a_run_that_was_under_way_or_is_no_larger(self, db):
        planned_run(db, people=20)
        before = Lane(db)
        before.end(before.turn())
        before.end(before.turn())

        assert len(Lane(db, canary=self.CHOICE).send()) == 18

        planned_run(db, people=5, start=100)
        assert len(Lane(db, canary=self.CHOICE).send()) == 5

    def test_can_be_chosen_for_one_run(self, db):
        run_id = planned_run(db, people=20)
        db.write(
            lambda session: session.run(
                "canaries.add",
                run_id=run_id,
                size=3,
                wait_s=0,
                most_failures=0.5,
                state=CanaryState.CHOSEN,
            )
        )

        assert len(Lane(db).send()) == 3


class TestAFailureOfAllThatWaits:
    @pytest.mark.parametrize("by_receipt", [True, False])
    @pytest.mark.parametrize(
        ("code", "mine", "other"),
        [("131048", "paused", "paused"), ("132015", "paused", "running")],
    )
    def test_stops_the_lane_or_the_run(self, db, by_receipt, code, mine, other):
        channel_is(db, "whatsapp")
        runs = [planned_run(db, people=3), planned_run(db, people=3, start=10)]
        channel_is(db, "whatsapp")
        lane = Lane(db)
        row = lane.turn()

        if by_receipt:
            lane.end(row)
            hear(db, row["id"], code=code)
        else:
            lane.end(row, Rejected(code, "Its words"))

        assert [run_state(db, run_id) for run_id in runs] == [mine, other]
        assert code in run_status(db, runs[0]).note

    def test_leaves_a_person_alone_for_a_day_on_that_channel_in_every_run(self, db):
        runs = [planned_run(db, people=1) for _ in range(2)]
        channel_is(db, "whatsapp")
        lane = Lane(db)
        row = lane.turn()
        lane.end(row)
        hear(db, row["id"], code="131049")
        later = planned_run(db, people=1)
        channel_is(db, "whatsapp")

        assert lane.send(NOW + timedelta(hours=23)) == []
        assert waiting(db, runs[1]) == waiting(db, later) == [(HeldFor.REST, 1)]
        assert len(lane.send(NOW + timedelta(hours=24))) == 2

    def test_tells_the_lane_to_slow_down_once(self, db):
        planned_run(db, people=1)
        channel_is(db, "whatsapp")
        lane = Lane(db)
        assert not lane.attendant.attend(now=NOW - timedelta(seconds=1))
        row = lane.turn()
        lane.end(row)

        hear(db, row["id"], code="130429")

        assert lane.attendant.attend(now=NOW)
        assert not lane.attendant.attend(now=NOW)


class TestTheShareOfFailures:
    def test_pauses_a_run_with_the_cause_and_not_again_for_the_same_messages(self, db):
        run_id = planned_run(db, people=120)
        channel_is(db, "whatsapp")
        lane = Lane(db, most_failures=0.5)
        for _ in range(50):
            lane.end(lane.turn(), Rejected("132000", "bad"))

        lane.attendant.attend(now=NOW)

        assert run_state(db, run_id) == "paused"
        assert "50 of the latest 50 messages failed because of the template" in (
            run_status(db, run_id).note
        )
        resume_run(db, run_id, actor="a", now=NOW + timedelta(seconds=1))
        lane.attendant.attend(now=NOW + timedelta(seconds=2))
        assert run_state(db, run_id) == "running"
