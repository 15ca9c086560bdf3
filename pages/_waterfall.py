"""The chart from matched to will receive: one bar for each reason, in the order of looking."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import altair as alt
import pyarrow as pa
import streamlit as st

from relay_core.audience.screening.preview import AudiencePreview
from relay_core.audience.screening.reasons import WILL_RECEIVE

EVERYBODY: Final = "everybody"
"""What the first bar opens: everybody matched, whatever was decided."""

_STEP: Final = "step"
_BAR_STEP_PX: Final = 30
_MOST_LABEL_PX: Final = 260
_FADED: Final = 0.35


def waterfall(
    preview: AudiencePreview,
    *,
    key: str,
    shown: str = EVERYBODY,
    chosen: Callable[[str], None] | None = None,
) -> None:
    """Draw the chart.

    Args:
        preview: The audience; its chart needs somebody who is left out to say anything.
        key: Of the chart.
        shown: The bar whose people are shown, which stands out.
        chosen: Called with the bar that was selected, before the page is drawn again.
    """

    def selected() -> None:
        picked = st.session_state[key]["selection"].get(_STEP)
        if chosen:
            chosen(picked[0][_STEP] if picked else EVERYBODY)

    st.vega_lite_chart(
        _rows(preview, shown=shown),
        _spec(opens=chosen is not None),
        key=key,
        on_select=selected if chosen else "ignore",
        selection_mode=_STEP if chosen else None,
        alt=_words(preview),
    )


def _rows(preview: AudiencePreview, *, shown: str) -> pa.Table:
    bars = [
        (EVERYBODY, "Matched", 0, preview.matched, "in"),
        *(
            (step.reason.value, step.reason.label, step.left, step.left + step.count, "out")
            for step in preview.steps
            if step.count
        ),
        (WILL_RECEIVE, "Will receive", 0, preview.will_receive, "in"),
    ]
    return pa.table(
        {
            _STEP: pa.array([step for step, *_ in bars]),
            "label": pa.array([f"{name}  {end - start:,}" for _, name, start, end, _ in bars]),
            "from": pa.array([start for _, _, start, _, _ in bars], pa.int64()),
            "to": pa.array([end for *_, end, _ in bars], pa.int64()),
            "people": pa.array([end - start for _, _, start, end, _ in bars], pa.int64()),
            "meaning": pa.array([meaning for *_, meaning in bars]),
            "strength": pa.array(
                [1 if shown in (EVERYBODY, step) else _FADED for step, *_ in bars], pa.float64()
            ),
            "none": pa.array([0] * len(bars), pa.int64()),
            "all": pa.array([preview.matched] * len(bars), pa.int64()),
        }
    )


def _words(preview: AudiencePreview) -> str:
    parts = [f"{step.reason.label} {step.count:,}" for step in preview.steps if step.count]
    return (
        f"Of {preview.matched:,} matched people, {preview.will_receive:,} will receive. "
        f"Left out: {', '.join(parts) or 'nobody'}."
    )


@cache
def _spec(*, opens: bool) -> dict[str, Any]:
    """Return the chart without its data; made once, for it costs more than the page."""
    rows = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y(
            "label:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelLimit=_MOST_LABEL_PX, ticks=False, domain=False),
        ),
        tooltip=[
            alt.Tooltip("label:N", title="Step"),
            alt.Tooltip("people:Q", title="People", format=",d"),
        ],
    )
    layers = [
        rows.mark_bar(cornerRadius=3).encode(
            x=alt.X("from:Q", title="People", axis=alt.Axis(format=",d", tickMinStep=1)),
            x2=alt.X2("to:Q"),
            color=alt.Color("meaning:N", scale=alt.Scale(domain=["in", "out"]), legend=None),
            opacity=alt.Opacity("strength:Q", scale=None, legend=None),
        )
    ]
    if opens:  # one person of thousands is a bar too thin to hit: its whole row takes the press
        layers.append(
            rows.mark_bar(opacity=0, cursor="pointer")
            .encode(x=alt.X("none:Q"), x2=alt.X2("all:Q"))
            .properties(name="presses")
            .add_params(alt.selection_point(name=_STEP, fields=[_STEP]))
        )
    spec: dict[str, Any] = alt.layer(
        *layers,
        height=alt.Step(_BAR_STEP_PX),
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
    ).to_dict()
    for part in ("$schema", "config", "data", "datasets"):
        spec.pop(part, None)
    for layer in spec["layer"]:
        layer.pop("data", None)
    return spec
