"""What a press in a dialog does: the deed, then the dialog closes; a refusal keeps it open."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from pages._words import plain
from relay_core.errors import RelayError

REFUSED: Final = "dialog_refused"
"""Where the advice of a refusal waits for the dialog to show it."""


def do_and_close(deed: Callable[[], None]) -> None:
    """Do it and close the dialog; a refusal is kept for the dialog to show."""
    try:
        deed()
    except RelayError as error:
        st.session_state[REFUSED] = error.advice
        return
    st.rerun()


def show_refusal() -> None:
    """Draw the refusal of the last press, if there was one."""
    if advice := st.session_state.pop(REFUSED, None):
        st.error(plain(advice), icon=":material/error:")
