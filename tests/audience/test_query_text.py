"""A typed query, on its way to the export."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.audience.query_text import export_text
from relay_core.errors import AudienceError


class TestAQuery:
    @pytest.mark.parametrize(
        ("typed", "sent"),
        [
            ("tags:vip", "tags:vip"),
            ("type:user tags:vip", "tags:vip"),
            ('TYPE:"user"  role:end-user', "role:end-user"),
            ("tags:vip order_by:created sort:desc", "tags:vip"),
            ('name:"type:ticket order_by:x" ada', 'name:"type:ticket order_by:x" ada'),
            ("plan_type:gold -sort_key:1", "plan_type:gold -sort_key:1"),
            ("created>2026-01-01\n\ttags:vip", "created>2026-01-01 tags:vip"),
        ],
    )
    def test_loses_what_the_export_does_not_take(self, typed, sent):
        assert export_text(typed) == sent

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("", "chooses nobody"),
            ("  type:user sort:asc ", "chooses nobody"),
            ("type:ticket vip", "leave “type:” out"),
            ("-type:user vip", "leave “type:” out"),
            ("type: user", "without a space"),
            ("vip order_by: created", "without a space"),
            ('name:"ada', "does not close it"),
        ],
    )
    def test_is_refused_when_it_cannot_mean_an_audience(self, typed, told):
        with pytest.raises(AudienceError) as caught:
            export_text(typed)

        assert told in caught.value.advice

    @given(st.text(alphabet='type:usrk" -\n', max_size=30))
    def test_never_sends_a_type_and_is_stable(self, typed):
        try:
            sent = export_text(typed)
        except AudienceError:
            return

        assert export_text(sent) == sent
        assert sent
