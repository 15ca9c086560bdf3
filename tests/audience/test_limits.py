"""Shares drawn by lot, and limits of a whole audience."""

from hashlib import md5

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay_core.audience.conditions.clauses import understood
from relay_core.audience.conditions.fields import RELAY_FIELDS, SYSTEM_FIELDS, Catalogue
from relay_core.audience.conditions.limits import NO_LIMITS, Limits, limits_of, without_limit
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.english.sentences import said, sentence
from relay_core.audience.sql.conditions import predicate
from relay_core.audience.sql.lot import boundary, lot
from relay_core.errors import AudienceError
from tests.audience.population import AMSTERDAM, NOW, conditions

CATALOGUE = Catalogue((*SYSTEM_FIELDS, *RELAY_FIELDS))
TAGGED = ("tags", "has_any_of", ["vip"])
SHARE = ("relay.sample", "<=", [10, "march"])
PEOPLE = ("relay.people", "<=", [500, "june"])


def tree_of(*args, **kwargs):
    return understood(tree_from_json(conditions(*args, **kwargs)), catalogue=CATALOGUE)


def drawn(people, percent, seed=""):
    with duckdb.connect() as connection:
        sql = f"SELECT id FROM range(1, $n + 1) AS p(id) WHERE {lot('$seed')} < $boundary"  # noqa: S608 - under test
        values = {"n": people, "seed": seed, "boundary": boundary(percent)}
        return {row[0] for row in connection.execute(sql, values).fetchall()}


class TestTheLimits:
    def test_of_the_whole_are_taken_out(self):
        tree, limits = limits_of(tree_of([TAGGED, SHARE, PEOPLE]))

        assert tree == tree_of([TAGGED])
        assert limits == Limits(percent=10, seed="march", people=500, people_seed="june")

    def test_leave_a_share_elsewhere_where_it_is(self):
        asked = tree_of(any_=[TAGGED, SHARE], none=[SHARE])

        assert limits_of(asked) == (asked, NO_LIMITS)

    def test_are_said_at_the_end(self):
        asked = tree_of([TAGGED, SHARE, PEOPLE])

        assert sentence(asked) == (
            "People whose tags include vip; of these, a random 10 % (seed “march”) and at most "
            "500 (seed “june”)."
        )
        assert sentence(tree_of([("relay.people", "<=", 2000)])) == (
            "Everybody; of these, at most 2,000."
        )

    def test_can_be_said_one_by_one(self):
        asked = tree_of([SHARE, PEOPLE])

        assert [said(clause) for clause in asked.all] == [
            "who are in a random 10 % (seed “march”)",
            "who are among at most 500 (seed “june”)",
        ]

    def test_are_no_truth_about_one_person(self):
        with pytest.raises(ValueError, match="no truth about one person"):
            predicate(tree_of([PEOPLE]), now=NOW, zone=AMSTERDAM)

    def test_on_a_number_of_people_keep_a_segment_out_of_other_conditions(self):
        with pytest.raises(AudienceError) as caught:
            without_limit(tree_of([PEOPLE]), segment="First 500")

        assert "The segment First 500 is limited to a number of people" in caught.value.advice
        assert without_limit(tree_of([SHARE]), segment="A tenth") == tree_of([SHARE])


class TestALot:
    def test_is_the_same_for_ever(self):
        assert drawn(40, 25) == {1, 2, 35, 8, 14, 22, 23, 31}
        assert drawn(40, 10, "march") == {32, 37, 40, 9, 12, 13}

    def test_is_about_the_share_and_another_one_for_another_seed(self):
        one, other = drawn(20_000, 10), drawn(20_000, 10, "other")

        assert 1_850 < len(one) < 2_150
        assert 120 < len(one & other) < 280

    def test_of_a_smaller_share_is_one_of_a_larger(self):
        assert drawn(2_000, 10) < drawn(2_000, 11) < drawn(2_000, 100)
        assert drawn(2_000, 100) == set(range(1, 2_001))
        assert drawn(2_000, 0.0000000001) == set()

    @settings(max_examples=30)
    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), st.integers(1, 100))
    def test_is_what_its_description_says(self, seed, percent):
        lots = {id_: md5(f"{seed}:{id_}".encode(), usedforsecurity=False) for id_ in range(1, 21)}

        assert drawn(20, percent, seed) == {
            id_
            for id_, digest in lots.items()
            if int(digest.hexdigest(), 16) < round(percent / 100 * 2**32) << 96
        }
