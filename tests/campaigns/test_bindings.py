"""Where values come from, and how fields are spoken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.campaigns.bindings import (
    BindableField,
    CustomField,
    FromField,
    Static,
    bindings_from_json,
    bindings_to_json,
    check_bindings,
    read_binding,
    value_for,
)
from relay_core.errors import CampaignError

CUSTOM = {
    "plan": CustomField("plan", "Plan", {"plan_gold": "Gold", "plan_silver": "Silver"}),
    "name": CustomField("name", "Contract name", {}),
}
ADA = {
    "name": "Ada  Lovelace",
    "email": None,
    "fields": {
        "plan": "plan_gold",
        "interests": ["plan_silver", "other"],
        "newsletter": True,
        "visits": 7.0,
        "balance": 7.25,
        "remarks": "likes\n\ttea",
        "name": "C-1",
        "empty": "  ",
    },
}


class TestABinding:
    @pytest.mark.parametrize(
        ("text", "binding"),
        [
            ("static", Static()),
            ("field:name", FromField("name")),
            ("field:uf.plan", FromField("uf.plan")),
            ("field:first_name|there", FromField("first_name", "there")),
            ("field:first_name|", FromField("first_name", "")),
        ],
    )
    def test_is_read_as_it_is_typed(self, text, binding):
        assert read_binding(text) == binding

    @pytest.mark.parametrize("text", ["", "name", "field:", "static:Monday", "fields:name"])
    def test_is_refused_with_an_example_otherwise(self, text):
        with pytest.raises(CampaignError) as refusal:
            read_binding(text)

        assert "field:name" in refusal.value.advice

    @given(
        st.dictionaries(
            st.text(),
            st.builds(Static) | st.builds(FromField, st.text(), st.none() | st.text()),
        )
    )
    def test_survives_being_stored(self, bindings):
        assert bindings_from_json(bindings_to_json(bindings)) == bindings


class TestCheckingBindings:
    def test_names_everything_that_does_not_fit_at_once(self):
        bindings = {"clarice": FromField("shoe_size"), "monday": Static()}

        with pytest.raises(CampaignError) as refusal:
            check_bindings(
                bindings,
                values={"clarice": (), "order": ("fr", "es")},
                fields=[BindableField("name", "Name")],
            )

        for part in (
            "order has no binding (asked for by fr, es)",
            "no value monday",
            "no field shoe_size",
        ):
            assert part in refusal.value.advice


class TestAFieldInAMessage:
    @pytest.mark.parametrize(
        ("field", "said"),
        [
            ("name", "Ada Lovelace"),  # a run of spaces is one
            ("first_name", "Ada"),
            ("uf.plan", "Gold"),  # people see the option's name, not its tag
            ("plan", "Gold"),  # the prefix may be left out
            ("uf.interests", "plan_silver, other"),
            ("uf.newsletter", "yes"),
            ("uf.visits", "7"),
            ("uf.balance", "7.25"),
            ("uf.remarks", "likes tea"),  # WhatsApp refuses line breaks and tabs
            ("uf.name", "C-1"),  # not the person's own name
        ],
    )
    def test_is_said_as_people_would(self, field, said):
        assert value_for(FromField(field), ADA, custom=CUSTOM) == said

    @pytest.mark.parametrize("field", ["email", "uf.empty", "uf.never_set"])
    def test_is_nothing_when_empty(self, field):
        assert value_for(FromField(field), ADA, custom=CUSTOM) is None

    def test_is_the_fallback_when_empty_and_there_is_one(self):
        assert value_for(FromField("email", "you"), ADA, custom=CUSTOM) == "you"
