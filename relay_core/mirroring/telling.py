"""Zendesk is told what differs from what it was told.

What is told goes to the place that its external id names, so a try whose end is not known is made
again. Nothing is read back: the file is right, and Zendesk shows it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from relay_core.audience.segments.saved import segments
from relay_core.audience.segments.stored import read_stored
from relay_core.errors import AccessDenied, GatewayError, NoSuchRecord, OutsideUnavailable
from relay_core.gateways.custom_objects import MOST_ITEMS, JobAction
from relay_core.mirroring.jobs import (
    MOST_TRIES,
    UNCONFIRMED,
    Mirror,
    carry_out,
    note_told,
    noted,
)
from relay_core.mirroring.objects import Kind
from relay_core.mirroring.records import (
    Record,
    campaign_record,
    message_record,
    segment_record,
    template_record,
)
from relay_core.store.ledger import Row
from relay_core.templates.kept.catalogue import templates

FOLLOWED: Final = timedelta(days=30)
"""After the end of a run: Meta tries to hand over for as long."""
_SETTLING: Final = timedelta(seconds=30)
"""Most receipts come sooner, and one telling does for both."""
_MOST_JOBS: Final = 20
"""Over messages in one pass: what was erased meanwhile does not wait for all of them."""


@dataclass(frozen=True, slots=True)
class _Due:
    record: Record
    tries: int
    """Of this version, until now."""


def tell(mirror: Mirror, kind: Kind) -> int:
    """Tell Zendesk what differs of one kind, each record at most once; return how many it took.

    Of messages a part: the next pass tells what is left.

    Raises:
        GatewayError: Zendesk cannot be asked, or refused a whole job. What it was told stays.
    """
    told = 0
    for due in _messages(mirror) if kind is Kind.MESSAGE else _batches(mirror, kind):
        if mirror.is_ending(0):
            break
        told += _write(mirror, kind, due)
    return told


def message_bounds(now: datetime) -> dict[str, object]:
    """Return which runs' messages are followed, and how often a refused one is tried."""
    return {"followed_since": now - FOLLOWED, "tries": MOST_TRIES}


def settling(now: datetime) -> dict[str, object]:
    """Return the moments between which what changed waits a little longer."""
    return {"settled": now - _SETTLING, "now": now}


def _messages(mirror: Mirror) -> Iterator[list[_Due]]:
    """Yield messages a page at a time, as they are when their turn comes, none of them twice."""
    seen: set[int] = set()
    for _ in range(_MOST_JOBS):
        now = mirror.clock()
        rows = mirror.ledger.rows(
            "mirroring.messages", most=MOST_ITEMS, **settling(now), **message_bounds(now)
        )
        due = [_Due(message_record(row), row["tries"]) for row in rows if row["id"] not in seen]
        if not due:
            return
        seen |= {each.record.id for each in due}
        yield due


def _batches(mirror: Mirror, kind: Kind) -> Iterator[list[_Due]]:
    told = {row["id"]: row for row in mirror.ledger.rows("mirroring.told", kind=kind)}
    due = [
        _Due(record, tries)
        for record in _records(mirror, kind)
        if (tries := _tries(told.get(record.id), record)) is not None
    ]
    yield from (due[at : at + MOST_ITEMS] for at in range(0, len(due), MOST_ITEMS))


def _tries(told: Row | None, record: Record) -> int | None:
    """Return how often Zendesk refused this version; None where nothing is to be told."""
    if told is None or told["version"] != record.version:
        return 0
    tries = int(told["tries"])
    return tries if told["trouble"] and tries < MOST_TRIES else None


def _records(mirror: Mirror, kind: Kind) -> Iterable[Record]:
    match kind:
        case Kind.CAMPAIGN:
            return [
                campaign_record(row, audience=mirror.in_words(read_stored(row["definition"])))
                for row in mirror.ledger.rows("mirroring.campaigns")
            ]
        case Kind.TEMPLATE:
            return [
                template_record(each)
                for each in templates(mirror.ledger)
                if each.deleted_at is None
            ]
        case Kind.SEGMENT:
            return [
                segment_record(each, audience=mirror.in_words(each.definition))
                for each in segments(mirror.ledger)
            ]
        case Kind.MESSAGE:
            raise AssertionError("messages are read a page at a time")
        case _:
            assert_never(kind)


def _write(mirror: Mirror, kind: Kind, due: Sequence[_Due]) -> int:
    items = [each.record.item(mirror.home) for each in due]
    # Noted before it leaves: what may be there has to be found again if somebody is erased now.
    _note(mirror, kind, due, dict.fromkeys(range(len(due)), UNCONFIRMED), tried=0)
    try:
        refusals = carry_out(mirror, kind, JobAction.WRITE, items)
    except NoSuchRecord as error:
        raise GatewayError(
            f"no object {kind.object_key}",
            advice=f"Zendesk has no object {kind.object_key}. Press Make the objects, or run "
            "`relay mirror make`.",
        ) from error
    except (AccessDenied, OutsideUnavailable):
        raise
    except GatewayError as error:  # one of them may be why: the others go first next time
        _note(mirror, kind, due, dict.fromkeys(range(len(due)), error.advice), tried=1)
        raise
    _note(mirror, kind, due, refusals, tried=1)
    return len(due) - len(refusals)


def _note(
    mirror: Mirror, kind: Kind, due: Sequence[_Due], troubles: Mapping[int, str], *, tried: int
) -> None:
    now = mirror.clock()
    note_told(
        mirror.ledger,
        kind,
        [
            noted(
                kind,
                each.record.id,
                each.record.version,
                troubles.get(at),
                tries=each.tries + tried if at in troubles else 0,
                now=now,
            )
            for at, each in enumerate(due)
        ],
    )
