"""What an audience is defined by, stored and followed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.audience.conditions.definition import (
    ByConditions,
    ByQuery,
    BySegment,
    definition_from_json,
    definition_to_json,
    dependencies,
    referred_segments,
    resolved,
)
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.errors import AudienceError

TREE = ByConditions(ConditionTree(all=(Condition("tags", Op.HAS_ANY_OF, ("vip", "ü")),)))


class TestADefinition:
    @pytest.mark.parametrize(
        "definition", [TREE, ByQuery('tags:vip -plan:"a b"'), BySegment("Winter sale")]
    )
    def test_is_the_same_after_being_stored_and_read(self, definition):
        assert definition_from_json(definition_to_json(definition)) == definition

    def test_is_stored_in_the_exchanged_form(self):
        assert json.loads(definition_to_json(TREE)) == {
            "version": 1,
            "all": [{"field": "tags", "op": "has_any_of", "value": ["vip", "ü"]}],
            "any": [],
            "none": [],
        }
        assert json.loads(definition_to_json(ByQuery("x"))) == {"version": 1, "query": "x"}

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "it is not JSON"),
            ("[" * 100_000, "it is not JSON"),
            ('{"version": 1, "query": " "}', "“query” is not a text"),
            ('{"version": 1, "query": "a\\u0000"}', "“query” has a character that cannot be"),
            ('{"query": "a"}', "“version” is missing"),
            ('{"version": true, "query": "a"}', "version “True” is not known"),
            ('{"version": 1, "query": "a", "all": []}', "“all” does not go together with “query”"),
            ('{"version": 1, "segment": 5, "x": 1}', "“x” does not go together with “segment”"),
        ],
    )
    def test_is_refused_with_what_is_wrong(self, text, told):
        with pytest.raises(AudienceError) as caught:
            definition_from_json(text)

        assert told in caught.value.advice

    @given(st.text())
    def test_made_of_any_text_is_read_or_refused(self, text):
        try:
            definition_from_json(text)
        except AudienceError as error:
            assert error.advice  # noqa: PT017 - both ends are fine


class TestSegments:
    def test_are_followed_to_what_they_stand_for(self):
        kept = {"a": BySegment("b"), "b": TREE}

        assert resolved(BySegment("a"), load=kept.__getitem__) == TREE

    @pytest.mark.parametrize("start", ["a", "b"])
    def test_in_a_circle_are_refused_by_name(self, start):
        kept = {"a": BySegment("b"), "b": BySegment("a")}

        with pytest.raises(AudienceError) as caught:
            resolved(BySegment(start), load=kept.__getitem__)

        assert "a → b" in caught.value.advice or "b → a" in caught.value.advice


def naming(*names):
    return ByConditions(
        ConditionTree(
            all=(Condition("relay.segment", Op.IS_ANY_OF, names[:1]),),
            none=(Condition("relay.segment", Op.IS_ANY_OF, names[1:]),),
        )
    )


class TestReferences:
    def test_are_the_segments_a_definition_names_itself(self):
        assert referred_segments(BySegment("a")) == ("a",)
        assert referred_segments(naming("b", "a", " b ")) == ("b", "a")
        assert referred_segments(TREE) == ()
        assert referred_segments(ByQuery("tags:vip")) == ()

    def test_take_a_single_name_for_a_list_of_one(self):
        single = Condition("relay.segment", Op.IS_NONE_OF, "a")

        assert referred_segments(ByConditions(ConditionTree(any=(single,)))) == ("a",)

    def test_are_followed_so_that_each_comes_after_what_it_needs(self):
        kept = {"a": naming("b", "c"), "b": BySegment("c"), "c": TREE}

        found = dependencies(naming("a", "c"), load=kept.__getitem__)

        assert list(found) == ["c", "b", "a"]
        assert found == kept

    @pytest.mark.parametrize("start", [BySegment("a"), naming("b"), naming("c", "b")])
    def test_in_a_circle_are_refused_by_name(self, start):
        kept = {"a": naming("b"), "b": BySegment("a"), "c": TREE}

        with pytest.raises(AudienceError) as caught:
            dependencies(start, load=kept.__getitem__)

        assert "a → b" in caught.value.advice or "b → a" in caught.value.advice
