"""What waits is looked at again: it does not leave for somebody who has become unwelcome."""

from datetime import timedelta

import pytest

from relay_core.audience.policy import Policy
from relay_core.delivery.recording import Attempt, recording
from relay_core.delivery.runs import cancel_run, pause_run
from relay_core.delivery.welcome import Unwelcome, drop_unwelcome
from relay_core.gateways.outcomes import Throttled
from relay_core.people.kept import keep_people
from tests.audience.population import person
from tests.delivery.world import LANE, NOW, phone, planned_run, run_state, states, take_next

POLICY = Policy(opt_out_tags=("Opted_Out",), opt_out_fields=("sms_opt_out",))
EARLIER = NOW - timedelta(hours=1)
LATER = NOW + timedelta(hours=1)


def mirror(db, *people):
    db.write(lambda s: keep_people(s, people))


def known(id_, *, number=None, **more):
    return person(id_, phone=phone(id_ if number is None else number), **more)


def choose(db, person_id, choice, *, campaign_id, at):
    row = {
        "campaign_id": campaign_id,
        "person_id": person_id,
        "choice": choice,
        "actor": "test",
        "reason": "",
        "chosen_at": at,
    }
    db.write(lambda s: s.run_many("choices.put", [row]))


def campaign_of(db, run_id):
    return db.rows("runs.one", run_id=run_id)[0]["campaign_id"]


def dropped(db, *, policy=POLICY):
    """Return who was dropped with which word, after dropping."""
    number = drop_unwelcome(db, policy=policy, now=LATER)
    told = db.table(
        "SELECT person_id, code, reason FROM deliveries"
        " WHERE state = 'cancelled' AND changed_at = $now ORDER BY person_id",
        {"now": LATER},
    ).to_pylist()
    assert len(told) == number
    assert all(row["reason"] == Unwelcome(row["code"]).words for row in told)
    return {row["person_id"]: row["code"] for row in told}


class TestWhatWaits:
    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"tags": ["vip", "opted_out"]}, "opted_out"),
            ({"fields": {"sms_opt_out": True}}, "opted_out"),
            ({"fields": {"sms_opt_out": "true"}}, "opted_out"),
            ({"suspended": True}, "suspended"),
            ({"active": False}, "gone"),
            ({"role": "agent"}, "staff"),
            ({"tags": ["opted_out"], "active": False, "suspended": True}, "opted_out"),
        ],
    )
    @pytest.mark.parametrize("paused", [False, True])
    def test_for_somebody_unwelcome_does_not_leave(self, db, changed, code, paused):
        run_id = planned_run(db, people=3)
        mirror(db, known(0), known(1, **changed), known(2, fields={"sms_opt_out": False}))
        if paused:
            pause_run(db, run_id, actor="test", now=NOW)

        assert dropped(db) == {1: code}
        assert states(db, run_id) == {"queued": 2, "cancelled": 1}
        assert drop_unwelcome(db, policy=POLICY, now=LATER) == 0

    def test_for_a_number_that_another_profile_refuses_does_not_leave(self, db):
        planned_run(db, people=2)
        mirror(
            db,
            known(0),
            known(1),
            known(9, number=1, tags=["opted_out"], active=False),
        )

        assert dropped(db) == {1: "opted_out"}

    def test_for_a_number_whose_other_profile_is_suspended_leaves(self, db):
        planned_run(db, people=2)
        mirror(db, known(0), known(1), known(9, number=1, suspended=True))

        assert dropped(db) == {}

    def test_for_a_suppressed_number_does_not_leave(self, db):
        planned_run(db, people=2)
        db.write(
            lambda s: s.run("deliveries.suppress", phone=phone(1), reason="Asked by phone", now=NOW)
        )

        assert dropped(db) == {1: "opted_out"}

    def test_for_somebody_whom_the_mirror_does_not_know_is_left_alone(self, db):
        run_id = planned_run(db, people=2)

        assert dropped(db) == {}
        assert states(db, run_id) == {"queued": 2}

    def test_needs_consent_where_the_settings_ask_for_it(self, db):
        planned_run(db, people=3)
        mirror(db, known(0), known(1, tags=["agreed"]), known(2, fields={"newsletter": True}))
        strict = Policy(
            consent_required=True, consent_tags=("agreed",), consent_fields=("newsletter",)
        )

        assert dropped(db) == {}
        assert dropped(db, policy=strict) == {0: "no_consent"}


class TestAnExclusionByHand:
    def test_from_the_campaign_holds_for_its_runs(self, db):
        run_id, other = planned_run(db, people=2), planned_run(db, people=2, start=10)
        choose(db, 1, "excluded", campaign_id=campaign_of(db, run_id), at=NOW)

        assert dropped(db) == {1: "excluded"}
        assert states(db, other) == {"queued": 2}

    @pytest.mark.parametrize("mirrored", [False, True])
    def test_on_the_block_list_holds_for_every_run(self, db, mirrored):
        if mirrored:
            mirror(db, known(0), known(1))
        runs = [planned_run(db, people=2), planned_run(db, people=2)]
        choose(db, 1, "excluded", campaign_id=0, at=NOW)

        assert drop_unwelcome(db, policy=POLICY, now=LATER) == 2
        assert [states(db, each) for each in runs] == [{"queued": 1, "cancelled": 1}] * 2

    def test_speaks_for_the_number(self, db):
        planned_run(db, people=2)
        mirror(db, known(0), known(1), known(9, number=1))
        choose(db, 9, "excluded", campaign_id=0, at=NOW)

        assert dropped(db) == {1: "excluded"}

    @pytest.mark.parametrize(("included", "found"), [(LATER, {}), (EARLIER, {1: "excluded"})])
    def test_on_the_block_list_yields_to_an_inclusion_that_came_later(self, db, included, found):
        run_id = planned_run(db, people=2)
        mirror(db, known(0), known(1), known(9, number=1))
        choose(db, 9, "excluded", campaign_id=0, at=NOW)
        choose(db, 1, "included", campaign_id=campaign_of(db, run_id), at=included)

        assert dropped(db) == found

    @pytest.mark.parametrize("block_list", [False, True])
    def test_is_seen_when_an_attempt_is_deferred(self, db, block_list):
        run_id = planned_run(db, people=1)
        row = db.write(lambda s: take_next(s, lane=LANE, now=NOW))[0]
        campaign_id = 0 if block_list else campaign_of(db, run_id)
        choose(db, 0, "excluded", campaign_id=campaign_id, at=NOW)
        attempt = Attempt(
            delivery_id=row["id"], run_id=run_id, phone=row["phone"], number=1, begun_at=NOW
        )

        db.write(recording(attempt, Throttled(1.0), now=NOW, dice=0.5, max_attempts=3))

        assert states(db, run_id) == {"cancelled": 1}
        assert run_state(db, run_id) == "finished"


class TestARun:
    def test_that_is_settled_by_it_is_finished(self, db):
        runs = [planned_run(db, people=1), planned_run(db, people=1)]
        mirror(db, known(0, suspended=True))
        pause_run(db, runs[0], actor="test", now=NOW)

        drop_unwelcome(db, policy=POLICY, now=LATER)

        assert [run_state(db, each) for each in runs] == ["finished", "finished"]

    def test_keeps_what_has_left_already(self, db):
        run_id = planned_run(db, people=1)
        mirror(db, known(0, tags=["opted_out"]))
        db.write(lambda s: take_next(s, lane=LANE, now=NOW))

        assert dropped(db) == {}
        assert states(db, run_id) == {"sending": 1}

    def test_keeps_what_leaves_while_it_is_being_looked_at(self, db):
        run_id = planned_run(db, people=1)
        mirror(db, known(0, tags=["opted_out"]))
        ids = [
            row["id"]
            for row in db.rows(
                "deliveries.unwelcome",
                opt_out_tags=["opted_out"],
                opt_out_fields=[],
                consent_tags=[],
                consent_fields=[],
                consent_required=False,
            )
        ]
        db.write(lambda s: take_next(s, lane=LANE, now=NOW))

        gone = db.write(
            lambda s: s.run("deliveries.withdraw", ids=ids, code="x", reason="x", now=LATER)
        )

        assert (len(ids), gone) == (1, [])
        assert states(db, run_id) == {"sending": 1}

    def test_that_is_over_is_not_looked_at(self, db):
        run_id = planned_run(db, people=1)
        cancel_run(db, run_id, actor="test", now=NOW)
        mirror(db, known(0, suspended=True))

        assert drop_unwelcome(db, policy=POLICY, now=LATER) == 0
