"""What a person decides about a schedule: send what is held after a look, or promise no more."""

from collections.abc import Mapping

import streamlit as st

from pages._dialog import REFUSED, do_and_close, show_refusal
from pages._schedule_form import acceptance, show_review
from pages._schedule_words import said_when, spoken_values
from pages._ui import actor, flash, relay
from pages._words import counted, plain
from relay_core.campaigns.reviewing import Review
from relay_core.campaigns.schedules import Schedule
from relay_core.errors import RelayError


def send_now(schedule: Schedule) -> None:
    """Open the dialog that asks for the texts, shows who would get what, and sends."""
    # Read once: while the dialog is open, {{time}} goes on.
    names = spoken_values(relay().campaign(schedule.campaign))
    _send_now(schedule, names, relay().texts_of_schedule(schedule.id))


@st.dialog("Send it now", width="large")
def _send_now(schedule: Schedule, names: Mapping[str, str], texts: Mapping[str, str]) -> None:
    prefix = f"fire_{schedule.id}"
    st.markdown(f"**{plain(schedule.campaign)}**, {plain(said_when(schedule))}")
    for key, name in names.items():
        st.text_input(f"Text in place of {name}", texts.get(key, ""), key=f"{prefix}_{key}")
    given = {key: str(st.session_state.get(f"{prefix}_{key}") or "") for key in names}
    seen = st.session_state.get(prefix)
    if seen is None or seen[0] != given:
        st.button(
            "Review",
            key=f"{prefix}_look",
            type="primary",
            on_click=_look,
            args=(schedule, given),
        )
        show_refusal()
        return
    review: Review = seen[1]
    show_review(review)
    agreed = acceptance(review, key=f"{prefix}_accepted_{review.manifest}")
    if not review.rehearsal:
        st.warning(
            "These messages reach real phones. What has left cannot be called back.",
            icon=":material/warning:",
        )
    show_refusal()
    st.button(
        f"Send {counted(review.total, 'message')}",
        key=f"{prefix}_send",
        type="primary",
        disabled=not (review.total and agreed),
        on_click=_send,
        args=(schedule, given, review),
    )


@st.dialog("Cancel this schedule")
def cancel_dialog(schedule: Schedule) -> None:
    """Ask once more; the campaign stays."""
    st.markdown(f"**{plain(schedule.campaign)}**, {plain(said_when(schedule))}")
    st.caption("Nothing of it is sent any more. The campaign stays, and can be scheduled again.")
    show_refusal()

    def deed() -> None:
        relay().cancel_schedule(schedule.id, actor=actor())
        flash("The schedule is cancelled.")

    st.button(
        "Cancel the schedule",
        key=f"cancel_schedule_{schedule.id}",
        type="primary",
        on_click=do_and_close,
        args=(deed,),
    )


def _look(schedule: Schedule, given: dict[str, str]) -> None:
    try:
        review = relay().review(schedule.campaign, static_values=given)
    except RelayError as error:
        st.session_state[REFUSED] = error.advice
        return
    st.session_state[f"fire_{schedule.id}"] = (given, review)


def _send(schedule: Schedule, given: dict[str, str], review: Review) -> None:
    prefix = f"fire_{schedule.id}"

    def deed() -> None:
        run = relay().fire_schedule_now(
            schedule.id,
            actor=actor(),
            time=schedule.next_at,
            static_values=given,
            reviewed=review.manifest,
            accepted=bool(st.session_state.get(f"{prefix}_accepted_{review.manifest}")),
        )
        flash(f"Run {run.run} is under way. You may close this page.")

    # A refusal says that it is no longer what was seen: the next look is a new one.
    st.session_state.pop(prefix, None)
    do_and_close(deed)
