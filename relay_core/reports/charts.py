"""Charts of a run: Vega-Lite specs without data, the tables that go with them, and their words.

A spec costs 30 ms to author, so each is made once; a page brings the table of the moment, which
the spec calls "rows". Colours come from the page's palette, by meaning; what a colour says is also
said by a label, a dash or a shape, so the charts can be read in grey.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Final

import altair as alt
import pyarrow as pa

from relay_core.reports.intervals import Proportion
from relay_core.reports.run_report import RunReport

Spec = dict[str, Any]

_ROWS: Final = "rows"
_EVENTS: Final = ("Delivered", "Failed", "Sent", "Replied")
_MEANINGS: Final = (*_EVENTS, "Cancelled", "Unknown", "Planned")
"""In the order of the palette: teal, orange, blue, purple, red, ochre, grey."""
_SHAPES: Final = ["square", "triangle-up", "circle", "diamond"]
_BAR_STEP_PX: Final = 40
_MOST_LABEL_PX: Final = 320
_FADED: Final = 0.35
_CLOCK: Final = {
    "milliseconds": "%H:%M:%S.%L",
    "seconds": "%H:%M:%S",
    "minutes": "%H:%M",
    "hours": "%H:%M",
    "day": "%-d %b",
    "date": "%-d %b",
    "week": "%-d %b",
    "month": "%b %Y",
    "quarter": "%b %Y",
    "year": "%Y",
}
"""A clock of 24 hours, as detailed as the axis is close."""
_SECOND: Final = "%Y-%m-%d %H:%M:%S"
_MOMENT: Final = pa.timestamp("ms", tz="UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChart:
    """One chart of a run's report."""

    title: str
    spec: Callable[[], Spec]
    """Made once and shared: not to be changed."""
    table: Callable[[RunReport], pa.Table]
    alt: Callable[[RunReport], str]
    """What the chart says, in a sentence or two."""
    selection: str | None
    """Name of the point selection, and of the column whose value a click selects."""


def _colours() -> alt.Color:
    return alt.Color(
        "meaning:N", scale=alt.Scale(domain=list(_MEANINGS)), legend=None, title="Messages"
    )


def _whole_numbers() -> alt.Axis:
    return alt.Axis(tickMinStep=1, tickCount=6, format=",d")


def bars(selection: str | None, *, share_title: str) -> Spec:
    """Return horizontal bars, labelled on the axis, where text follows the theme.

    Args:
        selection: Column whose value a click selects; None: a click selects nothing.
        share_title: What the column "share" is a share of.
    """
    chart = (
        alt.Chart(
            alt.NamedData(_ROWS),
            height=alt.Step(_BAR_STEP_PX),
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        )
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            x=alt.X("messages:Q", title="Messages", axis=_whole_numbers()),
            y=alt.Y(
                "label:N",
                sort=None,
                title=None,
                axis=alt.Axis(labelLimit=_MOST_LABEL_PX, ticks=False, domain=False),
            ),
            color=_colours(),
            tooltip=[
                alt.Tooltip("label:N", title="What"),
                alt.Tooltip("messages:Q", title="Messages", format=",d"),
                alt.Tooltip("share:Q", title=share_title, format=".1%"),
            ],
        )
    )
    if selection:
        chosen = alt.selection_point(name=selection, fields=[selection])
        faded = alt.when(chosen).then(alt.value(1)).otherwise(alt.value(_FADED))
        chart = chart.encode(opacity=faded).add_params(chosen)
    return _bare(chart)


@cache
def _funnel_spec() -> Spec:
    return bars("step", share_title="Of all planned")


def _funnel_table(report: RunReport) -> pa.Table:
    steps = report.funnel
    return pa.table(
        {
            "step": pa.array([s.step for s in steps], pa.string()),
            "label": pa.array(
                [f"{s.label}  {s.messages:,}{_percent(s.of_planned)}" for s in steps], pa.string()
            ),
            "meaning": pa.array([s.label for s in steps], pa.string()),
            "messages": pa.array([s.messages for s in steps], pa.int64()),
            "share": pa.array(
                [s.of_planned.share if s.of_planned else None for s in steps], pa.float64()
            ),
        }
    )


def _funnel_alt(report: RunReport) -> str:
    if not report.planned:
        return "Nothing was planned in this run."
    planned, *later = report.funnel
    parts = [f"{s.messages:,} {s.step}{_percent(s.of_planned)}" for s in later]
    return f"Of {planned.messages:,} planned messages: {', '.join(parts)}."


@cache
def _over_time_spec() -> Spec:
    base = alt.Chart(alt.NamedData(_ROWS)).encode(
        x=alt.X(
            "start:T",
            title="Time (UTC)",
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(format=_CLOCK, labelOverlap=True),
        ),
        y=alt.Y("messages:Q", title="Messages", axis=_whole_numbers()),
        color=alt.Color(
            "meaning:N",
            title="Messages",
            scale=alt.Scale(domain=list(_EVENTS)),
            legend=alt.Legend(orient="top", symbolStrokeWidth=0),
        ),
    )
    lines = base.mark_line(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash(
            "meaning:N",
            title="Messages",
            scale=alt.Scale(domain=list(_EVENTS), range=[[6, 3], [2, 2], [1, 0], [8, 2, 2, 2]]),
        )
    )
    points = base.mark_point(filled=True, size=45, opacity=1).encode(
        shape=alt.Shape(
            "meaning:N",
            title="Messages",
            scale=alt.Scale(domain=list(_EVENTS), range=_SHAPES),
        ),
        tooltip=[
            alt.Tooltip("meaning:N", title="What"),
            alt.Tooltip("messages:Q", title="Messages", format=",d"),
            alt.Tooltip("when:N", title="From (UTC)"),
        ],
    )
    return _bare(alt.layer(lines, points))


def _over_time_table(report: RunReport) -> pa.Table:
    buckets = report.timeline.buckets
    figures = [
        (bucket.start, meaning, count)
        for bucket in buckets
        for meaning, count in (
            ("Sent", bucket.sent),
            ("Delivered", bucket.delivered),
            ("Failed", bucket.failed),
            ("Replied", bucket.replied),
        )
    ]
    return pa.table(
        {
            "start": pa.array([start for start, _, _ in figures], _MOMENT),
            "when": pa.array([f"{start:{_SECOND}}" for start, _, _ in figures], pa.string()),
            "meaning": pa.array([meaning for _, meaning, _ in figures], pa.string()),
            "messages": pa.array([count for _, _, count in figures], pa.int64()),
        }
    )


def _over_time_alt(report: RunReport) -> str:
    buckets = report.timeline.buckets
    if not buckets:
        return "Nothing has happened in this run yet."
    busiest = max(buckets, key=lambda bucket: bucket.sent)
    width = timedelta(seconds=report.timeline.bucket_s)
    end = buckets[-1].start + width
    return (
        f"Messages sent, delivered, failed and replied to in steps of {_said(width)}, from "
        f"{buckets[0].start:{_SECOND}} to {end:{_SECOND}} UTC. In the busiest step, from "
        f"{busiest.start:{_SECOND}}, the channel took {busiest.sent:,}."
    )


@cache
def _failures_spec() -> Spec:
    return bars("code", share_title="Of all failed")


def _failures_table(report: RunReport) -> pa.Table:
    causes = report.failures
    failed = sum(cause.deliveries for cause in causes)
    return pa.table(
        {
            "code": pa.array([c.code for c in causes], pa.string()),
            "label": pa.array(
                [f"{c.title} ({c.code})  {c.deliveries:,}" for c in causes], pa.string()
            ),
            "meaning": pa.array(["Failed"] * len(causes), pa.string()),
            "messages": pa.array([c.deliveries for c in causes], pa.int64()),
            "share": pa.array([c.deliveries / failed for c in causes], pa.float64()),
        }
    )


def _failures_alt(report: RunReport) -> str:
    if not report.failures:
        return "No message of this run has failed."
    parts = [f"{c.title} {c.deliveries:,}" for c in report.failures]
    return f"Why messages failed: {', '.join(parts)}."


def _bare(chart: alt.Chart | alt.LayerChart | alt.FacetChart) -> Spec:
    """Return the spec alone: the page brings data, size and theme."""
    spec: Spec = chart.to_dict()
    for part in ("$schema", "config", "data", "datasets"):
        spec.pop(part, None)
    for layer in spec.get("layer", ()):
        layer.pop("data", None)
    return spec


def _percent(part: Proportion | None) -> str:
    return "" if part is None else f" ({part.share:.0%})"


def _said(width: timedelta) -> str:
    for unit, name in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, rest = divmod(int(width.total_seconds()), unit)
        if count and not rest:
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    raise ValueError("a step of time has at least a second")


FUNNEL: Final = RunChart(
    title="From planned to replied",
    spec=_funnel_spec,
    table=_funnel_table,
    alt=_funnel_alt,
    selection="step",
)
OVER_TIME: Final = RunChart(
    title="Over time",
    spec=_over_time_spec,
    table=_over_time_table,
    alt=_over_time_alt,
    selection=None,
)
FAILURES: Final = RunChart(
    title="Why messages failed",
    spec=_failures_spec,
    table=_failures_table,
    alt=_failures_alt,
    selection="code",
)
RUN_CHARTS: Final = (FUNNEL, OVER_TIME, FAILURES)
