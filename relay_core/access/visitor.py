"""Somebody who is here, and what they may do."""

from dataclasses import dataclass
from typing import Final

from relay_core.access.permissions import EVERYTHING, Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One person at Relay's pages."""

    name: str
    """Who did something, as the audit trail says it: an e-mail address, or "single user"."""
    permissions: frozenset[Permission]
    role: str | None = None
    """In Zendesk: admin or agent; None in single-user mode."""

    def may(self, permission: Permission) -> bool:
        """Whether it is granted. Whoever may do anything may also view."""
        if permission is Permission.VIEW:
            return bool(self.permissions)
        return permission in self.permissions


SINGLE_USER: Final = Visitor(name="single user", permissions=EVERYTHING)
"""Whoever sits at this machine, where no sign-in is set up."""
