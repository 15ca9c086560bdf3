"""Parts counted fast are the parts that are counted exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.campaigns.part_count import count_parts, is_gsm
from relay_core.templates.sms.parts import Encoding, measure

GSM_LIKE = st.text(alphabet="abc é€{}|~ñ\n", max_size=700)
ANYTHING = st.text(alphabet="abc €{ç\u2019日\U0001f600é", max_size=300)


class TestAFastCount:
    @given(st.one_of(GSM_LIKE, ANYTHING, st.text(max_size=200)))
    def test_agrees_with_the_exact_one(self, text):
        assert count_parts(text) == measure(text).parts
        assert is_gsm(text) == (measure(text).encoding is Encoding.GSM7)

    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("", 0),
            ("a" * 160, 1),
            ("a" * 161, 2),
            ("a" * 152 + "€" + "a" * 152, 3),  # what takes two units is not split
            ("ç" * 70, 1),
            ("ç" * 71, 2),
            ("\U0001f600" * 35, 1),
            ("\U0001f600" * 67, 3),  # 33 in a part, one unit left over
        ],
    )
    def test_knows_the_edges(self, text, parts):
        assert count_parts(text) == parts
