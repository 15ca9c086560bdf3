"""Contact pressure: how many messages people got lately, and who got how many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pyarrow as pa

from relay_core.reports.intervals import Proportion, proportion
from relay_core.store.database import Database
from relay_core.store.ledger import Ledger
from relay_core.store.queries import query

WINDOWS_DAYS: Final = (7, 30, 90)
BANDS: Final = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 10), (11, None))
_ENDLESS: Final = 2**31
MOST_PEOPLE: Final = 500
"""Rows of people at most, those with the most messages first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """People who got at least and at most so many messages."""

    least: int
    most: int | None
    """None: however many."""
    people: int
    opted_out: Proportion | None
    """Of the messages that were the least-th to the most-th of their person, those answered with
    an opt-out; None where nobody got as many."""

    @property
    def label(self) -> str:
        """What an axis calls it."""
        if self.most is None:
            return f"{self.least} or more"
        return f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """Messages per person within the last days; what may have left counts."""

    days: int
    bands: tuple[Band, ...]
    at_cap: int | None
    """People who heard as much as the settings allow; None where no cap is set."""


def pressure(ledger: Ledger, *, days: int, now: datetime, cap: int, cap_days: int) -> Pressure:
    """Count people by messages.

    Args:
        ledger: The file.
        days: How far back.
        now: As of when (aware).
        cap: Messages that the settings allow; 0 is off.
        cap_days: Within how many days.
    """
    since = now - timedelta(days=days)
    people = {row["messages"]: row["people"] for row in ledger.rows("across.pressure", since=since)}
    stops = {row["nth"]: row["opted_out"] for row in ledger.rows("across.opt_outs", since=since)}
    at_cap = None
    if cap:
        at_cap = ledger.rows("across.capped", since=now - timedelta(days=cap_days))[0]["people"]
    return Pressure(
        days=days,
        bands=tuple(_band(least, most, people=people, stops=stops) for least, most in BANDS),
        at_cap=at_cap,
    )


def _band(
    least: int, most: int | None, *, people: Mapping[int, int], stops: Mapping[int, int]
) -> Band:
    """Return a band of people by messages, and of opt-outs by the message that they answer."""
    end = most or _ENDLESS
    return Band(
        least=least,
        most=most,
        people=sum(number for heard, number in people.items() if least <= heard <= end),
        opted_out=proportion(
            sum(number for nth, number in stops.items() if least <= nth <= end),
            sum(max(0, min(heard, end) - least + 1) * number for heard, number in people.items()),
        ),
    )


def pressed_people(
    database: Database, *, least: int, most: int | None, days: int, now: datetime
) -> pa.Table:
    """Return those who got so many: person_id, name, phone (masked), messages, last_at (UTC)."""
    return database.table(
        query("across.pressed_people"),
        {
            "since": now - timedelta(days=days),
            "least": least,
            "most": most or _ENDLESS,
            "rows": MOST_PEOPLE,
        },
    )
