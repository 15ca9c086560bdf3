"""The reports: every run with its figures, one of them in full, and many at once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._across import RUNS, choose_view, show_across
from pages._pick_table import pick_row
from pages._report import show_report
from pages._ui import Permission, explaining_errors, relay, require
from pages._words import said_moment
from relay_core.reports.overview import RunSummary

require(Permission.VIEW)

_HERE: Final = Path(__file__).parent
_EVERY_S: Final = 1.2
"""Figures are to be two seconds old at most, and drawing them takes time too."""
_CHOSEN: Final = "reports_run"


def _list() -> None:
    st.title("Reports")
    if not relay().was_anything_sent():
        st.write("Nothing was sent yet, so there is nothing to report. Send a campaign first.")
        st.page_link(_HERE / "campaigns.py", label="Go to campaigns", icon=":material/campaign:")
        return
    view = choose_view()
    if view != RUNS:
        show_across(view)
        return
    overview = relay().overview()
    month = overview.last_30_days
    st.caption(f"The last {month.days} days, over all runs.")
    with st.grid(5, min_column_width=120):
        for label, number in (
            ("Accepted", month.accepted),
            ("Delivered", month.delivered),
            ("Replied", month.replied),
            ("Failed", month.failed),
            ("Unknown", month.unknown),
        ):
            st.metric(label, number, format="localized", border=True)
    st.header("Runs")
    by_id = {run.run: run for run in overview.runs}
    st.selectbox(
        "Open the report of",
        list(by_id),
        index=None,
        format_func=lambda id_: _label(by_id[id_]) if id_ in by_id else str(id_),
        placeholder="Choose a run, or click one below",
        key=_CHOSEN,
        on_change=_open_chosen,
    )
    row = pick_row(
        _table(overview.runs),
        key="reports_runs",
        columns={"Begun": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm")},
        alt="Every run with its figures, newest first.",
    )
    if row is not None:
        st.query_params["run"] = str(overview.runs[row].run)
        st.rerun()


def _label(run: RunSummary) -> str:
    return f"{run.campaign}, run {run.run}, {said_moment(run.created_at)}"


def _table(runs: Sequence[RunSummary]) -> pa.Table:
    return pa.table(
        {
            "Run": pa.array([r.run for r in runs], pa.int64()),
            "Campaign": pa.array([r.campaign for r in runs]),
            "State": pa.array([r.state for r in runs]),
            "Begun": pa.array([r.created_at for r in runs], pa.timestamp("ms", tz="UTC")),
            "Planned": pa.array([r.planned for r in runs], pa.int64()),
            "Accepted": pa.array([r.accepted for r in runs], pa.int64()),
            "Delivered": pa.array([r.delivered for r in runs], pa.int64()),
            "Replied": pa.array([r.replied for r in runs], pa.int64()),
            "Failed": pa.array([r.failed for r in runs], pa.int64()),
            "Unknown": pa.array([r.unknown for r in runs], pa.int64()),
            "Left out": pa.array([r.skipped for r in runs], pa.int64()),
            "Template": pa.array([r.template for r in runs]),
        }
    )


def _open_chosen() -> None:
    if run := st.session_state[_CHOSEN]:
        st.query_params["run"] = str(run)


def _close() -> None:
    st.query_params.pop("run", None)


def _one(run_id: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "All reports",
            key="reports_back",
            type="tertiary",
            icon=":material/arrow_back:",
            on_click=_close,
        )
        st.page_link(
            _HERE / "run.py",
            label="The run itself",
            icon=":material/play_circle:",
            query_params={"run": str(run_id)},
        )
    begun = relay().run(run_id)

    def live() -> None:
        show_report(run_id)
        if begun.is_active and not relay().run(run_id).is_active:
            st.rerun()  # a whole run of the page ends the timer

    st.fragment(live, run_every=_EVERY_S if begun.is_active else None)()


with explaining_errors():
    asked = st.query_params.get("run", "")
    if asked.isascii() and asked.isdecimal():
        _one(int(asked))
    else:
        _list()
