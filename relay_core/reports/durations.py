"""How long something took, over many messages: median, 95th percentile and distribution."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor
from typing import Final

from relay_core.store.ledger import Row

BOUNDS_S: Final = (1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400, 604_800)
"""Ends of the bins, in seconds; one more bin holds what took longer."""

_REST: Final = float("inf")
"""What DuckDB calls that bin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationBin:
    """How many took more than `above_s` and at most `up_to_s`."""

    above_s: int
    up_to_s: int | None
    """None: however long."""
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Durations:
    """Seconds that something took."""

    messages: int
    """How many messages this rests on."""
    median_s: float
    p95_s: float
    bins: tuple[DurationBin, ...]
    """From the first to the last with any in it, those without included."""


def told_durations(row: Row) -> Durations | None:
    """Return what the query `reports.delivery_times` counted; None of nothing."""
    if not row["messages"]:
        return None
    counts = {float(bound): int(number) for bound, number in row["bins"].items()}
    return Durations(
        messages=row["messages"],
        median_s=float(row["median_s"]),
        p95_s=float(row["p95_s"]),
        bins=_bins([counts.get(float(bound), 0) for bound in BOUNDS_S] + [counts.get(_REST, 0)]),
    )


def durations(seconds: Sequence[float]) -> Durations | None:
    """Count durations; None of nothing. Percentiles lie between neighbours, as in SQL."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    places = Counter(bisect_left(BOUNDS_S, each) for each in ordered)
    return Durations(
        messages=len(ordered),
        median_s=_percentile(ordered, 0.5),
        p95_s=_percentile(ordered, 0.95),
        bins=_bins([places[place] for place in range(len(BOUNDS_S) + 1)]),
    )


def said_duration(seconds: float) -> str:
    """Return a duration as a chart or a table says it: `2.33 min`."""
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds:.3g} s"


def _bins(counts: Sequence[int]) -> tuple[DurationBin, ...]:
    edges = list(pairwise((0, *BOUNDS_S, None)))
    filled = [place for place, number in enumerate(counts) if number]
    return tuple(
        DurationBin(above_s=edges[place][0] or 0, up_to_s=edges[place][1], messages=counts[place])
        for place in range(filled[0], filled[-1] + 1)
    )


def _percentile(ordered: Sequence[float], part: float) -> float:
    place = part * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
