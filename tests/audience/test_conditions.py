"""The form of a condition tree: what is read, and how mistakes are told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.audience.conditions.clauses import judging, understood
from relay_core.audience.conditions.definition import (
    ByConditions,
    definition_to_json,
    read_definition,
)
from relay_core.audience.conditions.fields import (
    RELAY_FIELDS,
    SYSTEM_FIELDS,
    Catalogue,
    Field,
    Option,
)
from relay_core.audience.conditions.operator_words import OPERATOR_WORDS, operator_words
from relay_core.audience.conditions.operators import OPERATORS, Kind, Op, Takes, takes
from relay_core.audience.conditions.tree import (
    MOST_CONDITIONS,
    MOST_VALUES,
    Condition,
    ConditionTree,
    tree_from_json,
)
from relay_core.errors import AudienceError
from tests.audience.population import conditions

NAMES = {
    "relay.template": ("Greeting", "Reminder"),
    "relay.campaign": ("Spring",),
    "relay.segment": ("Gold", "gold"),
    "relay.upload": ("fair.csv",),
}
CATALOGUE = Catalogue(
    (
        *SYSTEM_FIELDS,
        *(
            replace(field, options=tuple(Option(n, n) for n in NAMES[field.key]))
            if field.key in NAMES
            else field
            for field in RELAY_FIELDS
        ),
        Field("uf.plan", "Plan", Kind.CHOICE, (Option("pro", "Pro"), Option("team", "Team"))),
        Field("uf.seats", "Seats", Kind.NUMBER),
        Field("uf.renewal", "Renewal", Kind.DATE),
        Field("uf.motto", "Motto", Kind.TEXT),
    )
)


def advice(value: object) -> list[str]:
    with pytest.raises(AudienceError) as caught:
        tree_from_json(value, judge=judging(CATALOGUE))
    return [line.removeprefix("- ") for line in caught.value.advice.splitlines()[1:]]


class TestATree:
    def test_is_the_same_after_being_stored_and_read(self):
        stored = conditions(
            [("tags", "has_any_of", ["vip", "gold"]), ("phone", "is_not_empty")],
            [("created", "in_last", [30, "days"]), ("verified", "is", False)],
            [
                ("uf.seats", ">=", 2.5),
                ("relay.template", "is_any_of_in_last", [14, "days", "Greeting"]),
                ("relay.sample", "<=", [12.5, "a seed"]),
            ],
        )

        tree = tree_from_json(stored)

        assert tree.to_json() == stored
        assert read_definition(tree.to_json()) == ByConditions(tree)

    def test_may_leave_lists_out(self):
        tree = tree_from_json({"version": 1, "any": []})

        assert tree.conditions() == ()

    def test_is_read_without_its_account_even_when_a_field_is_gone(self):
        tree = tree_from_json(conditions([("uf.gone", "is_checked")]))

        assert tree.all[0].field == "uf.gone"


class TestAMistake:
    def test_never_hides_another(self):
        told = advice(
            {
                "version": 2,
                "al": [],
                "all": [
                    {"field": "verified", "op": "=", "value": True},
                    {"field": "role.", "op": "is_any_of", "value": ["pro"]},
                    {"field": "uf.plan", "op": "is_any_of", "value": ["pro", "gold"]},
                    {"field": "created", "op": "since", "value": "2026-01-01"},
                    "vip",
                ],
                "none": {"field": "tags"},
            }
        )

        assert told == [
            "version “2” is not known; this Relay reads version 1",
            "there is no part named “al”",
            "condition 4 of “all of”: “since” is not an operator",
            "condition 5 of “all of” is not an object with “field”, “op” and “value”",
            "“none” is not a list",
            "condition 1 of “all of”: Verified cannot be compared with “equals”; use “is”",
            "condition 2 of “all of”: the field “role.” does not exist; did you mean role?",
            (
                "condition 3 of “all of”: Plan “is any of”: “gold” is not one of its choices: pro, "
                "team"
            ),
        ]

    @pytest.mark.parametrize(
        ("field", "op", "value", "expected"),
        [
            ("tags", "has_any_of", [], "at least one value is needed"),
            ("tags", "has_any_of", ["  "], "a text is expected, not “  ”"),
            ("tags", "is_empty", "x", "this operator takes no value"),
            ("role", "is_any_of", "customer", "“customer” is not one of its choices: end-user"),
            ("organization", "is_any_of", "Nowhere", "there is no organization “Nowhere”"),
            ("created", "on", "15/03/2026", "a day such as 2026-03-08 is expected"),
            ("created", "on", "2026-02-30", "a day such as 2026-03-08 is expected"),
            ("created", "before", "2026-03-08T10:00:00", "a moment needs its offset"),
            ("created", "before", "0001-01-01", "the year is expected between 1900"),
            ("created", "between", ["2026-03-08", "2026-03-01"], "comes after the second"),
            (
                "created",
                "between",
                ["2026-03-08T18:00:00+01:00", "2026-03-08T09:00:00+01:00"],
                "the first moment comes after the second",
            ),
            (  # the earlier day is the later moment
                "created",
                "not_between",
                ["2026-03-08T23:00:00-10:00", "2026-03-09T01:00:00+14:00"],
                "the first moment comes after the second",
            ),
            ("created", "in_last", 7, 'a list of two things, as in [7, "days"] is expected'),
            ("created", "in_last", [0, "days"], "a whole number of days is expected, not “0”"),
            ("created", "in_last", [7, "dogs"], "“dogs” is not a unit; use minutes, hours, days"),
            ("created", "anniversary_in_next", [3, "hours"], "count in days or longer here"),
            ("uf.renewal", "on", "2026-03-08T10:00:00Z", "this field holds days"),
            ("uf.renewal", "in_last", [3, "hours"], "count in days or longer here"),
            ("uf.seats", "=", "5", "a number is expected, not “5”"),
            ("uf.seats", "=", True, "a number is expected, not “True”"),
            ("uf.seats", "=", float("nan"), "the number is too large"),
            ("uf.seats", "=", 10**400, "the number is too large"),
            ("uf.seats", "between", [5, 1], "the first number is larger than the second"),
            ("uf.motto", "contains_word", "two words", "one word is expected, not “two words”"),
            ("uf.motto", "contains_phrase", "?!", "“?!” holds no word"),
            ("uf.motto", "is", "\ud800", "a character that cannot be typed"),
            ("email", "is", "ada", "“ada” is not an e-mail address"),
            ("email", "domain_is", "example", "“example” is not a domain"),
            ("phone", "is", "0612345678", "write the phone number with + and its country code"),
            ("phone", "country_code_is", "999", "is no country's calling code"),
            ("phone", "country_is_any_of", ["Holland"], "“Holland” is not a country"),
            ("verified", "is", "yes", "true or false is expected, not “yes”"),
            ("relay.template", "is_any_of", "greeting", "no template named “greeting”; did you"),
            ("relay.campaign", "is_none_of", ["Autumn"], "there is no campaign named “Autumn”"),
            ("relay.segment", "is_any_of", ["Bronze"], "there is no segment named “Bronze”"),
            ("relay.upload", "is_any_of", "fair", "no upload named “fair”; did you mean “fair."),
            ("relay.channel", "is_any_of", "pigeon", "is not one of its choices: whatsapp, twilio"),
            ("relay.template", "is_any_of_in_last", [14, "days"], "a duration and names are"),
            ("relay.template", "is_any_of_in_last", "Greeting", "a duration and names are"),
            ("relay.template", "is_any_of_in_last", [0, "days", "Greeting"], "a whole number of"),
            ("relay.last_message", "is", True, "cannot be compared with “is”; use “before”"),
            ("relay.opted_in", "is", 1, "true or false is expected"),
            ("relay.sample", "<=", 0, "a percentage above 0 and up to 100 is expected, not “0”"),
            ("relay.sample", "<=", 100.5, "a percentage above 0 and up to 100 is expected"),
            ("relay.sample", "<=", "10%", "a number is expected"),
            ("relay.sample", "<=", [10, 7], "a seed is a short text, not “7”"),
            ("relay.sample", "<=", [10, "x", "y"], "a list of two things"),
            ("relay.people", "<=", 0, "a whole number of people is expected, not “0”"),
            ("relay.people", "<=", 2.5, "a whole number of people is expected, not “2.5”"),
        ],
    )
    def test_in_a_value_says_what_is_expected(self, field, op, value, expected):
        told = advice(conditions([(field, op, value)]))

        assert len(told) == 1
        assert expected in told[0]

    @pytest.mark.parametrize("value", [None, [], "vip", 3, {}, {"version": 1}])
    def test_is_told_when_there_is_no_tree_at_all(self, value):
        assert advice(value)

    def test_is_what_nobody_can_have_meant(self):
        many = [("tags", "is_empty")] * (MOST_CONDITIONS + 1)
        long = [("tags", "has_any_of", ["x"] * (MOST_VALUES + 1))]

        assert advice(conditions(many)) == ["there are more than 100 conditions"]
        assert advice(conditions(long)) == [
            "condition 1 of “all of”: there are more than 1000 values"
        ]


class TestALimitOfTheWhole:
    def test_belongs_in_all_of(self):
        limit = ("relay.people", "<=", 500)
        told = ": a number of people bounds the whole audience; it belongs in “all of”"

        assert advice(conditions([limit], any_=[limit], none=[("tags", "is_empty"), limit])) == [
            f"condition 1 of “any of”{told}",
            f"condition 2 of “none of”{told}",
        ]

    def test_stands_there_once(self):
        people, share = ("relay.people", "<=", 500), ("relay.sample", "<=", 10)

        assert advice(conditions([people, share, people, share])) == [
            "“all of” has more than one random share; keep one",
            "“all of” has more than one number of people; keep one",
        ]

    def test_is_looked_for_in_every_tree_that_is_to_mean_something(self):
        tree = ConditionTree(none=(Condition("relay.people", Op.AT_MOST, 5),))

        with pytest.raises(AudienceError) as caught:
            understood(tree, catalogue=CATALOGUE)

        assert "it belongs in “all of”" in caught.value.advice

    def test_may_be_a_share_anywhere(self):
        share = ("relay.sample", "<=", 10)

        tree = tree_from_json(conditions([share], [share, share], [share]))

        assert len(understood(tree, catalogue=CATALOGUE).any) == 2


class TestOperators:
    def test_exist_for_every_kind_and_each_takes_something(self):
        forms = {takes(kind, op) for kind, ops in OPERATORS.items() for op in ops}

        assert set(OPERATORS) == set(Kind)
        assert {op for ops in OPERATORS.values() for op in ops} == set(Op)
        assert forms == set(Takes)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "version": st.just(1) | JSON,
        "query": JSON,
        "segment": JSON,
        **{
            group: st.lists(
                st.fixed_dictionaries(
                    {"field": st.sampled_from([f.key for f in CATALOGUE.fields]) | JSON},
                    optional={"op": st.sampled_from([str(op) for op in Op]) | JSON, "value": JSON},
                )
                | JSON,
                max_size=3,
            )
            | JSON
            for group in ("all", "any", "none")
        },
    },
)


class TestAnything:
    @given(JSON | NEARLY)
    def test_is_read_or_refused_with_advice(self, value):
        try:
            definition = read_definition(value, judge=judging(CATALOGUE))
        except AudienceError as error:
            assert error.advice.startswith("Correct this audience:")  # noqa: PT017 - both ends are fine
        else:
            assert definition_to_json(definition)


class TestAnOperator:
    def test_has_words_and_no_name_of_the_stored_form(self):
        said = {op: operator_words(kind, op) for kind, ops in OPERATORS.items() for op in ops}

        assert set(said) == set(OPERATOR_WORDS) == set(Op)
        assert not [words for words in said.values() if "_" in words]

    def test_is_called_otherwise_where_it_means_something_else(self):
        assert operator_words(Kind.EVENT, Op.IS_EMPTY) == "never"
        assert operator_words(Kind.TEXT, Op.IS_EMPTY) == "is empty"
