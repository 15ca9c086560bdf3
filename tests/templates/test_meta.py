"""Templates in Meta's form, and back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.errors import TemplateError
from relay_core.templates.meta.components import create_body, to_components
from relay_core.templates.meta.importing import from_components
from relay_core.templates.writing.documents import template_from_dict, template_to_dict
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

ORDER_READY = Template(
    name="commande_prete",
    language="fr",
    category=Category.UTILITY,
    header=TextHeader("Commande {{A-1042}}"),
    body="Bonjour {{Clarice}}, votre commande {{A-1042}} est prête à être retirée en magasin.",
    footer="Répondez STOP pour ne plus recevoir de messages",
    buttons=(
        LinkButton("Suivre", "https://acme.example/suivi/{{A-1042}}"),
        PhoneButton("Appeler", "+33123456789"),
    ),
)
ORDER_READY_COMPONENTS = [
    {
        "type": "HEADER",
        "format": "TEXT",
        "text": "Commande {{1}}",
        "example": {"header_text": ["A-1042"]},
    },
    {
        "type": "BODY",
        "text": "Bonjour {{1}}, votre commande {{2}} est prête à être retirée en magasin.",
        "example": {"body_text": [["Clarice", "A-1042"]]},
    },
    {"type": "FOOTER", "text": "Répondez STOP pour ne plus recevoir de messages"},
    {
        "type": "BUTTONS",
        "buttons": [
            {
                "type": "URL",
                "text": "Suivre",
                "url": "https://acme.example/suivi/{{1}}",
                "example": ["https://acme.example/suivi/A-1042"],
            },
            {"type": "PHONE_NUMBER", "text": "Appeler", "phone_number": "+33123456789"},
        ],
    },
]

_WORDS = st.text(st.sampled_from("abé ,.!😀*_\n"), max_size=12)
_EXAMPLES = st.sampled_from(
    ["Clarice", "A-1042", "15 %", "lundi 3 à 9 h", "ana@acme.example", "日本"]
)
_LABELS = st.text(st.sampled_from("abé "), min_size=1, max_size=10)


@st.composite
def texts(draw, most=4):
    pieces = draw(st.lists(st.tuples(_WORDS, _EXAMPLES), max_size=most))
    return "".join(f"{words}{{{{{example}}}}}" for words, example in pieces) + draw(_WORDS) + "."


_ADDRESSES = st.sampled_from(["https://acme.example/logo.jpg", "https://acme.example/a%20b.pdf"])
_LINKS = st.builds(
    lambda text, tail: LinkButton(text, f"https://acme.example/{tail}"),
    _LABELS,
    st.one_of(st.just("shop"), _EXAMPLES.map(lambda example: f"o/{{{{{example}}}}}")),
)
TEMPLATES = st.builds(
    Template,
    name=st.sampled_from(["hello", "order_ready_2"]),
    language=st.sampled_from(["fr", "en_US"]),
    category=st.sampled_from([Category.MARKETING, Category.UTILITY]),
    body=texts(),
    header=st.one_of(
        st.none(),
        st.builds(TextHeader, texts(most=1)),
        st.builds(MediaHeader, st.sampled_from(MediaKind), _ADDRESSES),
    ),
    footer=st.one_of(st.none(), _LABELS),
    buttons=st.one_of(
        st.lists(_LINKS, max_size=2).map(tuple),
        st.lists(st.builds(QuickReply, _LABELS), max_size=3).map(tuple),
        st.tuples(_LINKS, st.builds(PhoneButton, _LABELS, st.just("+33123456789"))),
    ),
)


class TestATemplate:
    def test_lists_its_values_once_in_reading_order(self):
        assert ORDER_READY.values == (Value("a_1042", "A-1042"), Value("clarice", "Clarice"))

    @given(TEMPLATES)
    def test_survives_as_json(self, template):
        assert template_from_dict(template_to_dict(template)) == template

    def test_is_read_from_a_file_by_its_documented_names(self):
        read = template_from_dict(
            {
                "name": "Commande prête",
                "language": "fr",
                "category": "utility",
                "header": {"format": "image", "url": "https://acme.example/a.png"},
                "body": "Bonjour {{Clarice}} !",
                "buttons": [
                    {"type": "URL", "text": "Voir", "url": "https://acme.example"},
                    {"type": "PHONE_NUMBER", "text": "Appeler", "phone": "+33123456789"},
                ],
                "something": "that a newer version wrote",
            }
        )

        assert read.header == MediaHeader(MediaKind.IMAGE, "https://acme.example/a.png")
        assert read.category is Category.UTILITY
        assert read.buttons[1] == PhoneButton("Appeler", "+33123456789")

    def test_keeps_out_parts_of_an_unknown_kind_and_says_so(self):
        document = template_to_dict(ORDER_READY) | {"buttons": [{"type": "FLOW", "text": "Book"}]}

        read = template_from_dict(document)

        assert (read.buttons, read.left_out) == ((), ("FLOW button",))

    @pytest.mark.parametrize(
        ("change", "named"),
        [
            ({"body": None}, "body"),
            ({"name": 7}, "name"),
            ({"buttons": "x"}, "buttons"),
            ({"buttons": ["x"]}, "buttons"),
            ({"header": ["x"]}, "header"),
            ({"header": {"format": "TEXT"}}, "text"),
        ],
    )
    def test_is_refused_with_the_part_that_is_wrong(self, change, named):
        document = template_to_dict(ORDER_READY) | change

        with pytest.raises(TemplateError) as refusal:
            template_from_dict(document)

        assert f'"{named}"' in refusal.value.advice


class TestTranslatingToMeta:
    def test_numbers_each_part_from_one_with_examples(self):
        assert to_components(ORDER_READY) == ORDER_READY_COMPONENTS

    def test_gives_a_value_one_number_however_often_it_occurs(self):
        template = Template(
            name="n", language="en", category=Category.UTILITY, body="a {{X}} b {{Y}} c {{x}} d"
        )

        assert to_components(template) == [
            {
                "type": "BODY",
                "text": "a {{1}} b {{2}} c {{1}} d",
                "example": {"body_text": [["X", "Y"]]},
            }
        ]

    def test_gives_the_address_of_a_media_header_as_its_example(self):
        header = MediaHeader(MediaKind.VIDEO, "https://acme.example/a.mp4")
        template = Template(
            name="n", language="en", category=Category.UTILITY, body="Hi", header=header
        )

        assert to_components(template)[0] == {
            "type": "HEADER",
            "format": "VIDEO",
            "example": {"header_handle": ["https://acme.example/a.mp4"]},
        }

    def test_makes_the_request_that_creates_it(self):
        assert create_body(ORDER_READY) == {
            "name": "commande_prete",
            "language": "fr",
            "category": "UTILITY",
            "components": ORDER_READY_COMPONENTS,
        }

    def test_stores_the_name_as_meta_accepts_it(self):
        assert create_body(replace(ORDER_READY, name="Commande prête"))["name"] == "commande_prete"

    @given(TEMPLATES)
    def test_and_back_keeps_everything(self, template):
        back = from_components(
            to_components(template),
            name=template.name,
            language=template.language,
            category=template.category,
        )

        assert back.template == template
        assert back.notes == ()

    @given(TEMPLATES)
    def test_leaves_only_numbers_between_braces(self, template):
        for component in to_components(template):
            for text in (component.get("text", ""), *map(str, component.get("buttons", ()))):
                assert "{{" not in text.replace("{{1}}", "").replace("{{2}}", "").replace(
                    "{{3}}", ""
                ).replace("{{4}}", "")
