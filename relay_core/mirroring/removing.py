"""What is gone here goes in Zendesk too, in each pass, also where telling is switched off.

A record that may still be written by an earlier job is removed twice, with an hour in between.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

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
from relay_core.mirroring.records import external_id, number_of
from relay_core.store.ledger import Ledger, Row

_MOST: Final = 2_000
"""Records of one pass."""
_EVERYTHING: Final = 1_000_000_000
_LATER: Final = timedelta(hours=1)
"""By then no earlier job is under way. Source: Zendesk, job statuses end within an hour."""
_REFUSED: Final = "to be removed"
_AGAIN: Final = "to be removed again"
_DOUBTFUL: Final = "Removed, and removed once more in an hour: an earlier job may write it late."
_LOOK_PAUSE_S: Final = 0.5


def count_gone(ledger: Ledger, *, now: datetime) -> int:
    """Return how much Zendesk may still show that it shall not, whenever its turn comes."""
    never = now + _LATER  # nothing waits since then
    records = _gone(ledger, since=never, now=now, most=_EVERYTHING)
    tags = ledger.rows(
        "mirroring.tags_to_take", tries=MOST_TRIES, since=never, now=now, most=_EVERYTHING
    )
    return len(records) + len(tags)


def removal_bounds(now: datetime) -> dict[str, object]:
    """Return how often a refused removal is tried at once, and since when it waits otherwise."""
    return {"tries": MOST_TRIES, "since": now - _LATER, "now": now}


def remove_gone(mirror: Mirror) -> int:
    """Take what is gone here out of Zendesk; return how many records went.

    Raises:
        GatewayError: Zendesk cannot be asked, or refused a whole job.
    """
    removed = 0
    now = mirror.clock()
    by_kind: dict[Kind, list[Row]] = {}
    for row in _gone(mirror.ledger, since=now - _LATER, now=now, most=_MOST):
        by_kind.setdefault(Kind(row["kind"]), []).append(row)
    for kind, rows in by_kind.items():
        for at in range(0, len(rows), MOST_ITEMS):
            if mirror.is_ending(0):
                return removed
            removed += _remove(mirror, kind, rows[at : at + MOST_ITEMS])
    return removed


def find_strays(mirror: Mirror) -> int:
    """Note what Zendesk shows of this file that the file does not know: it is an older copy.

    What stands for nothing here is gone, and removed like it; what stands for something is told.

    Returns:
        How many records were found.

    Raises:
        OutsideUnavailable: Zendesk did not answer, or the process ends; nothing was decided.
    """
    found = 0
    there = mirror.records.keys()
    for kind in Kind:
        if kind.object_key not in there:
            continue
        known = {row["id"] for row in mirror.ledger.rows("mirroring.told", kind=kind)}
        for page in mirror.records.external_ids(kind.object_key):
            numbers = [number_of(mirror.home, each) for each in page]
            strays = [each for each in numbers if each is not None and each not in known]
            now = mirror.clock()
            note_told(
                mirror.ledger,
                kind,
                [noted(kind, each, "", UNCONFIRMED, tries=0, now=now) for each in strays],
            )
            found += len(strays)
            if mirror.is_ending(_LOOK_PAUSE_S):
                raise OutsideUnavailable("stopping", advice="Relay is stopping; it looks again.")
    return found


def _gone(ledger: Ledger, *, since: datetime, now: datetime, most: int) -> list[Row]:
    return ledger.rows(
        "mirroring.gone",
        refused=_REFUSED,
        again=_AGAIN,
        tries=MOST_TRIES,
        since=since,
        now=now,
        most=most,
    )


def _remove(mirror: Mirror, kind: Kind, rows: Sequence[Row]) -> int:
    try:
        refusals = _refusals(mirror, kind, [external_id(mirror.home, row["id"]) for row in rows])
    except GatewayError as error:  # they come last the next time
        is_refused = not isinstance(error, AccessDenied | OutsideUnavailable)
        said = error.advice if is_refused else None
        note_told(mirror.ledger, kind, [_left(mirror, kind, row, refusal=said) for row in rows])
        raise
    kept = {at: said for at, said in refusals.items() if not _is_missing(said)}
    now = mirror.clock()
    left = []
    for at, row in enumerate(rows):
        if at in kept:
            left.append(_left(mirror, kind, row, refusal=kept[at]))
        elif row["version"] != _AGAIN and (
            row["trouble"] == UNCONFIRMED or row["version"] == _REFUSED
        ):
            left.append(noted(kind, row["id"], _AGAIN, _DOUBTFUL, tries=0, now=now))
    note_told(mirror.ledger, kind, left, gone=[row["id"] for row in rows])
    return len(rows) - len(kept)


def _refusals(mirror: Mirror, kind: Kind, items: Sequence[str]) -> dict[int, str]:
    try:
        return carry_out(mirror, kind, JobAction.REMOVE, items)
    except NoSuchRecord:
        objects = mirror.records.keys()
        if kind.object_key in objects:
            raise
        return {}  # somebody deleted the object, and every record with it


def _left(mirror: Mirror, kind: Kind, row: Row, *, refusal: str | None) -> dict[str, object]:
    """Return what is noted of a record that is still there: refused, or just not asked for."""
    number, now = row["id"], mirror.clock()
    if refusal is None:
        return noted(kind, number, row["version"], row["trouble"], tries=row["tries"], now=now)
    tries = row["tries"] if row["version"] == _REFUSED else 0
    return noted(kind, number, _REFUSED, refusal, tries=tries + 1, now=now)


def _is_missing(refusal: str) -> bool:
    """Whether there is no such record, so that nothing has to be removed."""
    return "notfound" in refusal.replace(" ", "").replace("_", "").casefold()
