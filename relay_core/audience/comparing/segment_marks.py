"""Which conditions hold for whom: kept at each use of a segment, so that the next can compare."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from relay_core.audience.conditions.clauses import Clause, ClauseTree
from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    ByQuery,
    Resolved,
)
from relay_core.audience.english.sentences import said
from relay_core.audience.resolving.matching import followed
from relay_core.audience.resolving.meaning import Meaning, meaning
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.sql.conditions import predicate
from relay_core.audience.sql.predicates import Predicate


class Group(StrEnum):
    """Where a condition stands, and so what its truth does to whether a person is matched."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Part:
    """One condition, in the order of its character among the truths of a person."""

    group: Group
    sentence: str
    truth: Predicate


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a segment says at one moment, in a form that shows for each person why."""

    definition: Resolved
    matched: Predicate
    parts: tuple[Part, ...]
    """None for a query of Zendesk: who is matched is known, and not why."""

    def query(self) -> Predicate:
        """Return the query that gives id, name, matched and truths of everybody who is active.

        The truths are one character for each part, `1` or `0`.
        """
        characters = [f"CASE WHEN {part.truth.text} THEN '1' ELSE '0' END" for part in self.parts]
        truths = f"concat({', '.join(characters)})" if characters else "''"
        values = {name: value for part in self.parts for name, value in part.truth.values.items()}
        return Predicate(
            f"SELECT p.id, p.name, ({self.matched.text}) AS matched, {truths} AS truths\n"  # noqa: S608 - values are bound
            "  FROM people p\n"
            " WHERE p.active",
            {**self.matched.values, **values},
        )


def standing(
    definition: AudienceDefinition, sources: Sources, *, found: Predicate, now: datetime
) -> Standing:
    """Return where everybody stands.

    Args:
        definition: What the segment says.
        sources: What it is evaluated against.
        found: Who was found just now. Only for a query of Zendesk, which is not asked again;
            conditions are evaluated here, in the mirror.
        now: The moment that relative times count from (aware).

    Raises:
        AudienceError: The definition makes no sense in this account.
        NotFound: A segment does not exist.
        GatewayError: A segment within the conditions is a query, and Zendesk could not be asked.
    """
    said_by, _ = followed(definition, sources)
    match said_by:
        case ByConditions(tree):
            asked = meaning(tree, sources, now=now)
            return Standing(
                definition=said_by,
                matched=asked.predicate,
                parts=_parts(asked, sources, now=now),
            )
        case ByQuery():
            return Standing(definition=said_by, matched=found, parts=())
        case _:
            assert_never(said_by)


def cause(parts: tuple[Part, ...], *, before: str, after: str) -> str | None:
    """Return the conditions that moved a person in or out, in words.

    Args:
        parts: The conditions, the same at both times.
        before: The person's truths at the last use.
        after: The truths now.

    Returns:
        None where no condition tells, because whether it holds decided nothing.
    """
    truths = [
        (part, old == "1", new == "1") for part, old, new in zip(parts, before, after, strict=True)
    ]
    told = [
        part.sentence for part, old, new in truths if part.group is not Group.ANY and old != new
    ]
    any_of = [(part, old, new) for part, old, new in truths if part.group is Group.ANY]
    if any(old for _, old, _ in any_of) != any(new for _, _, new in any_of):
        told += [part.sentence for part, old, new in any_of if old != new]
    return "; and ".join(told) or None


def _parts(asked: Meaning, sources: Sources, *, now: datetime) -> tuple[Part, ...]:
    """Return the conditions in order, then what is implied."""
    tree = asked.clauses
    groups: list[tuple[Group, Clause]] = [
        *((Group.ALL, clause) for clause in tree.all),
        *((Group.ANY, clause) for clause in tree.any),
        *((Group.NONE, clause) for clause in tree.none),
    ]
    conditions = (
        Part(
            group,
            _sentence(group, clause),
            predicate(
                ClauseTree(all=(clause,)),
                now=now,
                zone=sources.zone,
                policy=sources.policy,
                segments=asked.segments,
                prefix=f"mark_{number}_",
            ),
        )
        for number, (group, clause) in enumerate(groups)
    )
    implied = (
        Part(Group.ALL, added.sentence.removesuffix("."), added.predicate) for added in asked.added
    )
    return (*conditions, *implied)


def _sentence(group: Group, clause: Clause) -> str:
    return f"not those {said(clause)}" if group is Group.NONE else said(clause)
