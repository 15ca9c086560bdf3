"""The one form of a query."""

import pytest
from hypothesis import given

from relay_core.audience.search.canonical import canonical
from relay_core.audience.search.checking import check
from relay_core.audience.search.diagnostics import Code, Severity
from tests.audience.search.account import CATALOGUE, VOCABULARY
from tests.audience.search.typed import TYPED

OF_A_WORD_PROCESSOR = {Code.SMART_QUOTES, Code.ODD_SPACE}
"""What becomes plain in the canonical form, and may then be a mistake that can be seen."""


class TestTheCanonicalForm:
    @pytest.mark.parametrize(
        ("typed", "form"),
        [
            ("type:user  TAGS:Vip\n", "tags:vip"),
            ('created_at>2026-01-01 organization_id:"12"', "created>2026-01-01 organization:12"),
            ("name:“ada  lovelace”", 'name:"ada lovelace"'),
            ("tags:vip\u3000tags:gold", "tags:vip tags:gold"),
            ('email:"none"', "email:none"),
            ('email:"ada@example.com"', 'email:"ada@example.com"'),  # quotes change what is found
            ('-tags:"a b" order_by:created sort:asc', '-tags:"a b"'),
            ("Ada Lovelace", "Ada Lovelace"),
            ('tags:"vip', "tags:vip"),
            ("unknown:X", "unknown:X"),
        ],
    )
    def test_says_the_same_as_documented(self, typed, form):
        assert canonical(typed, vocabulary=VOCABULARY) == form

    @given(TYPED)
    def test_does_not_change_any_more(self, text):
        form = canonical(text, vocabulary=VOCABULARY)

        assert canonical(form, vocabulary=VOCABULARY) == form

    @given(TYPED)
    def test_of_a_query_without_mistakes_has_none(self, text):
        found = check(text, catalogue=CATALOGUE)
        if any(e.severity is Severity.ERROR or e.code in OF_A_WORD_PROCESSOR for e in found):
            return

        again = check(canonical(text, vocabulary=VOCABULARY), catalogue=CATALOGUE)

        assert [each for each in again if each.severity is Severity.ERROR] == []
