"""The token of Sunshine Conversations."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.errors import ConfigurationError
from relay_core.sunco_token import build_token, read_token

IDS = st.from_regex(r"\A[A-Za-z0-9_-]{1,40}\Z")
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=90)


class TestAToken:
    @given(IDS, SECRETS)
    def test_holds_what_it_was_built_from(self, key_id, secret):
        assert read_token(build_token(key_id, secret)) == (key_id, secret)

    @given(IDS, SECRETS, st.integers(1, 40))
    def test_may_be_pasted_as_a_header_broken_into_lines_without_its_end(self, key, secret, at):
        token = build_token(key, secret).rstrip("=")

        assert read_token(f" Basic {token[:at]}\n{token[at:]} ") == (key, secret)

    def test_is_what_the_vendors_own_tool_makes(self):
        assert build_token("app_5deaa3531c7f940010e01ed3", "secret") == (
            "YXBwXzVkZWFhMzUzMWM3Zjk0MDAxMGUwMWVkMzpzZWNyZXQ="
        )

    @pytest.mark.parametrize(
        ("pasted", "why"),
        [
            ("", "Nothing was pasted"),
            ("app_5deaa:hunter2", "not a base64 token"),
            ("\u2713", "not a base64 token"),
            (base64.b64encode(b"hunter2").decode(), "no colon"),
            (base64.b64encode(b":hunter2").decode(), "A key id has"),
            (base64.b64encode(b"app_1:hunter 2").decode(), "A secret has no spaces"),
            (base64.b64encode(b"\xff\xfe:hunter2").decode(), "not a base64 token"),
        ],
    )
    def test_that_is_none_is_refused_in_words_without_repeating_it(self, pasted, why):
        with pytest.raises(ConfigurationError) as refusal:
            read_token(pasted)

        assert why in refusal.value.advice
        assert "hunter" not in refusal.value.advice + str(refusal.value)

    @given(st.text(max_size=60))
    def test_of_any_other_text_ends_in_words(self, pasted):
        said = None
        try:
            read_token(pasted)
        except ConfigurationError as refusal:
            said = refusal.advice

        assert said is None or "Copy it again" in said
