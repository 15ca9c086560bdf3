"""The chart of what happened over time, on which a moment can be pressed and a period brushed."""

from datetime import timedelta
from functools import cache
from typing import Final

import altair as alt
import pyarrow as pa

from relay_core.reports.charts import EVENTS, FADED, ROWS, RunChart, Spec, bare, whole_numbers
from relay_core.reports.narrowing import Period
from relay_core.reports.run_report import RunReport
from relay_core.reports.shown_sql import Figure

MOMENT: Final = "moment"
"""Name of the selection of a point: one event in one step."""
PERIOD: Final = "period"
"""Name of the selection of a stretch of the axis."""
_CLOCK: Final = {
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
_WHOLE_SECOND: Final = "milliseconds(datum.value) ? '' : datum.label"
"""No step is shorter, so a tick between two seconds has nothing to say."""
_ROOM_PX: Final = 12
"""Beside the first and the last step, where their points and labels have room."""
_SECOND: Final = "%Y-%m-%d %H:%M:%S"
_MOMENT: Final = pa.timestamp("ms", tz="UTC")
SHAPES: Final = ["square", "triangle-up", "circle", "diamond"]
"""Of `EVENTS`, as are the dashes below."""
DASHES: Final = [[6, 3], [2, 2], [1, 0], [8, 2, 2, 2]]


@cache
def _spec() -> Spec:
    moment = alt.selection_point(name=MOMENT, fields=["start", "meaning"])
    period = alt.selection_interval(name=PERIOD, encodings=["x"])
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        x=alt.X(
            "start:T",
            title="Time (UTC)",
            scale=alt.Scale(type="utc", padding=_ROOM_PX),
            axis=alt.Axis(format=_CLOCK, labelOverlap=True, tickCount=8, labelExpr=_WHOLE_SECOND),
        ),
        y=alt.Y("messages:Q", title="Messages", axis=whole_numbers()),
        color=alt.Color(
            "meaning:N",
            title=None,
            scale=alt.Scale(domain=list(EVENTS)),
            legend=alt.Legend(orient="top", symbolStrokeWidth=0),
        ),
    )
    lines = base.mark_line(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash(
            "meaning:N",
            title=None,
            scale=alt.Scale(domain=list(EVENTS), range=DASHES),
        )
    )
    points = base.mark_point(filled=True, size=55).encode(
        shape=alt.Shape(
            "meaning:N", title=None, scale=alt.Scale(domain=list(EVENTS), range=SHAPES)
        ),
        opacity=alt.when(alt.datum.chosen).then(alt.value(1)).otherwise(alt.value(FADED)),
        tooltip=[
            alt.Tooltip("meaning:N", title="What"),
            alt.Tooltip("messages:Q", title="Messages", format=",d"),
            alt.Tooltip("when:N", title="From (UTC)"),
        ],
    )
    return bare(alt.layer(lines.add_params(period), points.add_params(moment)))


def over_time_table(report: RunReport, *, period: Period | None = None) -> pa.Table:
    """Return the rows of the chart; those of a period alone are `chosen`, of none all are."""
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
            "chosen": pa.array(
                [period is None or period.start <= start < period.end for start, _, _ in figures],
                pa.bool_(),
            ),
        }
    )


def _alt(report: RunReport) -> str:
    buckets = report.timeline.buckets
    if not buckets:
        return said_nothing(report)
    busiest = max(buckets, key=lambda bucket: bucket.sent)
    width = timedelta(seconds=report.timeline.bucket_s)
    end = buckets[-1].start + width
    return (
        f"Messages sent, delivered, failed and replied to in steps of {said_step(width)}, from "
        f"{buckets[0].start:{_SECOND}} to {end:{_SECOND}} UTC. In the busiest step, from "
        f"{busiest.start:{_SECOND}}, the channel took {busiest.sent:,}."
    )


def said_nothing(report: RunReport) -> str:
    """Return what to say where there is nothing to draw, because nothing has surely left."""
    if report.unknown:
        few = "1 message" if report.unknown == 1 else f"{report.unknown:,} messages"
        return f"Nothing is known to have left; {few} may have."
    return "Nothing has left."


def said_step(width: timedelta) -> str:
    """Return the length of a step as a person says it: `5 minutes`."""
    for unit, name in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, rest = divmod(int(width.total_seconds()), unit)
        if count and not rest:
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    raise ValueError("a step of time has at least a second")


OVER_TIME: Final = RunChart(
    title="Over time",
    figure=Figure.OVER_TIME,
    spec=_spec,
    table=over_time_table,
    alt=_alt,
    selections=(MOMENT, PERIOD),
)
