"""What Meta would refuse, said beforehand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.templates.rules.problems import ProblemCode, Severity, has_errors
from relay_core.templates.rules.templates import template_problems
from relay_core.templates.rules.values import message_problems, tidied, value_problems
from relay_core.templates.writing.names import is_meta_name, meta_name
from relay_core.templates.writing.template import (
    Category,
    LinkButton,
    MediaHeader,
    MediaKind,
    PhoneButton,
    QuickReply,
    Template,
    TextHeader,
)

GOOD_BODY = "Hello {{Clarice}}, your order {{A-1042}} is ready to be fetched in our shop."
SHOP = LinkButton("Shop", "https://acme.example/{{A-1042}}")
CALL = PhoneButton("Call", "+33123456789")


def template(**parts):
    base = {"name": "order", "language": "en", "category": Category.UTILITY, "body": GOOD_BODY}
    return Template(**base | parts)


def codes(problems, severity=None):
    return [p.code.value for p in problems if severity is None or p.severity is severity]


class TestAGoodTemplate:
    @pytest.mark.parametrize(
        "parts",
        [
            {},
            {"name": "a" * 512},
            {"header": TextHeader("Order {{A-1042}}")},  # a header may end with its value
            {"header": TextHeader("x" * 60)},
            {"header": MediaHeader(MediaKind.IMAGE, "https://acme.example/a.jpg")},
            {"footer": "y" * 60},
            {"body": "a" * 1024},
            {"body": "Hello, " + "{{a long example of a value}}" + " b" * 506},  # counts as {{1}}
            {"body": "One\n\ntwo 😀 *bold*"},
            {"body": "お客様の {{A-1042}} の準備ができましたのでご連絡します"},
            {"buttons": (SHOP, CALL)},
            {"buttons": tuple(QuickReply(f"Reply {n}") for n in range(10))},
            {"buttons": (LinkButton("x" * 25, "https://a.example/" + "x" * 1982),)},
        ],
    )
    def test_has_no_problem(self, parts):
        assert template_problems(template(**parts)) == ()


class TestMetasRules:
    @pytest.mark.parametrize(
        ("parts", "code", "where"),
        [
            ({"name": ""}, "empty", "name"),
            ({"language": "EN_us"}, "unknown_language", "language"),
            ({"category": Category.AUTHENTICATION}, "category", "category"),
            ({"header": TextHeader("x" * 61)}, "too_long", "header"),
            ({"header": TextHeader(" ")}, "empty", "header"),
            ({"header": TextHeader("{{a}} and {{b}}")}, "too_many_values", "header"),
            ({"header": TextHeader("two\nlines")}, "line_break", "header"),
            ({"header": MediaHeader(MediaKind.IMAGE, "a.jpg")}, "address", "header"),
            ({"header": MediaHeader(MediaKind.IMAGE, "https://a.b/{{x}}")}, "address", "header"),
            ({"body": ""}, "empty", "body"),
            ({"body": "a" * 1025}, "too_long", "body"),
            ({"body": "{{Ana}}, your order is ready"}, "starts_with_value", "body"),
            ({"body": "Your order is ready, {{Ana}} \n"}, "ends_with_value", "body"),
            ({"body": "a b c d e {{Ana}}{{Bo}} f g"}, "adjacent_values", "body"),
            ({"body": "a b c d e {{Ana}} {{Bo}} f g"}, "adjacent_values", "body"),
            ({"body": "Hi {{a}}, {{b}}, {{c}}, {{d}} bye"}, "too_many_values", "body"),
            ({"body": "Hi {{}} this is for you"}, "missing_example", "body"),
            ({"body": "Hi {{Ana} this is for you"}, "braces", "body"),
            ({"body": "Hi {{Ana this is for you"}, "braces", "body"),
            ({"body": "Hi Ana}} this is for you"}, "braces", "body"),
            ({"body": "Hi     you"}, "spaces", "body"),
            ({"body": "Hi\tyou"}, "tab", "body"),
            ({"body": "Hi\x07you"}, "control_character", "body"),
            ({"body": "Hi %((template:x))% you"}, "shorthand", "body"),
            ({"body": "Hi &((template))& you"}, "shorthand", "body"),
            ({"body": "Hi 5%{{template}} of all you have"}, "shorthand", "body"),
            ({"footer": "y" * 61}, "too_long", "footer"),
            ({"footer": ""}, "empty", "footer"),
            ({"footer": "Bye {{Ana}}"}, "value_not_allowed", "footer"),
            ({"footer": "a\nb"}, "line_break", "footer"),
            ({"buttons": (QuickReply("x" * 26),)}, "too_long", "buttons[0].text"),
            ({"buttons": (QuickReply(""),)}, "empty", "buttons[0].text"),
            ({"buttons": (QuickReply("Hi {{Ana}}"),)}, "value_not_allowed", "buttons[0].text"),
            ({"buttons": (QuickReply("Yes"), QuickReply("yes"))}, "same_label", "buttons[1].text"),
            ({"buttons": (SHOP, QuickReply("Yes"))}, "mixed_buttons", "buttons"),
            (
                {"buttons": tuple(QuickReply(f"R {n}") for n in range(11))},
                "too_many_buttons",
                "buttons",
            ),
            (
                {"buttons": tuple(LinkButton(f"L {n}", "https://a.example") for n in range(3))},
                "too_many_buttons",
                "buttons",
            ),
            ({"buttons": (CALL, PhoneButton("B", "+331234"))}, "too_many_buttons", "buttons"),
            ({"buttons": (LinkButton("L", "acme.example"),)}, "address", "buttons[0].url"),
            ({"buttons": (LinkButton("L", "{{https://a.b}}"),)}, "address", "buttons[0].url"),
            (
                {"buttons": (LinkButton("L", "https://a.example/{{x}}/y"),)},
                "value_not_last",
                "buttons[0].url",
            ),
            (
                {"buttons": (LinkButton("L", "https://a.example/{{x}}{{y}}"),)},
                "too_many_values",
                "buttons[0].url",
            ),
            (
                {"buttons": (LinkButton("L", "https://a.example/" + "x" * 1983),)},
                "too_long",
                "buttons[0].url",
            ),
            ({"buttons": (PhoneButton("P", "call me"),)}, "phone_number", "buttons[0].phone"),
            ({"buttons": (PhoneButton("P", "+" + "1" * 20),)}, "too_long", "buttons[0].phone"),
            ({"left_out": ("COPY_CODE button",)}, "left_out", "template"),
        ],
    )
    def test_are_told_apart(self, parts, code, where):
        problems = template_problems(template(**parts))

        assert (code, where) in [(p.code.value, p.where) for p in problems]
        assert has_errors(problems)
        assert len(problems) == 1

    @pytest.mark.parametrize(
        ("parts", "code"),
        [
            ({"name": "Commande prête"}, "name_form"),  # it is changed, not refused
            ({"name": "a" * 513}, "name_form"),
            ({"body": "Hello {{Clarice}}, we wish you a happy {{Monday}}!"}, "ends_with_value"),
            ({"body": "Hi {{Clarice}}, thanks"}, "too_many_values"),  # 2 words for 1 value
            ({"body": "Hi {Clarice}, this is for you"}, "braces"),
            ({"body": "Hi {{1}}, this is for you"}, "numbered_example"),
            ({"header": TextHeader("A *bold* start")}, "formatting"),
            ({"buttons": (PhoneButton("P", "0123456789"),)}, "phone_number"),
        ],
    )
    def test_warn_where_meta_may_decide_either_way(self, parts, code):
        problems = template_problems(template(**parts))

        assert codes(problems, Severity.WARNING) == [code]
        assert not has_errors(problems)

    def test_point_at_the_place(self):
        body = "Hello {{Clarice}}, tell us     more about your plans"

        (problem,) = template_problems(template(body=body))

        assert body[problem.start : problem.end] == "     "
        assert problem.suggestion == " "

    @pytest.mark.parametrize(
        ("body", "fixed"),
        [
            ("Hi {{Ana} this is for you", "Hi {{Ana}} this is for you"),
            ("Hi\tyou", "Hi you"),
            ("Hi %((x))% you", "Hi % ((x))% you"),
        ],
    )
    def test_come_with_a_fix_that_solves_the_problem(self, body, fixed):
        (problem,) = template_problems(template(body=body))

        after = body[: problem.start] + problem.suggestion + body[problem.end :]

        assert after == fixed
        assert template_problems(template(body=after)) == ()

    @given(st.text(st.sampled_from("ab {}%(&\t\n*_😀1"), max_size=60))
    def test_point_inside_the_text_whatever_it_is(self, text):
        problems = template_problems(
            template(
                header=TextHeader(text), body=text, footer=text, buttons=(LinkButton(text, text),)
            )
        )

        assert all(0 <= p.start <= p.end <= len(text) for p in problems if p.where != "name")


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

    def test_is_too_long_when_its_values_are(self):
        values = {"clarice": "x" * 1000, "a_1042": "B7"}

        assert [(p.code, p.where) for p in message_problems(template(), values)] == [
            (ProblemCode.TOO_LONG, "body")
        ]
