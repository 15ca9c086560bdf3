"""A tree as queries: every way in which a search could find too few has a test."""

from datetime import UTC, datetime
from typing import Any

from relay_core.audience.conditions.clauses import ClauseTree, understood
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.zendesk.compiling import Compilation, Exactness, compiled
from tests.audience.population import AMSTERDAM, conditions
from tests.audience.test_zendesk_text import CATALOGUE

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
IMPLIED = "role:end-user -is_suspended:true"

CLASH = (
    "“{}” is checked here: Zendesk would take it and another condition on the same field as "
    "alternatives."
)

A, B = ("tags", "has_any_of", ["a"]), ("tags", "has_any_of", ["b"])
AB, CD = ("tags", "has_any_of", ["a", "b"]), ("tags", "has_any_of", ["c", "d"])
PRO = ("uf.plan", "is_any_of", ["pro"])
LANGUAGE = ("locale", "is_any_of", ["nl"])
NAMED = ("name", "contains_word", "ann")


def tree(*groups: Any) -> ClauseTree:
    return understood(tree_from_json(conditions(*groups)), catalogue=CATALOGUE)


def plan(*groups: Any, end_users_only: bool = True, active_only: bool = True) -> Compilation:
    return compiled(
        tree(*groups),
        now=NOW,
        zone=AMSTERDAM,
        end_users_only=end_users_only,
        active_only=active_only,
    )


class TestAllOf:
    def test_is_one_exact_query(self) -> None:
        found = plan([A, PRO])

        assert found.queries == (f"{IMPLIED} tags:a plan:pro",)
        assert found.exactness is Exactness.EXACT
        assert (found.residual, found.reasons) == (ClauseTree(), ())

    def test_never_merges_two_positive_conditions_on_one_keyword(self) -> None:
        """S01: `tags:a tags:b tags:c tags:d` would be any of the four."""
        found = plan([AB, CD])

        assert found.queries == (f"{IMPLIED} tags:a tags:b",)
        assert found.residual == tree([CD])
        assert found.exactness is Exactness.SUPERSET
        assert found.reasons == (CLASH.format("Tags"),)

    def test_joins_single_tags_into_one_set(self) -> None:
        found = plan([A, B, ("tags", "has_all_of", ["c", "a"])])

        assert found.queries == (f'{IMPLIED} tags:"a b c"',)
        assert found.exactness is Exactness.EXACT

    def test_does_not_join_a_tag_that_cannot_be_said(self) -> None:
        found = plan([A, ("tags", "has_any_of", ["none"])])

        assert found.queries == (f"{IMPLIED} tags:a",)
        assert found.residual == tree([("tags", "has_any_of", ["none"])])

    def test_takes_exclusions_beside_a_value_of_the_same_keyword(self) -> None:
        found = plan([A, ("tags", "has_none_of", ["x", "y"])])

        assert found.queries == (f"{IMPLIED} tags:a -tags:x -tags:y",)
        assert found.exactness is Exactness.EXACT

    def test_takes_a_range_from_two_conditions_but_no_third(self) -> None:
        found = plan([("uf.seats", ">", 1), ("uf.seats", "<", 9), ("uf.seats", "<=", 5)])

        assert found.queries == (f"{IMPLIED} seats>1 seats<9",)
        assert found.residual == tree([("uf.seats", "<=", 5)])

    def test_does_not_put_a_value_beside_a_range(self) -> None:
        found = plan([("uf.seats", ">", 1), ("uf.seats", "=", 5)])

        assert found.queries == (f"{IMPLIED} seats>1",)
        assert found.residual == tree([("uf.seats", "=", 5)])

    def test_checks_what_only_the_mirror_knows(self) -> None:
        found = plan([A, LANGUAGE])

        assert found.queries == (f"{IMPLIED} tags:a",)
        assert found.residual == tree([LANGUAGE])
        assert found.reasons == ("“Language” is checked here: Zendesk's search does not know it.",)

    def test_checks_what_a_search_finds_too_much_of(self) -> None:
        found = plan([NAMED])

        assert found.queries == (f"{IMPLIED} name:ann",)
        assert found.residual == tree([NAMED])

    def test_reads_everybody_when_nothing_can_be_said(self) -> None:
        found = plan([LANGUAGE])

        assert found.queries == (IMPLIED,)
        assert found.exactness is Exactness.SUPERSET
        assert "everybody is read" in found.reasons[-1]

    def test_freezes_now(self) -> None:
        found = plan([("created", "in_last", [1, "days"])])

        assert found.queries == (
            f"{IMPLIED} created>=2026-03-14T13:00:00+01:00 created<2026-03-15T13:00:01+01:00",
        )

    def test_does_not_widen_a_role_by_the_implied_one(self) -> None:
        found = plan([("role", "is_any_of", ["agent"])])

        assert found.queries == (IMPLIED,)
        assert found.residual == tree([("role", "is_any_of", ["agent"])])

    def test_may_be_about_team_members(self) -> None:
        found = plan([("role", "is_any_of", ["agent"])], end_users_only=False)

        assert found.queries == ("-is_suspended:true role:agent",)
        assert found.exactness is Exactness.EXACT


class TestAnyOf:
    def test_across_keywords_is_one_query_each(self) -> None:
        """S02, S03: one query would ask for both."""
        found = plan([("verified", "is", True)], [A, PRO])

        assert found.queries == (
            f"{IMPLIED} is_verified:true tags:a",
            f"{IMPLIED} is_verified:true plan:pro",
        )
        assert found.exactness is Exactness.EXACT

    def test_of_one_keyword_is_one_query(self) -> None:
        found = plan([PRO], [A, CD])

        assert found.queries == (f"{IMPLIED} plan:pro tags:a tags:c tags:d",)
        assert found.exactness is Exactness.EXACT

    def test_of_a_keyword_that_all_of_has_too_checks_the_latter(self) -> None:
        found = plan([AB, PRO], [CD, ("tags", "has_any_of", ["e"]), ("verified", "is", True)])

        assert found.queries == (
            f"{IMPLIED} plan:pro tags:c tags:d tags:e",
            f"{IMPLIED} tags:a tags:b plan:pro is_verified:true",
        )
        assert found.residual == tree([AB])

    def test_of_sets_is_one_query_each(self) -> None:
        """Nobody documents that two quoted sets are alternatives."""
        found = plan([], [("tags", "has_all_of", ["a", "b"]), ("tags", "has_all_of", ["c", "d"])])

        assert found.queries == (f'{IMPLIED} tags:"a b"', f'{IMPLIED} tags:"c d"')

    def test_of_empty_or_a_value_is_one_query_each(self) -> None:
        found = plan([], [("uf.plan", "is_empty"), PRO])

        assert set(found.queries) == {f"{IMPLIED} plan:none", f"{IMPLIED} plan:pro"}

    def test_of_domains_is_one_query_each(self) -> None:
        """The documents contradict each other about two free words."""
        found = plan([], [("email", "domain_is", "a.example"), ("email", "domain_is", "b.example")])

        assert found.queries == (f"{IMPLIED} a.example", f"{IMPLIED} b.example")

    def test_of_ranges_is_one_query_each(self) -> None:
        found = plan([], [("uf.seats", "<", 2), ("uf.seats", ">", 8)])

        assert found.queries == (f"{IMPLIED} seats<2", f"{IMPLIED} seats>8")

    def test_with_an_exclusion_is_one_query_each(self) -> None:
        found = plan([], [("tags", "has_none_of", ["a"]), PRO])

        assert set(found.queries) == {f"{IMPLIED} -tags:a", f"{IMPLIED} plan:pro"}
        assert found.exactness is Exactness.EXACT

    def test_with_one_that_only_the_mirror_knows_needs_the_mirror(self) -> None:
        """S07."""
        found = plan([A], [PRO, LANGUAGE])

        assert found.exactness is Exactness.MIRROR
        assert found.queries == ()
        assert found.residual.any == tree([], [PRO, LANGUAGE]).any
        assert found.reasons == (
            "“Language” is one of several alternatives, and Zendesk's search does not know it.",
        )

    def test_of_one_alternative_is_no_choice(self) -> None:
        found = plan([A], [LANGUAGE])

        assert found.queries == (f"{IMPLIED} tags:a",)
        assert found.residual == tree([LANGUAGE])

    def test_with_a_loose_one_is_checked_as_a_whole(self) -> None:
        found = plan([A], [PRO, NAMED])

        assert found.exactness is Exactness.SUPERSET
        assert found.residual == tree([], [PRO, NAMED])

    def test_of_too_many_needs_the_mirror(self) -> None:
        alternatives = [("uf.seats", "<", number) for number in range(9)]

        assert plan([], alternatives).exactness is Exactness.MIRROR
        assert len(plan([], alternatives[:8]).queries) == 8


class TestNoneOf:
    def test_is_one_exclusion_each(self) -> None:
        found = plan([PRO], [], [AB, ("organization", "is_any_of", [7])])

        assert found.queries == (f"{IMPLIED} plan:pro -tags:a -tags:b -organization:7",)
        assert found.exactness is Exactness.EXACT

    def test_never_excludes_by_word(self) -> None:
        """Other forms of the word would be excluded too, so the query would find too few."""
        found = plan([A], [], [NAMED])

        assert found.queries == (f"{IMPLIED} tags:a",)
        assert found.residual == tree([], [], [NAMED])

    def test_never_excludes_a_set_or_a_range(self) -> None:
        none = [("tags", "has_all_of", ["a", "b"]), ("uf.seats", ">", 5)]

        found = plan([PRO], [], none)

        assert found.queries == (f"{IMPLIED} plan:pro",)
        assert found.residual == tree([], [], none)

    def test_of_what_only_the_mirror_knows_is_checked(self) -> None:
        found = plan([A], [], [LANGUAGE])

        assert found.queries == (f"{IMPLIED} tags:a",)
        assert found.residual == tree([], [], [LANGUAGE])

    def test_of_a_negative_condition_asks_for_it(self) -> None:
        found = plan([], [], [("tags", "has_none_of", ["a"]), ("uf.plan", "is_not_empty")])

        assert found.queries == (f"{IMPLIED} tags:a plan:none",)
        assert found.exactness is Exactness.EXACT

    def test_is_never_a_query_of_exclusions_alone(self) -> None:
        found = plan([], [], [A], end_users_only=False)

        assert found.queries == ("created>=1970-01-01T00:00:00Z -is_suspended:true -tags:a",)


class TestATree:
    def test_of_nothing_asks_for_everybody(self) -> None:
        found = plan()

        assert found.queries == (IMPLIED,)
        assert found.exactness is Exactness.EXACT

    def test_of_too_many_words_needs_the_mirror(self) -> None:
        """One word is kept for the `type:user` that counting adds."""
        tags = [f"t{number}" for number in range(62)]

        assert plan([("tags", "has_any_of", tags[:61])]).exactness is Exactness.EXACT
        assert plan([("tags", "has_any_of", tags)]).exactness is Exactness.MIRROR

    def test_about_shared_numbers_needs_the_mirror(self) -> None:
        found = plan([A, ("phone", "is_shared")])

        assert found.exactness is Exactness.MIRROR
        assert found.reasons == ("“Phone” depends on other people too.",)
