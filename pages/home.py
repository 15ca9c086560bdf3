"""Home: what is running, what needs somebody, and how things went lately."""

from pathlib import Path
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._attention import show_attention
from pages._finished_runs import ended_since, said_end, show_finished
from pages._first_steps import show_first_steps
from pages._people_sync import announce_end, is_syncing, show_people
from pages._pick_table import pick_row
from pages._setup_left import show_setup_left
from pages._template_news import show_template_news
from pages._ui import Permission, explaining_errors, flash, relay, require
from pages._words import counted, plain, said_moment
from relay_core.reports.overview import Overview, RunSummary

require(Permission.VIEW)

_HERE: Final = Path(__file__).parent
_EVERY_S: Final = 2
_LAST_RUNS: Final = 8
_RUNNING: Final = "running"


def _open_run(run: int) -> None:
    st.switch_page(_HERE / "run.py", query_params={"run": str(run)})


def _show_running(overview: Overview) -> None:
    running = [run for run in overview.runs if run.state == _RUNNING]
    if not running:
        return
    st.header("Running now")
    for run in running:
        _show_one(run)
    st.caption(f"As of {overview.as_of:%H:%M:%S} UTC.")


def _show_one(run: RunSummary) -> None:
    settled = run.planned - run.queued - run.sending
    figures = (
        f"{run.accepted:,} accepted, {run.delivered:,} delivered, "
        f"{run.failed:,} failed, {run.unknown:,} unknown"
    )
    with st.container(border=True, key=f"running_{run.run}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(gap=None):
                st.markdown(f"**{plain(run.campaign)}**, run {run.run}")
                st.caption(f"{plain(run.integration)}. {figures}.")
            st.button(
                "Open run", key=f"open_running_{run.run}", on_click=_open_run, args=(run.run,)
            )
        st.progress(
            settled / run.planned if run.planned else 1.0,
            text=f"{settled:,} of {counted(run.planned, 'message')}",
        )


def _show_week(overview: Overview) -> None:
    week = overview.last_7_days
    st.header(f"Last {week.days} days")
    with st.grid(5, min_column_width=140):
        st.metric("Accepted", week.accepted, format="localized", border=True)
        st.metric("Delivered", week.delivered, format="localized", border=True)
        st.metric("Failed", week.failed, format="localized", border=True)
        st.metric("Unknown", week.unknown, format="localized", border=True)
        st.metric("Replied", week.replied, format="localized", border=True)


def _show_last_runs(overview: Overview) -> None:
    st.header("Last runs")
    runs = overview.runs[:_LAST_RUNS]
    table = pa.table(
        {
            "Campaign": [run.campaign for run in runs],
            "Run": [run.run for run in runs],
            "State": [run.state.capitalize() for run in runs],
            "Begun": [said_moment(run.created_at) for run in runs],
            "Planned": [run.planned for run in runs],
            "Delivered": [run.delivered for run in runs],
            "Failed": [run.failed for run in runs],
            "Unknown": [run.unknown for run in runs],
            "From": [run.integration for run in runs],
        }
    )
    chosen = pick_row(
        table,
        key="last_runs",
        columns={
            name: st.column_config.NumberColumn(format="localized")
            for name in ("Planned", "Delivered", "Failed", "Unknown")
        },
        alt=f"The last {counted(len(runs), 'run')}.",
    )
    st.caption("Click a row to open the run.")
    if chosen is not None:
        _open_run(runs[chosen].run)


def _is_busy(overview: Overview) -> bool:
    # Whoever opens Relay at once is there before the process has begun to read people.
    awaits_people = relay().people_progress().finished_at is None
    return any(run.state == _RUNNING for run in overview.runs) or awaits_people or is_syncing()


def _draw_live(*, was_busy: bool, running: frozenset[int]) -> None:
    with explaining_errors():
        overview = relay().overview()
        if ended := ended_since(overview, running):
            flash(" ".join(said_end(run) for run in ended))
            st.rerun()
        _show_running(overview)
        if overview.runs:
            _show_week(overview)
            _show_last_runs(overview)
        st.header("People")
        show_people()
        announce_end()
        if _is_busy(overview) != was_busy:
            st.rerun()  # the whole page: the clock of this part starts or stops with it


def _show_title(overview: Overview) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Home")
        if overview.runs:
            st.button(
                "New campaign",
                key="new_campaign",
                type="primary",
                icon=":material/add:",
                on_click=st.switch_page,
                args=(_HERE / "new_campaign.py",),
            )


def _draw() -> None:
    if not relay().settings.is_connected:
        st.title("Home")
        st.warning(
            "Relay is connected to no account yet, so nothing can be read or sent.",
            icon=":material/link_off:",
        )
        show_setup_left()
        return
    overview = relay().overview()
    # Asked before anything is drawn: what ends meanwhile is noticed by the part that looks again.
    busy = _is_busy(overview)
    _show_title(overview)
    show_setup_left()
    if not overview.runs:
        show_first_steps()
    show_attention(overview.attention, relay().templates(), relay().schedules())
    show_finished(overview)
    show_template_news()
    running = frozenset(run.run for run in overview.runs if run.state == _RUNNING)
    st.fragment(_draw_live, run_every=_EVERY_S if busy else None)(was_busy=busy, running=running)


with explaining_errors():
    _draw()
