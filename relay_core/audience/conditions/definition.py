"""What an audience is defined by: conditions, a Zendesk query, or a segment's name."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from relay_core.audience.conditions.fields import SEGMENT
from relay_core.audience.conditions.tree import (
    VERSION,
    ConditionTree,
    Judge,
    refused,
    shown,
    tree_from_json,
    version_mistakes,
)
from relay_core.audience.conditions.values import is_typable
from relay_core.errors import AudienceError


@dataclass(frozen=True, slots=True)
class ByConditions:
    """People of the mirror whom conditions match."""

    tree: ConditionTree


@dataclass(frozen=True, slots=True)
class ByQuery:
    """People whom Zendesk's own search finds, as typed."""

    query: str


@dataclass(frozen=True, slots=True)
class BySegment:
    """Whatever the segment of that name says at the moment of use."""

    segment: str


AudienceDefinition = ByConditions | ByQuery | BySegment
Resolved = ByConditions | ByQuery
"""A definition that depends on no other."""


def definition_from_json(text: str, *, judge: Judge | None = None) -> AudienceDefinition:
    """Read a definition from JSON text, as it is stored or as a file holds it.

    Args:
        text: Anything at all.
        judge: See `relay_core.audience.conditions.tree.tree_from_json`.

    Raises:
        AudienceError: The text is not JSON, or not a definition; its advice lists every mistake.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refused(["it is not JSON"]) from error
    return read_definition(value, judge=judge)


def read_definition(value: object, *, judge: Judge | None = None) -> AudienceDefinition:
    """Read a definition from what `json.loads` gave.

    Raises:
        AudienceError: Its advice lists every mistake at once.
    """
    if not isinstance(value, Mapping) or not value.keys() & {"query", "segment"}:
        return ByConditions(tree_from_json(value, judge=judge))
    mistakes = version_mistakes(value)
    kind = "query" if "query" in value else "segment"
    mistakes += [
        f"{shown(key)} does not go together with “{kind}”"
        for key in value
        if key not in {"version", kind}
    ]
    text = value[kind]
    if not isinstance(text, str) or not text.strip():
        mistakes.append(f"“{kind}” is not a text")
    elif not is_typable(text):
        mistakes.append(f"“{kind}” has a character that cannot be typed")
    if mistakes:
        raise refused(mistakes)
    return ByQuery(str(text)) if kind == "query" else BySegment(str(text).strip())


def definition_to_json(definition: AudienceDefinition) -> str:
    """Return the stored form as JSON text; equal definitions give equal texts."""
    return json.dumps(definition_data(definition), ensure_ascii=False)


def definition_data(definition: AudienceDefinition) -> dict[str, object]:
    """Return the stored form as what `json.dumps` takes."""
    match definition:
        case ByConditions(tree):
            return tree.to_json()
        case ByQuery(query):
            return {"version": VERSION, "query": query}
        case BySegment(segment):
            return {"version": VERSION, "segment": segment}
        case _:
            assert_never(definition)


def resolved(
    definition: AudienceDefinition, *, load: Callable[[str], AudienceDefinition]
) -> Resolved:
    """Follow segments to the conditions or the query they stand for.

    Args:
        definition: Where to start.
        load: Returns the definition of the segment of that name.

    Raises:
        AudienceError: The segments refer to each other in a circle.
        NotFound: A segment does not exist.
    """
    path: list[str] = []
    while isinstance(definition, BySegment):
        if definition.segment in path:
            raise in_a_circle([*path, definition.segment])
        path.append(definition.segment)
        definition = load(definition.segment)
    return definition


def referred_segments(definition: AudienceDefinition) -> tuple[str, ...]:
    """Return the segments that a definition names itself, each once."""
    match definition:
        case ByConditions(tree):
            named = (c.value for c in tree.conditions() if c.field == SEGMENT)
            listed = (value if isinstance(value, tuple) else (value,) for value in named)
            names = [str(name).strip() for given in listed for name in given]
            return tuple(dict.fromkeys(names))
        case ByQuery():
            return ()
        case BySegment(segment):
            return (segment,)
        case _:
            assert_never(definition)


def dependencies(
    definition: AudienceDefinition, *, load: Callable[[str], AudienceDefinition]
) -> dict[str, AudienceDefinition]:
    """Return every segment that a definition needs, at whatever distance.

    Args:
        definition: Where to start.
        load: Returns the definition of the segment of that name.

    Returns:
        Definitions by name, each after all that it needs itself.

    Raises:
        AudienceError: The segments refer to each other in a circle.
        NotFound: A segment does not exist.
    """
    found: dict[str, AudienceDefinition] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise in_a_circle([*path[path.index(name) :], name])
        if name in found:
            return
        kept = load(name)
        for needed in referred_segments(kept):
            visit(needed, (*path, name))
        found[name] = kept

    for name in referred_segments(definition):
        visit(name, ())
    return found


def in_a_circle(path: Sequence[str]) -> AudienceError:
    """Return the refusal that shows the way round."""
    return AudienceError(
        "segments refer to each other in a circle",
        advice=f"These segments refer to each other in a circle: {' → '.join(path)}. Give one of "
        "them conditions that do not name a segment, or a query of its own.",
    )
