"""Charts of a run: Vega-Lite specs without data, the tables that go with them, and their words.

A spec costs 30 ms to author, so each is made once; a page brings the table of the moment, which
the spec calls "rows". Colours come from the page's palette, by meaning; what a colour says is also
said by a label, a dash or a shape, so the charts can be read in grey.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import altair as alt
import pyarrow as pa

from relay_core.reports.funnel import FunnelStep
from relay_core.reports.intervals import Proportion
from relay_core.reports.run_report import RunReport
from relay_core.reports.shown_sql import Figure

Spec = dict[str, Any]

ROWS: Final = "rows"
"""What a spec calls its table."""
EVENTS: Final = ("Delivered", "Failed", "Sent", "Replied")
_MEANINGS: Final = (*EVENTS, "Cancelled", "Unknown", "Planned")
"""In the order of the palette: teal, orange, blue, purple, red, ochre, grey."""
_BAR_STEP_PX: Final = 40
_BELOW_PX: Final = 14
"""From the middle of a bar to the interval under it, where it is seen on any theme."""
_MOST_LABEL_PX: Final = 320
_WHOLE: Final = "datum.value === floor(datum.value) ? format(datum.value, ',d') : ''"
"""Vega puts halves between small numbers, whatever the least step."""
FADED: Final = 0.35
"""Opacity of what is not selected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChart:
    """One chart of a run's report."""

    title: str
    figure: Figure
    """Its name, and that of the query beside it."""
    spec: Callable[[], Spec]
    """Made once and shared: not to be changed."""
    table: Callable[[RunReport], pa.Table]
    alt: Callable[[RunReport], str]
    """What the chart says, in a sentence or two."""
    selections: tuple[str, ...]
    """Names of what can be selected. A name that is a column's too selects values of it."""


def whole_numbers() -> alt.Axis:
    """Return an axis of messages, which have no halves."""
    return alt.Axis(tickMinStep=1, tickCount=6, labelExpr=_WHOLE)


def bars(selection: str, *, share_title: str) -> alt.Chart:
    """Return horizontal bars, labelled on the axis, where text follows the theme.

    Args:
        selection: Column whose value a click selects.
        share_title: What the column "share" is a share of.
    """
    chosen = alt.selection_point(name=selection, fields=[selection])
    drawn: alt.Chart = (
        alt.Chart(alt.NamedData(ROWS))
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            x=alt.X("messages:Q", title="Messages", axis=whole_numbers()),
            y=alt.Y(
                "label:N",
                sort=None,
                title=None,
                axis=alt.Axis(labelLimit=_MOST_LABEL_PX, ticks=False, domain=False),
            ),
            color=alt.Color(
                "meaning:N", scale=alt.Scale(domain=list(_MEANINGS)), legend=None, title="Messages"
            ),
            opacity=alt.when(chosen).then(alt.value(1)).otherwise(alt.value(FADED)),
            tooltip=[
                alt.Tooltip("label:N", title="What"),
                alt.Tooltip("messages:Q", title="Messages", format=",d"),
                alt.Tooltip("share:Q", title=share_title, format=".1%"),
            ],
        )
        .add_params(chosen)
    )
    return drawn


def rows_of_bars(chart: alt.Chart | alt.LayerChart | alt.FacetChart) -> Spec:
    """Return the spec of bars, each as high as the next, however many there are."""
    return bare(
        chart.properties(
            height=alt.Step(_BAR_STEP_PX),
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        )
    )


def bare(chart: alt.Chart | alt.LayerChart | alt.FacetChart) -> Spec:
    """Return the spec alone: whoever draws it brings data, size and theme."""
    spec: Spec = chart.to_dict()
    for part in ("$schema", "config", "data", "datasets"):
        spec.pop(part, None)
    for layer in spec.get("layer", ()):
        layer.pop("data", None)
    return spec


@cache
def _funnel_spec() -> Spec:
    shares = bars("step", share_title="Of all planned").mark_bar(
        cornerRadiusEnd=3, size=_BAR_STEP_PX // 2
    )
    interval = alt.Chart(alt.NamedData(ROWS)).encode(
        x=alt.X("low:Q", title="Messages"),
        y=alt.Y("label:N", sort=None),
        color=alt.ColorDatum("Planned"),
    )
    drawn = alt.layer(
        shares,
        interval.mark_rule(yOffset=_BELOW_PX).encode(x2="high:Q"),
        *(
            interval.mark_tick(yOffset=_BELOW_PX, size=6, thickness=1).encode(x=f"{end}:Q")
            for end in ("low", "high")
        ),
    )
    return rows_of_bars(drawn)


def _funnel_table(report: RunReport) -> pa.Table:
    steps = report.funnel
    judged = has_intervals(report)
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
            "low": pa.array([_edge(s, "low") if judged else None for s in steps], pa.float64()),
            "high": pa.array([_edge(s, "high") if judged else None for s in steps], pa.float64()),
        }
    )


def has_intervals(report: RunReport) -> bool:
    """Return whether the funnel shows intervals: before anything ended, there is no sample."""
    return report.sent + report.failed > 0


def _edge(step: FunnelStep, which: Literal["low", "high"]) -> float | None:
    """Return in messages where the interval of a step's share ends; what was planned has none."""
    part = step.of_planned
    if part is None or step.step == "planned":
        return None
    share: float = getattr(part, which)
    return share * part.total


def _funnel_alt(report: RunReport) -> str:
    if not report.planned:
        return "Nothing was planned in this run."
    planned, *later = report.funnel
    parts = [f"{s.messages:,} {s.step}{_percent(s.of_planned)}" for s in later]
    return f"Of {planned.messages:,} planned messages: {', '.join(parts)}."


@cache
def _failures_spec() -> Spec:
    return rows_of_bars(bars("code", share_title="Of all failed"))


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


def _percent(part: Proportion | None) -> str:
    return "" if part is None else f" ({part.share:.0%})"


FUNNEL: Final = RunChart(
    title="From planned to replied",
    figure=Figure.FUNNEL,
    spec=_funnel_spec,
    table=_funnel_table,
    alt=_funnel_alt,
    selections=("step",),
)
FAILURES: Final = RunChart(
    title="Why messages failed",
    figure=Figure.FAILURES,
    spec=_failures_spec,
    table=_failures_table,
    alt=_failures_alt,
    selections=("code",),
)
