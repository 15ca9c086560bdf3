"""Screening: one decision for everybody who is matched, and one reason for who is left out."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relay_core.audience.predicates import EVERYBODY, Predicate
from relay_core.audience.screening import WILL_RECEIVE, Reason, screened
from tests.audience.population import NOW, person, settle

ANNA = "+31612345678"


def decisions(db, predicate=EVERYBODY, *, tags=("opted_out",), fields=("sms_opt_out",)):
    query = screened(predicate, opt_out_tags=tags, opt_out_fields=fields)
    table = db.table(query.text, query.values)
    assert len(set(table.column("id").to_pylist())) == table.num_rows
    return dict(
        zip(table.column("id").to_pylist(), table.column("decision").to_pylist(), strict=True)
    )


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


class TestAnOptOut:
    @pytest.mark.parametrize(
        "other",
        [
            {"tags": ["opted_out"]},
            {"fields": {"sms_opt_out": True}},
            {"tags": ["opted_out"], "suspended": True},
            {"tags": ["opted_out"], "role": "agent"},
        ],
    )
    def test_on_another_profile_holds_for_everybody_with_the_number(self, db, other):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA, **other), person(3)])

        assert decisions(db, Predicate("p.id IN (1, 3)")) == {1: Reason.OPTED_OUT, 3: WILL_RECEIVE}

    def test_leaves_duplicates_what_they_are(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA, tags=["opted_out"])])

        assert decisions(db) == {1: Reason.OPTED_OUT, 2: Reason.DUPLICATE_PHONE}

    def test_of_a_deleted_profile_still_speaks_for_its_number(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA, tags=["opted_out"], active=False)])

        assert decisions(db) == {1: Reason.OPTED_OUT}

    def test_may_be_a_suppressed_number(self, db):
        settle(db, [person(1, phone=ANNA), person(2)])
        db.write(
            lambda session: session.run("deliveries.suppress", phone=ANNA, reason="STOP", now=NOW)
        )

        assert decisions(db) == {1: Reason.OPTED_OUT, 2: WILL_RECEIVE}

    def test_is_whatever_the_settings_say(self, db):
        settle(
            db,
            [
                person(1, tags=["no_sms"]),
                person(2, fields={"quiet": True}),
                person(3, tags=["opted_out"]),
            ],
        )

        chosen = decisions(db, tags=("NO_SMS", "never"), fields=("other", "quiet"))

        assert chosen == {1: Reason.OPTED_OUT, 2: Reason.OPTED_OUT, 3: WILL_RECEIVE}
        assert set(decisions(db, tags=(), fields=()).values()) == {WILL_RECEIVE}


class TestReasons:
    def test_say_what_they_are_and_what_can_be_done(self):
        assert all(reason.label and reason.advice.endswith(".") for reason in Reason)
        assert Reason("no_phone") is Reason.NO_PHONE
        assert f"{Reason.NO_PHONE}" == "no_phone"


KNOWN = st.fixed_dictionaries(
    {
        "phone": st.sampled_from([None, ANNA, "+31687654321", "+12025550123"]),
        "role": st.sampled_from(["end-user", "end-user", "agent"]),
        "tags": st.sampled_from([[], [], ["opted_out"]]),
        "suspended": st.booleans(),
        "active": st.sampled_from([True, True, False]),
    }
)


class TestEverybody:
    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(KNOWN, min_size=10, max_size=10), st.integers(0, 10))
    def test_gets_one_decision_and_no_number_gets_two_messages(self, db, known, cut):
        people = [person(n, **each) for n, each in enumerate(known, start=1)]
        settle(db, people)  # the same ten ids each time

        made = decisions(db, Predicate("p.id > $c0", {"c0": cut}))

        by_id = {each["id"]: each for each in people}
        numbers = Counter(
            by_id[id_]["phone"] for id_, decision in made.items() if decision == WILL_RECEIVE
        )
        refused = {p["phone"] for p in people if p["active"] and p["tags"]}
        assert set(made) == {p["id"] for p in people if p["active"] and p["id"] > cut}
        assert set(numbers.values()) <= {1}
        assert not numbers.keys() & (refused | {None})
