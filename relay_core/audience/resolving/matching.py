"""From a definition to the people it matches, and how certain it is that none is missing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never

from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    ByQuery,
    Resolved,
    resolved,
)
from relay_core.audience.conditions.limits import NO_LIMITS, Limits
from relay_core.audience.resolving.answering import ask
from relay_core.audience.resolving.freshness import freshness
from relay_core.audience.resolving.gathering import Watch
from relay_core.audience.resolving.meaning import Meaning, meaning
from relay_core.audience.resolving.nested import among, within
from relay_core.audience.resolving.parts import parts_of_policy
from relay_core.audience.resolving.question import plan_of, question
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.resolving.typed_query import typed
from relay_core.audience.segments.saved import segment_named
from relay_core.audience.sql.implied import ACTIVE
from relay_core.audience.sql.predicates import Predicate, both
from relay_core.audience.zendesk.compiling import Compilation

Against = Literal["mirror", "zendesk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Who is matched, as a predicate over the mirror, and what is known of its completeness."""

    predicate: Predicate
    explanation: str
    """What was asked, then what is implied, in sentences."""
    searched: int | None
    """People the search gave, added up over its queries; None when the mirror alone was asked."""
    counted: int | None
    """How many Zendesk said there are, added up in the same way."""
    complete: bool
    """True when nothing speaks for anybody missing, or left out too late."""
    notice: str | None
    """How old the mirror is, for a person; None before the first sync."""
    limits: Limits = NO_LIMITS
    """What is applied last, in screening: a sample, or a number of people."""
    plan: Compilation | None = None
    """How Zendesk would be asked for conditions; None for a query."""
    queries: tuple[str, ...] = ()
    """What Zendesk was asked; empty when the mirror alone was."""
    fetched: str | None = None
    """`18,412 of 18,412 fetched.`, or what is missing and why; None without a search."""
    warnings: tuple[str, ...] = ()
    """What a person has to accept before this is sent to: doubts about the query or the answer."""
    only_these: bool = False
    """Whether nobody else comes in, not even whom somebody moved into the campaign by hand."""


def match(
    definition: AudienceDefinition,
    sources: Sources,
    *,
    now: datetime,
    include_staff: bool = False,
    against: Against = "mirror",
    watch: Watch | None = None,
) -> Match:
    """Return who matches a definition.

    People whom Zendesk finds are written to the mirror, so that screening and messages see what
    the search saw.

    Args:
        definition: Who is meant.
        sources: What it is evaluated against.
        now: The moment that relative times count from (aware).
        include_staff: Whether team members may be looked at, in a preview.
        against: Who answers conditions. A query is always answered by Zendesk.
        watch: Looks on while Zendesk is read.

    Raises:
        AudienceError: The definition makes no sense in this account, a query is not usable, or
            Zendesk cannot be asked about these conditions.
        AudienceTooLarge: Zendesk finds more people than the limit; nothing was cut.
        GatewayError: Zendesk could not be asked.
        NotFound: A segment does not exist.
    """
    found, segment = followed(definition, sources)
    with within(segment):
        match found:
            case ByConditions():
                asked = meaning(
                    found.tree, sources, now=now, include_staff=include_staff, watch=watch
                )
                return _by_conditions(asked, sources, now=now, against=against, watch=watch)
            case ByQuery():
                return _by_query(found, sources, now=now, watch=watch)
            case _:
                assert_never(found)


def followed(definition: AudienceDefinition, sources: Sources) -> tuple[Resolved, str | None]:
    """Return what a definition stands for, and the segment that says so, where one does."""
    names: list[str] = []

    def load(name: str) -> AudienceDefinition:
        names.append(name)
        return segment_named(sources.database, name).definition

    return resolved(definition, load=load), names[-1] if names else None


def _by_conditions(
    asked: Meaning, sources: Sources, *, now: datetime, against: Against, watch: Watch | None
) -> Match:
    plan = plan_of(asked, sources, now=now)
    answers = list(asked.answers)
    wanted, searched, here = asked.predicate, None, asked.clauses
    match against:
        case "zendesk":
            put = question(asked, plan, sources, now=now)
            searched = ask(put.queries, sources, is_wider=put.is_wider, watch=watch)
            answers.append(searched)
            wanted, here = both(among(searched.people), put.pick), plan.residual
        case "mirror":
            pass
        case _:
            assert_never(against)
    parts = asked.parts(here) | parts_of_policy(sources.policy)
    mirror = freshness(sources.database, now=now, parts=parts)
    doubts = asked.warnings
    if searched and not searched.complete:
        doubts = (*doubts, searched.sentence)
    return Match(
        predicate=wanted,
        explanation=asked.explanation,
        searched=searched.fetched if searched else None,
        counted=searched.counted if searched else None,
        complete=all(answer.complete for answer in answers)
        and (mirror.complete or searched is not None)
        and mirror.parts_complete,
        notice=mirror.notice,
        limits=asked.limits,
        plan=plan,
        queries=tuple(query for answer in answers for query in answer.queries),
        fetched=searched.sentence if searched else None,
        warnings=(*doubts, *mirror.warnings),
    )


def _by_query(
    definition: ByQuery, sources: Sources, *, now: datetime, watch: Watch | None
) -> Match:
    asked = typed(definition.query, catalogue=sources.catalogue)
    answer = ask((asked.text,), sources, watch=watch)
    mirror = freshness(sources.database, now=now, parts=parts_of_policy(sources.policy))
    doubts = () if answer.complete else (answer.sentence,)
    return Match(
        predicate=both(among(answer.people), ACTIVE.predicate),
        explanation=f"{asked.explanation} {ACTIVE.sentence}",
        searched=answer.fetched,
        counted=answer.counted,
        complete=answer.complete and mirror.parts_complete,
        notice=mirror.notice,
        queries=answer.queries,
        fetched=answer.sentence,
        warnings=(*asked.warnings, *doubts, *mirror.warnings),
    )
