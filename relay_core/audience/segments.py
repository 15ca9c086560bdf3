"""Segments: audience definitions kept under a name and evaluated again at each use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.audience.definition import (
    AudienceDefinition,
    BySegment,
    definition_from_json,
    definition_to_json,
    resolved,
)
from relay_core.audience.values import is_typable
from relay_core.errors import AudienceError, NotFound
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Row, Session, one

_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A saved audience definition."""

    id: int
    name: str
    definition: AudienceDefinition
    created_at: datetime
    updated_at: datetime


def segments(ledger: Ledger) -> list[Segment]:
    """Return every segment, by name."""
    return [_segment(row) for row in ledger.rows("segments.all")]


def segment_named(ledger: Ledger, name: str) -> Segment:
    """Return the segment of that name.

    Raises:
        NotFound: There is none.
    """
    row = one(ledger.rows("segments.one", name=name))
    if row is None:
        raise _not_found(name)
    return _segment(row)


def save_segment(
    ledger: Ledger, *, name: str, definition: AudienceDefinition, actor: str, now: datetime
) -> Segment:
    """Keep a definition under a name; what had the name before is replaced.

    Raises:
        AudienceError: The name is empty or too long, or the segment would refer to itself.
        NotFound: The definition names a segment that does not exist.
    """
    name = _checked_name(name)
    stored = definition_to_json(definition)

    def work(session: Session) -> None:
        def load(wanted: str) -> AudienceDefinition:
            return definition if wanted == name else _kept(session, wanted).definition

        resolved(BySegment(name), load=load)
        session.run("segments.save", name=name, definition=stored, now=now)
        note(session, actor=actor, event="segment.saved", subject=name, now=now, detail=stored)

    ledger.write(work)
    return segment_named(ledger, name)


def rename_segment(ledger: Ledger, *, name: str, to: str, actor: str, now: datetime) -> Segment:
    """Give a segment another name; segments and campaigns that use it follow.

    Raises:
        AudienceError: The new name is empty, too long or taken.
        NotFound: No segment has the old name.
    """
    to = _checked_name(to)

    def work(session: Session) -> None:
        _kept(session, name)
        if to == name:
            return
        if session.run("segments.one", name=to):
            raise AudienceError("name taken", advice=f"There is a segment named {to} already.")
        session.run("segments.rename", name=name, to_name=to, now=now)
        old, new = (definition_to_json(BySegment(each)) for each in (name, to))
        session.run("segments.follow_in_segments", old=old, new=new)
        session.run("segments.follow_in_campaigns", old=old, new=new)
        note(session, actor=actor, event="segment.renamed", subject=name, now=now, detail=to)

    ledger.write(work)
    return segment_named(ledger, to)


def delete_segment(ledger: Ledger, *, name: str, actor: str, now: datetime) -> None:
    """Forget a segment.

    Raises:
        AudienceError: Another segment, or a campaign still to be run, uses it; names them.
        NotFound: There is none of that name.
    """

    def work(session: Session) -> None:
        _kept(session, name)
        used = definition_to_json(BySegment(name))
        users = [row["user"] for row in session.run("segments.users", definition=used)]
        if users:
            raise _in_use(name, users)
        session.run("segments.delete", name=name)
        note(session, actor=actor, event="segment.deleted", subject=name, now=now)

    ledger.write(work)


def _kept(session: Session, name: str) -> Segment:
    row = one(session.run("segments.one", name=name))
    if row is None:
        raise _not_found(name)
    return _segment(row)


def _segment(row: Row) -> Segment:
    return Segment(
        id=row["id"],
        name=row["name"],
        definition=definition_from_json(row["definition"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not is_typable(name):
        raise AudienceError(
            "name not usable",
            advice=f"Give the segment a name of at most {_LONGEST_NAME} characters.",
        )
    return name


def _not_found(name: str) -> NotFound:
    return NotFound("no segment of that name", advice=f"There is no segment named {name}.")


def _in_use(name: str, users: Sequence[str]) -> AudienceError:
    return AudienceError(
        "segment in use",
        advice=f"{name} is used by {', '.join(users)}. Give these another audience first.",
    )
