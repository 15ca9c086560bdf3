"""Names as Meta stores them, and the values and message of one person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.templates.rules.problems import ProblemCode
from relay_core.templates.rules.values import message_problems, tidied, value_problems
from relay_core.templates.writing.names import is_meta_name, meta_name
from relay_core.templates.writing.template import Category, LinkButton, Template

GOOD_BODY = "Hello {{Clarice}}, your order {{A-1042}} is ready to be fetched in our shop."
SHOP = LinkButton("Shop", "https://acme.example/{{A-1042}}")


def template(**parts):
    base = {"name": "order", "language": "en", "category": Category.UTILITY, "body": GOOD_BODY}
    return Template(**base | parts)


def codes(problems):
    return [problem.code.value for problem in problems]


class TestANameForMeta:
    @pytest.mark.parametrize(
        ("written", "stored"),
        [
            ("commande_prete", "commande_prete"),
            ("Commande prête !", "commande_prete"),
            ("  Été à Paris ", "ete_a_paris"),
            ("50% off — now", "50_off_now"),
            ("__kept__", "__kept__"),  # accepted as it is
            ("🎉", "u1f389"),
            ("a" * 600, "a" * 512),
        ],
    )
    def test_is_changed_as_little_as_needed(self, written, stored):
        assert meta_name(written) == stored

    @given(st.text(min_size=1, max_size=40).filter(lambda text: text.strip()))
    def test_is_always_accepted(self, text):
        assert is_meta_name(meta_name(text))


class TestTheValueOfOnePerson:
    @pytest.mark.parametrize("value", ["Ana", "a    b", "100 % (sure)", "日本", "a - b"])
    def test_is_fine(self, value):
        assert value_problems(value, key="x") == ()

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ("", "empty"),
            (" \n ", "empty"),
            ("a\nb", "line_break"),
            ("a\r\nb", "line_break"),
            ("a\tb", "tab"),
            ("a     b", "spaces"),
            ("%((template:x))%", "shorthand"),
            ("&((x))&", "shorthand"),
            ("%{{template:x}}%", "shorthand"),
            ("%[a](b)", "shorthand"),
        ],
    )
    def test_has_a_problem(self, value, code):
        problems = value_problems(value, key="x")

        assert codes(problems) == [code]
        assert problems[0].where == "x"

    @given(st.text(st.sampled_from("ab \t\n\r\u00a0\u2028"), max_size=20).filter(str.strip))
    def test_is_fine_once_tidied(self, value):
        assert value_problems(tidied(value), key="x") == ()


class TestTheMessageOfOnePerson:
    def test_is_fine_with_ordinary_values(self):
        values = {"clarice": "Ana", "a_1042": "B7"}

        assert message_problems(template(buttons=(SHOP,)), values) == ()

    def test_needs_every_value(self):
        assert [(p.code, p.where) for p in message_problems(template(), {"clarice": "Ana"})] == [
            (ProblemCode.EMPTY, "a_1042")
        ]

    def test_holds_no_command_that_text_and_value_make_together(self):
        half = template(body="Dear customer, take off 5%{{Clarice}} of all.")

        assert [(p.code, p.where) for p in message_problems(half, {"clarice": "((x))"})] == [
            (ProblemCode.SHORTHAND, "body")
        ]

    def test_is_too_long_when_its_values_are(self):
        values = {"clarice": "x" * 1000, "a_1042": "B7"}

        assert [(p.code, p.where) for p in message_problems(template(), values)] == [
            (ProblemCode.TOO_LONG, "body")
        ]
