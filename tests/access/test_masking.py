"""What is left of phone numbers in an answer."""

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.access.masking import holds_masked, masked, masked_phone, masked_text

DIGITS = st.text("0123456789", min_size=7, max_size=15)
GAPS = st.sampled_from(["", " ", "-", ".", " (", ") "])


@st.composite
def numbers(draw):
    """A number as people write them, with its country."""
    digits = draw(DIGITS)
    return "+" + digits[:2] + "".join(draw(GAPS) + digit for digit in digits[2:-1]) + digits[-1]


class Kind(StrEnum):
    MOBILE = "+31612345678"


@dataclass(frozen=True, slots=True)
class Told:
    name: str
    phone: str | None
    kind: Kind = Kind.MOBILE


class TestAMaskedText:
    @given(st.text(), numbers(), st.text())
    def test_tells_no_number_that_was_in_it(self, before, number, after):
        hidden = masked_text(f"{before} {number} {after}")

        assert number not in hidden
        assert holds_masked(hidden)

    @given(st.lists(st.one_of(st.text(), numbers())).map(" ".join))
    def test_is_not_changed_by_masking_it_again(self, text):
        assert masked_text(masked_text(text)) == masked_text(text)

    @pytest.mark.parametrize(
        "text", ["2026-11-23T10:00:00+00:00", "12 + 30", "+5 %", "run-31612345678", "+1.25 XTS"]
    )
    def test_keeps_what_is_no_number(self, text):
        assert masked_text(text) == text

    def test_keeps_the_country_and_the_end(self):
        assert masked_text("Call +31 6 1234 5678 now") == "Call +31\u2022\u2022\u202278 now"


class TestAMaskedPhone:
    @pytest.mark.parametrize("written", ["06-12345678", "call the office", "12345678", "+1 2"])
    def test_hides_what_somebody_typed_however_they_did(self, written):
        assert masked_phone(written) == "\u2022\u2022\u2022" + written[-2:]


class TestAnAnswer:
    def test_keeps_its_shape_at_any_depth(self):
        told = Told("Ada", "0612345678")

        assert masked({"people": (told, None), "count": 1, "of": frozenset({"x"})}) == {
            "people": (Told("Ada", "\u2022\u2022\u202278"), None),
            "count": 1,
            "of": frozenset({"x"}),
        }

    def test_keeps_the_words_of_an_enumeration(self):
        assert masked(Told("Ada", None)).kind is Kind.MOBILE

    @given(st.lists(st.one_of(st.none(), st.text(), numbers())))
    def test_of_arrow_says_what_it_says_as_texts(self, texts):
        table = pa.table({"Text": pa.array(texts, pa.string())})

        assert masked(table)["Text"].to_pylist() == [masked(text) for text in texts]

    @given(st.lists(st.one_of(st.none(), st.text(), numbers())))
    def test_of_arrow_hides_a_column_of_numbers_whole(self, texts):
        table = pa.table({"Phone": pa.array(texts, pa.string())})

        assert masked(table)["Phone"].to_pylist() == [
            text if text is None else masked_phone(text) for text in texts
        ]

    def test_of_arrow_reaches_into_lists(self):
        table = pa.table({"Said": pa.array([["+31612345678", "Hi"], None])})

        assert masked(table)["Said"].to_pylist() == [["+31\u2022\u2022\u202278", "Hi"], None]
