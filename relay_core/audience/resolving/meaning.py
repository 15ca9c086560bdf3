"""What conditions mean over the mirror: their SQL, their limits and their sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from relay_core.audience.conditions.clauses import ClauseTree, understood
from relay_core.audience.conditions.limits import Limits, limits_of
from relay_core.audience.conditions.tree import ConditionTree
from relay_core.audience.english.sentences import sentence
from relay_core.audience.resolving.answering import Answer
from relay_core.audience.resolving.gathering import Watch
from relay_core.audience.resolving.nested import Segments
from relay_core.audience.resolving.parts import parts_of
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.sql.conditions import predicate
from relay_core.audience.sql.implied import Implied, implied
from relay_core.audience.sql.predicates import Predicate, both
from relay_core.people.stages import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """Conditions, understood in one account at one moment."""

    clauses: ClauseTree
    """Without the limits of the whole."""
    limits: Limits
    predicate: Predicate
    """Who matches, with what is implied."""
    explanation: str
    """What was asked, then what is implied, in sentences."""
    added: tuple[Implied, ...]
    segments: Mapping[str, Predicate]
    """What every segment means that the conditions name."""
    answers: tuple[Answer, ...]
    """Zendesk's answers to those segments that are queries."""
    warnings: tuple[str, ...]
    """What is doubtful about these queries and answers, in sentences."""
    parts_of_segments: frozenset[Stage]
    """What the conditions of these segments look at besides people."""

    def parts(self, clauses: ClauseTree) -> frozenset[Stage]:
        """Return what some of these conditions look at besides people, segments included."""
        return parts_of(clauses) | self.parts_of_segments

    def picked(self, clauses: ClauseTree, *, sources: Sources, now: datetime) -> Predicate:
        """Return some of these conditions as SQL, without what is implied."""
        return predicate(
            clauses, now=now, zone=sources.zone, policy=sources.policy, segments=self.segments
        )


def meaning(
    tree: ConditionTree,
    sources: Sources,
    *,
    now: datetime,
    include_staff: bool = False,
    watch: Watch | None = None,
) -> Meaning:
    """Return what a tree means.

    Raises:
        AudienceError: The conditions, or those of a segment they name, make no sense here.
        NotFound: A segment does not exist.
        GatewayError: A segment is a query, and Zendesk could not be asked.
    """
    whole = understood(tree, catalogue=sources.catalogue)
    clauses, limits = limits_of(whole)
    segments = Segments(sources=sources, now=now, include_staff=include_staff, watch=watch)
    meanings = segments.meanings(clauses)
    wanted = predicate(
        clauses, now=now, zone=sources.zone, policy=sources.policy, segments=meanings
    )
    added = implied(tree, include_staff=include_staff)
    for condition in added:
        wanted = both(wanted, condition.predicate)
    return Meaning(
        clauses=clauses,
        limits=limits,
        predicate=wanted,
        explanation=" ".join([sentence(whole), *(condition.sentence for condition in added)]),
        added=added,
        segments=meanings,
        answers=tuple(segments.answers),
        warnings=tuple(segments.warnings),
        parts_of_segments=frozenset(segments.parts),
    )
