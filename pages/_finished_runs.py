"""Runs that have ended lately: told once to whoever comes to Home, and away with a press."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Final

import streamlit as st

from pages._words import counted, plain, said_duration
from relay_core.delivery.runs import RunStatus
from relay_core.reports.overview import Overview, RunSummary

_REPORTS: Final = Path(__file__).parent / "reports.py"
_LATELY: Final = timedelta(days=1)
_MOST: Final = 3
_FINISHED: Final = "finished"
_SEEN: Final = "finished_seen"


def said_end(run: RunSummary | RunStatus) -> str:
    """Return what a person hears when a run has ended."""
    parts = [f"{run.accepted:,} accepted"]
    parts += [f"{run.failed:,} failed"] if run.failed else []
    parts += [f"{run.unknown:,} unknown"] if run.unknown else []
    return f"{run.campaign}, run {run.run}, is finished: {', '.join(parts)}."


def ended_since(overview: Overview, running: Iterable[int]) -> list[RunSummary]:
    """Return the runs that were running before and are finished now."""
    before = set(running)
    return [run for run in overview.runs if run.run in before and run.state == _FINISHED]


def show_finished(overview: Overview) -> None:
    """Draw a notice for each run that ended within a day and was not put away."""
    seen: set[int] = st.session_state.setdefault(_SEEN, set())
    lately = [
        run
        for run in overview.runs
        if run.state == _FINISHED
        and run.finished_at
        and overview.as_of - run.finished_at < _LATELY
        and run.run not in seen
    ][:_MOST]
    if not lately:
        return
    st.header("Finished lately")
    with st.container(border=True, key="finished_lately"):
        for run in lately:
            _row(run, overview)


def _row(run: RunSummary, overview: Overview) -> None:
    ago = said_duration((overview.as_of - (run.finished_at or overview.as_of)).total_seconds())
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.markdown(f":green[:material/check_circle:] **{plain(run.campaign)}**, run {run.run}")
            st.caption(
                f"{ago} ago: {run.accepted:,} of {counted(run.planned, 'message')} accepted, "
                f"{run.delivered:,} delivered, {run.failed:,} failed, {run.unknown:,} unknown."
            )
        st.button(
            "Open report", key=f"finished_{run.run}_open", on_click=_open_report, args=(run.run,)
        )
        st.button(
            "Put away",
            key=f"finished_{run.run}_seen",
            type="tertiary",
            on_click=_put_away,
            args=(run.run,),
        )


def _open_report(run: int) -> None:
    _put_away(run)
    st.switch_page(_REPORTS, query_params={"run": str(run)})


def _put_away(run: int) -> None:
    st.session_state.setdefault(_SEEN, set()).add(run)
