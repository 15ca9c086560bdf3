"""Pieces of sentences that conditions of every kind are said with."""

from collections.abc import Sequence
from datetime import datetime

from relay_core.audience.conditions.fields import Field
from relay_core.audience.conditions.times import Duration, Point


def joined(parts: Sequence[str], word: str) -> str:
    """Return parts as a list: commas, and the word before the last."""
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def choices_said(field: Field, values: Sequence[str], word: str) -> str:
    """Return choices of a field by their labels."""
    options = (field.option(value) for value in values)
    labels = [o.label if o else value for o, value in zip(options, values, strict=True)]
    return joined(labels, word)


def point_said(point: Point) -> str:
    """Return a day as people write it, and the clock where there is one."""
    written = f"{point.day} {point:%B %Y}"
    return f"{written} {point:%H:%M %Z}" if isinstance(point, datetime) else written


def stretch_said(duration: Duration) -> str:
    """Return a duration so that it can follow "in the last"."""
    single = str(duration.unit).removesuffix("s")
    return single if duration.amount == 1 else f"{duration.amount} {duration.unit}"


def amount_said(duration: Duration) -> str:
    """Return a duration so that it can precede "ago"."""
    return f"1 {stretch_said(duration)}" if duration.amount == 1 else stretch_said(duration)
