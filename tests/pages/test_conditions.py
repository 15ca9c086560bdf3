"""The condition builder: whatever can be stored can be shown, and comes back as it was."""

import pytest

from relay_core.audience.conditions.definition import ByConditions
from relay_core.audience.conditions.operators import Kind, Op, Takes, takes
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
    Takes.NUMBERS: (1.0, 1_234_567.0),
    Takes.DAY: "2026-03-08",
    Takes.DAYS: ("2026-03-08", "2026-03-09"),
    Takes.DURATION: (7, "weeks"),
}


def value_for(field, op):
    if op is Op.DOMAIN_IS:
        return "example.com"
    if op is Op.COUNTRY_CODE_IS:
        return ("+31", "+44")
    if op is Op.COUNTRY_IS_ANY_OF:
        return ("NL", "GB")
    form = takes(field.kind, op)
    if form is Takes.TEXT:
        return OF_TEXT[field.kind]
    if form is Takes.TEXTS:
        chosen = tuple(option.value for option in field.options[:2])
        return ("be",) if op is Op.STARTS_WITH else chosen or ("vip",)
    return OF_FORM[form]


def every_operator_once(fields):
    """Return one condition for each operator of each kind of field."""
    by_kind = {field.kind: field for field in reversed(fields)}
    return [
        Condition(field.key, op, value_for(field, op))
        for field in by_kind.values()
        for op in field.operators
    ]


class TestTheBuilder:
    @pytest.mark.parametrize("group", ["all", "any", "none"])
    def test_shows_every_operator_and_gives_back_what_it_was_given(self, group, open_page, desk):
        conditions = every_operator_once(desk.fields())
        tree = ConditionTree(**{group: tuple(conditions)})
        saved = desk.save_segment("All there is", ByConditions(tree), actor="test")
        page = open_page("audiences.py")
        page.segmented_control(key="audience_by").set_value("Saved segments").run()

        page.button(key=f"segment_{saved.id}_open").click().run(timeout=ENOUGH_S)
        page.button(key="audience_save").click().run(timeout=ENOUGH_S)

        assert not page.exception
        assert not page.error
        assert desk.segments()[0].updated_at > saved.updated_at
        assert desk.segments()[0].definition == ByConditions(tree)

    def test_says_that_a_field_has_gone_and_keeps_the_row(self, open_page, desk):
        tree = ConditionTree(all=(Condition("uf.gone", Op.IS, "x"),))
        saved = desk.save_segment("Broken", ByConditions(tree), actor="test")
        page = open_page("audiences.py")
        page.segmented_control(key="audience_by").set_value("Saved segments").run()
        assert "does not exist" in page.error[0].value

        page.button(key=f"segment_{saved.id}_open").click().run()

        assert not page.exception
        assert page.selectbox(key="audience_1_field").value == "uf.gone"
        assert any("does not exist" in caption.value for caption in page.caption)
        assert not page.metric
