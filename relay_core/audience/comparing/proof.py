"""An audience checked against Zendesk: it can be watched, cancelled, and gone on with.

running ──▶ finished      everybody was read, and compared with the mirror's answer
   │ ▲
   ▼ │ go on
cancelled, failed         what was fetched until then is kept, and where it stopped
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from relay_core.audience.comparing.differences import Comparison, compare, matched
from relay_core.audience.conditions.definition import AudienceDefinition, ByConditions, ByQuery
from relay_core.audience.resolving.answering import Answer, Stopped, answer_of, keeping
from relay_core.audience.resolving.freshness import freshness, parts_behind
from relay_core.audience.resolving.gathering import Gathering, Watch
from relay_core.audience.resolving.matching import followed
from relay_core.audience.resolving.meaning import Meaning, meaning
from relay_core.audience.resolving.nested import among, within
from relay_core.audience.resolving.parts import NO_PARTS
from relay_core.audience.resolving.question import Question, plan_of, question
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.resolving.typed_query import typed
from relay_core.audience.search.query import check_query
from relay_core.audience.sql.implied import ACTIVE
from relay_core.audience.sql.predicates import Predicate, both
from relay_core.errors import RelayError
from relay_core.people.stages import Stage


class ProofState(StrEnum):
    """Where a check stands."""

    RUNNING = "running"
    CANCELLED = "cancelled"
    FAILED = "failed"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofProgress:
    """How far a check has come."""

    state: ProofState
    query: int = 0
    """The query that is being read, from 1; 0 before the first."""
    queries: int = 0
    fetched: int = 0
    """People, added up over the queries."""
    counted: int = 0
    """What Zendesk says it has, added up in the same way."""
    waited_s: float = 0.0
    """Seconds waited because of Zendesk's rate limits."""
    restarts: int = 0
    """How often a query was read again from the beginning."""
    notes: tuple[str, ...] = ()
    """What was out of the ordinary, in sentences."""
    advice: str | None = None
    """What failed and what to do about it; None unless it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofResult:
    """What a check found."""

    complete: bool
    """Whether Zendesk gave as many people as it counts, for every query."""
    sentence: str
    """`18,412 of 18,412 fetched.`, or what is missing and why."""
    notes: tuple[str, ...]
    """What was out of the ordinary, in sentences."""
    queries: tuple[str, ...]
    fetched: int
    counted: int
    matched: int
    """Different people of Zendesk's answer who match, after the check here."""
    comparison: Comparison | None
    """None for a query that conditions cannot say: the mirror has no answer to it."""
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """What is settled before the first page."""

    gathering: Gathering
    pick: Predicate
    """Whom to keep of those who are found."""
    wanted: Predicate | None
    """The same over the mirror; None for a query that conditions cannot say."""
    mirror: frozenset[int]
    """Whom the mirror matched before anybody was fetched."""
    synced_at: datetime | None
    doubts: tuple[str, ...]
    """What is doubtful about segments that the conditions name."""
    behind: Mapping[Stage, str]
    """Which parts the conditions look at that are missing here or older, each in a sentence."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said before the first page."""
        return (*self.doubts, *self.behind.values())


class Proof:
    """One check. Used by one thread at a time; `progress` may be asked for by any."""

    def __init__(self, definition: AudienceDefinition, *, include_staff: bool = False) -> None:
        """Begin with nothing asked.

        Args:
            definition: Who is meant.
            include_staff: Whether team members may be looked at.
        """
        self.definition = definition
        self.include_staff = include_staff
        self.result: ProofResult | None = None
        self._state = ProofState.RUNNING
        self._advice: str | None = None
        self._begun: _Begun | None = None

    def progress(self) -> ProofProgress:
        """Return how far this has come, also while another thread goes on with it."""
        if self._begun is None:
            return ProofProgress(state=self._state, advice=self._advice)
        so_far = self._begun.gathering.gathered()
        return ProofProgress(
            state=self._state,
            query=so_far.query,
            queries=so_far.queries,
            fetched=so_far.fetched,
            counted=so_far.counted,
            waited_s=so_far.waited_s,
            restarts=so_far.restarts,
            notes=(*self._begun.remarks, *so_far.notes),
            advice=self._advice,
        )

    def go_on(
        self, sources: Sources, *, now: datetime, watch: Watch | None = None
    ) -> ProofResult | None:
        """Check from where it stopped, or from the beginning.

        Args:
            sources: The mirror and Zendesk.
            now: The moment that relative times count from (aware). Going on keeps the first one.
            watch: Told before each page; stops there by returning False.

        Returns:
            What was found; None when `watch` stopped it.

        Raises:
            RelayError: As `relay_core.audience.resolving.matching.match`. Going on later is
                possible.
        """
        self._state, self._advice = ProofState.RUNNING, None
        try:
            self.result = self._checked(sources, now=now, watch=watch)
        except Stopped:
            self.result = None
        except RelayError as error:
            self._state, self._advice = ProofState.FAILED, error.advice
            raise
        except BaseException:
            self._state = ProofState.FAILED
            raise
        self._state = ProofState.FINISHED if self.result else ProofState.CANCELLED
        return self.result

    def _checked(
        self, sources: Sources, *, now: datetime, watch: Watch | None
    ) -> ProofResult | None:
        if self._begun is None:
            self._begun = self._begin(sources, now=now, watch=watch)
        begun = self._begun
        if not begun.gathering.go_on(
            sources.connected(),
            cap=sources.audience_cap,
            keep=keeping(sources.database, region=sources.region),
            watch=watch,
        ):
            return None
        return _result(begun, answer_of(begun.gathering), sources=sources, now=now)

    def _begin(self, sources: Sources, *, now: datetime, watch: Watch | None) -> _Begun:
        found, segment = followed(self.definition, sources)
        with within(segment):
            match found:
                case ByConditions(tree):
                    asked = meaning(
                        tree, sources, now=now, include_staff=self.include_staff, watch=watch
                    )
                    put = question(asked, plan_of(asked, sources, now=now), sources, now=now)
                    wanted: Predicate | None = asked.predicate
                    doubts, parts = asked.warnings, asked.parts(asked.clauses)
                case ByQuery(query):
                    put = Question(
                        queries=(typed(query, catalogue=sources.catalogue).text,),
                        pick=ACTIVE.predicate,
                        is_wider=False,
                    )
                    said = _of_the_mirror(query, sources, now=now)
                    wanted = _picked(said, sources, now=now) if said else None
                    doubts, parts = (), said.parts(said.clauses) if said else NO_PARTS
                case _:
                    assert_never(found)
        return _Begun(
            gathering=Gathering(put.queries, is_wider=put.is_wider),
            pick=put.pick,
            wanted=wanted,
            mirror=matched(sources.database, wanted) if wanted else frozenset(),
            synced_at=freshness(sources.database, now=now).synced_at,
            doubts=doubts,
            behind=parts_behind(sources.database, now=now, parts=parts),
        )


def _of_the_mirror(query: str, sources: Sources, *, now: datetime) -> Meaning | None:
    """Return a query as the mirror understands it, where conditions can say it exactly."""
    tree = check_query(query, catalogue=sources.catalogue).conditions
    return None if tree is None else meaning(tree, sources, now=now)


def _picked(asked: Meaning, sources: Sources, *, now: datetime) -> Predicate:
    return both(asked.picked(asked.clauses, sources=sources, now=now), ACTIVE.predicate)


def _result(begun: _Begun, answer: Answer, *, sources: Sources, now: datetime) -> ProofResult:
    kept = matched(sources.database, both(among(answer.people), begun.pick))
    comparison = None
    if begun.wanted is not None:
        comparison = compare(
            zendesk=kept,
            mirror=begun.mirror,
            wanted=begun.wanted,
            synced_at=begun.synced_at,
            sources=sources,
            # Of tickets the search knows nothing: they are looked up here for both answers.
            memberships_behind=Stage.MEMBERSHIPS in begun.behind,
        )
    return ProofResult(
        complete=answer.complete and not begun.doubts,
        sentence=answer.sentence,
        notes=(*begun.remarks, *begun.gathering.gathered().notes),
        queries=answer.queries,
        fetched=answer.fetched,
        counted=answer.counted,
        matched=len(kept),
        comparison=comparison,
        checked_at=now,
    )
