"""WhatsApp's formatting as Markdown: styles kept, everything else literal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages._whatsapp_text import literal, shown_lines, whatsapp_markdown
from relay_core.templates.writing.formatting import plain


class TestAText:
    @pytest.mark.parametrize(
        ("written", "shown"),
        [
            ("*bold* _italic_ ~struck~", "**bold** *italic* ~~struck~~"),
            ("*bold _and italic_*", "**bold** ***and italic***"),
            ("```a`b```", "`` a`b ``"),
            ("[no](link)", "\\[no\\]\\(link\\)"),
            ("1. no list", "1\\. no list"),
            ("one\n\n  two", "one  \n\u00a0  \n\u00a0\u00a0two"),
        ],
    )
    def test_is_shown_as_whatsapp_shows_it(self, written, shown):
        assert whatsapp_markdown(written) == shown

    @given(st.text(st.characters(codec="ascii", exclude_characters="*_~`\r"), max_size=60))
    def test_without_marks_stays_every_character_of_it(self, text):
        shown = whatsapp_markdown(text)

        back = shown.replace("  \n", "\n").replace("\u00a0\n", "\n")
        assert (
            back.replace("\\", "").replace("\u00a0", " ").split() == text.replace("\\", "").split()
        )

    @given(st.text("ab *_~`\n", max_size=40))
    def test_of_any_marks_keeps_its_words(self, text):
        letters = [c for c in whatsapp_markdown(text) if c in "ab"]

        assert letters == [c for c in plain(text) if c in "ab"]


class TestALiteralText:
    @given(st.text(max_size=60))
    def test_has_every_sign_of_markdown_escaped(self, text):
        escaped = literal(text)

        assert escaped.count("\\") - 2 * text.count("\\") == sum(
            c in "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~" for c in text
        )

    def test_keeps_line_breaks_and_empty_lines(self):
        assert shown_lines("a\n\nb") == "a  \n\u00a0  \nb"
