"""Why deliveries ended without success: how many, in whose words, and what to do."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.delivery.breaker import REST, Consequence, consequence
from relay_core.reports.failure_classes import Deed, Nature, class_of_failure
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
    nature: Nature | None
    """What kind of failure it is; None where nothing failed."""
    deed: Deed | None
    """What helps those who failed."""
    wait_until: datetime | None
    """From when on all of them can be tried again, where the channel says how long to wait."""

    @property
    def is_for_another_try(self) -> bool:
        """Whether those who failed for it may be reached by another try of the same."""
        return self.deed in {Deed.RETRY, Deed.WAIT, Deed.CORRECT}


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureKind:
    """All failures of one class."""

    nature: Nature
    label: str
    deliveries: int
    share: float
    """Of all failures, 0 to 1."""


def cause(row: Row, *, channel: str) -> Cause:
    """Explain one row of the query `reports.causes`.

    Args:
        row: State, code, reason and number of deliveries.
        channel: Type of the integration; the same number means different things to each vendor.
    """
    code, reason = str(row["code"]), row["reason"]
    meaning = _meaning(row["state"], code, channel=channel)
    nature, deed, wait_until = None, None, None
    if row["state"] == "failed":
        nature, deed = class_of_failure(code, channel=channel)
        rests = consequence(code, channel=channel) is Consequence.REST
        if deed is Deed.WAIT and rests:
            wait_until = row["last_at"] + REST
    return Cause(
        code=code,
        title=meaning.title,
        reason=_LONG_NUMBER.sub("…", reason) if reason else None,
        meaning=meaning.meaning,
        advice=meaning.advice,
        deliveries=int(row["deliveries"]),
        nature=nature,
        deed=deed,
        wait_until=wait_until,
    )


def failure_kinds(failures: Iterable[Cause]) -> tuple[FailureKind, ...]:
    """Return failures by class, the most first."""
    counted: Counter[Nature] = Counter()
    for each in failures:
        counted[each.nature or Nature.UNEXPLAINED] += each.deliveries
    return tuple(
        FailureKind(
            nature=nature, label=nature.words, deliveries=number, share=number / counted.total()
        )
        for nature, number in counted.most_common()
    )


def _meaning(state: str, code: str, *, channel: str) -> Meaning:
    match state:
        case "unknown":
            return meaning_of_doubt(code)
        case "cancelled":
            return meaning_of_cancellation(code)
        case _:
            return meaning_of_failure(code, channel=channel)
