"""A period of a run: whole steps of its timeline, and what happened within. Pure."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from relay_core.reports.narrowing import Period
from relay_core.reports.timeline import Bucket, Timeline

_EVENTS: Final = ("sent", "delivered", "failed", "replied")


def edges(over_time: Timeline) -> tuple[datetime, ...]:
    """Return where steps begin, and where the last one ends; empty before anything happened."""
    starts = tuple(bucket.start for bucket in over_time.buckets)
    return (*starts, starts[-1] + timedelta(seconds=over_time.bucket_s)) if starts else ()


def whole_steps(over_time: Timeline, period: Period) -> Period | None:
    """Return the steps that a period touches; None where it lies beside all of them.

    A step may have become wider since somebody chose a period, or the run longer.
    """
    ends = edges(over_time)
    touched = [
        (start, end)
        for start, end in pairwise(ends)
        if start < max(period.end, period.start + timedelta.resolution) and period.start < end
    ]
    return Period(touched[0][0], touched[-1][1]) if touched else None


def happened_within(over_time: Timeline, period: Period) -> Bucket:
    """Return what happened in the steps that begin within a period, as if it were one step."""
    within = [each for each in over_time.buckets if period.start <= each.start < period.end]
    return Bucket(
        start=period.start,
        **{event: sum(getattr(each, event) for each in within) for event in _EVENTS},
    )
