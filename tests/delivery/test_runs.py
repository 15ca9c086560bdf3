"""What a person may do to a run."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relay_core.delivery.recording import Attempt, recording
from relay_core.delivery.runs import cancel_run, pause_run, resume_run, run_status
from relay_core.errors import IllegalTransition, NotFound
from relay_core.gateways.outcomes import Accepted, Throttled
from tests.delivery.world import (
    LANE,
    NOW,
    Scripted,
    planned_run,
    run_state,
    send_all,
    states,
    take_next,
)

DEEDS = {"pause": pause_run, "resume": resume_run, "cancel": cancel_run}


def do(db, deed, run_id):
    DEEDS[deed](db, run_id, actor="test", now=NOW)


class TestARun:
    def test_that_is_paused_lets_nothing_leave(self, db):
        run_id = planned_run(db, people=2)

        do(db, "pause", run_id)

        assert db.write(lambda s: take_next(s, lane=LANE, now=NOW)) == []

    def test_goes_on_where_it_stood_when_resumed(self, db):
        run_id = planned_run(db, people=5)
        do(db, "pause", run_id)

        do(db, "resume", run_id)
        send_all(db, Scripted(), until=lambda: run_state(db, run_id) == "finished")

        assert states(db, run_id) == {"accepted": 5}

    def test_whose_last_answers_came_while_it_was_paused_is_finished(self, db):
        run_id = planned_run(db, people=1)
        row = db.write(lambda s: take_next(s, lane=LANE, now=NOW))[0]
        do(db, "pause", run_id)
        attempt = Attempt(
            delivery_id=row["id"],
            run_id=run_id,
            phone=row["phone"],
            number=1,
            begun_at=NOW,
        )

        db.write(recording(attempt, Accepted("n-1"), now=NOW, dice=0.5, max_attempts=3))

        assert run_state(db, run_id) == "finished"

    def test_that_is_cancelled_lets_nothing_have_another_turn(self, db):
        run_id = planned_run(db, people=1)
        row = db.write(lambda s: take_next(s, lane=LANE, now=NOW))[0]
        do(db, "cancel", run_id)
        attempt = Attempt(
            delivery_id=row["id"],
            run_id=run_id,
            phone=row["phone"],
            number=1,
            begun_at=NOW,
        )

        db.write(recording(attempt, Throttled(1.0), now=NOW, dice=0.5, max_attempts=3))

        assert states(db, run_id) == {"cancelled": 1}

    def test_that_is_cancelled_keeps_what_was_sent_and_gives_up_the_rest(self, db):
        run_id = planned_run(db, people=3)
        db.write(lambda s: take_next(s, lane=LANE, now=NOW))

        do(db, "cancel", run_id)

        assert states(db, run_id) == {"sending": 1, "cancelled": 2}
        assert run_status(db, run_id).finished_at == NOW

    @pytest.mark.parametrize("deed", DEEDS)
    def test_that_is_over_stays_over(self, db, deed):
        run_id = planned_run(db, people=1)
        do(db, "cancel", run_id)

        with pytest.raises(IllegalTransition) as refusal:
            do(db, deed, run_id)

        assert "cancelled" in refusal.value.advice

    def test_that_does_not_exist_is_not_found(self, db):
        with pytest.raises(NotFound):
            do(db, "pause", 999)

    @settings(
        max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
    )
    @given(st.lists(st.sampled_from(sorted(DEEDS)), min_size=1, max_size=8))
    def test_only_ever_takes_arrows_that_are_drawn(self, db, deeds):
        run_id = planned_run(db, people=1)
        seen = [run_state(db, run_id)]
        for deed in deeds:
            try:
                do(db, deed, run_id)
            except IllegalTransition:
                continue
            seen.append(run_state(db, run_id))

        drawn = {
            ("running", "paused"),
            ("paused", "running"),
            ("running", "cancelled"),
            ("paused", "cancelled"),
            ("running", "running"),
        }
        assert set(pairwise(seen)) <= drawn

    def test_always_accounts_for_every_delivery(self, db):
        run_id = planned_run(db, people=7)
        send_all(db, Scripted(), until=lambda: run_status(db, run_id).settled >= 3)

        status = run_status(db, run_id)

        assert status.planned == (
            status.queued
            + status.sending
            + status.accepted
            + status.failed
            + status.unknown
            + status.cancelled
        )
