# ruff: noqa: RUF001 - characters that look like others are the cases
"""Replacing what moves a written text out of GSM-7, one character or all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.templates.sms.parts import Encoding, measure
from relay_core.templates.sms.replacing import replaceable, replaced_in_gsm
from relay_core.templates.writing.placeholders import find, replaced

WRITTEN = st.text(st.sampled_from("aç’…😀{}é œ\u0302:/https"), max_size=40)


class TestReplacing:
    @pytest.mark.parametrize(
        ("written", "character", "after"),
        [
            ("L’été, reçu…", "’", "L'été, reçu…"),
            ("L’été, reçu…", "ç", "L’été, recu…"),
            ("L’été, reçu…", None, "L'été, recu..."),
            ("ça et ça", "ç", "ca et ca"),
            ("Bravo 🎉", "🎉", "Bravo 🎉"),  # nothing comes near
            ("Bravo 🎉", None, "Bravo 🎉"),
            ("abc", "ç", "abc"),
            ("Bonjour {{François}}, ça va ?", "ç", "Bonjour {{François}}, ca va ?"),
            ("Bonjour {{François}}, ça va ?", None, "Bonjour {{François}}, ca va ?"),
            ("Voir https://acme.example/ça là-bas, ça va", None,
             "Voir https://acme.example/ça là-bas, ca va"),
        ],
    )  # fmt: skip
    def test_changes_words_and_neither_values_nor_addresses(self, written, character, after):
        assert replaced_in_gsm(written, character) == after

    @given(WRITTEN)
    def test_keeps_every_dynamic_value(self, written):
        after = replaced_in_gsm(written)

        assert [p.example for p in find(after)] == [p.example for p in find(written)]

    @given(WRITTEN)
    def test_leaves_nothing_that_could_be_replaced(self, written):
        assert replaceable(replaced_in_gsm(written)) == ()

    @given(st.text(st.sampled_from("aç’…é œ«»–")))
    def test_makes_gsm_of_a_text_that_has_likenesses_only(self, words):
        assert measure(replaced_in_gsm(words)).encoding is Encoding.GSM7

    @given(WRITTEN, st.sampled_from("ç’…œ"))
    def test_of_one_character_leaves_the_others(self, written, character):
        after = replaced_in_gsm(written, character)

        left = {forced.character for forced in replaceable(after)}
        assert left == {forced.character for forced in replaceable(written)} - {character}

    def test_shortens_what_people_get(self):
        written = "Bonjour {{Ana}}, c’est l’été : " + "a" * 100

        before = measure(replaced(written, {"ana": "Zoé"}))
        after = measure(replaced(replaced_in_gsm(written), {"ana": "Zoé"}))

        assert (before.parts, after.parts) == (2, 1)
