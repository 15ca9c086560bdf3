"""Why one person is in an audience, or not: each condition, each rule, and what was sent before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, assert_never

from relay_core.audience.comparing.segment_marks import Group
from relay_core.audience.conditions.clauses import Clause, ClauseTree
from relay_core.audience.conditions.definition import AudienceDefinition, ByConditions, ByQuery
from relay_core.audience.conditions.limits import Limits
from relay_core.audience.english.sentences import said
from relay_core.audience.person.profile import shown
from relay_core.audience.policy import Purpose
from relay_core.audience.resolving.gathering import Watch
from relay_core.audience.resolving.matching import Match, followed
from relay_core.audience.resolving.matching import match as find
from relay_core.audience.resolving.meaning import Meaning, meaning
from relay_core.audience.resolving.nested import within
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.screening.choices import Choice, choices_about
from relay_core.audience.screening.decisions import screening
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason
from relay_core.audience.sql.conditions import predicate
from relay_core.audience.sql.predicates import Predicate, either
from relay_core.errors import NotFound
from relay_core.store.database import Database
from relay_core.store.ledger import one

_MOST_MESSAGES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionTold:
    """One condition, for one person."""

    group: Group
    sentence: str
    holds: bool
    """Whether it is true of the person; in “none of” that speaks against them."""
    implied: bool
    """Nobody wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTold:
    """One rule of screening, for one person."""

    reason: Reason
    holds: bool | None
    """Whether it speaks against messaging the person; None when it was not looked at, because the
    settings or the purpose do not ask for it, or because an earlier reason left nothing to draw."""
    decided: bool
    """Whether this is the reason given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMessage:
    """One message to the person or their number."""

    run_id: int
    campaign: str | None
    template: str | None
    channel: str | None
    state: str
    moment: datetime
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonExplained:
    """Everything that decides about one person."""

    person_id: int
    name: str
    profile: Mapping[str, str]
    """What the mirror knows, by label, as a page shows it; what is empty is left out."""
    explanation: str
    """Who is asked for, in sentences."""
    matches: bool
    """Whether the conditions match, or a query found them."""
    included: bool
    """Whether somebody included them by hand."""
    conditions: tuple[ConditionTold, ...]
    """None for a query of Zendesk: it says whom it finds, and not why."""
    rules: tuple[RuleTold, ...]
    """In the order of looking. For somebody who is not in the audience: as if they were."""
    decision: str | None
    """A `Reason` or `WILL_RECEIVE`; None for somebody who is not in the audience."""
    messaged_through: str | None
    """The name of the profile that a shared number is messaged through, where it is another."""
    messages: tuple[PastMessage, ...]
    replies: int
    last_reply_at: datetime | None
    choices: tuple[Choice, ...]


def explain_person(
    definition: AudienceDefinition,
    person_id: int,
    sources: Sources,
    *,
    purpose: Purpose,
    now: datetime,
    found: Match | None = None,
    watch: Watch | None = None,
) -> PersonExplained:
    """Return everything that decides about one person.

    Args:
        definition: Who is meant.
        person_id: Whom to explain.
        sources: What it is evaluated against.
        purpose: What the audience is for.
        now: The moment that relative times count from (aware).
        found: Whom a query of Zendesk found lately, which is then not asked again. Conditions are
            always evaluated here.
        watch: Looks on while Zendesk is read.

    Raises:
        AudienceError: The definition makes no sense in this account, or a query is not usable.
        GatewayError: The definition is a query, and Zendesk could not be asked.
        NotFound: There is no such person, or a segment does not exist.
    """
    database = sources.database
    profile = one(database.rows("lookup.profile", person_id=person_id))
    if profile is None:
        raise NotFound("no person of that id", advice=f"There is no person {person_id} here.")
    asked = _asked(definition, sources, found=found, now=now, watch=watch)
    truths = _truths(database, person_id, (asked.predicate, *(part.truth for part in asked.parts)))
    row = _screened(asked, person_id, sources, purpose=purpose, now=now)
    in_audience = row is not None and (truths[0] or row["included"])
    replies = database.rows("lookup.replies", phone=profile["phone_e164"])[0]
    messages = database.rows(
        "lookup.messages", person_id=person_id, phone=profile["phone_e164"], most=_MOST_MESSAGES
    )
    return PersonExplained(
        person_id=person_id,
        name=profile["name"],
        profile=shown(profile, sources.catalogue),
        explanation=asked.explanation,
        matches=truths[0],
        included=bool(row and row["included"]),
        conditions=tuple(
            ConditionTold(
                group=part.group, sentence=part.sentence, holds=holds, implied=part.implied
            )
            for part, holds in zip(asked.parts, truths[1:], strict=True)
        ),
        rules=_told(row or {}),
        decision=row["decision"] if row and in_audience else None,
        messaged_through=_name(database, row["owner_id"] if row else None),
        messages=tuple(PastMessage(**message) for message in messages),
        replies=replies["replies"],
        last_reply_at=replies["last"],
        choices=tuple(choices_about(database, person_id)),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One condition that can be true or false of a person."""

    group: Group
    sentence: str
    truth: Predicate
    implied: bool = False


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who is asked for."""

    predicate: Predicate
    limits: Limits
    explanation: str
    parts: tuple[_Part, ...] = ()


def _asked(
    definition: AudienceDefinition,
    sources: Sources,
    *,
    found: Match | None,
    now: datetime,
    watch: Watch | None,
) -> _Asked:
    said_by, segment = followed(definition, sources)
    with within(segment):
        match said_by:
            case ByConditions(tree):
                meant = meaning(tree, sources, now=now, watch=watch)
                parts = _parts(meant, sources, now=now)
                return _Asked(meant.predicate, meant.limits, meant.explanation, parts)
            case ByQuery():
                by_query = found or find(said_by, sources, now=now, watch=watch)
                return _Asked(by_query.predicate, by_query.limits, by_query.explanation)
            case _:
                assert_never(said_by)


def _parts(meant: Meaning, sources: Sources, *, now: datetime) -> tuple[_Part, ...]:
    """Return the conditions in order, then what is implied."""
    tree = meant.clauses
    clauses: list[tuple[Group, Clause]] = [
        *((Group.ALL, clause) for clause in tree.all),
        *((Group.ANY, clause) for clause in tree.any),
        *((Group.NONE, clause) for clause in tree.none),
    ]
    written = (
        _Part(
            group,
            said(clause),
            predicate(
                ClauseTree(all=(clause,)),
                now=now,
                zone=sources.zone,
                policy=sources.policy,
                segments=meant.segments,
                prefix=f"told_{number}_",
            ),
        )
        for number, (group, clause) in enumerate(clauses)
    )
    implied = (
        _Part(Group.ALL, each.sentence, each.predicate, implied=True) for each in meant.added
    )
    return (*written, *implied)


def _truths(
    database: Database, person_id: int, predicates: Sequence[Predicate]
) -> tuple[bool, ...]:
    columns = ", ".join(f"({each.text}) AS t{n}" for n, each in enumerate(predicates))
    values = {name: value for each in predicates for name, value in each.values.items()}
    told = database.table(
        f"SELECT {columns} FROM people p WHERE p.id = $lookup_id",  # noqa: S608 - values are bound
        {**values, "lookup_id": person_id},
    )
    return tuple(told.to_pylist()[0].values())


def _screened(
    asked: _Asked, person_id: int, sources: Sources, *, purpose: Purpose, now: datetime
) -> dict[str, Any] | None:
    """Return the screening's own row about a person, as if they were matched; None if deleted."""
    wanted = Predicate(
        either([f"({asked.predicate.text})", "p.id = $lookup_id"]),
        {**asked.predicate.values, "lookup_id": person_id},
    )
    made = screening(wanted, policy=sources.policy, purpose=purpose, limits=asked.limits, now=now)
    truths = made.truths()
    return one(
        sources.database.table(
            f"SELECT * FROM ({truths.text}) WHERE id = $lookup_id",  # noqa: S608 - values are bound
            truths.values,
        ).to_pylist()
    )


def _told(row: Mapping[str, Any]) -> tuple[RuleTold, ...]:
    """Return each rule, in the order of looking."""
    decision = row.get("decision")
    drawn = {WILL_RECEIVE: False, Reason.OUTSIDE_SAMPLE.value: True}
    holds = {**row, Reason.OUTSIDE_SAMPLE.value: drawn.get(str(decision))}
    return tuple(
        RuleTold(reason=reason, holds=holds.get(reason.value), decided=decision == reason)
        for reason in Reason
    )


def _name(database: Database, person_id: int | None) -> str | None:
    if person_id is None:
        return None
    row = one(database.rows("lookup.profile", person_id=person_id))
    return None if row is None else str(row["name"])
