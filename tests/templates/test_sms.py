# ruff: noqa: RUF001 - characters that look like others are the cases
"""SMS parts, counted as networks charge them."""

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from relay_core.templates.sms.parts import Encoding, measure

ANYTHING = st.text(
    st.one_of(
        st.sampled_from("aé€{[ç’😀 \n"),
        # A bare escape is half a character in GSM-7; smsutil counts it as a whole one.
        st.characters(exclude_categories=["Cs"], exclude_characters="\x1b"),
    ),
    min_size=1,
    max_size=400,
)
GSM_TEXT = st.text(st.sampled_from("abc é€^{}[]~|\\\n@£Δ"), min_size=1, max_size=500)


class TestParts:
    @pytest.mark.parametrize(
        ("text", "encoding", "parts"),
        [
            ("", Encoding.GSM7, 0),
            ("a" * 160, Encoding.GSM7, 1),
            ("a" * 161, Encoding.GSM7, 2),
            ("a" * 306, Encoding.GSM7, 2),
            ("a" * 307, Encoding.GSM7, 3),
            ("€" * 80, Encoding.GSM7, 1),  # an extension character takes two septets
            ("€" * 81, Encoding.GSM7, 2),
            ("a" * 152 + "€" + "a" * 151, Encoding.GSM7, 2),
            ("a" * 152 + "€" + "a" * 152, Encoding.GSM7, 3),  # 306 septets, but € is not split
            ("ê" * 70, Encoding.UCS2, 1),
            ("ê" * 71, Encoding.UCS2, 2),
            ("ê" * 134, Encoding.UCS2, 2),
            ("ê" * 135, Encoding.UCS2, 3),
            ("😀" * 35, Encoding.UCS2, 1),
            ("😀" * 36, Encoding.UCS2, 2),
            ("😀" * 66, Encoding.UCS2, 2),  # 33 to a part: a pair is not split at 67
            ("😀" * 67, Encoding.UCS2, 3),
        ],
    )
    def test_are_counted(self, text, encoding, parts):
        sms = measure(text)

        assert (sms.encoding, sms.parts) == (encoding, parts)

    @given(st.one_of(ANYTHING, GSM_TEXT))
    def test_agree_with_an_independent_count(self, text):
        theirs = smsutil.split(text)

        ours = measure(text)

        assert ours.texts == tuple(part.content for part in theirs.parts)
        assert (ours.encoding is Encoding.GSM7) == (theirs.encoding == "gsm0338")

    @given(st.one_of(ANYTHING, GSM_TEXT))
    def test_hold_the_whole_text_and_never_too_much(self, text):
        sms = measure(text)

        assert "".join(sms.texts) == text
        limit = sms.encoding.alone if sms.parts == 1 else sms.encoding.per_part
        if sms.encoding is Encoding.UCS2:
            assert all(len(part.encode("utf-16-le")) // 2 <= limit for part in sms.texts)
        else:
            assert all(measure(part).units <= limit for part in sms.texts)


class TestWhatForcesUcs2:
    def test_is_named_with_its_place_and_a_replacement(self):
        (forced,) = measure("L’été").forced_by

        assert (forced.character, forced.start, forced.end, forced.suggestion) == ("’", 1, 2, "'")

    @pytest.mark.parametrize(
        ("character", "suggestion"),
        [
            ("ç", "c"),
            ("ê", "e"),
            ("œ", "oe"),
            ("«", '"'),
            ("–", "-"),
            ("…", "..."),
            ("\u00a0", " "),
            ("\u202f", " "),
            ("\u200b", ""),
            ("\x1b", ""),  # a bare escape says nothing
            ("½", "1/2"),
            ("e\u0302", "e"),  # a letter and its accent apart
            ("e\u0301", "é"),  # together they are in GSM-7
            ("😀", None),
            ("👍🏽", None),  # with a skin tone
            ("❤️", None),  # with its variation selector
            ("👨‍👩‍👧", None),  # joined
            ("日", None),
        ],
    )
    def test_has_a_replacement_when_one_comes_close(self, character, suggestion):
        (forced,) = measure(f"a {character} b").forced_by

        assert (forced.character, forced.suggestion) == (character, suggestion)

    @given(GSM_TEXT)
    def test_is_nothing_in_plain_text(self, text):
        assert measure(text).forced_by == ()

    @given(ANYTHING)
    def test_explains_every_character(self, text):
        sms = measure(text)

        assert bool(sms.forced_by) == (sms.encoding is Encoding.UCS2)
        assert all(text[f.start : f.end] == f.character for f in sms.forced_by)
