"""What is to be sent later: a campaign's own schedules, all of them, and what can be done."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st

from pages._schedule_form import schedule_form
from pages._schedule_held import cancel_dialog, send_now
from pages._schedule_words import said_there, said_when, spoken_values
from pages._ui import actor, flash, flashing_errors, relay
from pages._words import plain
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.schedules import Schedule, ScheduleState

_HERE: Final = Path(__file__).parent


def show_schedules(campaign: Campaign) -> None:
    """Draw a campaign's schedules, and what can be done with each."""
    found = [each for each in relay().schedules() if each.campaign_id == campaign.id]
    if found:
        st.header("Scheduled")
    for schedule in found:
        _card(schedule, spoken_values(campaign))


def schedule_section(campaign: Campaign) -> None:
    """Draw the way to a schedule, folded until somebody opens it."""
    section = st.expander(
        "Send later, or again and again",
        key=f"schedule_{campaign.id}_section",
        icon=":material/schedule_send:",
        on_change="rerun",
    )
    if section.open:
        with section:
            schedule_form(campaign)


def schedule_list(schedules: Sequence[Schedule]) -> None:
    """Draw every schedule that is not over, with the way to its campaign."""
    if not schedules:
        return
    st.header("Scheduled")
    with st.container(border=True, key="schedules"):
        for schedule in schedules:
            with st.container(
                horizontal=True, vertical_alignment="center", key=f"scheduled_{schedule.id}"
            ):
                with st.container(gap=None):
                    st.markdown(f"{_icon(schedule)} **{plain(schedule.campaign)}**")
                    st.caption(plain(said_when(schedule)))
                st.page_link(
                    _HERE / "campaigns.py",
                    label="Open",
                    query_params={"campaign": schedule.campaign},
                )
    st.header("All campaigns")


def _card(schedule: Schedule, names: Mapping[str, str]) -> None:
    prefix = f"schedule_{schedule.id}"
    is_held = schedule.state is ScheduleState.HELD
    with st.container(border=True, key=f"{prefix}_card"):
        texts = "".join(
            f" · {names.get(key, key)}: {text}"
            for key, text in schedule.wanted.static_values.items()
        )
        with st.container(gap=None):
            st.markdown(f"{_icon(schedule)} **{plain(said_when(schedule))}**")
            st.caption(plain(f"By {schedule.created_by}{texts}"))
        if schedule.note and is_held:
            st.warning(plain(schedule.note), icon=":material/pause_circle:")
        elif schedule.note:
            st.info(plain(schedule.note), icon=":material/sync:")
        with st.container(horizontal=True):
            if is_held:
                st.button(
                    "Send now…",
                    key=f"{prefix}_fire",
                    type="primary",
                    on_click=send_now,
                    args=(schedule,),
                )
            if schedule.wanted.repeat:
                st.button(
                    "Skip this time" if is_held else "Skip the next time",
                    key=f"{prefix}_skip",
                    on_click=partial(_skip, schedule),
                )
            st.button(
                "Cancel schedule…",
                key=f"{prefix}_cancel",
                on_click=cancel_dialog,
                args=(schedule,),
            )
            if schedule.last_run:
                run = {"run": str(schedule.last_run)}
                st.page_link(_HERE / "run.py", label="Last run", query_params=run)


def _icon(schedule: Schedule) -> str:
    if schedule.state is ScheduleState.HELD:
        return ":orange[:material/pause_circle:]"
    return ":material/event_repeat:" if schedule.wanted.repeat else ":material/event:"


def _skip(schedule: Schedule) -> None:
    with flashing_errors():
        after = relay().skip_schedule(schedule.id, actor=actor(), time=schedule.next_at)
        if after.next_at is not None:
            flash(f"Skipped. Next: {said_there(after.next_at, after.wanted.zone)}.")
