"""A query, taken apart."""

import pytest
from hypothesis import given

from relay_core.audience.search.syntax import Operator, Property, Term, parse
from tests.audience.search.typed import TYPED


class TestAQuery:
    @given(TYPED)
    def test_is_printed_as_it_was_typed(self, text):
        assert str(parse(text)) == text

    @given(TYPED)
    def test_has_clauses_that_lie_where_they_say(self, text):
        query = parse(text)

        assert all(text[each.start : each.end] == str(each) for each in query.clauses)

    @given(TYPED)
    def test_is_the_same_when_it_is_printed_and_read_again(self, text):
        query = parse(text)

        assert parse(str(query)) == query

    def test_is_clauses_in_their_order(self):
        clauses = parse('-role:agent created>=2026-01-01 "ada lovelace" -bot').clauses

        assert [type(each) for each in clauses] == [Property, Property, Term, Term]
        assert [each.negated for each in clauses] == [True, False, False, True]

    def test_knows_the_words_after_a_value(self):
        query = parse('organization:Approval Org "quoted" late')

        assert [term.text for term in query.words_after(0)] == ["Org"]


class TestAProperty:
    @pytest.mark.parametrize("operator", Operator)
    def test_has_one_of_five_operators(self, operator):
        (clause,) = parse(f"created{operator}2026-01-01").clauses

        assert (clause.keyword, clause.operator, clause.value) == (
            "created",
            operator,
            "2026-01-01",
        )

    def test_has_a_place_for_each_of_its_parts(self):
        text = '  -tags:"a b"'

        (clause,) = parse(text).clauses

        assert text[clause.keyword_start : clause.operator_start] == "tags"
        assert text[clause.operator_start : clause.value_start] == ":"
        assert text[clause.value_start : clause.end] == '"a b"'

    @pytest.mark.parametrize(
        ("text", "value", "quoted", "closed"),
        [
            ("tags:vip", "vip", False, True),
            ("tags:ticket:proactive", "ticket:proactive", False, True),
            ("tags:", "", False, True),
            ('tags:""', "", True, True),
            ('tags:"vip', "vip", True, False),
            ("name:jan*", "jan*", False, True),
        ],
    )
    def test_has_a_value_however_it_is_written(self, text, value, quoted, closed):
        (clause,) = parse(text).clauses

        assert (clause.value, clause.quoted, clause.closed) == (value, quoted, closed)
