"""Which share of the people gets nothing, so that the others can be compared with them."""

import streamlit as st

from relay_core.campaigns.control_group import MOST_PERCENT


def hold_out_choice(key: str, *, percent: int) -> None:
    """Draw the choice; what is chosen stands in the session under this key.

    Args:
        key: Of the session.
        percent: What it begins with.
    """
    if key not in st.session_state:
        st.session_state[key] = percent
    st.number_input(
        "Hold out to compare with, %",
        min_value=0,
        max_value=MOST_PERCENT,
        step=5,
        key=key,
        width=260,
        persist_state="session",
        help="Of 100 people who would receive the message, so many get nothing, drawn by lot. The "
        "report then compares which tickets both open, and says whether the message made a "
        "difference. With 0 nobody is held out, and no report can say so.",
    )


def chosen_hold_out(key: str) -> int:
    """Return what was chosen; 0 before anything was."""
    return int(st.session_state.get(key) or 0)
