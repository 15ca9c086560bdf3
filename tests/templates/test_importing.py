"""Templates that exist on an integration, read with tolerance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.errors import TemplateError
from relay_core.templates.meta.components import create_body, to_components
from relay_core.templates.meta.importing import from_components, from_listed
from relay_core.templates.writing.placeholders import key_of
from relay_core.templates.writing.template import (
    Category,
    LinkButton,
    MediaHeader,
    MediaKind,
    PhoneButton,
    QuickReply,
    Template,
    TextHeader,
    Value,
)


def imported(*components, category="UTILITY"):
    return from_components(list(components), name="n", language="en", category=category)


class TestImporting:
    def test_reads_what_an_integration_lists(self):
        item = {
            "id": "642365629708930",
            "name": "order_ready",
            "language": "en",
            "status": "APPROVED",
            "category": "UTILITY",
            "components": [
                {
                    "type": "BODY",
                    "text": "Hi {{1}}, it is here",
                    "example": {"body_text": [["Ana"]]},
                },
                {"type": "FOOTER", "text": "Bye"},
                {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Thanks"}]},
            ],
        }

        assert from_listed(item).template == Template(
            name="order_ready",
            language="en",
            category=Category.UTILITY,
            body="Hi {{Ana}}, it is here",
            footer="Bye",
            buttons=(QuickReply("Thanks"),),
        )

    def test_reads_either_letter_case_and_either_spelling(self):
        template = imported(
            {"type": "body", "text": "Hi"},
            {
                "type": "buttons",
                "buttons": [{"type": "phone_number", "text": "Call", "phoneNumber": "+331"}],
            },
        ).template

        assert template.buttons == (PhoneButton("Call", "+331"),)

    def test_names_values_that_came_without_an_example(self):
        result = imported(
            {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}"},
            {"type": "BODY", "text": "Hi {{1}}, see {{2}} soon", "example": {}},
        )

        assert result.template.header == TextHeader("Order {{value_1}}")
        assert result.template.body == "Hi {{value_2}}, see {{value_3}} soon"
        assert len(result.notes) == 3

    def test_keeps_two_values_of_one_part_apart_when_their_examples_are_alike(self):
        result = imported(
            {
                "type": "BODY",
                "text": "Hi {{1}} from {{2}} here",
                "example": {"body_text": [["Test", "test"]]},
            }
        )

        assert result.template.body == "Hi {{Test}} from {{test 2}} here"
        assert [value.key for value in result.template.values] == ["test", "test_2"]

    def test_takes_one_example_in_two_parts_for_one_value(self):
        result = imported(
            {
                "type": "HEADER",
                "format": "TEXT",
                "text": "Order {{1}}",
                "example": {"header_text": ["A-1"]},
            },
            {
                "type": "BODY",
                "text": "Hi {{1}}, order {{2}} is here",
                "example": {"body_text": [["Ana", "A-1"]]},
            },
        )

        assert result.template.values == (Value("a_1", "A-1"), Value("ana", "Ana"))
        assert result.notes == ()

    def test_remembers_numbers_that_do_not_follow_the_reading_order(self):
        body = {
            "type": "BODY",
            "text": "On {{2}} we meet, {{1}}, ok",
            "example": {"body_text": [["Ana", "Monday"]]},
        }

        template = imported(body).template

        assert template.body == "On {{Monday}} we meet, {{Ana}}, ok"
        assert template.body_keys == ("ana", "monday")
        assert to_components(template) == [body]

    def test_remembers_the_names_of_named_parameters(self):
        components = [
            {
                "type": "HEADER",
                "format": "TEXT",
                "text": "For {{prenom}}",
                "example": {
                    "header_text_named_params": [{"param_name": "prenom", "example": "Clarice"}]
                },
            },
            {
                "type": "BODY",
                "text": "Hi {{prenom}}, see you {{jour}} then",
                "example": {
                    "body_text_named_params": [
                        {"param_name": "prenom", "example": "Clarice"},
                        {"param_name": "jour", "example": "lundi"},
                    ]
                },
            },
        ]

        template = imported(*components).template

        assert template.body == "Hi {{Clarice}}, see you {{lundi}} then"
        assert template.parameter_names == (("clarice", "prenom"), ("lundi", "jour"))
        assert to_components(template) == components
        assert create_body(template)["parameter_format"] == "NAMED"

    def test_asks_for_an_address_when_the_header_has_a_handle_only(self):
        result = imported(
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW1hZ2U="]}},
            {"type": "BODY", "text": "Hi"},
        )

        assert result.template.header == MediaHeader(MediaKind.IMAGE, "")
        assert "address" in result.notes[0]

    @pytest.mark.parametrize(
        ("component", "part"),
        [
            ({"type": "HEADER", "format": "LOCATION"}, "LOCATION header"),
            ({"type": "CAROUSEL", "cards": []}, "CAROUSEL"),
            ({"type": "BUTTONS", "buttons": [{"type": "COPY_CODE"}]}, "COPY_CODE button"),
        ],
    )
    def test_keeps_out_what_relay_cannot_express_and_says_so(self, component, part):
        result = imported({"type": "BODY", "text": "Hi"}, component)

        assert result.template.left_out == (part,)
        assert part in result.notes[0]

    def test_takes_an_unknown_category_for_one_that_cannot_be_created(self):
        result = imported({"type": "BODY", "text": "Hi"}, category="ALERT_UPDATE")

        assert result.template.category is Category.AUTHENTICATION
        assert "ALERT_UPDATE" in result.notes[0]

    @pytest.mark.parametrize(
        ("example", "url"),
        [
            (["https://acme.example/o/A-1"], "https://acme.example/o/{{A-1}}"),
            (["A-1"], "https://acme.example/o/{{A-1}}"),  # the last part alone
            ("https://acme.example/o/A%20é", "https://acme.example/o/{{A%20é}}"),  # half escaped
            (["https://acme.example/o/A%201"], "https://acme.example/o/{{A 1}}"),
            (["https://other.example/x"], "https://acme.example/o/{{value_1}}"),
            (None, "https://acme.example/o/{{value_1}}"),
        ],
    )
    def test_reads_the_example_of_a_link(self, example, url):
        button = {
            "type": "URL",
            "text": "See",
            "url": "https://acme.example/o/{{1}}",
            "example": example,
        }

        template = imported({"type": "BUTTONS", "buttons": [button]}).template

        assert template.buttons == (LinkButton("See", url),)

    def test_refuses_an_entry_without_a_name(self):
        with pytest.raises(TemplateError):
            from_listed({"language": "fr", "components": []})

    @given(
        st.recursive(
            st.one_of(
                st.none(),
                st.integers(),
                st.sampled_from(["BODY", "HEADER", "{{1}}", "{{2}} {{a}}"]),
            ),
            lambda inner: st.one_of(
                st.lists(inner, max_size=3),
                st.dictionaries(
                    st.sampled_from(
                        ["type", "text", "format", "example", "body_text", "buttons", "url"]
                    ),
                    inner,
                    max_size=4,
                ),
            ),
            max_leaves=12,
        )
    )
    def test_survives_any_shape(self, components):
        template = from_listed({"name": "n", "language": "fr", "components": components}).template

        assert [key_of(value.example) for value in template.values] == [
            value.key for value in template.values
        ]
