"""Which parts of the mirror, besides people themselves, decide who is matched or left out."""

from typing import Final

from relay_core.audience.conditions.clauses import ClauseTree
from relay_core.audience.conditions.fields import Field
from relay_core.audience.conditions.operators import Kind
from relay_core.audience.policy import Policy
from relay_core.people.stages import Stage

NO_PARTS: Final[frozenset[Stage]] = frozenset()

_OPEN_TICKET: Final = "relay.open_ticket"


def parts_of(tree: ClauseTree) -> frozenset[Stage]:
    """Return what the conditions of a tree look at, without the segments it names."""
    clauses = (*tree.all, *tree.any, *tree.none)
    found = (_part(clause.field) for clause in clauses)
    return frozenset(part for part in found if part)


def parts_of_policy(policy: Policy) -> frozenset[Stage]:
    """Return what the rules of this installation look at, whoever is matched."""
    return frozenset({Stage.TICKETS}) if policy.skip_open_tickets else NO_PARTS


def _part(field: Field) -> Stage | None:
    if field.kind is Kind.ORGANIZATION:
        # A person carries the main organization; the others come as memberships.
        return Stage.MEMBERSHIPS
    return Stage.TICKETS if field.key == _OPEN_TICKET else None
