"""The audiences page: building, seeing who is left out, asking Zendesk, keeping and opening."""

from datetime import date

from relay_core.audience.conditions.definition import ByConditions, ByQuery, BySegment
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree

TAGS = "audience_0_tags_texts"


def metrics(page):
    return {metric.label: int(metric.value) for metric in page.metric}


def spoken(page):
    return " ".join(text.value for text in (*page.markdown, *page.caption))


def everybody(desk):
    return desk.preview_audience(ByConditions(ConditionTree())).matched


class TestBuildingByConditions:
    def test_begins_with_everybody(self, open_page, desk):
        page = open_page("audiences.py")

        assert not page.exception
        assert metrics(page)["Matched"] == everybody(desk)
        assert "Everybody." in spoken(page)
        assert "1 condition without a value is not counted yet." in spoken(page)

    def test_counts_and_says_what_was_asked(self, open_page, desk):
        page = open_page("audiences.py")
        expected = desk.preview_audience(
            ByConditions(ConditionTree(all=(Condition("tags", Op.HAS_ANY_OF, ("newsletter",)),)))
        )

        page.session_state[TAGS] = ["newsletter"]
        page.run()

        assert not page.exception
        assert "People whose tags include newsletter." in spoken(page)
        assert metrics(page) == {
            "Matched": expected.matched,
            "Left out": expected.matched - expected.will_receive,
            "Will receive": expected.will_receive,
        }

    def test_shows_the_people_of_one_decision(self, open_page):
        page = open_page("audiences.py")
        reason = page.selectbox(key="audience_shown")

        reason.set_value("no_phone").run()

        decisions = set(page.dataframe[0].value["Decision"])
        assert decisions == {"No phone number"}

    def test_adds_and_removes_without_losing_what_was_typed(self, open_page):
        page = open_page("audiences.py")
        page.session_state[TAGS] = ["newsletter"]
        page.button(key="audience_none_add").click().run()
        page.button(key="audience_all_add").click().run()

        page.button(key="audience_2_remove").click().run()
        page.selectbox(key="audience_1_field").set_value("suspended").run()

        assert not page.exception
        assert page.multiselect(key=TAGS).value == ["newsletter"]
        assert "but not those whose profile is suspended" in spoken(page)

    def test_keeps_a_value_while_operators_of_one_form_change(self, open_page):
        page = open_page("audiences.py")
        page.session_state[TAGS] = ["newsletter"]
        page.run()

        page.selectbox(key="audience_0_op_tags").set_value(Op.HAS_NONE_OF).run()

        assert "tags do not include newsletter" in spoken(page)

    def test_says_under_the_row_what_makes_no_sense(self, open_page):
        page = open_page("audiences.py")
        page.selectbox(key="audience_0_field").set_value("email").run()
        page.selectbox(key="audience_0_op_email").set_value(Op.DOMAIN_IS).run()

        page.text_input(key="audience_0_email_text").set_value("not a domain").run()

        assert not page.exception
        assert "is not a domain" in spoken(page)
        assert "Correct the marked conditions" in spoken(page)
        assert not page.metric

    def test_starts_again_with_one_empty_row(self, open_page, desk):
        page = open_page("audiences.py")
        page.session_state[TAGS] = ["newsletter"]
        page.run()

        page.button(key="audience_clear").click().run()

        assert metrics(page)["Matched"] == everybody(desk)


class TestShowingAsAQuery:
    def test_says_how_far_zendesk_can_be_asked_and_offers_to_go_on(self, open_page):
        page = open_page("audiences.py")
        page.session_state[TAGS] = ["newsletter"]
        page.run()
        assert "Zendesk can be asked for exactly these people." in spoken(page)
        query = page.code[0].value
        assert "tags:newsletter" in query

        page.button(key="audience_edit_query").click().run()

        assert not page.exception
        assert page.text_area(key="audience_query").value == query

    def test_says_why_only_the_mirror_can_answer(self, open_page):
        page = open_page("audiences.py")
        page.selectbox(key="audience_0_field").set_value("phone").run()

        page.selectbox(key="audience_0_op_phone").set_value(Op.IS_SHARED).run()

        assert "Zendesk's search cannot say this." in spoken(page)
        assert "“Phone” depends on other people too." in spoken(page)
        assert "audience_edit_query" not in [button.key for button in page.button]


class TestSegments:
    def test_are_saved_with_what_is_on_the_page_at_that_press(self, open_page, desk):
        page = open_page("audiences.py")
        page.session_state[TAGS] = ["vip"]
        page.run()
        page.session_state[TAGS] = ["newsletter"]
        page.text_input(key="audience_name").set_value("Readers")

        page.button(key="audience_save").click().run()

        assert not page.exception
        tree = ConditionTree(all=(Condition("tags", Op.HAS_ANY_OF, ("newsletter",)),))
        assert [(s.name, s.definition) for s in desk.segments()] == [
            ("Readers", ByConditions(tree))
        ]

    def test_cannot_be_saved_while_a_condition_is_open(self, open_page):
        page = open_page("audiences.py")

        assert "audience_save" not in [button.key for button in page.button]
        assert any("finish or remove" in caption.value for caption in page.caption)

    def test_need_a_name(self, open_page, desk):
        page = open_page("audiences.py")
        page.session_state[TAGS] = ["vip"]
        page.run()

        page.button(key="audience_save").click().run()

        assert "Give the segment a name" in page.error[0].value
        assert not desk.segments()

    def test_open_in_the_builder_as_they_were(self, open_page, desk):
        tree = ConditionTree(
            all=(
                Condition("created", Op.IN_LAST, (30, "days")),
                Condition("created", Op.BETWEEN, ("2020-01-01", "2026-12-31")),
                Condition("created", Op.BEFORE, "2026-03-08T09:00:00+01:00"),
                Condition("name", Op.CONTAINS_WORD, "ana"),
            ),
            any=(Condition("role", Op.IS_ANY_OF, ("end-user",)),),
            none=(Condition("verified", Op.IS, value=True), Condition("tags", Op.IS_EMPTY)),
        )
        desk.save_segment("Deep", ByConditions(tree), actor="test")
        page = open_page("audiences.py")

        page.selectbox(key="audience_start").set_value("Deep").run()
        page.button(key="audience_save").click().run()

        assert not page.exception
        assert not page.error
        assert page.selectbox(key="audience_start").value is None
        assert page.date_input(key="audience_2_created_days_from").value == date(2020, 1, 1)
        assert [(s.name, s.definition) for s in desk.segments()] == [("Deep", ByConditions(tree))]

    def test_open_when_another_page_sends_the_visitor_here(self, open_page, desk):
        desk.save_segment("Asked", ByQuery("role:end-user tags:vip"), actor="test")
        desk.save_segment("The same", BySegment("Asked"), actor="test")

        page = open_page("audiences.py", segment="The same")

        assert not page.exception
        assert "segment" not in page.query_params
        assert page.text_area(key="audience_query").value == "role:end-user tags:vip"
        assert page.text_input(key="audience_name").value == "The same"

    def test_that_do_not_exist_are_refused_in_words(self, open_page):
        page = open_page("audiences.py", segment="Nothing")

        assert not page.exception
        assert "Nothing" in page.error[0].value
        assert page.selectbox(key="audience_0_field").value == "tags"
