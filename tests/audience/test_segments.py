"""Segments: kept, found, renamed, deleted, and who did it."""

from datetime import timedelta

import pytest

from relay_core.audience.conditions.definition import (
    ByConditions,
    ByQuery,
    BySegment,
    definition_to_json,
)
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.audience.segments.saved import (
    delete_segment,
    duplicate_segment,
    rename_segment,
    save_segment,
    segment_named,
    segments,
)
from relay_core.errors import AudienceError, NotFound
from tests.audience.population import NOW

VIP = ByQuery("tags:vip")


def within(*names):
    """Return the definition of people who are in one of these segments."""
    return ByConditions(ConditionTree(all=(Condition("relay.segment", Op.IS_ANY_OF, names),)))


def without(*names):
    return ByConditions(ConditionTree(none=(Condition("relay.segment", Op.IS_ANY_OF, names),)))


def save(db, name, definition=VIP, *, now=NOW):
    return save_segment(db, name=name, definition=definition, actor="ada", now=now)


def trail(db):
    table = db.table("SELECT event, subject, actor FROM audit ORDER BY happened_at")
    return [tuple(row.values()) for row in table.to_pylist()]


def add_campaign(db, definition):
    db.write(
        lambda session: session.run(
            "campaigns.add",
            name="Winter",
            template_id=1,
            languages=None,
            integration_id="lane",
            definition=definition_to_json(definition),
            bindings="{}",
            now=NOW,
        )
    )


def kept_definition(db):
    """Return the audience of the newest campaign as it is stored."""
    return db.rows("campaigns.all", archived=False)[0]["definition"]


class TestASegment:
    def test_is_listed_by_name_with_what_it_says(self, db):
        save(db, "  VIP ")
        save(db, "Everyone", ByQuery("role:end-user"))

        assert [(s.name, s.definition) for s in segments(db)] == [
            ("Everyone", ByQuery("role:end-user")),
            ("VIP", VIP),
        ]

    def test_saved_again_is_replaced_and_keeps_its_age(self, db):
        first = save(db, "VIP")

        again = save(db, "VIP", ByQuery("tags:gold"), now=NOW + timedelta(hours=1))

        assert (again.id, again.created_at) == (first.id, NOW)
        assert (again.definition, again.updated_at) == (
            ByQuery("tags:gold"),
            NOW + timedelta(hours=1),
        )

    @pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\0b"])
    def test_needs_a_name(self, db, name):
        with pytest.raises(AudienceError):
            save(db, name)

        assert segments(db) == []

    def test_cannot_refer_to_itself_even_by_a_detour(self, db):
        save(db, "a")
        save(db, "b", BySegment("a"))

        with pytest.raises(AudienceError):
            save(db, "a", BySegment("b"))
        with pytest.raises(AudienceError):
            save(db, "c", BySegment("c"))

        assert segment_named(db, "a").definition == VIP

    def test_cannot_refer_to_one_that_does_not_exist(self, db):
        with pytest.raises(NotFound):
            save(db, "a", BySegment("nowhere"))

    @pytest.mark.parametrize("referring", [within, without])
    def test_cannot_refer_to_itself_from_inside_conditions(self, db, referring):
        save(db, "a")
        save(db, "b", referring("a"))
        save(db, "c", BySegment("b"))

        with pytest.raises(AudienceError, match="circle") as caught:
            save(db, "a", referring("c"))

        assert "a → c → b → a" in caught.value.advice
        assert segment_named(db, "a").definition == VIP

    def test_may_be_reached_by_two_ways(self, db):
        save(db, "a")
        save(db, "b", within("a"))
        save(db, "c", within("a"))

        save(db, "d", within("b", "c"))

        assert segment_named(db, "d").definition == within("b", "c")

    def test_cannot_name_one_that_does_not_exist_inside_conditions(self, db):
        with pytest.raises(NotFound):
            save(db, "a", within("nowhere"))

        assert segments(db) == []

    @pytest.mark.parametrize("query", ["", "  ", "tags:vip\0"])
    def test_is_not_kept_where_it_could_not_be_read_again(self, db, query):
        with pytest.raises(AudienceError) as caught:
            save(db, "a", ByQuery(query))

        assert "Correct this audience:" in caught.value.advice
        assert segments(db) == []

    def test_that_cannot_be_read_is_listed_and_can_be_let_go(self, db):
        save(db, "a")
        save(db, "b")
        [kept, _] = db.rows("segments.all")
        bad = {"id": kept["id"], "definition": '{"version": 9}'}
        db.write(lambda session: session.run("segments.follow_in_segment", **bad))
        db.write(
            lambda session: session.run(
                "segments.follow_in_version", segment_id=kept["id"], number=1, definition="{"
            )
        )

        assert [each.name for each in segments(db)] == ["a", "b"]
        rename_segment(db, name="b", to="c", actor="ada", now=NOW)
        delete_segment(db, name="a", actor="ada", now=NOW)

        assert [each.name for each in segments(db)] == ["c"]

    def test_leaves_a_trail(self, db):
        save(db, "a")
        rename_segment(db, name="a", to="b", actor="bob", now=NOW + timedelta(seconds=1))
        delete_segment(db, name="b", actor="cat", now=NOW + timedelta(seconds=2))

        assert trail(db) == [
            ("segment.saved", "a", "ada"),
            ("segment.renamed", "a", "bob"),
            ("segment.deleted", "b", "cat"),
        ]

    def test_leaves_no_person_in_the_trail(self, db):
        save(db, "a", ByQuery("email:ada@example.com"))
        save(db, "a", ByQuery("email:ada@example.com"))

        details = db.table("SELECT detail FROM audit")["detail"].to_pylist()
        assert sorted(details) == ["unchanged", "version 1"]


class TestRenaming:
    def test_is_followed_by_whoever_uses_the_segment(self, db):
        save(db, "VIP")
        save(db, "Best", BySegment("VIP"))
        add_campaign(db, BySegment("VIP"))

        renamed = rename_segment(db, name="VIP", to="Very", actor="ada", now=NOW)

        assert renamed.definition == VIP
        assert segment_named(db, "Best").definition == BySegment("Very")
        assert kept_definition(db) == definition_to_json(BySegment("Very"))

    def test_is_followed_inside_conditions(self, db):
        save(db, "VIP")
        save(db, "Other")
        save(db, "Best", within("Other", "VIP"))
        save(db, "Rest", without("VIP"))
        add_campaign(db, within("VIP"))

        rename_segment(db, name="VIP", to="Very", actor="ada", now=NOW)

        assert segment_named(db, "Best").definition == within("Other", "Very")
        assert segment_named(db, "Rest").definition == without("Very")
        assert kept_definition(db) == definition_to_json(within("Very"))

    def test_makes_no_version_of_those_that_follow(self, db):
        save(db, "VIP")
        save(db, "Best", within("VIP"))

        rename_segment(db, name="VIP", to="Very", actor="ada", now=NOW + timedelta(hours=1))
        save(db, "Best", within("Very"), now=NOW + timedelta(hours=2))

        assert segment_named(db, "Best").version == 1

    def test_to_a_taken_name_is_refused(self, db):
        save(db, "a")
        save(db, "b")

        with pytest.raises(AudienceError):
            rename_segment(db, name="a", to="b", actor="ada", now=NOW)

        assert [s.name for s in segments(db)] == ["a", "b"]

    def test_of_nothing_is_refused(self, db):
        with pytest.raises(NotFound):
            rename_segment(db, name="a", to="b", actor="ada", now=NOW)


class TestDuplicating:
    def test_keeps_both(self, db):
        save(db, "a")
        save(db, "a", ByQuery("tags:gold"))

        copy = duplicate_segment(db, name="a", to="b", actor="ada", now=NOW)

        assert (copy.definition, copy.version) == (ByQuery("tags:gold"), 1)
        assert [s.name for s in segments(db)] == ["a", "b"]

    def test_to_a_taken_name_is_refused(self, db):
        save(db, "a")
        save(db, "b", ByQuery("tags:gold"))

        with pytest.raises(AudienceError, match="taken"):
            duplicate_segment(db, name="a", to="b", actor="ada", now=NOW)

        assert segment_named(db, "b").definition == ByQuery("tags:gold")


class TestDeleting:
    def test_forgets_the_segment(self, db):
        save(db, "a")

        delete_segment(db, name="a", actor="ada", now=NOW)

        assert segments(db) == []
        with pytest.raises(NotFound):
            delete_segment(db, name="a", actor="ada", now=NOW)

    def test_is_refused_while_somebody_uses_it(self, db):
        save(db, "VIP")
        save(db, "Best", BySegment("VIP"))
        add_campaign(db, BySegment("VIP"))

        with pytest.raises(AudienceError) as caught:
            delete_segment(db, name="VIP", actor="ada", now=NOW)

        assert "the campaign Winter, the segment Best" in caught.value.advice

    @pytest.mark.parametrize("referring", [within, without])
    def test_is_refused_while_conditions_name_it(self, db, referring):
        save(db, "VIP")
        save(db, "Best", referring("VIP"))
        add_campaign(db, referring("VIP"))

        with pytest.raises(AudienceError) as caught:
            delete_segment(db, name="VIP", actor="ada", now=NOW)

        assert "the campaign Winter, the segment Best" in caught.value.advice
