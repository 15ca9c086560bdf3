"""With how many messages a run begins before the rest follows."""

import streamlit as st

from pages._ui import relay
from pages._words import said_duration


def first_messages_choice(key: str) -> None:
    """Draw the choice; what is chosen stands in the session under this key."""
    settings = relay().settings
    st.number_input(
        "Messages sent first, as a trial",
        min_value=0,
        value=settings.canary_size,
        step=10,
        key=key,
        width=260,
        persist_state="session",
        help="Relay sends these first and looks how they end. The rest follows if at most "
        f"{settings.canary_failures:.0%} of them fail, at the latest "
        f"{said_duration(settings.canary_wait_s)} after the last one; otherwise the run pauses. "
        "0 is no trial.",
    )


def chosen_first_messages(key: str) -> int | None:
    """Return what was chosen; None: as the settings say."""
    chosen = st.session_state.get(key)
    return None if chosen in (None, relay().settings.canary_size) else int(chosen)
