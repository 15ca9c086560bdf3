"""One run: how far it is, what became of its messages, and what can be done about it."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st

from pages._approval import approval_section
from pages._audience_view import advice_lines
from pages._pace import Reading, left_s, rate_per_s, recent
from pages._ui import Permission, actor, explaining_errors, flash, flashing_errors, relay, require
from pages._unknowns import unknowns_section
from pages._words import counted, plain, said_duration, said_moment
from relay_core.delivery.runs import RunStatus
from relay_core.delivery.states import RunState

require(Permission.VIEW)

_HERE: Final = Path(__file__).parent
_EVERY_S: Final = 2
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
    st.caption(f"Run {run_id}, begun {said_moment(begun.created_at)}")
    if begun.state is RunState.AWAITING:
        st.fragment(partial(_until_decided, run_id), run_every=_EVERY_S)()
        approval_section(begun)
        return

    def live() -> None:
        run = relay().run(run_id)
        _figures(run)
        _buttons(run)
        if begun.is_active and not run.is_active:
            if run.state is RunState.FINISHED:
                flash(f"Run {run_id} is finished.")
            st.rerun()  # a whole run of the page ends the timer

    st.fragment(live, run_every=_EVERY_S if begun.is_active else None)()
    unknowns_section(begun)
    _left_out(begun)


def _until_decided(run_id: int) -> None:
    """Draw the page anew once somebody has decided, for whoever else looks at it."""
    if relay().run(run_id).state is not RunState.AWAITING:
        st.rerun()


def _figures(run: RunStatus) -> None:
    now = datetime.now(UTC)
    share = run.settled / run.planned if run.planned else 1.0
    st.progress(share, text=f"{_said(run)}: {run.settled:,} of {run.planned:,} settled")
    if run.state is RunState.PAUSED:
        st.warning(
            plain(run.note) if run.note else "Paused by a person. Nothing new leaves.",
            title="Paused",
            icon=":material/pause_circle:",
        )
    with st.grid(5, min_column_width=120):
        for label, number, meaning in (
            ("Accepted", run.accepted, "Taken by the channel; includes the delivered ones."),
            ("Delivered", run.delivered, "The phone confirmed it."),
            ("Failed", run.failed, "Did not get there. The report says why."),
            ("Unknown", run.unknown, "May have been sent. Never repeated by itself."),
            ("Waiting", run.queued + run.sending, "Not sent yet, or sent this moment."),
        ):
            st.metric(label, number, format="localized", border=True, help=meaning)
    if run.cancelled:
        st.caption(f"{counted(run.cancelled, 'message')} cancelled before its turn.")
    st.caption(f"{_speed(run, now)}As of {now:%H:%M:%S} UTC.")


def _said(run: RunStatus) -> str:
    words = {
        RunState.FREEZING: "Being prepared",
        RunState.AWAITING: "Waits for approval by somebody else",
        RunState.RUNNING: "Sending",
        RunState.PAUSED: "Paused",
        RunState.FINISHED: "Finished",
        RunState.CANCELLED: "Cancelled",
    }
    return words[run.state]


def _speed(run: RunStatus, now: datetime) -> str:
    if not run.is_active:
        return f"Ended {said_moment(run.finished_at)}. " if run.finished_at else ""
    key = f"readings_{run.run}"
    readings = recent(st.session_state.get(key, []), Reading(now, run.settled))
    st.session_state[key] = readings
    rate = rate_per_s(readings)
    pace = relay().pace_of(run.integration_id)
    left = left_s(run.queued + run.sending, rate=rate, pace=pace)
    said = f"{rate:.1f} messages per second, " if rate else ""
    return f"{said}about {said_duration(left)} left. "


def _buttons(run: RunStatus) -> None:
    key = f"run_{run.run}"
    with st.container(horizontal=True, vertical_alignment="center"):
        if run.state is RunState.RUNNING:
            st.button(
                "Pause",
                key=f"{key}_pause",
                icon=":material/pause:",
                on_click=_pause,
                args=(run.run,),
            )
        if run.state is RunState.PAUSED:
            st.button(
                "Resume",
                key=f"{key}_resume",
                type="primary",
                icon=":material/play_arrow:",
                on_click=_resume,
                args=(run.run,),
            )
        if run.state in {RunState.RUNNING, RunState.PAUSED}:
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


def _resume(run_id: int) -> None:
    st.session_state.pop(f"readings_{run_id}", None)
    with flashing_errors():
        relay().resume_run(run_id, actor=actor())
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
