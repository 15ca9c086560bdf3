"""What the segments mean that conditions refer to: each one a predicate with names of its own.

A segment that names no other stands where it is named. Within a segment that does, every segment
below is one set of ids, found once however often and by whatever way it is named.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Final, assert_never

from relay_core.audience.conditions.clauses import ClauseTree, InSegment, understood
from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    ByQuery,
    BySegment,
)
from relay_core.audience.conditions.limits import without_limit
from relay_core.audience.resolving.answering import Answer, ask
from relay_core.audience.resolving.gathering import Watch
from relay_core.audience.resolving.parts import parts_of
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.resolving.typed_query import typed
from relay_core.audience.segments.nesting import ensure_well_nested
from relay_core.audience.segments.saved import reading, stored_definitions
from relay_core.audience.sql.conditions import predicate, segments_in
from relay_core.audience.sql.implied import implied
from relay_core.audience.sql.predicates import Predicate, both
from relay_core.errors import AudienceError
from relay_core.people.stages import Stage

_MOST_EVALUATED: Final = 100
"""Segments in the SQL of one audience, those below them included: up to two seconds over a hundred
thousand people, measured on two cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    """One segment, understood."""

    set_name: str
    """What the set of its people is called."""
    own: Predicate
    """Its conditions, in which other segments are named by their sets."""
    below: dict[str, Predicate]
    """Every segment that it needs, by set, each after what it needs itself."""

    def inside(self) -> Predicate:
        """Return it where its own set is at hand."""
        return Predicate(f"p.id IN (FROM {self.set_name})")

    def alone(self) -> Predicate:
        """Return it with everything it needs."""
        if not self.below:
            return self.own
        values: dict[str, object] = {}
        for each in (*self.below.values(), self.own):
            values |= each.values
        sets = ",\n".join(
            f"{name} AS MATERIALIZED ({_those(each)})" for name, each in self.below.items()
        )
        return Predicate(f"p.id IN (WITH {sets}\n{_those(self.own)})", values)


@dataclass(slots=True, kw_only=True)
class Segments:
    """The segments of one evaluation, each understood once however often it is named."""

    sources: Sources
    now: datetime
    include_staff: bool = False
    watch: Watch | None = None
    answers: list[Answer] = field(default_factory=list)
    """Of those segments that are queries."""
    warnings: list[str] = field(default_factory=list)
    """What is doubtful about these queries and answers, in sentences."""
    parts: set[Stage] = field(default_factory=set)
    """What the conditions of these segments look at besides people."""
    _load: Callable[[str], AudienceDefinition] = field(init=False)
    _known: dict[str, _Segment] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def meanings(self, tree: ClauseTree) -> dict[str, Predicate]:
        """Return what every segment means that a tree refers to.

        Raises:
            AudienceError: A segment is not usable, or refers to itself, or they are too many or
                nested too deep; the advice says which.
            NotFound: A segment does not exist.
            GatewayError: A segment is a query, and Zendesk could not be asked.
        """
        names = segments_in(tree)
        if not names:
            return {}
        kept = stored_definitions(self.sources.database.rows("segments.all"))
        self._load = reading(kept)
        ensure_well_nested(names, load=self._load)
        found = self._named(tree)
        _ensure_not_too_many(tree, found)
        return {name: segment.alone() for name, segment in found.items()}

    def _named(self, tree: ClauseTree) -> dict[str, _Segment]:
        return {name: self._segment(name) for name in segments_in(tree)}

    def _segment(self, name: str) -> _Segment:
        if name not in self._known:
            with within(name):
                self._known[name] = self._understood(self._load(name), name)
        return self._known[name]

    def _understood(self, definition: AudienceDefinition, name: str) -> _Segment:
        match definition:
            case BySegment(segment):
                return self._segment(segment)
            case ByQuery(query):
                return self._found(query, name)
            case ByConditions(tree):
                clauses = understood(tree, catalogue=self.sources.catalogue)
                named = self._named(clauses)
                number = next(self._numbers)
                own = predicate(
                    without_limit(clauses, segment=name),
                    now=self.now,
                    zone=self.sources.zone,
                    policy=self.sources.policy,
                    segments={other: segment.inside() for other, segment in named.items()},
                    prefix=f"s{number}_",
                )
                for condition in implied(tree, include_staff=self.include_staff):
                    own = both(own, condition.predicate)
                self.parts |= parts_of(clauses)
                below: dict[str, Predicate] = {}
                for each in named.values():
                    below |= each.below | {each.set_name: each.own}
                return _Segment(set_name=_set_name(number), own=own, below=below)
            case _:
                assert_never(definition)

    def _found(self, query: str, name: str) -> _Segment:
        asked = typed(query, catalogue=self.sources.catalogue)
        answer = ask((asked.text,), self.sources, watch=self.watch)
        self.answers.append(answer)
        doubts = asked.warnings if answer.complete else (*asked.warnings, answer.sentence)
        self.warnings += [f"{_place(name)} {doubt}" for doubt in doubts]
        number = next(self._numbers)
        people = among(answer.people, name=f"s{number}_ids")
        return _Segment(set_name=_set_name(number), own=people, below={})


@contextmanager
def within(segment: str | None) -> Iterator[None]:
    """Say in which segment a mistake is, where it is in one."""
    try:
        yield
    except AudienceError as error:
        if segment is None:
            raise
        raise type(error)(str(error), advice=f"{_place(segment)} {error.advice}") from error


def among(people: Iterable[int], *, name: str = "ids") -> Predicate:
    """Return what is true of these people; `name` is what the bound value is called."""
    # One JSON text: binding a list of 20,000 numbers takes three times as long.
    return Predicate(
        f"""p.id IN (SELECT unnest(from_json(${name}, '["BIGINT"]')))""",
        {name: json.dumps(sorted(people))},
    )


def _those(predicate: Predicate) -> str:
    return f"SELECT p.id FROM people p WHERE {predicate.text}"  # noqa: S608 - values are bound


def _set_name(number: int) -> str:
    return f"segment_{number}"


def _ensure_not_too_many(tree: ClauseTree, found: dict[str, _Segment]) -> None:
    """Refuse what would take too long.

    Raises:
        AudienceError: Says both numbers.
    """
    named = [
        name
        for clause in (*tree.all, *tree.any, *tree.none)
        if isinstance(clause, InSegment)
        for name in clause.names
    ]
    number = sum(1 + len(found[name].below) for name in named)
    if number > _MOST_EVALUATED:
        raise AudienceError(
            f"{number} segments in one audience, limit {_MOST_EVALUATED}",
            advice=f"These conditions take {number:,} segments, those within segments included, "
            f"and the limit is {_MOST_EVALUATED:,}. Name fewer of them.",
        )


def _place(segment: str) -> str:
    return f"In the segment “{segment}”:"
