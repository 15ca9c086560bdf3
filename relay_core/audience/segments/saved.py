"""Segments: audience definitions kept under a name and evaluated again at each use."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    definition_to_json,
    referred_segments,
)
from relay_core.audience.conditions.values import is_typable
from relay_core.audience.segments.nesting import ensure_well_nested
from relay_core.audience.segments.references import following, holders, refuse_while_used
from relay_core.audience.segments.stored import read_stored, stored_form
from relay_core.errors import AudienceError, NotFound
from relay_core.store.audit import changes, note
from relay_core.store.ledger import Ledger, Row, Session, one

_LONGEST_NAME: Final = 100
_NONE: Final[Mapping[str, AudienceDefinition]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A saved audience definition."""

    id: int
    name: str
    definition: AudienceDefinition
    version: int
    """How many different definitions it has had, this one included."""
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
    """Keep a definition under a name; what had the name before becomes an earlier version.

    Raises:
        AudienceError: The name is empty or too long, the definition could not be read again, or
            the segment would refer to itself.
        NotFound: The definition names a segment that does not exist.
    """
    name = checked_name(name)

    def work(session: Session) -> None:
        keep_segment(session, name=name, definition=definition, actor=actor, now=now)
        refuse_circles(session, name)

    ledger.write(work)
    return segment_named(ledger, name)


def rename_segment(ledger: Ledger, *, name: str, to: str, actor: str, now: datetime) -> Segment:
    """Give a segment another name; segments and campaigns that use it follow, history included.

    Raises:
        AudienceError: The new name is empty, too long or taken.
        NotFound: No segment has the old name.
    """
    to = checked_name(to)

    def work(session: Session) -> None:
        kept_segment(session, name)
        if to == name:
            return
        _refuse_taken(session, to)
        session.run("segments.rename", name=name, to_name=to, now=now)
        _follow(session, name=name, to=to)
        note(
            session,
            actor=actor,
            event="segment.renamed",
            subject=name,
            now=now,
            detail=changes({"name": name}, {"name": to}),
        )

    ledger.write(work)
    return segment_named(ledger, to)


def duplicate_segment(ledger: Ledger, *, name: str, to: str, actor: str, now: datetime) -> Segment:
    """Keep the same definition under another name as well; its history begins anew.

    Raises:
        AudienceError: The new name is empty, too long or taken.
        NotFound: No segment has the old name.
    """
    to = checked_name(to)

    def work(session: Session) -> None:
        definition = kept_segment(session, name).definition
        _refuse_taken(session, to)
        keep_segment(session, name=to, definition=definition, actor=actor, now=now)

    ledger.write(work)
    return segment_named(ledger, to)


def delete_segment(ledger: Ledger, *, name: str, actor: str, now: datetime) -> None:
    """Forget a segment and its history.

    Raises:
        AudienceError: Another segment, or a campaign still to be run, uses it; names them.
        NotFound: There is none of that name.
    """

    def work(session: Session) -> None:
        segment = kept_segment(session, name)
        refuse_while_used(session, name, by=referred_segments)
        session.run("segments.delete", id=segment.id)
        session.run("segments.delete_versions", id=segment.id)
        session.run("segments.delete_uses", id=segment.id)
        session.run("segments.delete_marks", id=segment.id)
        note(session, actor=actor, event="segment.deleted", subject=name, now=now)

    ledger.write(work)


def kept_segment(session: Session, name: str) -> Segment:
    """Return the segment of that name, within a transaction.

    Raises:
        NotFound: There is none.
    """
    row = one(session.run("segments.one", name=name))
    if row is None:
        raise _not_found(name)
    return _segment(row)


def keep_segment(
    session: Session, *, name: str, definition: AudienceDefinition, actor: str, now: datetime
) -> None:
    """Save a definition as part of a larger deed, which has to refuse circles in the end.

    Raises:
        AudienceError: The definition could not be read again.
    """
    stored = stored_form(definition)
    [saved] = session.run("segments.save", name=name, definition=stored, now=now)
    added = one(
        session.run("segments.add_version", id=saved["id"], definition=stored, actor=actor, now=now)
    )
    # Not the definition itself: it may name a person, and the version keeps it.
    detail = f"version {added['number']}" if added else "unchanged"
    note(session, actor=actor, event="segment.saved", subject=name, now=now, detail=detail)


def refuse_circles(session: Session, name: str) -> None:
    """Refuse, at the end of a deed, a segment that leads back to itself or to nothing.

    Raises:
        AudienceError: Segments refer to each other in a circle, and its advice shows the way
            round; or they are nested too deep.
        NotFound: A segment does not exist.
    """
    kept = stored_definitions(session.run("segments.all"))
    ensure_well_nested([name], load=reading(kept))


def keep_segments(
    session: Session,
    wanted: Mapping[str, AudienceDefinition],
    *,
    actor: str,
    now: datetime,
) -> None:
    """Save several definitions at once, as `keep_segment` does, each of which is new or changed.

    Raises:
        AudienceError: A definition could not be read again.
    """
    rows = [
        {"name": name, "definition": stored_form(definition), "now": now, "actor": actor}
        for name, definition in wanted.items()
    ]
    for query in ("segments.save_all", "segments.add_versions", "segments.note_saved"):
        session.run_many(query, rows)


def stored_definitions(rows: Iterable[Row]) -> dict[str, str]:
    """Return what is stored for every segment, by name."""
    return {row["name"]: row["definition"] for row in rows}


def reading(
    kept: Mapping[str, str], *, beside: Mapping[str, AudienceDefinition] = _NONE
) -> Callable[[str], AudienceDefinition]:
    """Return what gives the definition of a segment by name, or raises `NotFound`.

    Args:
        kept: See `stored_definitions`.
        beside: Those that are about to be saved.
    """

    def load(name: str) -> AudienceDefinition:
        if name in beside:
            return beside[name]
        if name not in kept:
            raise _not_found(name)
        return read_stored(kept[name])

    return load


def checked_name(name: str) -> str:
    """Return a name without white space around it.

    Raises:
        AudienceError: It is empty, too long, or has characters that cannot be typed.
    """
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not is_typable(name):
        raise AudienceError(
            "name not usable",
            advice=f"Give the segment a name of at most {_LONGEST_NAME} characters.",
        )
    return name


def _follow(session: Session, *, name: str, to: str) -> None:
    for holder in holders(session):
        new = following(holder.definition, name=name, to=to)
        if new != holder.definition:
            stored = definition_to_json(new)
            if holder.kind == "segment":
                session.run("segments.follow_in_segment", id=holder.id, definition=stored)
            else:
                session.run("segments.follow_in_campaign", id=holder.id, definition=stored)
    for row in session.run("segments.every_version"):
        old = read_stored(row["definition"])
        new = following(old, name=name, to=to)
        if new != old:
            session.run(
                "segments.follow_in_version",
                segment_id=row["segment_id"],
                number=row["number"],
                definition=definition_to_json(new),
            )


def _refuse_taken(session: Session, name: str) -> None:
    if session.run("segments.one", name=name):
        raise AudienceError("name taken", advice=f"There is a segment named {name} already.")


def _segment(row: Row) -> Segment:
    return Segment(
        id=row["id"],
        name=row["name"],
        definition=read_stored(row["definition"]),
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _not_found(name: str) -> NotFound:
    return NotFound("no segment of that name", advice=f"There is no segment named {name}.")
