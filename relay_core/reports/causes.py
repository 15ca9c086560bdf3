"""Why deliveries ended without success: how many, in whose words, and what to do."""

import re
from dataclasses import dataclass
from typing import Final

from relay_core.reports.failure_codes import (
    Meaning,
    meaning_of_cancellation,
    meaning_of_doubt,
    meaning_of_failure,
)
from relay_core.store.ledger import Row

_LONG_NUMBER: Final = re.compile(r"\+?\d{7,15}")
"""Some vendors repeat the phone number in their reason; a summary must not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason that deliveries share."""

    code: str
    """The vendor's code, or Relay's own word; opens the people behind it."""
    title: str
    """A few words, for a chart or a table."""
    reason: str | None
    """What the vendor said, most often, where it said anything; without phone numbers."""
    meaning: str
    advice: str
    deliveries: int


def cause(row: Row, *, channel: str) -> Cause:
    """Explain one row of the query `reports.causes`.

    Args:
        row: State, code, reason and number of deliveries.
        channel: Type of the integration; the same number means different things to each vendor.
    """
    code, reason = str(row["code"]), row["reason"]
    meaning = _meaning(row["state"], code, channel=channel)
    return Cause(
        code=code,
        title=meaning.title,
        reason=_LONG_NUMBER.sub("…", reason) if reason else None,
        meaning=meaning.meaning,
        advice=meaning.advice,
        deliveries=int(row["deliveries"]),
    )


def _meaning(state: str, code: str, *, channel: str) -> Meaning:
    match state:
        case "unknown":
            return meaning_of_doubt(code)
        case "cancelled":
            return meaning_of_cancellation(code)
        case _:
            return meaning_of_failure(code, channel=channel)
