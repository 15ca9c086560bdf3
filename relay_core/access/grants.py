"""To whom permissions are granted: by role or by group in Zendesk."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from relay_core.access.permissions import EVERYTHING, Permission


class Subject(StrEnum):
    """What a grant goes by."""

    ROLE = "role"
    GROUP = "group"


ADMIN: Final = "admin"
AGENT: Final = "agent"


@dataclass(frozen=True, slots=True)
class Grant:
    """What everybody of one role or group may do."""

    subject: Subject
    key: str
    """`admin` or `agent`, or the id of a group."""
    permissions: frozenset[Permission]


DEFAULT: Final = (Grant(Subject.ROLE, AGENT, frozenset({Permission.VIEW})),)
"""What holds until somebody decides otherwise. Administrators of Zendesk may always do everything:
so nobody can lock everybody out."""


def permissions_of(
    role: str, groups: Iterable[int], grants: Iterable[Grant]
) -> frozenset[Permission]:
    """Return everything that is granted to a member of the team: by role, and by each group.

    Args:
        role: In Zendesk; end users get nothing, whatever is granted.
        groups: The ids of their groups.
        grants: Those that hold.
    """
    if role == ADMIN:
        return EVERYTHING
    if role != AGENT:
        return frozenset()
    theirs = {(Subject.ROLE, role)} | {(Subject.GROUP, str(id_)) for id_ in groups}
    return frozenset().union(
        *(each.permissions for each in grants if (each.subject, each.key) in theirs)
    )
