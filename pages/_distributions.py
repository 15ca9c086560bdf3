"""How those who will receive are spread: small bar charts, drawn when asked for."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import altair as alt
import pyarrow as pa
import streamlit as st

from pages._ui import relay
from relay_core.audience.conditions.definition import AudienceDefinition, definition_to_json
from relay_core.audience.policy import ANY_PURPOSE, Purpose
from relay_core.audience.screening.preview import AudiencePreview

_KEPT: Final = "audience_distributions"
_MOST_KEPT: Final = 8
"""Audiences whose charts a session remembers."""
_MOST_BARS: Final = 20
_BAR_STEP_PX: Final = 24
_MOST_LABEL_PX: Final = 180
_OVER_TIME_HEIGHT_PX: Final = 180
_CHART_WIDTH_PX: Final = 320
_TITLES: Final = {
    "country": "Country of the number",
    "language": "Language",
    "consent": "Consent",
    "created": "Created, by month",
    "tag": "Most frequent tags",
}
_CONSENT: Final = {"yes": "Agreed", "no": "Not recorded"}
_NOT_KNOWN: Final = "Not known"

Spread = Mapping[str, pa.Table]


def show_distributions(
    definition: AudienceDefinition,
    preview: AudiencePreview,
    *,
    key: str,
    purpose: Purpose = ANY_PURPOSE,
) -> None:
    """Draw the charts inside a part of the page that is opened for them.

    Raises:
        RelayError: They cannot be counted; its advice is for the page.
    """
    opened = st.expander(
        "How those who will receive are spread",
        icon=":material/bar_chart:",
        key=f"{key}_spread",
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        if not preview.will_receive:
            st.caption("Nobody will receive this, so there is nothing to draw.")
            return
        spread = _spread(definition, preview, purpose=purpose)
        with st.grid(min_column_width=_CHART_WIDTH_PX, gap="medium"):
            for kind, title in _TITLES.items():
                with st.container(key=f"{key}_spread_{kind}"):
                    st.markdown(f"**{title}**")
                    _chart(spread[kind], kind=kind, title=title, key=f"{key}_{kind}")


def _spread(
    definition: AudienceDefinition, preview: AudiencePreview, *, purpose: Purpose
) -> Spread:
    """Return the counts; those of the same people are not counted twice in a session."""
    kept: dict[tuple[object, ...], Spread] = st.session_state.setdefault(_KEPT, {})
    synced_at = relay().people_progress().finished_at
    asked = (
        definition_to_json(definition),
        purpose,
        preview.matched,
        preview.will_receive,
        synced_at,
    )
    if asked not in kept:
        while len(kept) >= _MOST_KEPT:
            del kept[next(iter(kept))]
        kept[asked] = relay().distributions(definition, purpose=purpose)
    return kept[asked]


def _chart(counts: pa.Table, *, kind: str, title: str, key: str) -> None:
    if not counts.num_rows:
        st.caption("Nobody has one.")
        return
    rows = _rows(counts, kind=kind)
    st.vega_lite_chart(
        rows,
        _over_time() if kind == "created" else _bars(),
        key=key,
        alt=_words(rows, title=title),
    )
    if kind == "consent" and not _consent_is_recorded():
        st.caption("No setting says where Zendesk holds the consent of a person.")
    elif counts.num_rows > rows.num_rows:
        st.caption(f"The first {rows.num_rows} of {counts.num_rows:,}.")


def _rows(counts: pa.Table, *, kind: str) -> pa.Table:
    values = counts["value"].to_pylist()
    people = counts["people"].to_pylist()
    if kind == "created":
        told = [(value, number) for value, number in zip(values, people, strict=True) if value]
    else:
        said = _CONSENT if kind == "consent" else {}
        told = [
            (_NOT_KNOWN if value is None else said.get(value, value), number)
            for value, number in zip(values, people, strict=True)
        ][:_MOST_BARS]
    return pa.table(
        {
            "name": pa.array([name for name, _ in told], pa.string()),
            "label": pa.array([f"{name}  {number:,}" for name, number in told], pa.string()),
            "people": pa.array([number for _, number in told], pa.int64()),
        }
    )


def _consent_is_recorded() -> bool:
    settings = relay().settings
    return bool(settings.consent_tags or settings.consent_fields)


def _words(rows: pa.Table, *, title: str) -> str:
    said = (f"{row['name']} {row['people']:,}" for row in rows.to_pylist())
    return f"{title}: {', '.join(said)}."


@cache
def _bars() -> dict[str, Any]:
    """Return horizontal bars, each with its name and number on the axis."""
    return _bare(
        alt.Chart(
            alt.NamedData("rows"),
            height=alt.Step(_BAR_STEP_PX),
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        )
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            x=alt.X("people:Q", title=None, axis=None),
            y=alt.Y(
                "label:N",
                sort=None,
                title=None,
                axis=alt.Axis(labelLimit=_MOST_LABEL_PX, ticks=False, domain=False),
            ),
            tooltip=[
                alt.Tooltip("name:N", title="Value"),
                alt.Tooltip("people:Q", title="People", format=",d"),
            ],
        )
    )


@cache
def _over_time() -> dict[str, Any]:
    """Return a bar for each month, in order."""
    return _bare(
        alt.Chart(alt.NamedData("rows"), height=_OVER_TIME_HEIGHT_PX)
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=alt.X(
                "name:O", title=None, axis=alt.Axis(labelOverlap=True, ticks=False, labelAngle=0)
            ),
            y=alt.Y("people:Q", title=None, axis=alt.Axis(format=",d", tickMinStep=1, tickCount=4)),
            tooltip=[
                alt.Tooltip("name:N", title="Month"),
                alt.Tooltip("people:Q", title="People", format=",d"),
            ],
        )
    )


def _bare(chart: alt.Chart) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    for part in ("$schema", "config", "data", "datasets"):
        spec.pop(part, None)
    return spec
