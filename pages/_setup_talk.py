"""The fourth step of setting up: lines of Zendesk Talk that text."""

import streamlit as st

from pages._ui import actor, flash, flashing_errors, relay
from pages._words import plain


def try_talk() -> None:
    """Draw how a line comes to text, and the press that makes its trigger."""
    st.caption(
        "A line of Zendesk Talk texts what a trigger tells it to. Relay makes that trigger where "
        "there is none, and touches none that is there. Without Talk, go on."
    )
    st.button("Make the missing triggers", key="set_up_talk", icon=":material/sms:", on_click=_make)


def _make() -> None:
    with flashing_errors():
        done = relay().set_up_talk(actor=actor())
        made = ", ".join(done.made)
        flash(f"Made for {plain(made)}." if made else "No trigger was missing.")
        st.session_state.pop("setup_checks", None)
