"""Versions of a segment: when one begins, what a rename does to them, and going back."""

from datetime import timedelta

import pytest

from relay_core.audience.conditions.definition import ByConditions, ByQuery, BySegment
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.audience.segments.history import restore_version, uses, versions
from relay_core.audience.segments.saved import (
    delete_segment,
    rename_segment,
    save_segment,
    segment_named,
)
from relay_core.errors import AudienceError, NotFound
from tests.audience.population import NOW

VIP = ByQuery("tags:vip")
GOLD = ByQuery("tags:gold")


def within(name):
    return ByConditions(ConditionTree(all=(Condition("relay.segment", Op.IS_ANY_OF, (name,)),)))


def save(db, name, definition=VIP, *, actor="ada", hours=0):
    now = NOW + timedelta(hours=hours)
    return save_segment(db, name=name, definition=definition, actor=actor, now=now)


class TestTheHistory:
    def test_has_a_version_for_each_definition(self, db):
        save(db, "a")
        save(db, "a", GOLD, actor="bob", hours=1)

        assert [(v.number, v.definition, v.saved_by, v.saved_at) for v in versions(db, "a")] == [
            (2, GOLD, "bob", NOW + timedelta(hours=1)),
            (1, VIP, "ada", NOW),
        ]
        assert segment_named(db, "a").version == 2

    def test_has_none_for_saving_the_same_again(self, db):
        save(db, "a")
        save(db, "a", hours=1)

        assert [v.number for v in versions(db, "a")] == [1]

    def test_belongs_to_the_segment_and_not_to_its_name(self, db):
        save(db, "a")
        save(db, "a", GOLD)
        rename_segment(db, name="a", to="b", actor="ada", now=NOW)

        save(db, "a")

        assert [v.number for v in versions(db, "b")] == [2, 1]
        assert [v.number for v in versions(db, "a")] == [1]

    def test_goes_with_the_segment(self, db):
        save(db, "a")
        delete_segment(db, name="a", actor="ada", now=NOW)

        with pytest.raises(NotFound):
            versions(db, "a")
        with pytest.raises(NotFound):
            uses(db, "a")
        assert db.table("SELECT * FROM segment_versions").num_rows == 0


class TestGoingBack:
    def test_makes_an_earlier_version_the_next_one(self, db):
        save(db, "a")
        save(db, "a", GOLD)

        restored = restore_version(db, name="a", number=1, actor="bob", now=NOW)

        assert (restored.definition, restored.version) == (VIP, 3)
        assert versions(db, "a")[0].saved_by == "bob"

    def test_follows_what_was_renamed_since(self, db):
        save(db, "old")
        save(db, "a", within("old"))
        save(db, "a", GOLD)
        rename_segment(db, name="old", to="new", actor="ada", now=NOW)

        restored = restore_version(db, name="a", number=1, actor="ada", now=NOW)

        assert restored.definition == within("new")

    def test_to_a_segment_that_is_gone_is_refused(self, db):
        save(db, "gone")
        save(db, "a", BySegment("gone"))
        save(db, "a", GOLD)
        delete_segment(db, name="gone", actor="ada", now=NOW)

        with pytest.raises(NotFound, match="segment"):
            restore_version(db, name="a", number=1, actor="ada", now=NOW)

        assert segment_named(db, "a").definition == GOLD

    def test_into_a_circle_is_refused(self, db):
        save(db, "b")
        save(db, "a", within("b"))
        save(db, "a", GOLD)
        save(db, "b", within("a"))

        with pytest.raises(AudienceError, match="circle"):
            restore_version(db, name="a", number=1, actor="ada", now=NOW)

    def test_to_a_version_that_never_was_is_refused(self, db):
        save(db, "a")

        with pytest.raises(NotFound) as caught:
            restore_version(db, name="a", number=7, actor="ada", now=NOW)

        assert "its latest is 1" in caught.value.advice
