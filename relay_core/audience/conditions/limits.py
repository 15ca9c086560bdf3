"""What bounds an audience after everything else: a share of it, or a number of people."""

from dataclasses import dataclass, replace
from typing import Final

from relay_core.audience.conditions.clauses import ClauseTree, Limited, Sampled
from relay_core.errors import AudienceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Applied last in screening, so that "at most 500" gives 500 messages."""

    percent: float | None = None
    """Above 0, up to 100; None for everybody."""
    seed: str = ""
    """Of the share; see `relay_core.audience.sql.lot`."""
    people: int | None = None
    people_seed: str = ""


NO_LIMITS: Final = Limits()


def limits_of(tree: ClauseTree) -> tuple[ClauseTree, Limits]:
    """Return who is asked for without the limits of the whole, and these limits."""
    limits = NO_LIMITS
    rest = []
    for clause in tree.all:
        match clause:
            case Sampled():
                limits = replace(limits, percent=clause.percent, seed=clause.seed)
            case Limited():
                limits = replace(limits, people=clause.people, people_seed=clause.seed)
            case _:
                rest.append(clause)
    return replace(tree, all=tuple(rest)), limits


def without_limit(tree: ClauseTree, *, segment: str) -> ClauseTree:
    """Return the conditions of a segment as part of other conditions; its share stays one of them.

    Raises:
        AudienceError: The segment is limited to a number of people, which nobody alone has or has
            not.
    """
    if any(isinstance(clause, Limited) for clause in tree.all):
        raise AudienceError(
            "limited segment within conditions",
            advice=f"The segment {segment} is limited to a number of people, so other conditions "
            "cannot refer to it. Save it without “At most so many people”, and put the limit here.",
        )
    return tree
