"""A typed query, front to back."""

import pytest
from hypothesis import given
from pydantic import TypeAdapter

from relay_core.audience.search.query import QueryCheck, ReadyQuery, check_query, ready
from relay_core.errors import AudienceError
from tests.audience.search.account import CATALOGUE
from tests.audience.search.typed import TYPED


class TestACheck:
    def test_says_everything_at_once(self):
        found = check_query("tags=vip", catalogue=CATALOGUE)

        assert not found.valid
        assert found.diagnostics[0].suggestion == "tags:vip"
        assert found.canonical == "tags=vip"
        assert found.explanation

    def test_is_valid_with_warnings(self):
        found = check_query("tags:vip", catalogue=CATALOGUE)

        assert found.valid
        assert found.diagnostics

    def test_takes_a_text_of_any_length(self):
        found = check_query("(" * 200_000, catalogue=CATALOGUE)

        assert not found.valid

    @given(TYPED)
    def test_survives_json(self, text):
        adapter = TypeAdapter(QueryCheck)
        found = check_query(text, catalogue=CATALOGUE)

        assert adapter.validate_python(adapter.dump_python(found)) == found


class TestAReadyQuery:
    @pytest.mark.parametrize(
        ("typed", "sent"),
        [
            ("tags:vip", "tags:vip"),
            ("type:user tags:vip", "tags:vip"),
            ('TYPE:"user"  role:end-user', "role:end-user"),
            ("tags:vip order_by:created sort:desc", "tags:vip"),
            ('name:"type:ticket order_by:x" ada', 'name:"type:ticket order_by:x" ada'),
            ("created>2026-01-01\n\ttags:vip", "created>2026-01-01 tags:vip"),
            ("name:“ada” created_at>2026-01-01", "name:“ada” created_at>2026-01-01"),
            ("tags:vip\u3000tags:gold", "tags:vip\u3000tags:gold"),
            ('organization:"A"&tags:b', 'organization:"A"&tags:b'),
        ],
    )
    def test_is_what_was_typed_without_what_the_export_refuses(self, typed, sent):
        assert ready(typed, catalogue=CATALOGUE).export_text == sent

    def test_comes_with_the_warnings_to_accept(self):
        found = ready("role:end-user organization_id:12", catalogue=CATALOGUE)

        assert [each.code for each in found.warnings] == ["alias-keyword"]
        adapter = TypeAdapter(ReadyQuery)
        assert adapter.validate_json(adapter.dump_json(found)) == found

    def test_is_refused_with_every_error_and_its_rewrite(self):
        with pytest.raises(AudienceError) as caught:
            ready("tag:vip role:customer", catalogue=CATALOGUE)

        assert caught.value.advice.splitlines() == [
            "Correct this query:",
            (
                "- “tag”: Zendesk knows no keyword “tag” for users and looks for its text: did you "
                "mean tags? For example: tags:vip role:customer"
            ),
            (
                "- “customer”: Zendesk has no role “customer” and finds nobody: write one of "
                "end-user, agent, admin. For example: tag:vip role:end-user"
            ),
        ]

    @given(TYPED)
    def test_is_stable_and_never_names_a_type(self, text):
        try:
            sent = ready(text, catalogue=CATALOGUE).export_text
        except AudienceError:
            return

        assert sent
        assert ready(sent, catalogue=CATALOGUE).export_text == sent
