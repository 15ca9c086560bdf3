"""One run: how far it is, what became of its messages, and what can be done about it."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st

from pages._approval import approval_section
from pages._audience_view import advice_lines
from pages._finished_runs import said_end
from pages._retry import retry_section
from pages._run_progress import show_details, show_progress
from pages._run_stopped import stopped_section
from pages._ui import (
    Permission,
    actor,
    explaining_errors,
    flash,
    flashing_errors,
    may,
    relay,
    require,
)
from pages._unknowns import unknowns_section
from pages._words import counted, plain, said_moment
from relay_core.campaigns.kinds import RunKind, said_retried
from relay_core.delivery.runs import RunStatus
from relay_core.delivery.states import RunState
from relay_core.reports.forgotten_words import removed_in_words

require(Permission.VIEW)

_HERE: Final = Path(__file__).parent
_EVERY_S: Final = 2
_SELDOM_S: Final = 5
_RECEIPTS_FOR: Final = timedelta(minutes=15)
"""After its end: how long its receipts are looked for on an open page."""
_LATEST: Final = 10


def _chosen_run() -> int | None:
    asked = st.query_params.get("run", "")
    return int(asked) if asked.isascii() and asked.isdecimal() else None


def _choose() -> None:
    st.title("Run")
    runs = relay().runs()
    if not runs:
        st.write("Nothing was sent yet. Open a campaign, review it, and send it.")
        st.page_link(_HERE / "campaigns.py", label="Go to campaigns", icon=":material/campaign:")
    for run in runs[:_LATEST]:
        st.page_link(
            _HERE / "run.py",
            label=f"{run.campaign}, {said_moment(run.created_at)}: {run.state}",
            query_params={"run": str(run.run)},
        )


def _one(run_id: int) -> None:
    begun = relay().run(run_id)
    st.title(plain(begun.campaign))
    _whose(begun)
    if begun.state is RunState.AWAITING:
        st.fragment(partial(_until_changed, begun), run_every=_EVERY_S)()
        approval_section(begun)
        return
    if begun.state is RunState.CANCELLED and begun.note:
        st.info(plain(begun.note), icon=":material/block:")
    if begun.forgotten_at:
        st.info(removed_in_words(begun.forgotten_at), icon=":material/auto_delete:")
    stopped_section(begun)
    st.fragment(partial(_live, begun), run_every=_next_look_s(begun))()
    unknowns_section(begun)
    if may(Permission.SEND):
        retry_section(begun)
    _left_out(begun)


def _whose(run: RunStatus) -> None:
    """Say who made it, what for, and who approved it."""
    approved = f", approved by {plain(run.approved_by)}" if run.approved_by else ""
    what = "Test" if run.kind is RunKind.TEST else "Run"
    st.caption(
        f"{what} {run.run}, begun {said_moment(run.created_at)} by "
        f"{plain(run.created_by)}{approved}"
    )
    if run.retried:
        st.page_link(
            _HERE / "run.py",
            label=f"Another try of run {run.parent_run}, for "
            f"{plain(said_retried(run.retried, run.causes))}",
            icon=":material/replay:",
            query_params={"run": str(run.parent_run)},
        )


def _next_look_s(run: RunStatus) -> int | None:
    """Return seconds until the figures are drawn again; None once nothing more is expected."""
    if run.state is RunState.RUNNING:
        return _EVERY_S
    if run.state is RunState.PAUSED:  # somebody else may resume it
        return _SELDOM_S
    lately = run.finished_at and datetime.now(UTC) - run.finished_at < _RECEIPTS_FOR
    return _SELDOM_S if lately and run.accepted > run.delivered else None


def _live(begun: RunStatus) -> None:
    """Draw what changes while people look; whatever changes the page draws all of it anew."""
    run = relay().run(begun.run)
    show_progress(run)
    _buttons(run)
    show_details(run)
    if run.state is begun.state:
        return
    if run.state is RunState.FINISHED:
        flash(said_end(run))
    st.rerun()


def _until_changed(begun: RunStatus) -> None:
    """Draw the page anew once somebody has decided, for whoever else looks at it."""
    if relay().run(begun.run).state is not begun.state:
        st.rerun()


def _buttons(run: RunStatus) -> None:
    key = f"run_{run.run}"
    moves = run.state if may(Permission.SEND) else None
    with st.container(horizontal=True, vertical_alignment="center"):
        if moves is RunState.RUNNING:
            st.button(
                "Pause",
                key=f"{key}_pause",
                icon=":material/pause:",
                on_click=_pause,
                args=(run.run,),
            )
        if moves in {RunState.RUNNING, RunState.PAUSED}:
            st.button(
                "Cancel…",
                key=f"{key}_cancel",
                type="tertiary",
                on_click=partial(_confirm_cancel, run.run, run.queued),
            )
        st.page_link(
            _HERE / "reports.py",
            label="Open the report",
            icon=":material/monitoring:",
            query_params={"run": str(run.run)},
        )


def _pause(run_id: int) -> None:
    with flashing_errors():
        relay().pause_run(run_id, actor=actor())
    st.rerun()


@st.dialog("Cancel this run?")
def _confirm_cancel(run_id: int, waiting: int) -> None:
    st.write(
        f"About {counted(waiting, 'message')} will not be sent. What has left stays sent, and a "
        "cancelled run cannot go on."
    )
    st.button("Cancel the run", key="run_cancel", type="primary", on_click=_cancel, args=(run_id,))


def _cancel(run_id: int) -> None:
    with flashing_errors():
        relay().cancel_run(run_id, actor=actor())
        flash(f"Run {run_id} is cancelled.")
    st.rerun()


def _left_out(run: RunStatus) -> None:
    if not run.skipped:
        return
    people = counted(sum(run.skipped.values()), "person was", "people were")
    st.header("Left out")
    st.caption(f"{people} matched and did not get a message.")
    for line in advice_lines(run.skipped):
        st.markdown(line)


with explaining_errors():
    chosen = _chosen_run()
    if chosen is None:
        _choose()
    else:
        _one(chosen)
