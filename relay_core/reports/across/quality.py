"""Shares of each template or integration, week by week, and whether the latest weeks differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from relay_core.reports.across.cells import Cell, Counts, summed
from relay_core.reports.across.over_time import Point, Step, over_time
from relay_core.reports.differences import difference
from relay_core.reports.intervals import Proportion, proportion

_LATELY: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The messages of one template, version of it, or integration."""

    name: str
    version: int | None = None
    """Of a template's text; None where versions are not told apart, or it was not kept."""
    counts: Counts
    delivered: Proportion | None
    """Of the sent ones; None when nothing was sent. So are those below."""
    replied: Proportion | None
    opted_out: Proportion | None
    failed: Proportion | None
    """Of those that the channel answered."""
    weeks: tuple[Point, ...]
    changes: tuple[str, ...]
    """What differs in the last two weeks from before, beyond chance; nothing is said otherwise."""

    @property
    def label(self) -> str:
        """What a table calls it."""
        return self.name if self.version is None else f"{self.name}, version {self.version}"


def quality(
    found: Sequence[Cell],
    key: Callable[[Cell], tuple[str, int | None]],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Quality, ...]:
    """Return each of them, the most sent first.

    Args:
        found: What left.
        key: What is told apart: a name, and a version of it.
        now: As of when (aware).
        zone: Whose weeks.
    """
    groups: dict[tuple[str, int | None], list[Cell]] = {}
    for cell in found:
        groups.setdefault(key(cell), []).append(cell)
    told = [_quality(*which, own, now=now, zone=zone) for which, own in groups.items()]
    return tuple(sorted(told, key=lambda q: (-q.counts.sent, q.label)))


def shares(counts: Counts) -> dict[str, Proportion | None]:
    """Return the shares of some messages by their word."""
    return {
        "delivered": proportion(counts.delivered, counts.sent),
        "replied": proportion(counts.replied, counts.sent),
        "opted out": proportion(counts.opted_out, counts.sent),
        "failed": proportion(counts.failed, counts.tried),
    }


def _quality(
    name: str, version: int | None, own: Sequence[Cell], *, now: datetime, zone: ZoneInfo
) -> Quality:
    counts = summed(own, lambda _: name)[name]
    told = shares(counts)
    return Quality(
        name=name,
        version=version,
        counts=counts,
        delivered=told["delivered"],
        replied=told["replied"],
        opted_out=told["opted out"],
        failed=told["failed"],
        weeks=over_time(own, step=Step.WEEK, zone=zone),
        changes=_changes(own, since=now - _LATELY),
    )


def _changes(own: Sequence[Cell], *, since: datetime) -> tuple[str, ...]:
    sums = summed(own, lambda cell: cell.left_at >= since)
    if set(sums) != {True, False}:
        return ()
    lately, before = shares(sums[True]), shares(sums[False])
    said = []
    for word, share in lately.items():
        earlier = before[word]
        if share and earlier and difference(share, earlier).is_shown:
            more = "More" if share.share > earlier.share else "Fewer"
            said.append(
                f"{more} {word} in the last 14 days: {share.share:.1%} instead of "
                f"{earlier.share:.1%} before."
            )
    return tuple(said)
