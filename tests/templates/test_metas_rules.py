"""What Meta would refuse of a template, and where, said beforehand.

In the tables, ⟦…⟧ marks the place that a problem points to; the last column is the text after the
suggested fix, or None where no fix is sure.
"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.templates.rules.problems import Severity, has_errors
from relay_core.templates.rules.templates import problems_on, template_problems
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

GOOD = Template(
    name="order",
    language="en",
    category=Category.UTILITY,
    body="Hello {{Clarice}}, your order {{A-1042}} is ready to be fetched in our shop.",
)
SHOP = LinkButton("Shop", "https://acme.example/{{A-1042}}")
CALL = PhoneButton("Call", "+33123456789")
PARTS = {
    "name": lambda text: replace(GOOD, name=text),
    "language": lambda text: replace(GOOD, language=text),
    "header": lambda text: replace(GOOD, header=TextHeader(text)),
    "image": lambda text: replace(GOOD, header=MediaHeader(MediaKind.IMAGE, text)),
    "body": lambda text: replace(GOOD, body=text),
    "footer": lambda text: replace(GOOD, footer=text),
    "label": lambda text: replace(GOOD, buttons=(QuickReply(text),)),
    "link": lambda text: replace(GOOD, buttons=(LinkButton("Shop", text),)),
    "phone": lambda text: replace(GOOD, buttons=(PhoneButton("Call", text),)),
}
WHERE = {
    "image": "header",
    "label": "buttons[0].text",
    "link": "buttons[0].url",
    "phone": "buttons[0].phone",
}

ACCEPTED = [
    # names: small letters, digits, underscores; 512 of them
    ("name", "order_ready_2"),
    ("name", "a" * 512),
    # languages: Meta's own codes
    ("language", "pt_BR"),
    ("language", "zh_HK"),
    # lengths: 60, 1024, 60, 25, 2000, 20; a value counts as {{1}}
    ("header", "x" * 60),
    ("body", "a" * 1024),
    ("body", "Hello, " + "{{a long example of a value}}" + " b" * 506),
    ("footer", "y" * 60),
    ("label", "z" * 25),
    ("link", "https://a.example/" + "x" * 1982),
    ("phone", "+33 1 23 45 67 89"),
    # values: inside the body, far apart, with words around them
    ("body", "Hi {{Ana}}, you have mail"),
    ("body", "Hi {{Ana}}, you have {{three}} mails and {{two}} calls from us today"),
    ("body", "Dear {{Ana}}, and once more {{Ana}}, we thank you for your visit"),
    ("body", "お客様の {{A-1042}} の準備ができましたのでご連絡します"),
    ("header", "Order {{A-1042}}"),  # a header may end with its value
    ("link", "https://acme.example/{{A-1042}}"),
    ("link", "https://acme.example/?order={{A-1042}}"),
    # characters
    ("body", "One\n\ntwo *bold* _italic_ 😀"),
    ("body", "four    spaces"),
    ("body", "100 % (sure) & more"),
    ("body", "😀" * 10),
    ("header", "Order © 2026 ✓"),
    ("label", "Yes, please!"),
    # addresses
    ("image", "https://acme.example/a.jpg"),
    ("link", "http://acme.example"),
]

REFUSED = [
    # names and languages
    ("name", "⟦⟧", "empty", None),
    ("name", "⟦ ⟧", "empty", None),
    ("language", "⟦EN_us⟧", "unknown_language", "en_US"),
    ("language", "⟦pt-br⟧", "unknown_language", "pt_BR"),
    ("language", "⟦xx⟧", "unknown_language", None),
    # lengths
    ("header", "⟦ ⟧", "empty", None),
    ("header", "x" * 60 + "⟦x⟧", "too_long", None),
    ("body", "⟦⟧", "empty", None),
    ("body", "a" * 1024 + "⟦a⟧", "too_long", None),
    ("footer", "⟦⟧", "empty", None),
    ("footer", "y" * 60 + "⟦yy⟧", "too_long", None),
    ("label", "⟦⟧", "empty", None),
    ("label", "z" * 25 + "⟦z⟧", "too_long", None),
    ("link", "https://a.example/" + "x" * 1982 + "⟦x⟧", "too_long", None),
    ("phone", "+1111111111111111111⟦1⟧", "too_long", None),
    # values: where, how many, how close
    ("body", "⟦{{Ana}}⟧, your order is ready", "starts_with_value", None),
    ("body", " \n⟦{{Ana}}⟧, your order is ready", "starts_with_value", None),
    ("body", "Your order is ready, ⟦{{Ana}}⟧", "ends_with_value", None),
    ("body", "Your order is ready, ⟦{{Ana}}⟧ \n", "ends_with_value", None),
    ("body", "a b c d e ⟦{{Ana}}{{Bo}}⟧ f g", "adjacent_values", None),
    ("body", "a b c d e ⟦{{Ana}} \n {{Bo}}⟧ f g", "adjacent_values", None),
    ("body", "Hi ⟦{{Ana}}⟧, thanks", "too_many_values", None),
    ("body", "Hi ⟦{{a}}, {{b}}, {{c}}, {{d}}⟧ bye", "too_many_values", None),
    ("header", "{{a}} and ⟦{{b}}⟧", "too_many_values", None),
    ("footer", "Bye ⟦{{Ana}}⟧", "value_not_allowed", "Bye Ana"),
    ("label", "Hi ⟦{{Ana}}⟧", "value_not_allowed", "Hi Ana"),
    ("link", "https://a.example/⟦{{x}}{{y}}⟧", "too_many_values", None),
    ("link", "https://a.example/⟦{{x}}⟧/y", "value_not_last", None),
    ("link", "⟦⟧{{https://a.b}}", "address", None),
    # braces and examples
    ("body", "Hi ⟦{{}}⟧ this is for you", "missing_example", None),
    ("body", "Hi ⟦{{ }}⟧ this is for you", "missing_example", None),
    ("body", "Hi ⟦{}⟧ this is for you", "missing_example", None),
    ("body", "Hi ⟦{{Ana}⟧ this is for you", "braces", "Hi {{Ana}} this is for you"),
    ("body", "Hi ⟦{Ana}}⟧ this is for you", "braces", "Hi {{Ana}} this is for you"),
    ("body", "Hi ⟦{{{Ana}}}⟧ this is for you", "braces", "Hi {{Ana}} this is for you"),
    ("body", "Hi ⟦{{⟧Ana this is for you", "braces", None),
    ("body", "Hi ⟦{{⟧Ana\nthis is for you", "braces", None),
    ("body", "Hi Ana⟦}}⟧ this is for you", "braces", None),
    ("header", "Order ⟦{{A-1042}⟧", "braces", "Order {{A-1042}}"),
    ("footer", "Bye ⟦{{⟧", "braces", None),
    ("label", "Yes⟦}⟧", "braces", None),
    ("link", "https://a.example/⟦{{x}⟧", "braces", "https://a.example/{{x}}"),
    # characters
    ("body", "Hi⟦     ⟧you", "spaces", "Hi you"),
    ("body", "Hi⟦ \u00a0   ⟧you", "spaces", "Hi you"),
    ("body", "Hi⟦\t⟧you", "tab", "Hi you"),
    ("body", "Hi⟦\x07⟧you", "control_character", "Hiyou"),
    ("body", "Hi⟦\ud83d⟧you", "control_character", "Hiyou"),  # half an emoji
    ("body", "One⟦\n\n\n⟧two", "line_break", "One\n\ntwo"),
    ("body", "Hi ⟦%((⟧template:x))% you", "shorthand", "Hi % ((template:x))% you"),
    ("body", "Hi ⟦&((⟧template))& you", "shorthand", "Hi & ((template))& you"),
    (
        "body",
        "Hi 5⟦%{{template⟧}} of all you have",
        "shorthand",
        "Hi 5% {{template}} of all you have",
    ),
    ("body", "Hi ⟦%[here](⟧tel:1) you", "shorthand", "Hi % [here](tel:1) you"),
    ("header", "two⟦\n⟧lines", "line_break", "two lines"),
    ("header", "News ⟦🎉⟧", "emoji", "News "),
    ("header", "⟦A *bold* start⟧", "formatting", "A bold start"),
    ("header", "A hotel with 5⟦*⟧", "formatting", "A hotel with 5"),
    ("footer", "a⟦\r\n⟧b", "line_break", "a b"),
    ("footer", "Bye ⟦👋🏽⟧", "emoji", "Bye "),
    ("label", "Yes⟦\n⟧please", "line_break", "Yes please"),
    ("label", "⟦👍⟧ yes", "emoji", " yes"),
    ("label", "⟦*Yes*⟧", "formatting", "Yes"),
    # addresses and numbers
    ("image", "⟦⟧", "address", None),
    ("image", "⟦a.jpg⟧", "address", None),
    ("image", "⟦https://a.b/{{x}}⟧", "address", None),
    ("image", "⟦https://a.b/a picture.jpg⟧", "address", None),
    ("image", "⟦ftp://a.b/a.jpg⟧", "address", None),
    ("link", "⟦acme.example⟧", "address", None),
    ("link", "⟦mailto:ana@acme.example⟧", "address", None),
    ("link", "⟦https://acme.example/a b⟧", "address", None),
    ("link", "https://acme.example/⟦%((⟧x))", "shorthand", "https://acme.example/%25((x))"),
    ("link", "https://acme.example/?a⟦&((⟧x))", "shorthand", "https://acme.example/?a&%28(x))"),
    ("phone", "⟦call me⟧", "phone_number", None),
    ("phone", "⟦⟧", "phone_number", None),
]

DOUBTFUL = [
    # it is changed, not refused
    ("name", "⟦Commande prête⟧", "name_form", "commande_prete"),
    ("name", "⟦order-ready⟧", "name_form", "order_ready"),
    ("name", f"⟦{'a' * 513}⟧", "name_form", "a" * 512),
    # nothing but a sign stands around the value
    ("body", "Hello Clarice, we wish you a happy ⟦{{Monday}}⟧!", "ends_with_value", None),
    ("body", "¡⟦{{Ana}}⟧, your order is ready", "starts_with_value", None),
    # repetitions may count, or not
    ("body", "Dear ⟦{{Ana}}, dear {{Ana}}⟧, hello again", "too_many_values", None),
    ("body", "Hi ⟦{Clarice}⟧, this is for you", "braces", "Hi {{Clarice}}, this is for you"),
    ("body", "Hi ⟦{{1}}⟧, this is for you", "numbered_example", None),
    ("body", "a" + "😀" * 10 + "⟦😀😀⟧", "emoji", None),
    ("footer", "⟦Reply _STOP_⟧", "formatting", "Reply STOP"),
    ("link", "⟦https://acme.example/été⟧", "address", "https://acme.example/%C3%A9t%C3%A9"),
    ("link", "⟦https://été.example/⟧", "address", None),
    ("phone", "⟦0123456789⟧", "phone_number", None),
    ("phone", "⟦+331234⟧", "phone_number", None),
]


def unmarked(text):
    """Return the text without its marks, and where they stood."""
    start = text.index("⟦")
    end = text.index("⟧") - 1
    return text.replace("⟦", "").replace("⟧", ""), start, end


def fixed(text, problem):
    if problem.suggestion is None:
        return None
    return text[: problem.start] + problem.suggestion + text[problem.end :]


def codes(template):
    return [(problem.code.value, problem.where) for problem in template_problems(template)]


class TestATextForMeta:
    @pytest.mark.parametrize(("part", "text"), ACCEPTED)
    def test_is_accepted(self, part, text):
        assert template_problems(PARTS[part](text)) == ()

    @pytest.mark.parametrize(("part", "marked", "code", "after"), REFUSED)
    def test_is_refused_at_its_place(self, part, marked, code, after):
        text, start, end = unmarked(marked)

        (problem,) = template_problems(PARTS[part](text))

        assert (problem.code.value, problem.where) == (code, WHERE.get(part, part))
        assert (problem.start, problem.end) == (start, end)
        assert problem.severity is Severity.ERROR
        assert fixed(text, problem) == after

    @pytest.mark.parametrize(("part", "marked", "code", "after"), DOUBTFUL)
    def test_is_doubted_where_meta_may_decide_either_way(self, part, marked, code, after):
        text, start, end = unmarked(marked)

        (problem,) = template_problems(PARTS[part](text))

        assert (problem.code.value, problem.where) == (code, WHERE.get(part, part))
        assert (problem.start, problem.end) == (start, end)
        assert problem.severity is Severity.WARNING
        assert fixed(text, problem) == after

    @pytest.mark.parametrize(
        ("part", "marked"),
        [
            (part, marked)
            for part, marked, code, after in REFUSED + DOUBTFUL
            if after is not None and part != "language"
        ],
    )
    def test_has_no_such_problem_once_it_is_fixed(self, part, marked):
        text, _, _ = unmarked(marked)
        (problem,) = template_problems(PARTS[part](text))

        after = template_problems(PARTS[part](fixed(text, problem)))

        assert problem.code not in {each.code for each in after}

    @given(st.text(st.sampled_from("ab {}%(&\t\n*_😀1"), max_size=60))
    def test_is_never_pointed_out_of(self, text):
        template = replace(
            GOOD,
            header=TextHeader(text),
            body=text,
            footer=text,
            buttons=(LinkButton(text, text),),
        )

        problems = template_problems(template)

        assert all(0 <= p.start <= p.end <= len(text) for p in problems if p.where != "name")


class TestTheButtonsOfATemplate:
    @pytest.mark.parametrize(
        "buttons",
        [
            (),
            (SHOP, LinkButton("More", "https://acme.example"), CALL),
            tuple(QuickReply(f"Reply {n}") for n in range(10)),
        ],
    )
    def test_are_accepted(self, buttons):
        assert codes(replace(GOOD, buttons=buttons)) == []

    @pytest.mark.parametrize(
        ("buttons", "code", "where"),
        [
            ((SHOP, QuickReply("Yes")), "mixed_buttons", "buttons"),
            ((QuickReply("Yes"), CALL, QuickReply("No")), "mixed_buttons", "buttons"),
            (tuple(QuickReply(f"R {n}") for n in range(11)), "too_many_buttons", "buttons"),
            (
                tuple(LinkButton(f"L {n}", "https://a.example") for n in range(3)),
                "too_many_buttons",
                "buttons",
            ),
            ((CALL, PhoneButton("Ring", "+33123456780")), "too_many_buttons", "buttons"),
            ((QuickReply("Yes"), QuickReply("yes ")), "same_label", "buttons[1].text"),
        ],
    )
    def test_are_refused_together(self, buttons, code, where):
        template = replace(GOOD, buttons=buttons)

        assert codes(template) == [(code, where)]
        assert has_errors(template_problems(template))


class TestTheFilingOfATemplate:
    def test_knows_no_authentication_and_says_why(self):
        (problem,) = template_problems(replace(GOOD, category=Category.AUTHENTICATION))

        assert (problem.code.value, problem.where) == ("category", "category")
        assert "one-time password" in problem.message

    def test_counts_names_of_parameters_as_meta_does(self):
        body = "Hello, {{Clarice}}" + " b" * 506

        named = replace(GOOD, body=body, parameter_names=(("clarice", "first_name"),))

        assert codes(replace(GOOD, body=body)) == []
        assert codes(named) == [("too_long", "body")]

    def test_stops_at_parts_that_relay_cannot_send(self):
        assert codes(replace(GOOD, left_out=("COPY_CODE button",))) == [("left_out", "template")]


class TestATextMessage:
    def test_knows_none_of_metas_limits(self):
        template = replace(
            GOOD, name="Été", body="{{Ana}} a" + "\n" * 9 + "a" * 2000, footer="Bye 👋 {{Ana}}"
        )

        assert problems_on(template, whatsapp=False) == ()

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (" ", "empty"),
            ("Hi {{}}", "missing_example"),
            ("Hi {{Ana}", "braces"),
            ("Hi %((x))%", "shorthand"),
        ],
    )
    def test_is_stopped_by_what_nobody_could_send(self, body, code):
        problems = problems_on(replace(GOOD, body=body), whatsapp=False)

        assert [problem.code.value for problem in problems] == [code]
