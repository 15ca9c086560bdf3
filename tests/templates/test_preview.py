"""What a phone shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.errors import TemplateError
from relay_core.templates.messages.preview import lost_in_sms, sms_text, whatsapp_preview
from relay_core.templates.writing.formatting import Run, plain, runs
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

ORDER = Template(
    name="order",
    language="en",
    category=Category.UTILITY,
    header=TextHeader("Order {{A-1042}}"),
    body="Hello *{{Clarice_B}}*, your order is _ready_.",
    footer="Reply STOP to stop",
    buttons=(
        LinkButton("Track", "https://acme.example/{{A-1042}}"),
        PhoneButton("Call", "+33123456789"),
        QuickReply("Thanks"),
    ),
)
VALUES = {"clarice_b": "*Ana_B*", "a_1042": "B 7"}


class TestAsSms:
    def test_is_plain_text_with_links_and_numbers_written_out(self):
        assert sms_text(ORDER, VALUES) == (
            "Order B 7\n"
            "Hello *Ana_B*, your order is ready.\n"
            "Reply STOP to stop\n"
            "Track: https://acme.example/B%207\n"
            "Call: +33123456789"
        )

    def test_is_the_body_alone_when_there_is_nothing_else(self):
        bare = Template(
            name="n",
            language="en",
            category=Category.UTILITY,
            body="Hi",
            header=MediaHeader(MediaKind.IMAGE, "https://acme.example/a.jpg"),
            buttons=(QuickReply("Yes"),),
        )

        assert sms_text(bare, {}) == "Hi"
        assert len(lost_in_sms(bare)) == 2

    def test_says_what_becomes_of_the_rest(self):
        assert len(lost_in_sms(ORDER)) == 4

    def test_needs_every_value(self):
        with pytest.raises(TemplateError, match="a_1042"):
            sms_text(ORDER, {"clarice_b": "Ana"})


class TestAsWhatsApp:
    def test_has_every_part_filled(self):
        preview = whatsapp_preview(ORDER, VALUES)

        assert preview.header == "Order B 7"
        assert preview.body == "Hello **Ana_B**, your order is _ready_."
        assert preview.footer == "Reply STOP to stop"
        assert preview.buttons == (
            LinkButton("Track", "https://acme.example/B%207"),
            PhoneButton("Call", "+33123456789"),
            QuickReply("Thanks"),
        )

    def test_shows_the_media_of_its_header(self):
        media = MediaHeader(MediaKind.VIDEO, "https://acme.example/a.mp4")
        film = Template(name="n", language="en", category=Category.UTILITY, body="Hi", header=media)

        assert whatsapp_preview(film, {}).header == media


class TestFormattingMarks:
    @pytest.mark.parametrize(
        ("written", "shown"),
        [
            ("*bold* _italic_ ~strike~ ```mono```", "bold italic strike mono"),
            ("*_both_* and _*both*_", "both and both"),
            ("(*bold*), *bold*!", "(bold), bold!"),
            ("*two words*", "two words"),
            ("*{{Ana_B_C}}*", "{{Ana_B_C}}"),  # a placeholder is never taken apart
            ("```a *b* c\nd```", "a *b* c\nd"),  # as it is, over several lines
            ("2*3*4", "2*3*4"),
            ("* item\n* item", "* item\n* item"),
            ("snake_case_name", "snake_case_name"),
            ("*not\nclosed*", "*not\nclosed*"),
            ("** ~~ ____", "** ~~ ____"),
            ("``````", "``````"),
            ("https://acme.example/_next_/a*b*", "https://acme.example/_next_/a*b*"),
            ("*https://acme.example/a_b_c*", "https://acme.example/a_b_c"),
            ("jean_paul_@acme.example", "jean_paul_@acme.example"),
            ("~*_deep_*~", "deep"),
        ],
    )
    def test_are_taken_off_only_where_they_format(self, written, shown):
        assert plain(written) == shown

    def test_become_styles(self):
        assert runs("a *b _c_* d") == (
            Run("a "),
            Run("b ", bold=True),
            Run("c", bold=True, italic=True),
            Run(" d"),
        )

    @given(st.text(st.sampled_from("ab *_~`\n.{}/:htps"), max_size=40))
    def test_are_the_only_thing_that_is_ever_taken_off(self, text):
        left = iter(text)

        assert all(character in left for character in plain(text))
        assert [c for c in plain(text) if c not in "*_~`"] == [c for c in text if c not in "*_~`"]
