"""An audience before it is used: how many, why not more, and who."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import altair as alt
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from pages._words import counted, plain
from relay_core.audience.screening.decisions import WILL_RECEIVE
from relay_core.audience.screening.preview import AudiencePreview
from relay_core.reports.export import as_csv
from relay_core.reports.skips import skip_advice, skip_label

_EVERYBODY: Final = "everybody"
_BAR_STEP_PX: Final = 30
_MOST_LABEL_PX: Final = 260
_HEADINGS: Final = {
    "name": "Name",
    "decision": "Decision",
    "phone": "Phone in Zendesk",
    "phone_e164": "Number used",
    "phone_country": "Country",
    "locale": "Language",
    "email": "E-mail",
    "tags": "Tags",
    "id": "Zendesk id",
}
_TABLE_HEIGHT_PX: Final = 420


def show_preview(preview: AudiencePreview, *, key: str) -> None:
    """Draw the sentence, the figures, the waterfall and the people of an audience."""
    show_figures(preview)
    if preview.matched:
        show_waterfall(preview, key=f"{key}_waterfall")
        show_people(preview, key=key)
    else:
        st.caption("Nobody matches. Change or remove a condition, or sync people on Home.")


def show_figures(preview: AudiencePreview) -> None:
    """Draw the sentence, the three numbers, and what a person should know about them."""
    st.markdown(plain(preview.explanation))
    with st.container(horizontal=True):
        st.metric("Matched", preview.matched, format="localized", border=True)
        st.metric(
            "Left out", preview.matched - preview.will_receive, format="localized", border=True
        )
        st.metric("Will receive", preview.will_receive, format="localized", border=True)
    if preview.counted is not None and preview.searched is not None and preview.complete:
        st.caption(f"Zendesk counts {preview.counted:,} people and gave {preview.searched:,}.")
    for notice in preview.notices:
        st.warning(plain(notice), icon=":material/info:")


def show_waterfall(preview: AudiencePreview, *, key: str) -> None:
    """Draw how the matched become those who will receive, one bar for each reason."""
    left_out = [step for step in preview.steps if step.count]
    if not left_out:
        return
    st.vega_lite_chart(_waterfall(preview), _waterfall_spec(), key=key, alt=_waterfall_alt(preview))
    with st.expander("Why people are left out, and what can be done"):
        for step in left_out:
            st.markdown(
                f"**{step.reason.label}**: {counted(step.count, 'person', 'people')}. "
                f"{step.reason.advice}"
            )


def show_people(preview: AudiencePreview, *, key: str) -> None:
    """Draw everybody matched as a table, or those of one decision, and offer them as a file."""
    decisions = preview.people["decision"]
    counts = {str(c["values"]): c["counts"] for c in pc.value_counts(decisions).to_pylist()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = st.selectbox(
            "People",
            [_EVERYBODY, WILL_RECEIVE, *(step.reason.value for step in preview.steps)],
            format_func=lambda decision: (
                f"{_said(decision)} ({counts.get(decision, 0) if decision in counts else 0:,})"
                if decision != _EVERYBODY
                else f"Everybody matched ({preview.matched:,})"
            ),
            key=f"{key}_shown",
            width=320,
        )
        people = preview.people
        if shown != _EVERYBODY:
            people = people.filter(pc.equal(decisions, shown))
        table = _as_shown(people)
        st.download_button(
            "Download CSV",
            lambda: as_csv(_flat(table)),
            file_name="audience.csv",
            mime="text/csv",
            key=f"{key}_csv",
            icon=":material/download:",
            on_click="ignore",
        )
    st.dataframe(
        table,
        key=f"{key}_people",
        hide_index=True,
        placeholder="",
        height=_TABLE_HEIGHT_PX if table.num_rows > 10 else "auto",  # noqa: PLR2004 - a short table needs no frame
        alt=f"{counted(table.num_rows, 'person', 'people')}, each with a decision.",
    )


def _said(decision: str) -> str:
    return "Will receive" if decision == WILL_RECEIVE else skip_label(decision)


def _as_shown(people: pa.Table) -> pa.Table:
    said = pa.array([_said(d) for d in people["decision"].to_pylist()], pa.string())
    people = people.set_column(people.column_names.index("decision"), "decision", said)
    ids = people["id"].cast(pa.string())  # an id is no quantity: no separators, no sums
    people = people.set_column(people.column_names.index("id"), "id", ids)
    return people.select(list(_HEADINGS)).rename_columns(list(_HEADINGS.values()))


def _flat(table: pa.Table) -> pa.Table:
    """Return the table with tags as one text, which a file can hold."""
    tags = pc.binary_join(table["Tags"].cast(pa.list_(pa.string())), " ")
    return table.set_column(table.column_names.index("Tags"), "Tags", tags)


def _waterfall(preview: AudiencePreview) -> pa.Table:
    steps = [
        ("Matched", 0, preview.matched, "in"),
        *((s.reason.label, s.left, s.left + s.count, "out") for s in preview.steps if s.count),
        ("Will receive", 0, preview.will_receive, "in"),
    ]
    return pa.table(
        {
            "label": pa.array([f"{name}  {end - start:,}" for name, start, end, _ in steps]),
            "from": pa.array([start for _, start, _, _ in steps], pa.int64()),
            "to": pa.array([end for _, _, end, _ in steps], pa.int64()),
            "people": pa.array([end - start for _, start, end, _ in steps], pa.int64()),
            "meaning": pa.array([meaning for *_, meaning in steps]),
        }
    )


def _waterfall_alt(preview: AudiencePreview) -> str:
    parts = [f"{step.reason.label} {step.count:,}" for step in preview.steps if step.count]
    return (
        f"Of {preview.matched:,} matched people, {preview.will_receive:,} will receive. "
        f"Left out: {', '.join(parts)}."
    )


@cache
def _waterfall_spec() -> dict[str, Any]:
    """Return the chart without its data; made once, for it costs more than the page."""
    chart = (
        alt.Chart(alt.NamedData("rows"), height=alt.Step(_BAR_STEP_PX))
        .mark_bar(cornerRadius=3)
        .encode(
            x=alt.X("from:Q", title="People", axis=alt.Axis(format=",d", tickMinStep=1)),
            x2=alt.X2("to:Q"),
            y=alt.Y(
                "label:N",
                sort=None,
                title=None,
                axis=alt.Axis(labelLimit=_MOST_LABEL_PX, ticks=False, domain=False),
            ),
            color=alt.Color("meaning:N", scale=alt.Scale(domain=["in", "out"]), legend=None),
            tooltip=[
                alt.Tooltip("label:N", title="Step"),
                alt.Tooltip("people:Q", title="People", format=",d"),
            ],
        )
    )
    spec: dict[str, Any] = chart.to_dict()
    for part in ("$schema", "config", "data", "datasets"):
        spec.pop(part, None)
    return spec


def advice_lines(skipped: Mapping[str, int]) -> list[str]:
    """Return one line for each reason of leaving people out, with what can be done."""
    return [
        f"**{skip_label(reason)}**: {counted(people, 'person', 'people')}. {skip_advice(reason)}"
        for reason, people in skipped.items()
    ]
