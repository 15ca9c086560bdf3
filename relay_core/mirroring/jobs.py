"""Jobs over the records of one kind, made and waited for.

A job that is begun may be carried out at any later moment, also one whose answer never came.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from relay_core.audience.conditions.definition import AudienceDefinition
from relay_core.errors import GatewayError, OutsideUnavailable
from relay_core.gateways.custom_objects import Job, JobAction
from relay_core.mirroring.objects import Kind
from relay_core.store.ledger import Ledger, Session

MOST_TRIES: Final = 3
"""Of one version of a record that Zendesk refuses, one in each pass; then a person looks."""
UNCONFIRMED: Final = "Zendesk was told, and has not answered yet."
"""Stands beside what may be there or not; it is told again."""
_FIRST_LOOK_S: Final = 1.0
_LONGEST_LOOK_S: Final = 10.0
_PATIENCE_S: Final = 600.0
"""With one job of a hundred records. At most about two requests a second are made."""


class Records(Protocol):
    """Where records are kept."""

    def keys(self) -> Collection[str]:
        """Return the keys of all objects."""
        ...

    def external_ids(self, key: str, /) -> Iterable[Sequence[str]]:
        """Yield the external ids of an object's records, page by page."""
        ...

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
    records: Records
    home: str
    """Begins every external id of this file."""
    in_words: Callable[[AudienceDefinition], str]
    clock: Callable[[], datetime]
    is_ending: Callable[[float], bool]
    """Waits so many seconds; true when the process ends."""


def carry_out(
    mirror: Mirror,
    kind: Kind,
    action: JobAction,
    items: Sequence[Mapping[str, object] | str],
) -> dict[int, str]:
    """Make a job and wait for its end; return the refused items by their place, with the reason.

    Raises:
        NoSuchRecord: There is no such object.
        OutsideUnavailable: It may or may not have been done, or will be later.
        GatewayError: The whole job was refused.
    """
    job = _ended(mirror, mirror.records.begin(kind.object_key, action, items))
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


def note_told(
    ledger: Ledger,
    kind: str,
    rows: Sequence[Mapping[str, object]],
    *,
    gone: Sequence[int] = (),
) -> None:
    """Note what Zendesk was told, in place of what stands there about the same records.

    Args:
        ledger: Where it is noted, all of it or nothing.
        kind: Of the records.
        rows: See `noted`.
        gone: Records of which nothing has to be known any more, but for those in `rows`.
    """

    def work(session: Session) -> None:
        session.run("mirroring.forget", kind=kind, ids=[*gone, *(row["id"] for row in rows)])
        session.run_many("mirroring.note", rows)

    ledger.write(work)


def noted(
    kind: str,
    number: int,
    version: str,
    trouble: str | None,
    *,
    tries: int,
    now: datetime,
    person_id: int | None = None,
) -> dict[str, object]:
    """Return a row for `note_told`; see `0022_mirroring.sql`."""
    return {
        "kind": kind,
        "id": number,
        "version": version,
        "person_id": person_id,
        "trouble": trouble,
        "tries": tries,
        "told_at": now,
    }


def _ended(mirror: Mirror, job: Job) -> Job:
    pause_s, waited_s = _FIRST_LOOK_S, 0.0
    while not job.is_over:
        if waited_s >= _PATIENCE_S or mirror.is_ending(pause_s):
            raise OutsideUnavailable(
                "a job goes on", advice="Zendesk works on a job. Relay looks again later."
            )
        waited_s += pause_s
        pause_s = min(pause_s * 1.5, _LONGEST_LOOK_S)
        seen = mirror.records.job(job.id)
        if seen is None:
            raise OutsideUnavailable(
                "a job is unknown",
                advice="Zendesk forgot a job. Relay makes it again: it changes the same records.",
            )
        job = seen
    return job
