"""Time cut into buckets that suit the length of a run. Pure arithmetic."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final

from relay_core.store.ledger import Row

WIDTHS_S: Final = (1, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400, 604_800)
"""Buckets that people can read off a clock or a calendar."""
_MOST_BUCKETS: Final = 60
"""More than this many steps on an axis cannot be told apart on a narrow page."""
_PROMPT_REPLIES: Final = 0.9
"""Share of the replies that the axis reaches for; the slowest would squeeze everything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """What happened from one moment until the next bucket begins."""

    start: datetime
    sent: int
    """Taken by the channel, whatever came of it."""
    delivered: int
    failed: int
    replied: int
    """Messages whose first reply came then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A run cut into buckets of one width, those in which nothing happened included."""

    bucket_s: int
    buckets: tuple[Bucket, ...]
    later: Bucket | None
    """What happened after the last of them: late receipts and replies. None: nothing."""


def bucket_width_s(length: timedelta) -> int:
    """Return the narrowest width, in seconds, that shows this length in at most 60 buckets.

    The widest is a week, however long the run.
    """
    fitting = (w for w in WIDTHS_S if length.total_seconds() <= w * _MOST_BUCKETS)
    return next(fitting, WIDTHS_S[-1])


def shown_until(bulk_at: datetime, replies: Sequence[datetime]) -> datetime:
    """Return up to when a chart should reach.

    Args:
        bulk_at: When nearly all messages had seen their last change.
        replies: Moments of first replies, in any order.
    """
    if not replies:
        return bulk_at
    return max(bulk_at, sorted(replies)[ceil(len(replies) * _PROMPT_REPLIES) - 1])


def timeline(
    rows: Sequence[Row], *, replies: Sequence[datetime], width_s: int, until: datetime | None
) -> Timeline:
    """Lay what was counted out without gaps.

    Args:
        rows: `event`, `bucket` and `messages`, as the query `reports.timeline` returns them.
        replies: Moments of first replies.
        width_s: The width that the query was asked for.
        until: Up to when buckets are laid out; None: nothing has begun.
    """
    counted: Counter[tuple[int, str]] = Counter()
    for row in rows:
        counted[row["bucket"], row["event"]] += int(row["messages"])
    for moment in replies:
        counted[_number(moment, width_s), "replied"] += 1
    if not counted or until is None:
        return Timeline(bucket_s=width_s, buckets=(), later=None)
    first, last = min(bucket for bucket, _ in counted), _number(until, width_s)
    late: Counter[tuple[int, str]] = Counter()
    for (bucket, event), messages in counted.items():
        if bucket > last:
            late[last + 1, event] += messages
    end = min(last, max(bucket for bucket, _ in counted))
    return Timeline(
        bucket_s=width_s,
        buckets=tuple(_bucket(counted, number, width_s) for number in range(first, end + 1)),
        later=_bucket(late, last + 1, width_s) if late else None,
    )


def _number(moment: datetime, width_s: int) -> int:
    return int(moment.timestamp() // width_s)


def _bucket(counted: Counter[tuple[int, str]], number: int, width_s: int) -> Bucket:
    return Bucket(
        start=datetime.fromtimestamp(number * width_s, UTC),
        sent=counted[number, "sent"],
        delivered=counted[number, "delivered"],
        failed=counted[number, "failed"],
        replied=counted[number, "replied"],
    )
