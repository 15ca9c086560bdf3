"""A clock that jumps while messages wait: none is late for it, none leaves twice."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from relay_core.delivery.clock_set_back import WallClock, make_good
from relay_core.delivery.gates import OPEN
from relay_core.delivery.recording import Attempt, recording
from relay_core.delivery.turns import LaneGates
from relay_core.gateways.outcomes import OutcomeUnknown
from relay_core.gateways.talk_lanes import KEY_LIFE
from tests.delivery.world import LANE, NOW, planned_run

TALK = "talk:17"
HOUR = timedelta(hours=1)


def turn(db, *, lane=LANE, now=NOW):
    return db.write(lambda session: LaneGates(lane, rules=OPEN).take_turn(session, now=now))


def set_back(db, *, lane=LANE, by=HOUR, now):
    db.write(lambda session: make_good(session, lane=lane, back=by, now=now))


def in_doubt(db):
    row = turn(db, lane=TALK)
    attempt = Attempt(
        delivery_id=row["id"],
        run_id=row["run_id"],
        phone=row["phone"],
        number=row["attempts"],
        begun_at=row["begun_at"],
    )
    outcome = OutcomeUnknown("ReadTimeout")
    db.write(recording(attempt, outcome, now=NOW, dice=0.5, max_attempts=3))


class TestTheWallClock:
    @given(
        steps=st.lists(
            st.tuples(
                st.floats(0, 10_000, allow_nan=False),
                st.integers(-100_000, 100_000).filter(lambda seconds: abs(seconds) != 1),
            )
        )
    )
    def test_is_found_set_back_by_as_much_as_it_was_and_never_otherwise(self, steps):
        clock, wall, monotonic_s = WallClock(), NOW, 0.0
        clock.set_back_by(wall, monotonic_s=monotonic_s)

        for passed_s, jump_s in steps:
            monotonic_s += passed_s
            wall += timedelta(seconds=passed_s + jump_s)
            back = clock.set_back_by(wall, monotonic_s=monotonic_s)

            expected = max(timedelta(0), -timedelta(seconds=jump_s))
            assert abs(back - expected) < timedelta(milliseconds=1)


class TestAfterTheClockWasSetBack:
    def test_what_was_due_leaves_at_once(self, db):
        planned_run(db, people=1)
        earlier = NOW - HOUR
        assert turn(db, now=earlier) is None

        set_back(db, now=earlier)

        assert turn(db, now=earlier) is not None

    def test_a_key_is_not_used_for_longer_than_the_channel_knows_it(self, db):
        planned_run(db, people=1, lane=TALK)
        in_doubt(db)
        # Nearly two hours have passed, of which the clock gives one back.
        now = NOW + KEY_LIFE - timedelta(minutes=5) - HOUR

        set_back(db, lane=TALK, now=now)

        assert turn(db, lane=TALK, now=now) is None

    def test_a_key_that_seems_to_be_of_the_future_is_not_used(self, db):
        planned_run(db, people=1, lane=TALK)
        in_doubt(db)

        assert turn(db, lane=TALK, now=NOW - HOUR) is None
        assert turn(db, lane=TALK, now=NOW + timedelta(minutes=30)) is None


class TestAfterTheClockWasSetForward:
    def test_a_key_is_not_used_any_more_rather_than_for_too_long(self, db):
        planned_run(db, people=1, lane=TALK)
        in_doubt(db)

        assert turn(db, lane=TALK, now=NOW + 24 * HOUR) is None
