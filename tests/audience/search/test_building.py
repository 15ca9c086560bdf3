"""Queries opened in the builder."""

import pytest
from hypothesis import given

from relay_core.audience.conditions.clauses import understood
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.audience.search.query import check_query
from tests.audience.search.account import CATALOGUE
from tests.audience.search.typed import TYPED


def one(field, op, value=None):
    return ConditionTree(all=(Condition(field, op, value),))


class TestAQueryInTheBuilder:
    @pytest.mark.parametrize(
        ("text", "tree"),
        [
            ("tags:vip", one("tags", Op.HAS_ANY_OF, ("vip",))),
            ("tags:vip tags:gold", one("tags", Op.HAS_ANY_OF, ("vip", "gold"))),
            ('tags:"vip gold"', one("tags", Op.HAS_ALL_OF, ("vip", "gold"))),
            ("-tags:vip -tags:gold", one("tags", Op.HAS_NONE_OF, ("vip", "gold"))),
            ("tags:none", one("tags", Op.IS_EMPTY)),
            ("-tags:none", one("tags", Op.IS_NOT_EMPTY)),
            ("tags:vi*", one("tags", Op.STARTS_WITH, ("vi",))),
            ("role:agent role:admin", one("role", Op.IS_ANY_OF, ("agent", "admin"))),
            ("-role:agent", one("role", Op.IS_NONE_OF, ("agent",))),
            ("organization:12", one("organization", Op.IS_ANY_OF, ("12",))),
            ("created>2026-01-01", one("created", Op.AFTER, "2026-01-01")),
            ("created<=2026-01-01", one("created", Op.ON_OR_BEFORE, "2026-01-01")),
            ("created>4hours", one("created", Op.IN_LAST, (4, "hours"))),
            ("updated<2weeks", one("updated", Op.MORE_THAN_AGO, (2, "weeks"))),
            ("name:ada", one("name", Op.CONTAINS_WORD, "ada")),
            ("-name:ada", one("name", Op.NOT_CONTAINS_WORD, "ada")),
            ("name:ad*", one("name", Op.WORD_STARTS_WITH, "ad")),
            ("email:ada@example.com", one("email", Op.IS, "ada@example.com")),
            ("phone:+31612345678", one("phone", Op.IS, "+31612345678")),
            ("external_id:a-1", one("external_id", Op.IS, "a-1")),
            ("is_verified:true", one("verified", Op.IS, value=True)),
            ("-is_suspended:true", one("suspended", Op.IS, value=False)),
            ("plan_type:gold", one("uf.plan_type", Op.IS_ANY_OF, ("gold",))),
            ("-plan_type:gold", one("uf.plan_type", Op.IS_NONE_OF, ("gold",))),
            ("plan_type:none", one("uf.plan_type", Op.IS_EMPTY)),
            ("is_active:true", one("uf.is_active", Op.IS_CHECKED)),
            ("-is_active:true", one("uf.is_active", Op.IS_NOT_CHECKED)),
            ("num_agents:5", one("uf.num_agents", Op.EQUALS, 5)),
            ("-num_agents:5", one("uf.num_agents", Op.DIFFERS, 5)),
            ("avg_score>=14.5", one("uf.avg_score", Op.AT_LEAST, 14.5)),
            ("subscription_date:2026-01-01", one("uf.subscription_date", Op.ON, "2026-01-01")),
            ("foo:none", one("uf.foo", Op.IS_EMPTY)),
        ],
    )
    def test_is_the_condition_that_says_the_same(self, text, tree):
        found = check_query(f"type:user {text}", catalogue=CATALOGUE)

        assert (found.conditions, found.not_in_builder) == (tree, ())

    def test_has_values_that_need_several_conditions_in_any_of(self):
        found = check_query("name:ada name:grace tags:vip", catalogue=CATALOGUE)

        assert found.conditions == ConditionTree(
            all=(Condition("tags", Op.HAS_ANY_OF, ("vip",)),),
            any=(
                Condition("name", Op.CONTAINS_WORD, "ada"),
                Condition("name", Op.CONTAINS_WORD, "grace"),
            ),
        )

    def test_has_exclusions_without_an_opposite_in_none_of(self):
        found = check_query('-tags:"a b" -email:ada@example.com', catalogue=CATALOGUE)

        assert found.conditions == ConditionTree(
            none=(
                Condition("tags", Op.HAS_ALL_OF, ("a", "b")),
                Condition("email", Op.IS, "ada@example.com"),
            )
        )

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("jane", "one field at a time"),
            ('"jane doe"', "one field at a time"),
            ("user:12", "at once"),
            ('name:"jane doe"', "the order"),
            ("name:jean-luc", "the order"),
            ("organization:Acme", "by its id"),
            ("created>2months", "30 days"),
            ("is_active:false", "nobody touched"),
            ("phone:*612345678", "asterisk"),
            ('email:"ada@example.com"', "other addresses"),
            ("name:none", "does not document"),
            ("group:12", "team members"),
            ("colours:red", "does not document"),
            ("num_agents:5 num_agents>3", "together"),
            ("name:a name:b email:c@d.nl email:e@f.nl", "one list of “any of”"),
            ("created>99999999days", "no date"),
            ("created>999999days", "Created “in the last”: "),
            ("tag:vip", "correct them first"),
        ],
    )
    def test_is_not_there_when_a_clause_cannot_be_said_exactly(self, text, why):
        found = check_query(text, catalogue=CATALOGUE)

        assert found.conditions is None
        assert why in " ".join([*found.not_in_builder, *(d.message for d in found.diagnostics)])

    @given(TYPED)
    def test_makes_sense_whatever_was_typed(self, text):
        found = check_query(text, catalogue=CATALOGUE)

        assert (found.conditions is None) == bool(found.not_in_builder)
        if found.conditions:
            understood(found.conditions, catalogue=CATALOGUE)
