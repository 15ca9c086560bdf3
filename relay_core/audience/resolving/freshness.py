"""How old the mirror is, in a person's words, and when it is not to be relied on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from relay_core.audience.resolving.parts import NO_PARTS
from relay_core.people.stages import Stage, Standing, standings
from relay_core.store.ledger import Ledger
from relay_core.worded import counted

TOO_OLD: Final = timedelta(days=1)

_PART_TOO_OLD: Final = {Stage.TICKETS: TOO_OLD, Stage.MEMBERSHIPS: 2 * TOO_OLD}
"""A sync reads memberships once a day at most, so theirs may well be a day old."""
_TOLD_BY: Final = {
    Stage.TICKETS: "who has an open ticket",
    Stage.MEMBERSHIPS: "who belongs to more than one organization",
}
_TOLD_APART: Final = timedelta(hours=1)
"""A part older than people by more than this is said with its own age."""
_DISAGREEING: Final = timedelta(minutes=1)
"""A sync that ended so much after now did not end while somebody asked: a clock is wrong."""
_SYNC: Final = "Sync the people first (on the Home page, or `relay sync`)."
_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60))
_AT_ONCE_S: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What is to be said about the mirror where an audience is shown."""

    synced_at: datetime | None
    """When the last finished sync ended."""
    notice: str | None
    """Its age; None while no sync has finished."""
    warnings: tuple[str, ...]
    """Why it should not be relied on, and what to do."""
    complete: bool
    """Whether everybody is in it."""
    parts_complete: bool
    """Whether the parts that were asked about are in it as well."""


def freshness(ledger: Ledger, *, now: datetime, parts: frozenset[Stage] = NO_PARTS) -> Freshness:
    """Return what is to be said about the mirror.

    Args:
        ledger: Where the mirror is.
        now: The clock.
        parts: What decides besides people themselves; see
            `relay_core.audience.resolving.parts`.
    """
    known = standings(ledger)
    people = known.get(Stage.PEOPLE)
    age = _age(people, now)
    asked = [stage for stage in Stage if stage in parts]
    unread = [doubt for stage in asked if (doubt := _unread(stage, known))]
    old = [doubt for stage in asked if (doubt := _old(stage, known, now))]
    ahead = [
        each.finished_at
        for stage in (Stage.PEOPLE, *asked)
        if (each := known.get(stage)) and each.finished_at and each.finished_at - now > _DISAGREEING
    ]
    warnings = [*_of_people(people, age), *unread]
    if ahead:
        warnings.append(
            "The clock of this computer and the last sync disagree: that sync ended on "
            f"{_moment(max(ahead))}, and now it is {_moment(now)}. How old the people are is not "
            "known. Set the clock right, then sync again."
        )
    elif age is not None and age <= TOO_OLD:
        warnings += old
    return Freshness(
        synced_at=people.finished_at if people else None,
        notice=None if age is None else _notice(known, age, asked, now=now),
        warnings=tuple(warnings),
        complete=age is not None,
        parts_complete=not unread,
    )


def parts_behind(ledger: Ledger, *, now: datetime, parts: frozenset[Stage]) -> dict[Stage, str]:
    """Return which of these parts are missing here, or older than people, each with a sentence.

    Args:
        ledger: Where the mirror is.
        now: The clock.
        parts: What decides besides people themselves.
    """
    known = standings(ledger)
    age = _age(known.get(Stage.PEOPLE), now)
    behind: dict[Stage, str] = {}
    for stage in (stage for stage in Stage if stage in parts):
        own = _age(known.get(stage), now)
        if unread := _unread(stage, known):
            behind[stage] = unread
        elif age is not None and own is not None and own - age > _TOLD_APART:
            behind[stage] = _as_of(stage, own)
    return behind


def ago(age: timedelta) -> str:
    """Return an age in its largest unit: `just now`, `1 minute ago`, `3 days ago`."""
    seconds = int(age.total_seconds())
    if seconds < _AT_ONCE_S:
        return "just now"
    unit, length_s = next(each for each in _UNITS if seconds >= each[1])
    number = seconds // length_s
    return f"{number} {unit}{'s' if number > 1 else ''} ago"


def _age(standing: Standing | None, now: datetime) -> timedelta | None:
    if standing is None or standing.finished_at is None:
        return None
    return now - standing.finished_at


def _of_people(people: Standing | None, age: timedelta | None) -> list[str]:
    if people is None:
        return ["The people of this account have not been synced yet."]
    if age is None:
        so_far = counted(people.fetched, "person", "people")
        return [f"The sync is not finished: {so_far} so far."]
    if age > TOO_OLD:
        changed = "Who changed since then, or opted out, is not known here."
        return [f"The people were last read from Zendesk {ago(age)}. {changed} {_SYNC}"]
    return []


def _unread(stage: Stage, known: Mapping[Stage, Standing]) -> str | None:
    """Return why a part is not known as a whole, if it is not."""
    standing = known.get(stage)
    if standing is None:
        # Tickets come last, and most accounts have no memberships to read before them.
        if stage is Stage.MEMBERSHIPS and Stage.TICKETS in known:
            return None
        return f"The {stage} have not been read yet, so {_TOLD_BY[stage]} is not known. {_SYNC}"
    if standing.notice:
        return standing.notice
    if standing.finished_at is None:
        return (
            f"Reading the {stage} is not finished: {standing.fetched:,} so far, so "
            f"{_TOLD_BY[stage]} is known only in part. {_SYNC}"
        )
    return None


def _old(stage: Stage, known: Mapping[Stage, Standing], now: datetime) -> str | None:
    age = _age(known.get(stage), now)
    if age is None or age <= _PART_TOO_OLD[stage]:
        return None
    return f"{_as_of(stage, age)} {_SYNC}"


def _as_of(stage: Stage, age: timedelta) -> str:
    return (
        f"The {stage} were last read from Zendesk {ago(age)}, so {_TOLD_BY[stage]} is known only "
        "as of then."
    )


def _notice(
    known: Mapping[Stage, Standing], age: timedelta, asked: list[Stage], *, now: datetime
) -> str:
    if -age > _DISAGREEING:
        return (
            f"People as Zendesk had them on {_moment(now - age)}, which by this computer's clock "
            "is still to come."
        )
    ages = {stage: _age(known.get(stage), now) for stage in asked}
    older = [
        f"{stage} {ago(part)}" for stage, part in ages.items() if part and part - age > _TOLD_APART
    ]
    return f"{', '.join([f'People as Zendesk had them {ago(age)}', *older])}."


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%d %B %Y, %H:%M} UTC"
