"""Charts for paper: inline SVG without script, told apart by pattern and label, not by colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_WIDTH: Final = 720
_ROW: Final = 21
_PLOT_HEIGHT: Final = 110
_AXIS: Final = 44
_FLOOR: Final = 26
_INK: Final = "#14191B"
_FRAME: Final = "#9AA7A9"
_BAR: Final = "#0F6E66"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar, with what is written beside it."""

    label: str
    number: int
    value: str
    low: float | None = None
    """Where its interval begins, in the same unit as the number."""
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line over time."""

    label: str
    numbers: Sequence[int]
    colour: str
    dash: str
    """As SVG's stroke-dasharray; empty for a solid line."""


def bars(rows: Sequence[Bar], *, alt: str, width: int = _WIDTH) -> str:
    """Return horizontal bars; an interval is drawn as a whisker."""
    label, value = max(width // 6, 96), max(width // 6, 60)
    room = width - label - value
    most = max((row.number for row in rows), default=0) or 1
    parts = []
    for place, row in enumerate(rows):
        y = place * _ROW + 4
        length = room * row.number / most
        parts += [
            f'<text x="{label - 8}" y="{y + 12}" text-anchor="end">{escape(row.label)}</text>',
            f'<rect x="{label}" y="{y}" width="{length:.1f}" height="15" fill="{_BAR}"/>',
            f'<text x="{label + room + 8}" y="{y + 12}">{escape(row.value)}</text>',
        ]
        if row.low is not None and row.high is not None:
            low, high = (label + room * min(edge / most, 1) for edge in (row.low, row.high))
            drawn = f"M{low:.1f} {y + 7.5}H{high:.1f}M{low:.1f} {y + 3}v9M{high:.1f} {y + 3}v9"
            parts += [
                f'<path d="{drawn}" stroke="{colour}" stroke-width="{thick}" fill="none"/>'
                for colour, thick in (("#fff", 3.5), (_INK, 1.2))
            ]
    return _svg(parts, width=width, height=_ROW * len(rows) + 4, alt=alt)


def lines(rows: Sequence[Line], *, begins: str, ends: str, alt: str) -> str:
    """Return lines over the same steps of time, each labelled above the plot."""
    most = max((number for row in rows for number in row.numbers), default=0) or 1
    steps = max((len(row.numbers) for row in rows), default=1)
    right, bottom = _WIDTH - 8, _FLOOR + _PLOT_HEIGHT
    parts = [
        f'<path d="M{_AXIS} {_FLOOR}V{bottom}H{right}" stroke="{_FRAME}" fill="none"/>',
        f'<text x="{_AXIS - 6}" y="{_FLOOR + 10}" text-anchor="end">{most:,}</text>',
        f'<text x="{_AXIS - 6}" y="{bottom}" text-anchor="end">0</text>',
        f'<text x="{_AXIS}" y="{bottom + 16}">{escape(begins)}</text>',
        f'<text x="{right}" y="{bottom + 16}" text-anchor="end">{escape(ends)}</text>',
    ]
    for place, row in enumerate(rows):
        points = [
            (
                _AXIS + (right - _AXIS) * (n / (steps - 1) if steps > 1 else 0.5),
                bottom - _PLOT_HEIGHT * number / most,
            )
            for n, number in enumerate(row.numbers)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        x = _AXIS + place * 160
        style = (
            f'stroke="{row.colour}" stroke-width="1.8" stroke-dasharray="{row.dash}" fill="none"'
        )
        parts += [
            f'<path d="M{x} 8h30" {style}/>',
            f'<text x="{x + 36}" y="12">{escape(row.label)}</text>',
        ]
        if len(points) > 1:
            parts.append(f'<polyline points="{path}" {style}/>')
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{row.colour}"/>'
            for (x, y), number in zip(points, row.numbers, strict=True)
            if number
        ]
    return _svg(parts, width=_WIDTH, height=bottom + 22, alt=alt)


def _svg(parts: Sequence[str], *, width: int, height: int, alt: str) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {width} {height}" aria-label="{escape(alt, quote=True)}" '
        f'font-size="12" fill="{_INK}">{"".join(parts)}</svg>'
    )
