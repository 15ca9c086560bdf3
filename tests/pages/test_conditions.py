"""The condition builder: whatever can be stored can be shown, and comes back as it was."""

import pytest
from streamlit.testing.v1 import AppTest

from relay_core.audience.conditions.definition import ByConditions
from relay_core.audience.conditions.fields import Field, Option
from relay_core.audience.conditions.operators import OPERATORS, Kind, Op, Takes, takes
from relay_core.audience.conditions.tree import Condition, ConditionTree

ENOUGH_S = 60
OF_TEXT = {
    Kind.EMAIL: "ana@example.com",
    Kind.PHONE: "+31612345678",
    Kind.ID: "crm-7",
    Kind.TEXT: "word",
}
OF_FORM = {
    Takes.NOTHING: None,
    Takes.YES_NO: False,
    Takes.NUMBER: 2.5,
    Takes.NUMBERS: (1, 1_234_567),
    Takes.DAY: "2026-03-08",
    Takes.DAYS: ("2026-03-08", "2026-03-09"),
    Takes.DURATION: (7, "weeks"),
    Takes.SHARE: (12.5, "autumn"),
    Takes.PEOPLE: (500, "autumn"),
}
BUILDER = """
import streamlit as st
from pages._conditions import clear_conditions, condition_builder, load_conditions
fields = st.session_state["fields"]
if "preset" in st.session_state:
    load_conditions("b", st.session_state.pop("preset"), fields)
st.session_state["built"] = condition_builder("b", fields)
st.button("Reset", key="reset", on_click=clear_conditions, args=("b",))
"""
CHOICES = (Option("vip", "Very important", 1_502), Option("gold", "Gold", 7))
WITH_CHOICES = {
    Kind.TAGS,
    Kind.CHOICES,
    Kind.CHOICE,
    Kind.NAMED,
    Kind.ORGANIZATION,
    Kind.SENT,
    Kind.MEMBERSHIP,
}
KEYS = {Kind.MEMBERSHIP: "relay.segment", Kind.LIMIT: "relay.people", Kind.SAMPLE: "relay.sample"}


OF_OP = {
    Op.DOMAIN_IS: "example.com",
    Op.COUNTRY_CODE_IS: ("+31", "+44"),
    Op.COUNTRY_IS_ANY_OF: ("NL", "GB"),
    Op.STARTS_WITH: ("be",),
}


def value_for(field, op):
    form = takes(field.kind, op)
    if op in OF_OP:
        return OF_OP[op]
    if form is Takes.TEXT:
        return OF_TEXT[field.kind]
    if form is Takes.TEXTS:
        return tuple(option.value for option in field.options[:2]) or ("vip",)
    if form is Takes.DURATION_AND_TEXTS:
        return (14, "days", *(option.value for option in field.options[:2]))
    return OF_FORM[form]


def field_of(kind):
    """Return a field of a kind, with choices where the kind has them."""
    options = CHOICES if kind in WITH_CHOICES else ()
    if kind is Kind.ORGANIZATION:
        options = (Option("360", "Acme", 12), Option("361", "Bolt", 1))
    return Field(KEYS.get(kind, f"a_{kind}"), f"A {kind}", kind, options)


def every_form_once(fields):
    """Return one condition for each form of value, on real fields."""
    by_form = {takes(field.kind, op): (field, op) for field in fields for op in field.operators}
    return [Condition(field.key, op, value_for(field, op)) for field, op in by_form.values()]


def builder(*fields, **tree):
    """Draw a builder alone, with a tree in it if one is given."""
    page = AppTest.from_string(BUILDER, default_timeout=ENOUGH_S)
    page.session_state["fields"] = list(fields)
    if tree:
        page.session_state["preset"] = ConditionTree(**tree)
    return page.run()


def built(page):
    assert not page.exception
    return page.session_state["built"]


class TestEveryOperator:
    @pytest.mark.parametrize(
        ("kind", "op"), [(kind, op) for kind, ops in OPERATORS.items() for op in ops]
    )
    def test_comes_back_from_its_widgets_as_it_was_put_there(self, kind, op):
        field = field_of(kind)
        wanted = (Condition(field.key, op, value_for(field, op)),)

        page = builder(field, all=wanted)

        first = built(page)
        assert (first.incomplete, first.mistakes) == (0, 0)
        assert first.tree == ConditionTree(all=wanted)
        assert built(page.run()).tree == first.tree

    @pytest.mark.parametrize(
        ("kind", "op"),
        [
            (kind, op)
            for kind, ops in OPERATORS.items()
            for op in ops
            if takes(kind, op) not in {Takes.NOTHING, Takes.YES_NO}
        ],
    )
    def test_waits_for_its_value(self, kind, op):
        page = builder(field_of(kind))

        page.selectbox(key=f"b_0_op_{kind}").set_value(op).run()

        assert built(page).incomplete == 1
        assert built(page).tree == ConditionTree()

    @pytest.mark.parametrize(
        ("kind", "op", "value"),
        [
            (Kind.SAMPLE, Op.AT_MOST, 10),  # without a seed
            (Kind.LIMIT, Op.AT_MOST, 500),
            (Kind.NUMBER, Op.AT_LEAST, -3),  # whole stays whole
            (Kind.MOMENT, Op.BEFORE, "2026-03-08T09:00:00+01:00"),  # beyond a calendar
            (Kind.TAGS, Op.HAS_ALL_OF, ("never_seen", "vip")),  # not offered, typed
        ],
    )
    def test_keeps_the_odd_forms_too(self, kind, op, value):
        field = field_of(kind)
        wanted = ConditionTree(all=(Condition(field.key, op, value),))

        page = builder(field, all=wanted.all)

        assert built(page).tree == wanted

    @pytest.mark.parametrize(
        ("kind", "op", "value"),
        [
            (Kind.NUMBER, Op.BETWEEN, ("2026-01-01", "2026-02-01")),
            (Kind.SAMPLE, Op.AT_MOST, 1_000),
            (Kind.DATE, Op.IN_LAST, (3, "hours")),
            (Kind.MOMENT, Op.IN_LAST, ("many", "fortnights")),
            (Kind.LIMIT, Op.AT_MOST, True),
        ],
    )
    def test_leaves_a_stored_value_that_no_widget_holds(self, kind, op, value):
        field = field_of(kind)

        page = builder(field, all=(Condition(field.key, op, value),))

        assert built(page).tree.all in {(), (Condition(field.key, op, (3, "days")),)}


class TestChoices:
    def test_say_how_many_people_have_them(self):
        page = builder(field_of(Kind.TAGS))

        assert page.multiselect[0].options == ["Very important (1,502)", "Gold (7)"]

    def test_stay_chosen_when_their_numbers_change(self):
        page = builder(field_of(Kind.CHOICE), all=(Condition("a_choice", Op.IS_ANY_OF, ("vip",)),))
        more = (Option("vip", "Very important", 1_503), Option("gold", "Gold", 8))
        page.session_state["fields"] = [Field("a_choice", "A choice", Kind.CHOICE, more)]

        page.run()
        page.run()

        assert page.multiselect[0].options[0] == "Very important (1,503)"
        assert built(page).tree.all == (Condition("a_choice", Op.IS_ANY_OF, ("vip",)),)

    def test_of_an_account_are_counted_by_relay(self, open_page, desk):
        plan = next(field for field in desk.fields() if field.key == "uf.plan")
        page = open_page("audiences.py")

        page.selectbox(key="audience_0_field").set_value("uf.plan").run()

        expected = [f"{o.label} ({o.people:,})" for o in desk.counted_choices(plan).options]
        assert page.multiselect[0].options == expected

    def test_say_so_when_there_is_none_to_choose(self):
        page = builder(Field("relay.segment", "Segment", Kind.MEMBERSHIP))

        assert page.multiselect[0].placeholder == "There is none yet"


class TestRows:
    def test_keep_what_was_typed_while_others_come_and_go(self):
        fields = [field_of(Kind.TEXT), field_of(Kind.TAGS), field_of(Kind.NUMBER)]
        page = builder(*fields)
        page.text_input[0].set_value("ana").run()
        page.button(key="b_all_add").click().run()
        page.selectbox(key="b_1_field").set_value("a_number").run()
        page.number_input[0].set_value(5).run()
        page.button(key="b_all_add").click().run()
        page.button(key="b_none_add").click().run()

        page.button(key="b_2_remove").click().run()
        page.button(key="b_3_remove").click().run()
        page.button(key="b_any_add").click().run()

        assert built(page).incomplete == 1
        assert built(page).tree == ConditionTree(
            all=(Condition("a_text", Op.IS, "ana"), Condition("a_number", Op.EQUALS, 5))
        )

    def test_remember_a_field_that_was_left_and_taken_again(self):
        page = builder(field_of(Kind.TEXT), field_of(Kind.NUMBER))
        page.text_input[0].set_value("ana").run()

        page.selectbox(key="b_0_field").set_value("a_number").run()
        page.selectbox(key="b_0_field").set_value("a_text").run()

        assert built(page).tree.all == (Condition("a_text", Op.IS, "ana"),)

    def test_keep_names_when_a_stretch_of_time_is_added(self):
        sent = field_of(Kind.SENT)
        page = builder(sent, all=(Condition(sent.key, Op.IS_ANY_OF, ("vip", "gold")),))

        page.selectbox(key="b_1_op_sent").set_value(Op.IS_ANY_OF_IN_LAST).run()
        page.number_input[0].set_value(14).run()

        assert built(page).tree.all == (
            Condition(sent.key, Op.IS_ANY_OF_IN_LAST, (14, "days", "vip", "gold")),
        )

    def test_begin_again_with_an_empty_one(self):
        page = builder(field_of(Kind.TEXT), none=(Condition("a_text", Op.IS, "ana"),))

        page.button(key="reset").click().run()

        assert built(page).tree == ConditionTree()
        assert [box.key for box in page.selectbox] == ["b_2_field", "b_2_op_text"]


class TestThePicker:
    def test_offers_zendesks_fields_then_the_accounts_then_relays(self):
        page = builder(
            Field("relay.opted_in", "Has agreed", Kind.FLAG),
            Field("uf.visits", "Visits", Kind.NUMBER),
            Field("name", "Name", Kind.TEXT),
        )

        labels = page.selectbox(key="b_0_field").options
        assert labels == ["Name", "Visits · custom", "Has agreed · Relay"]

    def test_offers_a_number_of_people_for_the_whole_only(self):
        limit = field_of(Kind.LIMIT)
        page = builder(field_of(Kind.TEXT), limit)

        page.button(key="b_any_add").click().run()

        assert page.selectbox(key="b_0_field").options[-1] == f"{limit.label} · Relay"
        assert page.selectbox(key="b_1_field").options == ["A text"]

    def test_says_what_stands_in_the_wrong_list(self):
        limit = field_of(Kind.LIMIT)

        page = builder(limit, none=(Condition(limit.key, Op.AT_MOST, 5),))

        assert built(page).mistakes == 1
        assert "belongs in “all of”" in page.caption[0].value


class TestTheBuilder:
    @pytest.mark.parametrize("group", ["all", "any", "none"])
    def test_opens_what_was_saved_and_saves_it_as_it_was(self, group, open_page, desk):
        fitting = [
            field
            for field in desk.fields()
            if field.options or field.kind not in {Kind.SENT, Kind.MEMBERSHIP, Kind.LIMIT}
        ]
        tree = ConditionTree(**{group: tuple(every_form_once(fitting))})
        saved = desk.save_segment("All there is", ByConditions(tree), actor="test")
        page = open_page("audiences.py")

        page.selectbox(key="audience_start").set_value("All there is").run(timeout=ENOUGH_S)
        page.button(key="audience_save").click().run(timeout=ENOUGH_S)

        assert not page.exception
        assert not page.error
        assert desk.segment("All there is").updated_at > saved.updated_at
        assert desk.segment("All there is").definition == ByConditions(tree)

    def test_says_that_a_field_has_gone_and_keeps_the_row(self, open_page, desk):
        tree = ConditionTree(all=(Condition("uf.gone", Op.IS, "x"),))
        desk.save_segment("Broken", ByConditions(tree), actor="test")
        page = open_page("audiences.py")

        page.selectbox(key="audience_start").set_value("Broken").run()

        assert not page.exception
        assert page.selectbox(key="audience_1_field").value == "uf.gone"
        assert any("does not exist" in caption.value for caption in page.caption)
        assert not page.metric
