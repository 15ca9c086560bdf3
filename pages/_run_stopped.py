"""A run that stands still: who or what stopped it, what to do, and the press that goes on."""

from pathlib import Path
from typing import Final

import streamlit as st

from pages._ui import Permission, actor, flash, flashing_errors, may, relay
from pages._words import counted, plain
from relay_core.delivery.canary import CanaryState
from relay_core.delivery.runs import RunStatus
from relay_core.delivery.states import RunState

_HERE: Final = Path(__file__).parent
_MOST_NAMED: Final = 5


def stopped_section(run: RunStatus) -> None:
    """Draw why a run is paused, and the way on; nothing for any other run."""
    if run.state is not RunState.PAUSED:
        return
    by_relay = run.note is not None
    st.warning(
        plain(run.note) if run.note else "Somebody paused it. Nothing new leaves.",
        title="Relay stopped this run" if by_relay else "Paused",
        icon=":material/pause_circle:",
    )
    together = relay().stopped_with(run.run) if by_relay else []
    others = [other for other in together if other != run.run]
    if others:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f"{counted(len(others), 'other run')} stopped for the same reason:",
                width="content",
            )
            for other in others[:_MOST_NAMED]:
                st.page_link(
                    _HERE / "run.py", label=f"Run {other}", query_params={"run": str(other)}
                )
    if not may(Permission.SEND):
        return
    canary = relay().canary(run.run)
    is_canary = canary is not None and canary.state is CanaryState.STOPPED
    with st.container(horizontal=True):
        st.button(
            "Send the rest all the same" if is_canary else "Resume",
            key=f"run_{run.run}_resume",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_resume,
            args=((run.run,),),
        )
        if others:
            st.button(
                f"Resume all {len(together)}",
                key=f"run_{run.run}_resume_all",
                icon=":material/play_arrow:",
                on_click=_resume,
                args=(tuple(together),),
            )


def _resume(runs: tuple[int, ...]) -> None:
    with flashing_errors():
        for run_id in runs:
            st.session_state.pop(f"readings_{run_id}", None)
            relay().resume_run(run_id, actor=actor())
        if len(runs) > 1:
            flash(f"{counted(len(runs), 'run')} going on.")
