"""What holds for every audience without being asked for."""

import pytest

from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.sql.implied import ACTIVE, END_USERS, NOT_SUSPENDED, implied
from tests.audience.population import conditions


def added(*asked, include_staff=False):
    return implied(tree_from_json(conditions(none=asked)), include_staff=include_staff)


class TestWhatIsImplied:
    def test_is_that_people_are_end_users_who_may_be_reached(self):
        assert added() == (END_USERS, NOT_SUSPENDED, ACTIVE)

    def test_does_not_contradict_who_has_decided(self):
        assert added(("role", "is_any_of", ["agent"])) == (NOT_SUSPENDED, ACTIVE)
        assert added(("suspended", "is", True)) == (END_USERS, ACTIVE)

    def test_may_include_staff(self):
        assert added(include_staff=True) == (NOT_SUSPENDED, ACTIVE)

    @pytest.mark.parametrize("each", [END_USERS, NOT_SUSPENDED, ACTIVE])
    def test_is_said_in_a_sentence(self, each):
        assert each.sentence.endswith(".")
