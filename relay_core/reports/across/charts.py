"""Charts over many runs: shares with their intervals, messages over time, and contact pressure."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Final

import altair as alt
import pyarrow as pa

from relay_core.reports.across.over_time import Point
from relay_core.reports.across.pressure import Pressure
from relay_core.reports.charts import EVENTS, ROWS, Spec, bare, bars, rows_of_bars, whole_numbers
from relay_core.reports.intervals import Proportion
from relay_core.reports.over_time_chart import DASHES, SHAPES

_STEP_PX: Final = 32


@cache
def interval_spec() -> Spec:
    """Return a dot for each share and a line for its interval, in the order of the rows."""
    y = alt.Y(
        "label:N",
        sort=None,
        title=None,
        axis=alt.Axis(labelLimit=260, labelFlush=False, ticks=False, domain=False, grid=True),
    )
    base = (
        alt.Chart(alt.NamedData(ROWS), height=alt.Step(_STEP_PX))
        .transform_calculate(one_colour="''")  # of the palette, which differs by theme
        .encode(y=y, color=alt.Color("one_colour:N", legend=None))
    )
    lines = base.mark_rule(strokeWidth=4, opacity=0.4).encode(
        x=alt.X(
            "low:Q",
            title="Share",
            scale=alt.Scale(zero=False),  # intervals are compared, not lengths from nothing
            axis=alt.Axis(format=".1~%", labelFlush=False, tickCount=6),
        ),
        x2="high:Q",
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.X("share:Q", title="Share"),
        tooltip=[
            alt.Tooltip("label:N", title="What"),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
            alt.Tooltip("low:Q", title="At least", format=".1%"),
            alt.Tooltip("high:Q", title="At most", format=".1%"),
        ],
    )
    return bare(
        alt.layer(lines, dots).properties(
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
        )
    )


def interval_table(shares: Sequence[tuple[str, Proportion]]) -> pa.Table:
    """Return the rows of `interval_spec`: a label and its share each."""
    return pa.table(
        {
            "label": pa.array([label for label, _ in shares], pa.string()),
            "share": pa.array([part.share for _, part in shares], pa.float64()),
            "low": pa.array([part.low for _, part in shares], pa.float64()),
            "high": pa.array([part.high for _, part in shares], pa.float64()),
        }
    )


@cache
def over_time_spec() -> Spec:
    """Return a line for each thing that became of messages, told apart by dashes as well."""
    events = list(EVENTS)
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        x=days_axis(),
        y=alt.Y("messages:Q", title="Messages", axis=alt.Axis(tickMinStep=1, format=",d")),
        color=alt.Color(
            "meaning:N",
            title=None,
            scale=alt.Scale(domain=events),
            legend=alt.Legend(orient="top", symbolStrokeWidth=0),
        ),
    )
    lines = base.mark_line(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash(
            "meaning:N", title=None, scale=alt.Scale(domain=events, range=DASHES)
        )
    )
    points = base.mark_point(filled=True, size=45, opacity=1).encode(
        shape=alt.Shape("meaning:N", title=None, scale=alt.Scale(domain=events, range=SHAPES)),
        tooltip=[
            alt.Tooltip("meaning:N", title="What"),
            alt.Tooltip("when:N", title="From"),
            alt.Tooltip("messages:Q", title="Messages", format=",d"),
        ],
    )
    return bare(alt.layer(lines, points))


def said_day(start: date) -> str:
    """Return a day as charts say it: `2 Nov 2026`."""
    return f"{start:%-d %b %Y}"


def days_axis() -> alt.X:
    """Return an axis of days: each where the account's calendar has it, wherever one looks."""
    return alt.X(
        "start:O",
        timeUnit="utcyearmonthdate",
        title=None,
        axis=alt.Axis(
            format="%-d %b", labelAngle=0, labelFlush=False, labelOverlap="greedy", ticks=False
        ),
    )


def over_time_table(points: Sequence[Point]) -> pa.Table:
    """Return the rows of `over_time_spec`."""
    figures = [
        (point.start, meaning, count)
        for point in points
        for meaning, count in (
            ("Sent", point.counts.sent),
            ("Delivered", point.counts.delivered),
            ("Failed", point.counts.failed),
            ("Replied", point.counts.replied),
        )
    ]
    return pa.table(
        {
            "start": pa.array([start for start, _, _ in figures], pa.date32()),
            "when": pa.array([said_day(start) for start, _, _ in figures], pa.string()),
            "meaning": pa.array([meaning for _, meaning, _ in figures], pa.string()),
            "messages": pa.array([count for _, _, count in figures], pa.int64()),
        }
    )


@cache
def pressure_spec() -> Spec:
    """Return a bar for each band; a click selects its `least`."""
    chart = bars("least", share_title="Of all who got any")
    return rows_of_bars(chart.encode(x=alt.X("messages:Q", title="People", axis=whole_numbers())))


def pressure_table(found: Pressure) -> pa.Table:
    """Return the rows of `pressure_spec`."""
    reached = sum(band.people for band in found.bands) or 1
    return pa.table(
        {
            "least": pa.array([band.least for band in found.bands], pa.int64()),
            "label": pa.array([f"{b.label}: {b.people:,}" for b in found.bands], pa.string()),
            "meaning": pa.array(["Sent"] * len(found.bands), pa.string()),
            "messages": pa.array([band.people for band in found.bands], pa.int64()),
            "share": pa.array([band.people / reached for band in found.bands], pa.float64()),
        }
    )
