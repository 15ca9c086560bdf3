"""What moved people in and out of a segment since it was last used."""

from datetime import UTC, datetime, timedelta

import pytest

from relay_core.audience.comparing.segment_difference import difference, remember_use
from relay_core.audience.conditions.definition import ByQuery, BySegment, definition_from_json
from relay_core.audience.resolving.matching import match
from relay_core.audience.segments.history import uses
from relay_core.audience.segments.saved import rename_segment, save_segment
from relay_core.audience.sql.predicates import Predicate
from tests.audience.population import NOW, as_text, conditions, person, settle, sources

LATER = NOW + timedelta(days=1)
TAGGED = "whose tags include vip"
PLANNED = "whose “Plan” is Pro"


def save(db, name, definition):
    if isinstance(definition, dict):
        definition = definition_from_json(as_text(definition))
    save_segment(db, name=name, definition=definition, actor="ada", now=NOW)


def use(db, name="S", *, found=None, now=NOW):
    against = sources(db)
    found = found or match(BySegment(name), against, now=now).predicate
    return remember_use(
        against, name=name, found=found, will_receive=1, purpose="snapshot", now=now
    )


def compare(db, name="S", *, found=None, now=LATER):
    against = sources(db)
    found = found or match(BySegment(name), against, now=now).predicate
    return difference(against, name=name, found=found, now=now)


def moves(found):
    return [tuple(row.values()) for row in found.people.to_pylist()]


def causes(found):
    return [(cause.sentence, cause.entered, cause.left) for cause in found.by_cause]


@pytest.fixture
def both(db):
    """A segment of two conditions, used once: Ada is in it, Bob and Cat fail one each."""
    settle(
        db,
        [
            person(1, "Ada", tags=["vip"], fields={"plan": "pro"}),
            person(2, "Bob", tags=["vip"]),
            person(3, "Cat", fields={"plan": "pro"}),
            person(4, "Dan"),
        ],
    )
    save(
        db,
        "S",
        conditions([("tags", "has_any_of", ["vip"]), ("uf.plan", "is_any_of", ["pro"])]),
    )
    use(db)
    return db


class TestTheDifference:
    def test_is_nothing_while_nothing_changed(self, both):
        found = compare(both)

        assert (found.entered, found.left, found.by_cause, moves(found)) == (0, 0, (), [])
        assert (found.since, found.version, found.purpose) == (NOW, 1, "snapshot")

    def test_cannot_be_told_before_the_first_use(self, db):
        settle(db, [person(1)])
        save(db, "S", conditions([("tags", "is_empty")]))

        assert compare(db) is None

    def test_cannot_be_told_once_the_marks_are_thrown_away(self, both):
        both.write(lambda session: session.run("segments.delete_marks", id=1))

        assert compare(both) is None

    def test_names_the_condition_that_did_it(self, both):
        settle(
            both,
            [
                person(1, "Ada", tags=["vip"], fields={"plan": "team"}),
                person(2, "Bob", tags=["vip"], fields={"plan": "pro"}),
                person(3, "Cat", tags=["vip"], fields={"plan": "pro"}),
            ],
        )

        found = compare(both)

        assert (found.entered, found.left) == (2, 1)
        assert moves(found) == [
            (1, "Ada", "left", PLANNED),
            (2, "Bob", "entered", PLANNED),
            (3, "Cat", "entered", TAGGED),
        ]
        assert causes(found) == [(PLANNED, 1, 1), (TAGGED, 1, 0)]

    def test_names_both_where_both_did_it(self, both):
        settle(both, [person(4, "Dan", tags=["vip"], fields={"plan": "pro"})])

        assert moves(compare(both)) == [(4, "Dan", "entered", f"{TAGGED}; and {PLANNED}")]

    def test_tells_new_and_deleted_profiles_apart(self, both):
        settle(
            both,
            [
                person(1, "Ada", tags=["vip"], fields={"plan": "pro"}, active=False),
                person(9, "New", tags=["vip"], fields={"plan": "pro"}),
            ],
        )

        assert moves(compare(both)) == [
            (1, "Ada", "left", "the profile was deleted in Zendesk"),
            (9, "New", "entered", "the profile is new"),
        ]

    def test_names_what_is_implied(self, both):
        settle(both, [person(1, "Ada", tags=["vip"], fields={"plan": "pro"}, role="agent")])

        assert moves(compare(both)) == [(1, "Ada", "left", "Only end users: no team members")]

    def test_is_taken_against_the_latest_use(self, both):
        settle(both, [person(2, "Bob", tags=["vip"], fields={"plan": "pro"})])
        use(both, now=LATER)

        found = compare(both, now=LATER)

        assert (found.since, moves(found)) == (LATER, [])

    def test_says_that_the_definition_changed(self, both):
        save(both, "S", conditions([("uf.plan", "is_any_of", ["pro"])]))

        found = compare(both)

        assert found.definition_changed
        assert moves(found) == [(3, "Cat", "entered", "the definition changed")]

    def test_survives_a_rename(self, both):
        rename_segment(both, name="S", to="T", actor="ada", now=NOW)

        assert not compare(both, "T").definition_changed

    def test_sees_a_change_of_the_segment_it_stands_for(self, both):
        save(both, "U", BySegment("S"))
        use(both, "U")
        save(both, "S", conditions([("uf.plan", "is_any_of", ["pro"])]))

        assert moves(compare(both, "U")) == [(3, "Cat", "entered", "the definition changed")]

    def test_names_a_segment_within_the_conditions(self, both):
        save(both, "U", conditions([("relay.segment", "is_any_of", ["S"])]))
        use(both, "U")
        settle(both, [person(2, "Bob", tags=["vip"], fields={"plan": "pro"})])

        [(_, name, moved, cause)] = moves(compare(both, "U"))

        assert (name, moved) == ("Bob", "entered")
        assert "S" in cause


class TestOtherConditions:
    def test_of_any_of_do_it_only_when_the_last_one_ends(self, db):
        some = conditions(
            any_=[("tags", "has_any_of", ["vip"]), ("uf.plan", "is_any_of", ["pro"])],
            none=[("tags", "has_any_of", ["banned"])],
        )
        settle(db, [person(n, tags=["vip"], fields={"plan": "pro"}) for n in (1, 2, 3)])
        save(db, "S", some)
        use(db)
        settle(
            db,
            [
                person(1, "One", tags=["vip"]),
                person(2, "Two"),
                person(3, "Three", tags=["vip", "banned"], fields={"plan": "pro"}),
            ],
        )

        assert moves(compare(db)) == [
            (2, "Two", "left", f"{TAGGED}; and {PLANNED}"),
            (3, "Three", "left", "not those whose tags include banned"),
        ]

    def test_may_change_with_time_alone(self, db):
        settle(db, [person(1, "Ada", created_at=datetime(2026, 3, 9, tzinfo=UTC))])
        save(db, "S", conditions([("created", "in_last", [7, "days"])]))
        use(db)

        found = compare(db, now=NOW + timedelta(days=7))

        assert moves(found) == [(1, "Ada", "left", "whose profile was created in the last 7 days")]

    def test_of_a_query_are_not_known_one_by_one(self, db):
        settle(db, [person(1, "Ada"), person(2, "Bob")])
        save(db, "S", ByQuery("tags:vip"))
        use(db, found=Predicate("p.id = $id", {"id": 1}))
        settle(db, [person(3, "Cat")])

        found = compare(db, found=Predicate("p.id IN (SELECT unnest($ids))", {"ids": [2, 3]}))

        assert moves(found) == [
            (1, "Ada", "left", "what Zendesk finds changed"),
            (2, "Bob", "entered", "what Zendesk finds changed"),
            (3, "Cat", "entered", "the profile is new"),
        ]

    def test_that_bound_the_whole_are_not_part_of_who_matches(self, db):
        settle(db, [person(n) for n in range(1, 6)])
        save(db, "S", conditions([("tags", "is_empty"), ("relay.people", "<=", 2)]))

        assert use(db).matched == 5


class TestUses:
    def test_are_the_size_over_time(self, both):
        settle(both, [person(2, "Bob", tags=["vip"], fields={"plan": "pro"})])
        save(both, "S", conditions([("tags", "has_any_of", ["vip"])]))
        use(both, now=LATER)

        assert [(u.version, u.used_at, u.matched, u.will_receive) for u in uses(both, "S")] == [
            (1, NOW, 1, 1),
            (2, LATER, 2, 1),
        ]

    def test_keep_one_mark_of_everybody(self, both):
        use(both, now=LATER)

        marks = both.table("SELECT person_id, matched, truths[:2] FROM segment_marks ORDER BY 1")
        assert [tuple(row.values()) for row in marks.to_pylist()] == [
            (1, True, "11"),
            (2, False, "10"),
            (3, False, "01"),
            (4, False, "00"),
        ]
