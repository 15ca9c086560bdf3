"""Screening: one decision for everybody who is matched, and one reason for who is left out."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from relay_core.audience.conditions.limits import NO_LIMITS, Limits
from relay_core.audience.policy import ANY_PURPOSE, Policy
from relay_core.audience.resolving.nested import among
from relay_core.audience.screening.decisions import screening, unscreened
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason
from relay_core.audience.sql.predicates import EVERYBODY, Predicate
from tests.audience.population import NOW, person, settle
from tests.audience.screened import (
    ANNA,
    OPT_OUTS,
    SMS,
    choose,
    decisions,
)
from tests.audience.worlds import PURPOSE, WORLDS


class TestADecision:
    @pytest.mark.parametrize(
        ("known", "decision"),
        [
            ({}, WILL_RECEIVE),
            ({"role": "agent", "phone": None, "tags": ["opted_out"]}, Reason.STAFF),
            ({"role": "admin"}, Reason.STAFF),
            ({"phone": None, "tags": ["opted_out"], "suspended": True}, Reason.NO_PHONE),
            ({"phone": "call me", "phone_state": "invalid"}, Reason.INVALID_PHONE),
            ({"tags": ["x", "opted_out"], "suspended": True}, Reason.OPTED_OUT),
            ({"fields": {"sms_opt_out": True}}, Reason.OPTED_OUT),
            ({"fields": {"sms_opt_out": "true"}}, Reason.OPTED_OUT),
            ({"fields": {"sms_opt_out": False}}, WILL_RECEIVE),
            ({"fields": {"sms_opt_out": "perhaps"}}, WILL_RECEIVE),
            ({"suspended": True}, Reason.SUSPENDED),
        ],
    )
    def test_names_the_first_reason_that_holds(self, db, known, decision):
        settle(db, [person(1, **known)])

        assert decisions(db) == {1: decision}

    def test_is_not_made_about_deleted_people(self, db):
        settle(db, [person(1, active=False), person(2)])

        assert decisions(db) == {2: WILL_RECEIVE}

    def test_is_made_about_matched_people_only(self, db):
        settle(db, [person(1), person(2)])

        assert decisions(db, Predicate("p.id = $c0", {"c0": 2})) == {2: WILL_RECEIVE}


class TestANumberOfSeveralPeople:
    def test_is_messaged_once_and_the_lowest_id_owns_it(self, db):
        settle(db, [person(n, phone=ANNA) for n in (3, 1, 2)])

        assert decisions(db) == {
            1: WILL_RECEIVE,
            2: Reason.DUPLICATE_PHONE,
            3: Reason.DUPLICATE_PHONE,
        }

    def test_is_messaged_through_the_oldest_profile(self, db):
        settle(db, [person(1, phone=ANNA, created_at=NOW), person(2, phone=ANNA)])

        assert decisions(db) == {1: Reason.DUPLICATE_PHONE, 2: WILL_RECEIVE}

    def test_is_messaged_through_a_profile_included_by_hand(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA)])
        choose(db, 2, "included")

        assert decisions(db, purpose=SMS) == {1: Reason.DUPLICATE_PHONE, 2: WILL_RECEIVE}

    def test_says_through_whom(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA), person(3)])
        query = screening(
            EVERYBODY, policy=OPT_OUTS, purpose=ANY_PURPOSE, limits=NO_LIMITS, now=NOW
        ).decisions()

        told = db.table(query.text, query.values).to_pylist()

        assert {row["id"]: row["owner_id"] for row in told} == {1: None, 2: 1, 3: None}

    def test_belongs_to_somebody_who_is_not_suspended_if_there_is_one(self, db):
        settle(db, [person(1, phone=ANNA, suspended=True), person(2, phone=ANNA)])

        assert decisions(db) == {1: Reason.DUPLICATE_PHONE, 2: WILL_RECEIVE}

    def test_stays_with_the_lowest_id_when_all_are_suspended(self, db):
        settle(db, [person(n, phone=ANNA, suspended=True) for n in (1, 2)])

        assert decisions(db) == {1: Reason.SUSPENDED, 2: Reason.DUPLICATE_PHONE}

    def test_is_not_taken_by_a_team_member(self, db):
        settle(db, [person(1, phone=ANNA, role="agent"), person(2, phone=ANNA)])

        assert decisions(db) == {1: Reason.STAFF, 2: WILL_RECEIVE}

    def test_is_not_taken_by_somebody_who_was_not_matched(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA)])

        assert decisions(db, Predicate("p.id = 2")) == {2: WILL_RECEIVE}


class TestALimit:
    def people(self, db, number=200):
        settle(db, [person(n) for n in range(1, number + 1)])

    def drawn(self, db, **given_limits):
        found = decisions(db, limits=Limits(**given_limits), purpose=SMS)
        assert set(found.values()) <= {WILL_RECEIVE, Reason.OUTSIDE_SAMPLE, Reason.OPTED_OUT}
        return {id_ for id_, decision in found.items() if decision == WILL_RECEIVE}

    def test_to_a_number_is_kept_exactly(self, db):
        self.people(db)

        assert len(self.drawn(db, people=50)) == 50
        assert len(self.drawn(db, people=500)) == 200

    def test_is_counted_over_those_who_would_receive(self, db):
        settle(db, [person(n, tags=["opted_out"] if n % 2 else []) for n in range(1, 101)])

        assert len(self.drawn(db, people=50)) == 50

    def test_to_a_share_draws_about_that_many_and_the_same_again(self, db):
        self.people(db)

        tenth, quarter = self.drawn(db, percent=10), self.drawn(db, percent=25)

        assert 8 <= len(tenth) <= 35
        assert tenth < quarter
        assert self.drawn(db, percent=10) == tenth
        assert self.drawn(db, percent=10, seed="other") != tenth
        assert len(self.drawn(db, percent=100)) == 200

    def test_to_both_draws_from_the_share(self, db):
        self.people(db)

        share = self.drawn(db, percent=25)

        assert len(self.drawn(db, percent=25, people=10) & share) == 10

    def test_yields_to_inclusion_by_hand_which_takes_a_place(self, db):
        self.people(db)
        left_out = min(set(range(1, 201)) - self.drawn(db, people=10))
        choose(db, left_out, "included")

        drawn = self.drawn(db, people=10)

        assert left_out in drawn
        assert len(drawn) == 10

    def test_is_all_that_holds_without_screening(self, db):
        settle(db, [person(n, tags=["opted_out"]) for n in range(1, 101)])
        query = unscreened(EVERYBODY, limits=Limits(people=30)).decisions()

        found = Counter(db.table(query.text, query.values).column("decision").to_pylist())

        assert found == {WILL_RECEIVE: 30, Reason.OUTSIDE_SAMPLE: 70}


class TestReasons:
    def test_say_what_they_are_and_what_can_be_done(self):
        assert all(reason.label and reason.advice.endswith(".") for reason in Reason)
        assert Reason("no_phone") is Reason.NO_PHONE
        assert f"{Reason.NO_PHONE}" == "no_phone"

    def test_stand_in_the_order_of_the_rules(self):
        made = screening(EVERYBODY, policy=Policy(), purpose=ANY_PURPOSE, limits=NO_LIMITS, now=NOW)

        assert [*(rule.reason for rule in made.rules.rules), Reason.OUTSIDE_SAMPLE] == list(Reason)

    def test_that_can_be_overridden_are_these(self):
        assert [reason for reason in Reason if reason.overridable] == [
            Reason.BLACKOUT,
            Reason.FREQUENCY,
            Reason.OPEN_TICKET,
            Reason.IN_CONVERSATION,
            Reason.EXCLUDED,
            Reason.OUTSIDE_SAMPLE,
        ]


class TestEverybody:
    @settings(
        max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(WORLDS)
    def test_gets_one_decision_and_no_number_gets_two_messages(self, db, world):
        world.settle(db)

        made = decisions(
            db,
            among(world.matched),
            policy=world.policy,
            purpose=PURPOSE,
            limits=world.limits,
        )

        by_id = {each["id"]: each for each in world.people if each["active"]}
        included = {
            id_ for (c, id_), choice in world.choices.items() if (c, choice) == (3, "included")
        }
        numbers = Counter(
            by_id[id_]["phone"] for id_, decision in made.items() if decision == WILL_RECEIVE
        )
        refused = {p["phone"] for p in world.people if "opted_out" in p["tags"]}
        assert set(made) == by_id.keys() & (world.matched | included)
        assert set(made.values()) <= {WILL_RECEIVE, *Reason}
        assert set(numbers.values()) <= {1}
        assert not numbers.keys() & (refused | set(world.suppressed) | {None})
