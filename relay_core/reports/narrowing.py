"""What narrows the people behind a number: a part of the run, a time, or how long it took."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never


class Side(StrEnum):
    """By what the figures of a run are told apart, where people can be picked by it."""

    COUNTRY = "country"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Part:
    """Those of one country or language."""

    side: Side
    key: str | None
    """None: of whom it is not known."""


@dataclass(frozen=True, slots=True)
class Period:
    """Those to whom it happened from `start` until just before `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Took:
    """Those for whom it took more than `above_s` seconds and at most `up_to_s`."""

    above_s: int
    """0: however short."""
    up_to_s: int | None
    """None: however long."""


Narrowing = Part | Period | Took


def query_values(narrowed: Narrowing | None) -> dict[str, Any]:
    """Return what the query `reports.people` wants to know of it."""
    values: dict[str, Any] = dict.fromkeys(
        ("side", "key", "happened_from", "happened_before", "above_s", "up_to_s")
    )
    match narrowed:
        case None:
            pass
        case Part(side, key):
            values |= {"side": side, "key": key}
        case Period(start, end):
            values |= {"happened_from": start, "happened_before": end}
        case Took(above_s, up_to_s):
            values |= {"above_s": above_s or None, "up_to_s": up_to_s}
        case _:
            assert_never(narrowed)
    return values
