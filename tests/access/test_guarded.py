"""The front desk as a visitor has it."""

import pytest

from relay_core.access.guarded import guarded
from relay_core.access.permissions import EVERYTHING, Permission
from relay_core.access.visitor import SINGLE_USER, Visitor
from relay_core.audience.conditions.definition import ByQuery
from relay_core.errors import NotAllowed


def visitor(*permissions):
    return Visitor(name="ada@team.example", permissions=frozenset(permissions))


@pytest.fixture
def as_seen(relay):
    """The same desk for somebody with these permissions."""
    return lambda *permissions: guarded(relay, visitor(*permissions))


class TestTheDesk:
    @pytest.mark.parametrize("permission", list(Permission))
    def test_refuses_what_was_not_granted(self, as_seen, permission):
        others = as_seen(*(EVERYTHING - {permission, Permission.VIEW}))
        nobody = as_seen()

        with pytest.raises(NotAllowed, match="VIEW"):
            nobody.runs()
        if permission is not Permission.VIEW:
            one_of = {
                Permission.BUILD_AUDIENCES: "save_segment",
                Permission.WRITE_TEMPLATES: "submit_written",
                Permission.SEND: "send",
                Permission.APPROVE: "approve_run",
                Permission.SEE_PHONES: "query_facts",
                Permission.ADMINISTER: "erase_person",
            }[permission]
            with pytest.raises(NotAllowed) as refused:
                getattr(others, one_of)
            assert permission in refused.value.advice

    @pytest.mark.parametrize("name", ["close", "hear", "webhook_key", "_database", "visitor"])
    def test_does_not_have_what_belongs_to_the_process(self, as_seen, name):
        with pytest.raises(AttributeError):
            getattr(as_seen(*EVERYTHING), name)

    def test_signs_with_the_name_of_whoever_is_here(self, as_seen):
        desk = as_seen(Permission.BUILD_AUDIENCES)

        saved = desk.save_segment("VIPs", ByQuery("tags:vip"), actor="somebody else")

        assert desk.segment_versions(saved.name)[0].saved_by == "ada@team.example"

    def test_shows_numbers_to_those_who_may_see_them(self, as_seen):
        asked = {"definition": ByQuery("tags:vip"), "columns": ["phone"], "limit": 5}

        hidden = as_seen(Permission.BUILD_AUDIENCES).audience_people(**asked)["phone"].to_pylist()
        shown = as_seen(Permission.BUILD_AUDIENCES, Permission.SEE_PHONES).audience_people(**asked)

        assert all("\u2022\u2022\u2022" in phone for phone in hidden if phone)
        assert any(phone.startswith("+") for phone in shown["phone"].to_pylist() if phone)

    def test_takes_nothing_back_that_was_masked(self, as_seen):
        desk = as_seen(Permission.BUILD_AUDIENCES)

        with pytest.raises(NotAllowed, match="masked"):
            desk.save_segment("One", ByQuery('phone:"+31\u2022\u2022\u202278"'), actor="")

        assert desk.segments() == []

    def test_is_whole_for_a_single_user(self, relay):
        assert guarded(relay, SINGLE_USER).templates() == relay.templates()
