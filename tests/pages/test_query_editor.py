"""The query editor: mistakes marked in their place, rewrites that apply, the way to the builder."""

import pytest

from pages._query import marked
from relay_core.audience.conditions.definition import ByConditions, ByQuery
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.audience.search.diagnostics import Code, Diagnostic

GOOD = "role:end-user -is_suspended:true tags:newsletter"


def metrics(page):
    return {metric.label: int(metric.value) for metric in page.metric}


def spoken(page):
    texts = (*page.markdown, *page.caption)
    return " ".join(text.value for text in texts).replace("\\", "")


def keys(page):
    return [button.key for button in page.button]


@pytest.fixture
def type_query(open_page):
    """Open the editor and type a query."""

    def typed(query):
        page = open_page("audiences.py")
        page.radio(key="audience_by").set_value("Zendesk query").run()
        page.text_area(key="audience_query").set_value(query).run()
        assert not page.exception
        return page

    return typed


class TestAQuery:
    def test_is_asked_only_when_told_and_both_counts_are_said(self, type_query, desk):
        page = type_query(GOOD)
        assert not page.metric

        page.button(key="audience_find").click().run()

        expected = desk.preview_audience(ByQuery(GOOD))
        assert not page.exception
        assert metrics(page)["Matched"] == expected.matched
        assert f"{expected.searched:,} of {expected.counted:,} fetched" in spoken(page)

    def test_is_explained_before_it_is_asked(self, type_query):
        page = type_query(f"  {GOOD}")

        assert "whose role is “end-user” and with the tag “newsletter”, except" in spoken(page)
        assert "audience_query_error" not in spoken(page)
        assert not page.button(key="audience_find").disabled

    def test_with_an_error_is_not_asked_and_the_piece_is_marked(self, type_query):
        page = type_query('name:"open role:end-user')

        assert page.button(key="audience_find").disabled
        assert "1 error" in spoken(page)
        assert "This quote is never closed" in spoken(page)
        assert ':red-background[**"open role:end-user**]' in spoken(page)
        assert "Open in builder" not in [button.label for button in page.button]
        assert "audience_save" not in keys(page)

    def test_takes_a_rewrite_that_is_offered(self, type_query):
        page = type_query("emial:ana@example.com role:end-user -is_suspended:true")

        page.button(key="audience_error_0_use").click().run()

        assert not page.exception
        rewritten = "email:ana@example.com role:end-user -is_suspended:true"
        assert page.text_area(key="audience_query").value == rewritten
        assert not page.button(key="audience_find").disabled

    def test_shows_what_has_to_be_accepted_and_can_be_asked_all_the_same(self, type_query):
        page = type_query("tags:newsletter")

        assert "2 warnings" in spoken(page)
        assert "To be accepted before anything is sent." in spoken(page)
        assert not page.button(key="audience_find").disabled

    def test_says_nothing_while_nothing_is_typed(self, open_page):
        page = open_page("audiences.py")
        page.radio(key="audience_by").set_value("Zendesk query").run()

        page.button(key="audience_find").click().run()

        assert not page.exception
        assert not page.error
        assert "Zendesk answers the query" in spoken(page)

    def test_that_changed_keeps_the_answer_and_says_for_what(self, type_query):
        page = type_query(GOOD)
        page.button(key="audience_find").click().run()
        found = metrics(page)

        page.text_area(key="audience_query").set_value("role:end-user tags:vip").run()

        assert metrics(page) == found
        assert f"Found for {GOOD}." in spoken(page)

    def test_can_be_saved_without_being_asked(self, type_query, desk):
        page = type_query(GOOD)
        page.text_input(key="audience_name").set_value("Readers")

        page.button(key="audience_save").click().run()

        assert desk.segment("Readers").definition == ByQuery(GOOD)


class TestTheBuilder:
    def test_takes_a_query_over(self, type_query, desk):
        page = type_query("role:end-user tags:newsletter created>=2020-01-01")

        page.button(key="audience_query_open").click().run()

        assert not page.exception
        assert page.radio(key="audience_by").value == "Conditions"
        tree = ConditionTree(
            all=(
                Condition("role", Op.IS_ANY_OF, ("end-user",)),
                Condition("tags", Op.HAS_ANY_OF, ("newsletter",)),
                Condition("created", Op.ON_OR_AFTER, "2020-01-01"),
            )
        )
        assert metrics(page)["Matched"] == desk.preview_audience(ByConditions(tree)).matched

    def test_does_not_take_what_it_cannot_say_and_says_why(self, type_query):
        page = type_query("ana role:end-user")

        assert "audience_query_open" not in keys(page)
        assert "“ana”: the builder looks in one field at a time." in spoken(page)


class TestAMark:
    @pytest.mark.parametrize(
        ("query", "start", "end", "expected"),
        [
            ("tags:a AND b", 7, 10, "tags\\:a :red-background[**AND**] b"),
            ("a\tb", 1, 2, "a:red-background[**␣**]b"),  # nobody could see it
            ('name:"open', 5, 10, 'name\\::red-background[**"open**]'),  # the colon stays apart
            ("a x@b.io c>=1", 0, 1, ":red-background[**a**] x\u2060@b.io c\\>\u2060=1"),
            ("x *y* [z]", 2, 5, "x :red-background[**\\*y\\***] \\[z\\]"),
            ("ab cd", 0, 5, ""),  # the whole of it
            (f"{'a' * 50} b", 51, 52, f"…{'a' * 31} :red-background[**b**]"),
            (f"b {'a' * 50}", 0, 1, f":red-background[**b**] {'a' * 31}…"),
        ],
    )
    def test_stands_in_its_place_and_nothing_else_is_read_as_markdown(
        self, query, start, end, expected
    ):
        code = Code.BOOLEAN_WORD
        diagnostic = Diagnostic(code, code.severity, start, end, "What is wrong.", None)

        assert marked(query, diagnostic) == expected
