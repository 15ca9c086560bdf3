"""How a segment came to be what it is, and what came of it each time it was used."""

from dataclasses import dataclass
from datetime import datetime

from relay_core.audience.conditions.definition import AudienceDefinition, definition_from_json
from relay_core.audience.segments.saved import (
    Segment,
    keep_segment,
    kept_segment,
    refuse_circles,
    segment_named,
)
from relay_core.audience.segments.stored import read_stored
from relay_core.errors import NotFound
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Row, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentVersion:
    """What a segment said from one moment on."""

    number: int
    definition: AudienceDefinition
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentUse:
    """One time that a segment was counted on purpose."""

    version: int
    used_at: datetime
    purpose: str
    """What for: "run 12", "snapshot"."""
    matched: int
    """People the segment matched, without those whom somebody added by hand."""
    will_receive: int


def versions(ledger: Ledger, name: str) -> list[SegmentVersion]:
    """Return every version of a segment, newest first.

    Raises:
        NotFound: There is no segment of that name.
    """
    segment = segment_named(ledger, name)
    return [
        SegmentVersion(
            number=row["number"],
            definition=read_stored(row["definition"]),
            saved_at=row["saved_at"],
            saved_by=row["saved_by"],
        )
        for row in ledger.rows("segments.versions", id=segment.id)
    ]


def restore_version(
    ledger: Ledger, *, name: str, number: int, actor: str, now: datetime
) -> Segment:
    """Make an earlier version the present one, as a version of its own.

    Raises:
        AudienceError: Segments have come to refer to each other in a circle.
        NotFound: There is no such segment or version, or it names a segment that is gone.
    """

    def work(session: Session) -> None:
        segment = kept_segment(session, name)
        earlier = {
            row["number"]: row["definition"]
            for row in session.run("segments.versions", id=segment.id)
        }
        if number not in earlier:
            raise NotFound(
                "no version of that number",
                advice=f"{name} has no version {number}; its latest is {segment.version}.",
            )
        definition = definition_from_json(earlier[number])
        keep_segment(session, name=name, definition=definition, actor=actor, now=now)
        refuse_circles(session, name)
        note(
            session,
            actor=actor,
            event="segment.restored",
            subject=name,
            now=now,
            detail=f"version {number}",
        )

    ledger.write(work)
    return segment_named(ledger, name)


def uses(ledger: Ledger, name: str) -> list[SegmentUse]:
    """Return every use of a segment, oldest first: its size over time.

    Raises:
        NotFound: There is no segment of that name.
    """
    segment = segment_named(ledger, name)
    return [_use(row) for row in ledger.rows("segments.uses", id=segment.id)]


def last_uses(ledger: Ledger) -> dict[str, SegmentUse]:
    """Return the last use of every segment that was used at all, by its name."""
    return {row["name"]: _use(row) for row in ledger.rows("segments.last_uses")}


def _use(row: Row) -> SegmentUse:
    return SegmentUse(
        version=row["version"],
        used_at=row["used_at"],
        purpose=row["purpose"],
        matched=row["matched"],
        will_receive=row["will_receive"],
    )
