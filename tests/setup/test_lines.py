"""Settings as lines for the secrets file."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from relay_core.setup.lines import secrets_lines

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
VALUES = st.one_of(WORDS, st.integers(), st.booleans(), st.lists(WORDS, min_size=1))


class TestLines:
    @given(st.dictionaries(st.from_regex(r"\A[a-z_]{1,20}\Z"), VALUES))
    def test_are_read_back_as_they_were_meant(self, values):
        assert tomllib.loads(secrets_lines(values)) == values

    def test_leave_out_what_is_not_chosen(self):
        assert secrets_lines({"sunco_url": None, "consent_tags": ()}) == ""
