"""Zendesk's answer beside the mirror's: who is in one of them only, and the likely reason."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, assert_never

from relay_core.audience.resolving.nested import among
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.sql.predicates import Predicate, both
from relay_core.people.rereading import Marks, reread
from relay_core.store.database import Database
from relay_core.store.ledger import Row

MOST_SHOWN: Final = 100
"""People of each side who are looked at one by one; one call to Zendesk gives as many."""


class Why(StrEnum):
    """Why somebody is in one answer only."""

    ADDED = "added"  # created in Zendesk since the last sync
    CHANGED = "changed"  # changed in Zendesk since the last sync
    DELETED = "deleted"  # deleted in Zendesk since the last sync
    MEMBERSHIPS = "memberships"  # may belong to an organization that is not known of them here
    INDEX = "index"  # Zendesk's search does not know the person as they are now


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Somebody who is in one answer only."""

    id: int
    name: str
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSide:
    """Everybody who is in one answer only."""

    count: int
    people: tuple[Apart, ...]
    """The first ones by id."""
    sentence: str | None
    """The likely reasons; None when there is nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two answers to the same conditions."""

    in_both: int
    only_in_zendesk: OneSide
    only_in_mirror: OneSide
    synced_at: datetime | None
    """When the mirror was last brought up to date, before this."""


def matched(database: Database, wanted: Predicate) -> frozenset[int]:
    """Return the ids of everybody a predicate matches."""
    text = f"SELECT p.id FROM people p WHERE {wanted.text}"  # noqa: S608 - composed; values are bound
    found = database.table(text, wanted.values)
    return frozenset(found.column("id").to_pylist())


def compare(
    *,
    zendesk: frozenset[int],
    mirror: frozenset[int],
    wanted: Predicate,
    synced_at: datetime | None,
    sources: Sources,
    memberships_behind: bool = False,
) -> Comparison:
    """Compare what Zendesk found with what the mirror said before it was asked.

    People whom only the mirror has are read again one by one, as Zendesk's search may lag behind.

    Args:
        zendesk: Whom Zendesk's answer matches; the mirror knows them as they came.
        mirror: Whom the mirror matched before anybody was fetched.
        wanted: The same conditions over the mirror, to ask it again now.
        synced_at: When the last sync ended, before anybody was fetched.
        sources: The mirror and Zendesk.
        memberships_behind: Whether the conditions look at memberships, and these are missing here
            or older than people.

    Raises:
        GatewayError: Zendesk could not be asked.
    """
    there, here = zendesk - mirror, mirror - zendesk
    shown = sorted(here)[:MOST_SHOWN]
    search = sources.connected()
    read = reread(
        sources.database,
        source=search,
        ids=shown,
        region=sources.region,
        marks=Marks(),
        # Those who were deleted since the last sync are what is looked for here.
        refuse_gaps=False,
    )

    unexplained = Why.MEMBERSHIPS if memberships_behind else Why.INDEX

    def only_there(row: Row, *, matches: bool) -> Why:
        if not matches:
            return unexplained
        # Zendesk tells whole seconds.
        is_new = synced_at is None or row["created_at"] >= synced_at.replace(microsecond=0)
        return Why.ADDED if is_new else Why.CHANGED

    def only_here(row: Row, *, matches: bool) -> Why:
        if row["id"] in read.missing or not row["active"]:
            return Why.DELETED
        return unexplained if matches else Why.CHANGED

    def side(people: Iterable[int], why: Callable[..., Why]) -> OneSide:
        return _side(people, why, wanted=wanted, synced_at=synced_at, database=sources.database)

    return Comparison(
        in_both=len(zendesk & mirror),
        only_in_zendesk=side(there, only_there),
        only_in_mirror=side(here, only_here),
        synced_at=synced_at,
    )


def _side(
    people: Iterable[int],
    why: Callable[..., Why],
    *,
    wanted: Predicate,
    synced_at: datetime | None,
    database: Database,
) -> OneSide:
    ids = sorted(people)
    shown = ids[:MOST_SHOWN]
    now_matched = matched(database, both(among(shown, name="apart"), wanted)) if shown else ()
    apart = tuple(
        Apart(id=row["id"], name=row["name"], why=why(row, matches=row["id"] in now_matched))
        for row in database.rows("searched.standing", ids=shown)
    )
    return OneSide(
        count=len(ids), people=apart, sentence=_sentence(len(ids), apart, synced_at=synced_at)
    )


def _sentence(count: int, apart: tuple[Apart, ...], *, synced_at: datetime | None) -> str | None:
    if not count:
        return None
    since = "the last sync" if synced_at is None else f"the sync of {synced_at:%d %B %Y %H:%M} UTC"
    reasons = Counter(each.why for each in apart)
    said = [f"{number:,} {_said(why, since=since)}" for why, number in sorted(reasons.items())]
    looked = f"Of the first {len(apart):,}: " if count > len(apart) else ""
    return f"{looked}{'; '.join(said)}."


def _said(why: Why, *, since: str) -> str:
    match why:
        case Why.ADDED:
            return f"created in Zendesk since {since}"
        case Why.CHANGED:
            return f"changed in Zendesk since {since}"
        case Why.DELETED:
            return f"deleted in Zendesk since {since}"
        case Why.MEMBERSHIPS:
            return "whose organizations may differ: memberships are missing here, or older"
        case Why.INDEX:
            return (
                "whom Zendesk's search does not know as they are now: its index follows changes "
                "with a delay of some minutes"
            )
        case _:
            assert_never(why)
