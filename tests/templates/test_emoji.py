"""Emoji, found whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.templates.rules.emoji import find_emoji


def found(text):
    return [text[start:end] for start, end in find_emoji(text)]


class TestAnEmoji:
    @pytest.mark.parametrize(
        "emoji",
        [
            "😀",
            "👍🏽",  # with a skin tone
            "❤️",  # a sign that a selector makes a picture
            "©️",
            "☀️",
            "🇫🇷",  # two letters of a flag
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",  # a flag with tags
            "1️⃣",  # a key
            "👨‍👩‍👧",  # joined
            "🏃🏽‍♀️",
            "❤️‍🔥",
            "⚡",
            "✅",
            "🪐",
        ],
    )
    def test_is_one_whatever_it_is_put_together_from(self, emoji):
        assert found(f"a {emoji} b{emoji}") == [emoji, emoji]

    @pytest.mark.parametrize(
        "sign", ["©", "™", "✓", "★", "→", "•", "1", "#", "é", "日", "ع", "€", "…", "\u2139", "❤"]
    )
    def test_is_not_a_sign_that_text_is_written_with(self, sign):
        assert found(f"a {sign} b") == []

    @given(st.text())
    def test_stands_where_it_is_said_to(self, text):
        spans = find_emoji(text)

        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert list(spans) == sorted(spans)
