"""What the segments mean that conditions refer to: each one a predicate with names of its own."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import assert_never

from relay_core.audience.conditions.clauses import ClauseTree, understood
from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    ByQuery,
    BySegment,
)
from relay_core.audience.conditions.limits import without_limit
from relay_core.audience.resolving.answering import Answer, ask
from relay_core.audience.resolving.gathering import Watch
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.resolving.typed_query import typed
from relay_core.audience.segments.saved import segment_named
from relay_core.audience.sql.conditions import predicate, segments_in
from relay_core.audience.sql.implied import implied
from relay_core.audience.sql.predicates import Predicate, both
from relay_core.errors import AudienceError


@dataclass(slots=True, kw_only=True)
class Segments:
    """The segments of one evaluation, each evaluated once however often it is named."""

    sources: Sources
    now: datetime
    include_staff: bool = False
    watch: Watch | None = None
    answers: list[Answer] = field(default_factory=list)
    """Of those segments that are queries."""
    warnings: list[str] = field(default_factory=list)
    """What is doubtful about these queries and answers, in sentences."""
    _known: dict[str, Predicate] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def meanings(self, tree: ClauseTree, *, path: tuple[str, ...] = ()) -> dict[str, Predicate]:
        """Return what every segment means that a tree refers to.

        Args:
            tree: Conditions.
            path: The segments that led here.

        Raises:
            AudienceError: A segment is not usable, or refers to itself; the advice names it.
            NotFound: A segment does not exist.
            GatewayError: A segment is a query, and Zendesk could not be asked.
        """
        return {name: self._meaning(name, path) for name in segments_in(tree)}

    def _meaning(self, name: str, path: tuple[str, ...]) -> Predicate:
        if name in path:
            raise _circle((*path, name))
        if name not in self._known:
            definition = segment_named(self.sources.database, name).definition
            with within(name):
                self._known[name] = self._predicate(definition, name, (*path, name))
        return self._known[name]

    def _predicate(
        self, definition: AudienceDefinition, name: str, path: tuple[str, ...]
    ) -> Predicate:
        match definition:
            case BySegment(segment):
                return self._meaning(segment, path)
            case ByQuery(query):
                asked = typed(query, catalogue=self.sources.catalogue)
                answer = ask((asked.text,), self.sources, watch=self.watch)
                self.answers.append(answer)
                doubts = asked.warnings if answer.complete else (*asked.warnings, answer.sentence)
                self.warnings += [f"{_place(name)} {doubt}" for doubt in doubts]
                return among(answer.people, name=f"s{next(self._numbers)}_ids")
            case ByConditions(tree):
                clauses = understood(tree, catalogue=self.sources.catalogue)
                wanted = predicate(
                    without_limit(clauses, segment=name),
                    now=self.now,
                    zone=self.sources.zone,
                    policy=self.sources.policy,
                    segments=self.meanings(clauses, path=path),
                    prefix=f"s{next(self._numbers)}_",
                )
                for condition in implied(tree, include_staff=self.include_staff):
                    wanted = both(wanted, condition.predicate)
                return wanted
            case _:
                assert_never(definition)


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


def _place(segment: str) -> str:
    return f"In the segment “{segment}”:"


def _circle(path: Iterable[str]) -> AudienceError:
    return AudienceError(
        "segments refer to each other in a circle",
        advice=f"These segments refer to each other in a circle: {' → '.join(path)}. Give one of "
        "them conditions of its own.",
    )
