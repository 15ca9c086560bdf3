"""What changed in a segment since its last use: who entered, who left, which condition did it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from relay_core.audience.comparing.segment_marks import Part, Standing, cause, standing
from relay_core.audience.conditions.definition import definition_to_json
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.segments.history import SegmentUse
from relay_core.audience.segments.saved import segment_named
from relay_core.audience.sql.predicates import Predicate
from relay_core.store.ledger import Row, Session, one
from relay_core.store.tables import Table

NEW_PROFILE: Final = "the profile is new"
DELETED_PROFILE: Final = "the profile was deleted in Zendesk"
NEW_DEFINITION: Final = "the definition changed"
SEARCH: Final = "what Zendesk finds changed"

_MOVED: Final = """
WITH present AS ({marks}),
     earlier AS (SELECT person_id, matched, truths FROM segment_marks WHERE segment_id = $segment)
SELECT coalesce(n.id, e.person_id) AS id, coalesce(n.name, gone.name, '') AS name,
       CASE WHEN coalesce(n.matched, false) THEN 'entered' ELSE 'left' END AS moved,
       CASE WHEN e.person_id IS NULL THEN 'new'
            WHEN n.id IS NULL        THEN 'deleted'
            ELSE e.truths || '>' || n.truths
       END AS change
  FROM present n
  FULL JOIN earlier e ON e.person_id = n.id
  LEFT JOIN people gone ON gone.id = e.person_id AND n.id IS NULL
 WHERE coalesce(n.matched, false) <> coalesce(e.matched, false)
 ORDER BY 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason, and how many people it moved."""

    sentence: str
    entered: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A segment now, compared with its last use."""

    since: datetime
    purpose: str
    """What the last use was for."""
    version: int
    """Of the segment, at that use."""
    definition_changed: bool
    """Whether the segment, or one that it stands for, says something else now."""
    entered: int
    left: int
    by_cause: tuple[Cause, ...]
    """Every person who moved, once; the causes that moved most people first."""
    people: Table
    """Columns id, name, moved (entered, left) and cause; by id."""


def remember_use(
    sources: Sources,
    *,
    name: str,
    found: Predicate,
    will_receive: int,
    purpose: str,
    now: datetime,
) -> SegmentUse:
    """Keep how large a segment is and where everybody stands, for the next difference.

    Args:
        sources: What it was evaluated against.
        name: The segment.
        found: Who matches it, as `relay_core.audience.resolving.matching.match` said at this use.
        will_receive: How many of them screening left.
        purpose: What the use is for: "run 12", "snapshot".
        now: The moment of the use.

    Raises:
        AudienceError: The definition makes no sense in this account any more.
        NotFound: There is no segment of that name, or it refers to one that is gone.
        GatewayError: It refers to a query, and Zendesk could not be asked.
    """
    segment = segment_named(sources.database, name)
    stand = standing(segment.definition, sources, found=found, now=now)
    query = stand.query()
    present = sources.database.table(query.text, query.values)
    count = pc.sum(present.column("matched"), min_count=0).as_py()
    kept = pa.table(
        {
            "segment_id": pa.repeat(pa.scalar(segment.id, pa.int64()), present.num_rows),
            "person_id": present.column("id"),
            "matched": present.column("matched"),
            "truths": present.column("truths"),
        }
    )

    def work(session: Session) -> None:
        session.run("segments.delete_marks", id=segment.id)
        session.load("segment_marks", kept)
        session.run(
            "segments.add_use",
            id=segment.id,
            version=segment.version,
            evaluated=definition_to_json(stand.definition),
            now=now,
            purpose=purpose,
            matched=count,
            will_receive=will_receive,
        )

    sources.database.write(work)
    return SegmentUse(
        version=segment.version,
        used_at=now,
        purpose=purpose,
        matched=count,
        will_receive=will_receive,
    )


def difference(
    sources: Sources, *, name: str, found: Predicate, now: datetime
) -> Difference | None:
    """Compare a segment with its last use.

    Args:
        sources: What to evaluate it against.
        name: The segment.
        found: Who matches it now, as `relay_core.audience.resolving.matching.match` says.
        now: The same moment as `match` was given.

    Returns:
        None where there is nothing to compare with: it was never used, or the mirror was thrown
        away since.

    Raises:
        AudienceError: The definition makes no sense in this account any more.
        NotFound: There is no segment of that name, or it refers to one that is gone.
        GatewayError: It refers to a query, and Zendesk could not be asked.
    """
    segment = segment_named(sources.database, name)
    last = one(sources.database.rows("segments.last_use", id=segment.id))
    if last is None or not last["has_marks"]:
        return None
    stand = standing(segment.definition, sources, found=found, now=now)
    query = stand.query()
    moved = sources.database.table(
        _MOVED.format(marks=query.text), {**query.values, "segment": segment.id}
    )
    return _told(moved, last, stand)


def _told(moved: pa.Table, last: Row, stand: Standing) -> Difference:
    changed = last["evaluated"] != definition_to_json(stand.definition)
    changes = moved.column("change").combine_chunks().dictionary_encode()
    sentences = [
        _sentence(change, stand.parts, definition_changed=changed)
        for change in changes.dictionary.to_pylist()
    ]
    causes = [sentences[index] for index in changes.indices.to_pylist()]
    directions = moved.column("moved").to_pylist()
    counts = Counter(zip(causes, directions, strict=True))
    people = moved.drop_columns(["change"]).append_column("cause", pa.array(causes, pa.string()))
    return Difference(
        since=last["used_at"],
        purpose=last["purpose"],
        version=last["version"],
        definition_changed=changed,
        entered=directions.count("entered"),
        left=directions.count("left"),
        by_cause=_by_cause(counts),
        people=people,
    )


def _by_cause(counts: Mapping[tuple[str, str], int]) -> tuple[Cause, ...]:
    causes = [
        Cause(
            sentence=sentence,
            entered=counts.get((sentence, "entered"), 0),
            left=counts.get((sentence, "left"), 0),
        )
        for sentence in dict.fromkeys(sentence for sentence, _ in counts)
    ]
    return tuple(sorted(causes, key=lambda c: (-c.entered - c.left, c.sentence)))


def _sentence(change: str, parts: tuple[Part, ...], *, definition_changed: bool) -> str:
    if change == "new":
        return NEW_PROFILE
    if change == "deleted":
        return DELETED_PROFILE
    before, after = change.split(">")
    if definition_changed or not len(before) == len(after) == len(parts):
        return NEW_DEFINITION
    return cause(parts, before=before, after=after) or SEARCH
