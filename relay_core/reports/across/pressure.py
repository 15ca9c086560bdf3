"""Contact pressure: how many messages people got lately, and who got how many."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pyarrow as pa

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
    rows = ledger.rows("across.pressure", since=now - timedelta(days=days))
    at_cap = None
    if cap:
        at_cap = ledger.rows("across.capped", since=now - timedelta(days=cap_days))[0]["people"]
    return Pressure(
        days=days,
        bands=tuple(
            Band(
                least=least,
                most=most,
                people=sum(
                    row["people"] for row in rows if least <= row["messages"] <= (most or _ENDLESS)
                ),
            )
            for least, most in BANDS
        ),
        at_cap=at_cap,
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
