"""Time cut into buckets that suit the length of a run. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from relay_core.store.ledger import Row

WIDTHS_S: Final = (1, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400, 604_800)
"""Buckets that people can read off a clock or a calendar."""
_MOST_BUCKETS: Final = 60
"""More than this many steps on an axis cannot be told apart on a narrow page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """What happened from one moment until the next bucket begins."""

    start: datetime
    accepted: int
    delivered: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A run cut into buckets of one width, those in which nothing happened included."""

    bucket_s: int
    buckets: tuple[Bucket, ...]


def bucket_width_s(length: timedelta) -> int:
    """Return the narrowest width, in seconds, that shows this length in at most 60 buckets.

    The widest is a week, however long the run.
    """
    fitting = (w for w in WIDTHS_S if length.total_seconds() <= w * _MOST_BUCKETS)
    return next(fitting, WIDTHS_S[-1])


def timeline(rows: Sequence[Row], *, width_s: int) -> Timeline:
    """Lay counted rows (`event`, `bucket`, `messages`) out without gaps.

    Args:
        rows: As the query `reports.timeline` returns them.
        width_s: The width that the query was asked for.
    """
    counted = {(row["bucket"], row["event"]): int(row["messages"]) for row in rows}
    numbers = [bucket for bucket, _ in counted]
    every = range(min(numbers), max(numbers) + 1) if numbers else range(0)
    return Timeline(
        bucket_s=width_s,
        buckets=tuple(
            Bucket(
                start=datetime.fromtimestamp(number * width_s, UTC),
                accepted=counted.get((number, "accepted"), 0),
                delivered=counted.get((number, "delivered"), 0),
                failed=counted.get((number, "failed"), 0),
            )
            for number in every
        ),
    )
