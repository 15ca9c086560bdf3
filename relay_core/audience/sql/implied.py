"""What holds for every audience without being asked for, said where the audience is shown."""

from dataclasses import dataclass
from typing import Final

from relay_core.audience.conditions.tree import ConditionTree
from relay_core.audience.sql.predicates import Predicate


@dataclass(frozen=True, slots=True)
class Implied:
    """A condition nobody had to write."""

    sentence: str
    predicate: Predicate


END_USERS: Final = Implied("Only end users: no team members.", Predicate("p.role = 'end-user'"))
NOT_SUSPENDED: Final = Implied("Nobody who is suspended.", Predicate("NOT p.suspended"))
ACTIVE: Final = Implied("Nobody who was deleted in Zendesk.", Predicate("p.active"))


def implied(tree: ConditionTree, *, include_staff: bool = False) -> tuple[Implied, ...]:
    """Return what is added to a tree.

    Whoever names roles or suspension in a condition has decided about them; screening then still
    leaves out team members and suspended people, visibly.

    Args:
        tree: What was asked.
        include_staff: Whether team members may be looked at, in a preview.
    """
    named = {condition.field for condition in tree.conditions()}
    everybody = include_staff or "role" in named
    return (
        *(() if everybody else (END_USERS,)),
        *(() if "suspended" in named else (NOT_SUSPENDED,)),
        ACTIVE,
    )
