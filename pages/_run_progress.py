"""How far a run is, drawn again while it goes on: figures, pace, what waits, what failed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from pages._pace import Reading, left_s, rate_per_s, recent
from pages._ui import relay
from pages._words import counted, plain, said_duration, said_moment
from relay_core.delivery.canary import CanaryState
from relay_core.delivery.first_messages import Canary
from relay_core.delivery.holding import HeldBack
from relay_core.delivery.runs import RunStatus
from relay_core.delivery.states import RunState
from relay_core.reports.setbacks import Setbacks

_STATES: Final = {
    RunState.FREEZING: "Being prepared",
    RunState.AWAITING: "Waits for approval by somebody else",
    RunState.RUNNING: "Sending",
    RunState.PAUSED: "Paused",
    RunState.FINISHED: "Finished",
    RunState.CANCELLED: "Cancelled",
}
_MOST_HOLDS: Final = 4


def show_progress(run: RunStatus) -> None:
    """Draw the bar, the figures and the pace."""
    now = datetime.now(UTC)
    share = run.settled / run.planned if run.planned else 1.0
    st.progress(share, text=f"{_STATES[run.state]}: {run.settled:,} of {run.planned:,} settled")
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


def show_details(run: RunStatus) -> None:
    """Draw how it began, what is held back, and what failed."""
    _first_messages(relay().canary(run.run), run)
    _holds(relay().held_back(run.run) if run.queued else [])
    if run.failed or run.is_active:
        _setbacks(relay().setbacks(run.run))


def _speed(run: RunStatus, now: datetime) -> str:
    if not run.is_active:
        return f"Ended {said_moment(run.finished_at)}. " if run.finished_at else ""
    key = f"readings_{run.run}"
    readings = recent(st.session_state.get(key, []), Reading(now, run.settled))
    st.session_state[key] = readings
    rate = rate_per_s(readings)
    held_back = sum(each.messages for each in relay().held_back(run.run))
    moving = max(0, run.queued + run.sending - held_back)
    if not moving:
        return "Nothing leaves at the moment. " if held_back else ""
    left = left_s(moving, rate=rate, pace=relay().pace_of(run.integration_id))
    said = f"{rate:.1f} messages per second, " if rate else ""
    without = f", without {counted(held_back, 'message')} held back" if held_back else ""
    return f"{said}about {said_duration(left)} left{without}. "


def _first_messages(canary: Canary | None, run: RunStatus) -> None:
    """Say how the first messages fare, and what that decides."""
    if canary is None or not canary.size:
        return
    first = counted(canary.size, "message")
    share = f"{canary.most_failures:.0%}"
    match canary.state:
        case CanaryState.CHOSEN if run.queued:
            st.caption(f":material/flag: It begins with {first} and looks how they end.")
        case CanaryState.LEADING if canary.figures:
            so_far = canary.figures
            sent, size = so_far.sent, so_far.sent + so_far.waiting
            st.info(
                f"{sent:,} of {size:,} sent, {so_far.delivered:,} delivered, {so_far.failed:,} "
                f"failed. The rest follows once {share} or fewer failed, at the latest "
                f"{said_duration(canary.wait_s)} after the last of them; otherwise the run pauses.",
                title="The first messages are on their way",
                icon=":material/flag:",
            )
        case CanaryState.PASSED if canary.decided_at:
            st.caption(
                f":material/flag: The first {first} turned out well at "
                f"{said_moment(canary.decided_at)}{'; the rest follows' if run.queued else ''}."
            )
        case CanaryState.STOPPED if canary.decided_at:
            st.caption(
                f":material/flag: More than {share} of the first {first} failed by "
                f"{said_moment(canary.decided_at)}, so the run stopped."
            )
        case _:
            return


def _holds(held: Sequence[HeldBack]) -> None:
    """Say what waits although the run goes on, and until when."""
    if not held:
        return
    lines = [
        f"{each.messages:,} {each.why.words}"
        + (f", until {said_moment(each.until)}" if each.until else "")
        for each in held[:_MOST_HOLDS]
    ]
    if len(held) > _MOST_HOLDS:
        later = sum(each.messages for each in held[_MOST_HOLDS:])
        lines.append(f"{later:,} more wait for later moments")
    listed = "\n".join(f"- {plain(line)}." for line in lines)
    with st.container(border=True, key="run_held"):
        st.markdown(f":material/schedule: **Held back**\n{listed}")


def _setbacks(found: Setbacks) -> None:
    """Say what failed lately, why, and what to do."""
    if found.unreachable:
        st.caption(
            f":orange[:material/cloud_off:] {counted(found.unreachable, 'try', 'tries')} within "
            "two minutes did not reach the channel. Nothing was lost; Relay tries again by itself."
        )
    if found.throttled:
        st.caption(
            f":orange[:material/speed:] {counted(found.throttled, 'time')} within two minutes the "
            "channel asked to be slower, so Relay is."
        )
    if not found.failures:
        return
    with st.container(border=True, key="run_setbacks"):
        st.markdown("**Latest failures**")
        for each in found.failures:
            why = each.cause
            with st.container(gap=None):
                st.markdown(
                    f"{plain(why.title)}: {counted(why.deliveries, 'message')}, last "
                    f"{each.last_at:%H:%M:%S} UTC"
                )
                st.caption(plain(f"{why.meaning} {why.advice}"))
