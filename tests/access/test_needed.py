"""The table of what each thing at the front desk needs."""

import inspect

from relay_core.access.needed import NEEDED, UNMASKED
from relay_core.access.permissions import MEANINGS, Permission
from relay_core.control import _OWNERS_ONLY, _public_methods
from relay_core.relay import Relay

SERVERS_OWN = {"visitor", "webhook_key"}
"""Of the process itself, beside what only the owner of the file does: no page has them."""


class TestTheTable:
    def test_names_everything_of_the_front_desk_once(self):
        properties = inspect.getmembers(Relay, lambda member: isinstance(member, property))
        offered = {*_public_methods(), *(name for name, _ in properties), "settings"}

        assert set(NEEDED) == offered - SERVERS_OWN
        assert not set(NEEDED) & _OWNERS_ONLY

    def test_leaves_numbers_only_in_what_the_front_desk_has(self):
        assert set(NEEDED) >= UNMASKED

    def test_explains_every_permission(self):
        assert list(MEANINGS) == list(Permission)
