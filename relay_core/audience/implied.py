"""What holds for every audience without being asked for, said where the audience is shown."""

from dataclasses import dataclass
from typing import Final

from relay_core.audience.conditions import ConditionTree
from relay_core.audience.predicates import Predicate


@dataclass(frozen=True, slots=True)
class Implied:
    """A condition nobody had to write."""

    sentence: str
    predicate: Predicate


END_USERS: Final = Implied("Only end users: no team members.", Predicate("p.role = 'end-user'"))
ACTIVE: Final = Implied("Nobody who was deleted in Zendesk.", Predicate("p.active"))


def implied(tree: ConditionTree) -> tuple[Implied, ...]:
    """Return what is added to a tree.

    Whoever names a role in a condition has decided about roles; screening then still leaves out
    team members, visibly.
    """
    names_role = any(condition.field == "role" for condition in tree.conditions())
    return (ACTIVE,) if names_role else (END_USERS, ACTIVE)
