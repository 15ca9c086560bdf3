"""The last step of setting up: what agents see of Relay in Zendesk."""

import streamlit as st

from pages._setup_lines import show_lines
from pages._ui import actor, flash, flashing_errors, relay
from pages._words import counted


def draw_mirroring() -> None:
    """Draw what to write down."""
    settings = relay().settings
    st.caption(
        "Agents then find on somebody's page in Zendesk which messages they were sent and what "
        "became of them, and campaigns, templates and segments under Custom objects. Relay stays "
        "the record: nothing is read back. At most two requests a second are used for it."
    )
    is_shown = st.checkbox(
        "Show Relay's work in Zendesk", value=settings.mirror_to_zendesk, key="setup_mirror"
    )
    tag = st.text_input(
        "Tag for people who were sent a campaign",
        value=settings.campaign_tag,
        key="setup_campaign_tag",
        placeholder="relay",
        help="relay becomes relay_parcel_late for the campaign “Parcel late”. Empty: no tag.",
    )
    if is_shown or tag.strip():
        show_lines({"mirror_to_zendesk": is_shown or None, "campaign_tag": tag.strip()})
    st.caption(
        "It counts after a restart, for runs from the first time on. Switched off and on again, it "
        "also tells what was sent meanwhile."
    )


def try_mirroring() -> None:
    """Draw what can be done about it."""
    status = relay().mirror_status()
    waits = status.held or status.refused
    if not (status.is_on or waits):
        return
    with st.container(horizontal=True):
        if status.shows_records:
            st.button(
                "Make the objects", key="make_objects", icon=":material/add_box:", on_click=_make
            )
        if waits:
            st.button(
                "Go on" if status.held else "Try again",
                key="mirror_again",
                icon=":material/redo:",
                on_click=_again,
            )


def _make() -> None:
    with flashing_errors():
        made = relay().make_objects(actor=actor())
        flash(
            f"Made: {counted(len(made), 'object or field', 'objects and fields')}."
            if made
            else "Nothing was missing."
        )
        st.session_state.pop("setup_checks", None)


def _again() -> None:
    with flashing_errors():
        relay().mirror_again(actor=actor())
        flash("Relay tells Zendesk again.")
        st.session_state.pop("setup_checks", None)
