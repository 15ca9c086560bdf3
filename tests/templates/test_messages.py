"""What is sent for one person."""

import pytest

from relay_core.errors import TemplateError
from relay_core.templates.messages.outgoing import send_components, sms_message, whatsapp_message
from relay_core.templates.meta.importing import from_components
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


def template(**parts):
    return Template(
        **{"name": "order", "language": "fr", "category": Category.UTILITY, "body": "Hi"} | parts
    )


class TestAWhatsAppMessage:
    def test_carries_the_values_of_each_part_that_has_any(self):
        order = template(
            header=TextHeader("Order {{A-1042}}"),
            body="Hi {{Clarice}}, order {{A-1042}} is ready, {{Clarice}}, come soon.",
            footer="Bye",
            buttons=(
                PhoneButton("Call", "+33123456789"),
                LinkButton("Track", "https://acme.example/{{A-1042}}"),
                LinkButton("Shop", "https://acme.example"),
            ),
        )

        message = whatsapp_message(order, {"clarice": "Ana", "a_1042": "B 7"})

        assert message == {
            "type": "template",
            "template": {
                "name": "order",
                "language": {"policy": "deterministic", "code": "fr"},
                "components": [
                    {"type": "header", "parameters": [{"type": "text", "text": "B 7"}]},
                    {
                        "type": "body",
                        "parameters": [
                            {"type": "text", "text": "Ana"},
                            {"type": "text", "text": "B 7"},
                        ],
                    },
                    {
                        "type": "button",
                        "sub_type": "url",
                        "index": 1,
                        "parameters": [{"type": "text", "text": "B%207"}],
                    },
                ],
            },
        }

    def test_has_no_components_when_nothing_varies(self):
        fixed = template(header=TextHeader("Order"), buttons=(QuickReply("Yes"),))

        assert whatsapp_message(fixed, {}) == {
            "type": "template",
            "template": {
                "name": "order",
                "language": {"policy": "deterministic", "code": "fr"},
            },
        }

    @pytest.mark.parametrize(
        ("header", "parameter"),
        [
            (
                MediaHeader(MediaKind.IMAGE, "https://acme.example/logo.jpg"),
                {"type": "image", "image": {"link": "https://acme.example/logo.jpg"}},
            ),
            (
                MediaHeader(MediaKind.DOCUMENT, "https://acme.example/f/ma%20facture.pdf?v=2"),
                {
                    "type": "document",
                    "document": {
                        "link": "https://acme.example/f/ma%20facture.pdf?v=2",
                        "filename": "ma facture.pdf",
                    },
                },
            ),
            (
                MediaHeader(MediaKind.DOCUMENT, "https://acme.example/download/7"),
                {"type": "document", "document": {"link": "https://acme.example/download/7"}},
            ),
        ],
    )
    def test_always_carries_the_media_of_its_header(self, header, parameter):
        assert send_components(template(header=header), {}) == [
            {"type": "header", "parameters": [parameter]}
        ]

    def test_follows_the_numbers_of_an_imported_body(self):
        swapped = from_components(
            [
                {
                    "type": "BODY",
                    "text": "On {{2}} we meet, {{1}}, ok",
                    "example": {"body_text": [["Ana", "Monday"]]},
                }
            ],
            name="order",
            language="fr",
            category="UTILITY",
        ).template

        (body,) = send_components(swapped, {"ana": "Bo", "monday": "Friday"})

        assert [parameter["text"] for parameter in body["parameters"]] == ["Bo", "Friday"]

    def test_names_the_parameters_of_a_template_that_names_them(self):
        named = template(body="Hi {{Clarice}} there", parameter_names=(("clarice", "prenom"),))

        (body,) = send_components(named, {"clarice": "Ana"})

        assert body["parameters"] == [{"type": "text", "parameter_name": "prenom", "text": "Ana"}]

    def test_is_refused_when_values_are_missing_and_names_all_of_them(self):
        two = template(body="Hi {{Ana}} and {{Bo}} there")

        with pytest.raises(TemplateError, match="ana, bo"):
            whatsapp_message(two, {})

    @pytest.mark.parametrize(
        "broken",
        [
            template(left_out=("COPY_CODE button",)),
            template(header=MediaHeader(MediaKind.IMAGE, "")),
        ],
    )
    def test_is_refused_when_a_part_would_be_missing(self, broken):
        with pytest.raises(TemplateError):
            whatsapp_message(broken, {})


class TestAnSms:
    def test_is_its_text(self):
        assert sms_message("Bonjour") == {"type": "text", "text": "Bonjour"}

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " \n",
            "x" * 4097,
            "a %((template:x))% b",
            "a %{{template:x}}% b",
            "a &((namespace=[[x]]))& b",
            "a %[Label](https://acme.example) b",
        ],
    )
    def test_is_refused_when_it_would_not_be_shown_as_written(self, text):
        with pytest.raises(TemplateError):
            sms_message(text)

    def test_may_hold_single_signs_of_a_command(self):
        assert sms_message("100 % (sure) & ((so))")["text"] == "100 % (sure) & ((so))"
