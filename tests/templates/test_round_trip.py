"""Placeholders to Meta's parameters and back, whether Meta numbers them or names them."""

import re
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from relay_core.templates.messages.outgoing import send_components
from relay_core.templates.meta.components import create_body, to_components
from relay_core.templates.meta.importing import from_components, from_listed
from relay_core.templates.writing.parameters import meta_words
from relay_core.templates.writing.placeholders import keys_in
from relay_core.templates.writing.template import (
    Category,
    LinkButton,
    Template,
    TextHeader,
    Value,
)
from tests.templates.test_meta import TEMPLATES

META_NAME = re.compile(r"[a-z_][a-z0-9_]*")
VARIABLE = re.compile(r"\{\{(\w+)\}\}")
NAMED = Template(
    name="points",
    language="en",
    category=Category.MARKETING,
    body="Hello {{Clarice}}, you have {{120}} points, {{Clarice}}.",
    parameter_names=(("clarice", "first_name"), ("120", "points")),
)


@st.composite
def named(draw):
    """Templates whose header and body name their values, as some accounts do."""
    template = draw(TEMPLATES)
    header = keys_in(template.header.text) if isinstance(template.header, TextHeader) else ()
    keys = tuple(dict.fromkeys(header + keys_in(template.body)))
    assume(keys)
    names = draw(
        st.lists(
            st.from_regex(META_NAME, fullmatch=True),
            min_size=len(keys),
            max_size=len(keys),
            unique=True,
        )
    )
    return replace(template, parameter_names=tuple(zip(keys, names, strict=True)))


def back(template):
    return from_components(
        to_components(template),
        name=template.name,
        language=template.language,
        category=template.category,
    )


class TestNamedParameters:
    @given(named())
    def test_come_back_under_their_names(self, template):
        result = back(template)

        assert result.template == template
        assert result.notes == ()

    @given(named())
    def test_are_announced_as_such(self, template):
        assert create_body(template)["parameter_format"] == "NAMED"

    @given(TEMPLATES, st.sampled_from(["ana", "clarice"]))
    def test_that_were_added_since_get_names_that_meta_accepts(self, template, name):
        template = replace(template, parameter_names=(("clarice", name),))

        keys = tuple(value.key for value in template.values)
        words = meta_words(template, keys)

        assert all(META_NAME.fullmatch(word) for word in words.values())
        assert len(set(words.values())) == len(words)

    @pytest.mark.parametrize(
        ("example", "word"),
        [
            ("Ana", "ana"),
            ("A-1042", "a_1042"),
            ("1042", "value_1042"),
            ("日本", "u65e5_u672c"),
            ("first name", "first_name_2"),  # taken
        ],
    )
    def test_that_were_added_since_stay_close_to_their_examples(self, example, word):
        template = replace(NAMED, body=f"{NAMED.body} And {{{{{example}}}}}, too.")

        (body,) = to_components(template)

        assert VARIABLE.findall(body["text"])[-1] == word
        assert body["example"]["body_text_named_params"][-1] == {
            "param_name": word,
            "example": example,
        }

    def test_are_sent_under_the_names_they_were_created_with(self):
        template = replace(NAMED, body=f"{NAMED.body} And {{{{日本}}}}, too.")

        (body,) = send_components(template, template.examples)

        assert [each["parameter_name"] for each in body["parameters"]] == [
            "first_name",
            "points",
            "u65e5_u672c",
        ]


class TestValues:
    def test_are_one_in_header_body_and_links(self):
        template = Template(
            name="n",
            language="en",
            category=Category.UTILITY,
            header=TextHeader("Order {{A-1042}}"),
            body="Dear {{Clarice}}, order {{a 1042}} is ready, {{Clarice}}.",
            buttons=(
                LinkButton("See", "https://acme.example/o/{{A-1042}}"),
                LinkButton("Me", "https://acme.example/p/{{Clarice}}"),
            ),
        )

        again = back(template).template

        assert template.values == (Value("a_1042", "A-1042"), Value("clarice", "Clarice"))
        assert [value.key for value in again.values] == ["a_1042", "clarice"]
        assert to_components(again) == to_components(template)

    @given(TEMPLATES)
    def test_are_numbered_from_one_without_a_gap_in_each_part(self, template):
        for component in to_components(template):
            texts = [component.get("text", "")]
            texts += [button.get("url", "") for button in component.get("buttons", ())]
            for text in texts:
                numbers = list(dict.fromkeys(map(int, VARIABLE.findall(text))))
                assert numbers == list(range(1, len(numbers) + 1))

    @given(TEMPLATES)
    def test_have_one_example_each_as_meta_counts_them(self, template):
        for component in to_components(template):
            count = len(set(VARIABLE.findall(component.get("text", ""))))
            example = component.get("example", {})
            given_ = example.get("header_text") or (example.get("body_text") or [[]])[0]
            assert len(given_) == count

    @given(st.permutations([1, 2, 3]))
    def test_keep_the_numbers_that_somebody_else_gave_them(self, order):
        first, second, third = order
        listed = {
            "name": "n",
            "language": "en",
            "category": "UTILITY",
            "components": [
                {
                    "type": "BODY",
                    "text": f"a {{{{{first}}}}} b {{{{{second}}}}} c {{{{{third}}}}} d",
                    "example": {"body_text": [["Ana", "Bo", "Cy"]]},
                }
            ],
        }

        read = from_listed(listed).template

        assert to_components(read) == listed["components"]
        (body,) = send_components(read, {"ana": "1", "bo": "2", "cy": "3"})
        assert [each["text"] for each in body["parameters"]] == ["1", "2", "3"]
