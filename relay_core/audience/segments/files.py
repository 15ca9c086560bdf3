"""Segments as JSON files: several in one, with what they need, and every mistake on reading.

    {"version": 1, "segments": [{"name": "VIP", "definition": {…}, "fields": {"tags": "Tags"}}]}

`fields` says to a person what the keys of the conditions mean; it is not read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    definition_data,
    dependencies,
    read_definition,
)
from relay_core.audience.conditions.fields import SEGMENT, Catalogue
from relay_core.audience.conditions.tree import Condition, Judge, shown, version_mistakes
from relay_core.audience.segments.nesting import ensure_well_nested
from relay_core.audience.segments.saved import (
    Segment,
    checked_name,
    keep_segments,
    reading,
    segment_named,
    segments,
    stored_definitions,
)
from relay_core.audience.segments.stored import read_stored
from relay_core.errors import AudienceError
from relay_core.store.ledger import Ledger, Session

VERSION: Final = 1
_MOST_SEGMENTS: Final = 1_000
_PARTS: Final = {"version", "name", "definition", "fields"}


@dataclass(frozen=True, slots=True)
class NamedDefinition:
    """A segment as a file holds it."""

    name: str
    definition: AudienceDefinition


class Arrival(StrEnum):
    """What became of a segment of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


def with_dependencies(ledger: Ledger, names: Sequence[str]) -> list[Segment]:
    """Return segments and everything they refer to, each after what it needs.

    Raises:
        NotFound: There is no segment of that name.
    """
    kept = {segment.name: segment for segment in segments(ledger)}

    def load(name: str) -> AudienceDefinition:
        if name not in kept:
            kept[name] = segment_named(ledger, name)
        return kept[name].definition

    found: dict[str, Segment] = {}
    for name in names:
        for each in (*dependencies(load(name), load=load), name):
            found.setdefault(each, kept[each])
    return list(found.values())


def segments_to_json(segments: Sequence[Segment], *, catalogue: Catalogue) -> str:
    """Return segments as the text of a file."""
    listed = [
        {
            "name": segment.name,
            "definition": definition_data(segment.definition),
            "fields": _described(segment.definition, catalogue),
        }
        for segment in segments
    ]
    return json.dumps({"version": VERSION, "segments": listed}, ensure_ascii=False, indent=2) + "\n"


def segments_from_json(text: str, *, judge: Judge | None = None) -> tuple[NamedDefinition, ...]:
    """Read the segments of a file; also of one that holds a single segment without a list.

    Args:
        text: Anything at all.
        judge: Says whether a condition makes sense in this account. Segments of the same file
            may refer to each other, so those names are not put before it.

    Raises:
        AudienceError: Its advice lists every mistake in every segment.
    """
    listed = _listed(text)
    here = {
        item["name"].strip()
        for item in listed
        if isinstance(item, Mapping) and isinstance(item.get("name"), str)
    }
    mistakes: list[str] = []
    found: dict[str, NamedDefinition] = {}
    for number, item in enumerate(listed, start=1):
        read = _read(item, number, judge=_beside(here, judge), mistakes=mistakes)
        if read and read.name in found:
            mistakes.append(f"two segments are named {shown(read.name)}")
        elif read:
            found[read.name] = read
    if mistakes:
        raise _unusable(mistakes)
    return tuple(found.values())


def import_segments(
    ledger: Ledger,
    wanted: Sequence[NamedDefinition],
    *,
    replacing: bool,
    actor: str,
    now: datetime,
) -> dict[str, Arrival]:
    """Save every segment of a file, or none.

    Args:
        ledger: Where segments are kept.
        wanted: See `segments_from_json`.
        replacing: Whether a segment that is there already and says something else gets the new
            definition as its next version. Otherwise it is refused.
        actor: Who.
        now: When.

    Raises:
        AudienceError: A name is taken, a definition could not be read again, or segments refer to
            each other in a circle or too deep.
        NotFound: One refers to a segment that is neither here nor in the file.
    """
    coming = {each.name: each.definition for each in wanted}
    # Judged before the transaction, which holds the only writer: receipts wait meanwhile.
    seen = stored_definitions(ledger.rows("segments.all"))
    judged = _arrivals(coming, seen, replacing=replacing)

    def work(session: Session) -> dict[str, Arrival]:
        kept = stored_definitions(session.run("segments.all"))
        arrivals = judged if kept == seen else _arrivals(coming, kept, replacing=replacing)
        changed = {
            name: definition
            for name, definition in coming.items()
            if arrivals[name] is not Arrival.UNCHANGED
        }
        keep_segments(session, changed, actor=actor, now=now)
        return arrivals

    return ledger.write(work)


def _arrivals(
    wanted: Mapping[str, AudienceDefinition], kept: Mapping[str, str], *, replacing: bool
) -> dict[str, Arrival]:
    """Return what becomes of each, once it is certain that all may come.

    Raises:
        AudienceError: See `import_segments`.
        NotFound: See `import_segments`.
    """
    arrivals = {name: _arrival(wanted[name], kept.get(name)) for name in wanted}
    taken = [name for name, how in arrivals.items() if how is Arrival.REPLACED]
    if taken and not replacing:
        raise AudienceError(
            "names taken",
            advice=f"There are other segments named {', '.join(taken)} already. Rename these, "
            "or import with permission to replace them.",
        )
    ensure_well_nested(wanted, load=reading(kept, beside=wanted))
    return arrivals


def _arrival(wanted: AudienceDefinition, kept: str | None) -> Arrival:
    if kept is None:
        return Arrival.ADDED
    same = read_stored(kept) == wanted
    return Arrival.UNCHANGED if same else Arrival.REPLACED


def _described(definition: AudienceDefinition, catalogue: Catalogue) -> dict[str, str]:
    if not isinstance(definition, ByConditions):
        return {}
    fields = {c.field: catalogue.find(c.field) for c in definition.tree.conditions()}
    return {
        key: f"{field.label} ({field.kind})" if field else "not in this account any more"
        for key, field in fields.items()
    }


def _listed(text: str) -> list[object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unusable(["it is not JSON"]) from error
    if not isinstance(value, Mapping):
        raise _unusable(["segments are a JSON object with “version” and “segments”"])
    if mistakes := version_mistakes(value):
        raise _unusable(mistakes)
    if "segments" not in value:
        return [value]
    listed = value["segments"]
    if not isinstance(listed, list) or not listed:
        raise _unusable(["“segments” is not a list with segments in it"])
    if len(listed) > _MOST_SEGMENTS:
        raise _unusable([f"there are more than {_MOST_SEGMENTS:,} segments"])
    return listed


def _read(
    item: object, number: int, *, judge: Judge | None, mistakes: list[str]
) -> NamedDefinition | None:
    where = f"segment {number}"
    if not isinstance(item, Mapping):
        mistakes.append(f"{where} is not an object with “name” and “definition”")
        return None
    before = len(mistakes)
    mistakes += [f"{where}: there is no part named {shown(k)}" for k in item if k not in _PARTS]
    name = item.get("name")
    try:
        name = checked_name(name if isinstance(name, str) else "")
    except AudienceError as error:
        mistakes.append(f"{where}: {error.advice}")
    definition = None
    try:
        definition = read_definition(item.get("definition"), judge=judge)
    except AudienceError as error:
        mistakes.append(f"{where}, {shown(name)}: {error.advice}")
    if len(mistakes) > before or definition is None:
        return None
    return NamedDefinition(str(name), definition)


def _beside(names: set[str], judge: Judge | None) -> Judge | None:
    """Return a judge that takes segments of the same file for granted."""
    if judge is None:
        return None

    def judged(condition: Condition) -> str | None:
        if condition.field == SEGMENT and isinstance(condition.value, tuple):
            elsewhere = tuple(name for name in condition.value if name not in names)
            if not elsewhere and condition.value:
                return None
            return judge(replace(condition, value=elsewhere))
        return judge(condition)

    return judged


def _unusable(mistakes: Sequence[str]) -> AudienceError:
    listed = "\n".join(f"- {mistake}" for mistake in mistakes)
    return AudienceError(
        f"{len(mistakes)} mistakes in a file of segments",
        advice=f"Correct this file of segments:\n{listed}",
    )
