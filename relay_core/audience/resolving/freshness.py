"""How old the mirror is, in a person's words, and when that is too old to rely on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from relay_core.people.stages import Stage, standings
from relay_core.store.ledger import Ledger

TOO_OLD: Final = timedelta(days=1)

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


def mirror_age(ledger: Ledger, now: datetime) -> timedelta | None:
    """Return how long ago the last sync ended; None while none has, or one is unfinished."""
    people = standings(ledger).get(Stage.PEOPLE)
    if people is None or people.finished_at is None:
        return None
    return max(now - people.finished_at, timedelta(0))


def freshness(ledger: Ledger, *, now: datetime) -> Freshness:
    """Return what is to be said about the mirror's age."""
    people = standings(ledger).get(Stage.PEOPLE)
    age = mirror_age(ledger, now)
    warning = None
    if people is None:
        warning = "The people of this account have not been synced yet."
    elif age is None:
        warning = f"The sync is not finished: {people.fetched:,} people so far."
    elif age > TOO_OLD:
        warning = (
            f"The people were last read from Zendesk {ago(age)}. Who changed since then, or opted "
            "out, is not known here. Sync the people first (on the Home page, or `relay sync`)."
        )
    return Freshness(
        synced_at=people.finished_at if people else None,
        notice=None if age is None else f"People as Zendesk had them {ago(age)}.",
        warnings=(warning,) if warning else (),
        complete=age is not None,
    )


def ago(age: timedelta) -> str:
    """Return an age in its largest unit: `just now`, `1 minute ago`, `3 days ago`."""
    seconds = int(age.total_seconds())
    if seconds < _AT_ONCE_S:
        return "just now"
    unit, length_s = next(each for each in _UNITS if seconds >= each[1])
    number = seconds // length_s
    return f"{number} {unit}{'s' if number > 1 else ''} ago"
