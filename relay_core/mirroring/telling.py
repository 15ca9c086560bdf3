"""One pass: Zendesk is told what differs from what it was told, and rid of what is gone here.

What is told goes to the place that its external id names, so a try whose end is not known is made
again. Nothing is read back: the file is right, and Zendesk shows it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, Protocol, assert_never

from relay_core.audience.conditions.definition import AudienceDefinition
from relay_core.audience.segments.saved import segments
from relay_core.audience.segments.stored import read_stored
from relay_core.errors import GatewayError, OutsideUnavailable
from relay_core.gateways.custom_objects import MOST_ITEMS, Job, JobAction
from relay_core.mirroring.objects import Kind
from relay_core.mirroring.records import (
    Record,
    campaign_record,
    external_id,
    message_record,
    segment_record,
    template_record,
)
from relay_core.store.ledger import Ledger, Row, Session
from relay_core.templates.kept.catalogue import templates

MOST_TRIES: Final = 3
"""Of one version of a record that Zendesk refuses; then a person looks."""
UNCONFIRMED: Final = "Zendesk was told, and has not answered yet."
"""Stands beside what may be there or not; it is told again."""
FOLLOWED: Final = timedelta(days=30)
"""After the end of a run: Meta tries to hand over for as long."""
_SETTLING: Final = timedelta(seconds=30)
"""Most receipts come sooner, and one telling does for both."""
_FIRST_LOOK_S: Final = 1.0
_LONGEST_LOOK_S: Final = 10.0
_PATIENCE_S: Final = 600.0
"""With one job of a hundred records. At most about one request a second is made."""


class Jobs(Protocol):
    """Where records are written."""

    def begin(
        self, key: str, action: JobAction, items: Sequence[Mapping[str, object] | str], /
    ) -> Job:
        """Begin a job over at most a hundred records."""
        ...

    def job(self, job_id: str, /) -> Job | None:
        """Return how far a job is; None when it is not known any more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """What a pass works with."""

    ledger: Ledger
    jobs: Jobs
    home: str
    """Begins every external id of this file."""
    in_words: Callable[[AudienceDefinition], str]
    clock: Callable[[], datetime]
    is_ending: Callable[[float], bool]
    """Waits so many seconds; true when the process ends."""


@dataclass(frozen=True, slots=True)
class _Due:
    record: Record
    tries: int
    """Of this version, until now."""


def remove_gone(mirror: Mirror) -> int:
    """Take what is gone here out of Zendesk; return how many records went.

    Raises:
        GatewayError: Zendesk cannot be asked, or refused a whole job.
    """
    gone = mirror.ledger.rows("mirroring.gone", most=MOST_ITEMS)
    removed = 0
    for kind, rows in groupby(sorted(gone, key=_kind_of), key=_kind_of):
        removed += _remove(mirror, Kind(kind), list(rows))
    return removed


def tell(mirror: Mirror, kind: Kind) -> int:
    """Tell Zendesk everything of one kind that differs; return how many records it took.

    Raises:
        GatewayError: Zendesk cannot be asked, or refused a whole job. What it was told stays.
    """
    told = 0
    while due := _due(mirror, kind):
        for at in range(0, len(due), MOST_ITEMS):
            if mirror.is_ending(0):
                return told
            told += _write(mirror, kind, due[at : at + MOST_ITEMS])
    return told


def message_bounds(now: datetime) -> dict[str, object]:
    """Return which runs' messages are followed, and how often a refused one is tried."""
    return {"followed_since": now - FOLLOWED, "tries": MOST_TRIES}


def settled_before(now: datetime) -> datetime:
    """Return the moment since which what changed waits a little longer."""
    return now - _SETTLING


def _kind_of(row: Row) -> str:
    return str(row["kind"])


def _due(mirror: Mirror, kind: Kind) -> list[_Due]:
    if kind is Kind.MESSAGE:
        now = mirror.clock()
        rows = mirror.ledger.rows(
            "mirroring.messages",
            settled=settled_before(now),
            most=MOST_ITEMS,
            **message_bounds(now),
        )
        return [_Due(message_record(row), row["tries"]) for row in rows]
    told = {row["id"]: row for row in mirror.ledger.rows("mirroring.told", kind=kind)}
    return [
        _Due(record, tries)
        for record in _records(mirror, kind)
        if (tries := _tries(told.get(record.id), record)) is not None
    ]


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
            return [template_record(each) for each in templates(mirror.ledger)]
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
    _note(
        mirror.ledger, kind, [_noted(mirror, kind, each, UNCONFIRMED, each.tries) for each in due]
    )
    refusals = _done(mirror, kind, JobAction.WRITE, items)
    _note(
        mirror.ledger,
        kind,
        [
            _noted(mirror, kind, each, refusals.get(at), each.tries + 1 if at in refusals else 0)
            for at, each in enumerate(due)
        ],
    )
    return len(due) - len(refusals)


def _noted(
    mirror: Mirror, kind: Kind, due: _Due, trouble: str | None, tries: int
) -> dict[str, object]:
    return {
        "kind": kind,
        "id": due.record.id,
        "version": due.record.version,
        "person_id": None,
        "trouble": trouble,
        "tries": tries,
        "told_at": mirror.clock(),
    }


def _remove(mirror: Mirror, kind: Kind, rows: Sequence[Row]) -> int:
    items = [external_id(mirror.home, row["id"]) for row in rows]
    refusals = _done(mirror, kind, JobAction.REMOVE, items)
    kept = {at: said for at, said in refusals.items() if not _is_missing(said)}
    now = mirror.clock()
    mirror.ledger.write(
        lambda session: session.run(
            "mirroring.forget",
            kind=kind,
            ids=[row["id"] for at, row in enumerate(rows) if at not in kept],
        )
    )
    _note(
        mirror.ledger,
        kind,
        [
            {
                "kind": kind,
                "id": rows[at]["id"],
                "version": "to be removed",
                "person_id": None,
                "trouble": said,
                "tries": rows[at]["tries"] + 1,
                "told_at": now,
            }
            for at, said in kept.items()
        ],
    )
    return len(rows) - len(kept)


def _note(ledger: Ledger, kind: str, rows: Sequence[Mapping[str, object]]) -> None:
    def work(session: Session) -> None:
        session.run("mirroring.forget", kind=kind, ids=[row["id"] for row in rows])
        session.run_many("mirroring.note", rows)

    ledger.write(work)


def _done(
    mirror: Mirror,
    kind: Kind,
    action: JobAction,
    items: Sequence[Mapping[str, object] | str],
) -> dict[int, str]:
    """Make a job and wait for its end; return the refused items by their place, with the reason."""
    job = _ended(mirror, mirror.jobs.begin(kind.object_key, action, items))
    if job.status != "completed":
        raise GatewayError(
            f"job {job.status}",
            advice="Zendesk gave up a job over custom objects"
            + (f": {job.message}" if job.message else "")
            + ". Relay tries again by itself.",
        )
    refusals = {}
    for at, result in enumerate(job.results or ()):
        if said := result.refusal:
            refusals[at if result.index is None else result.index] = said
    return refusals


def _ended(mirror: Mirror, job: Job) -> Job:
    pause_s, waited_s = _FIRST_LOOK_S, 0.0
    while not job.is_over:
        if waited_s >= _PATIENCE_S or mirror.is_ending(pause_s):
            raise OutsideUnavailable(
                "a job goes on", advice="Zendesk works on a job. Relay looks again later."
            )
        waited_s += pause_s
        pause_s = min(pause_s * 1.5, _LONGEST_LOOK_S)
        seen = mirror.jobs.job(job.id)
        if seen is None:
            raise OutsideUnavailable(
                "a job is unknown",
                advice="Zendesk forgot a job. Relay makes it again: it changes the same records.",
            )
        job = seen
    return job


def _is_missing(refusal: str) -> bool:
    """Whether there is no such record, so that nothing has to be removed."""
    return "notfound" in refusal.replace(" ", "").casefold()
