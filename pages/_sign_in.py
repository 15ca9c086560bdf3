"""Lets people in, and out: the card before the pages, and who is here in the sidebar."""

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from pages._account import enter
from pages._runtime import accounts
from pages._ui import visitor
from pages._words import plain
from relay_core.access.sign_in import SignIn, state_of
from relay_core.access.visitor import SINGLE_USER, Visitor
from relay_core.errors import RelayError

_WELCOME: Final = {
    SignIn.NEEDED: "Sign in with the account of your organization.",
    SignIn.AGAIN: "It is a while since you signed in. Please sign in again.",
}


def admitted() -> Visitor:
    """Return who is here; draw how to sign in, or why it did not suffice, and stop, if nobody."""
    if "is_logged_in" in st.user:
        state = state_of(st.user.to_dict(), settings=accounts().common, now=datetime.now(UTC))
        if state is not SignIn.DONE:
            st.title("Relay")
            st.write(_WELCOME[state])
            st.button("Sign in", key="sign_in", type="primary", on_click=st.login)
            st.stop()
    enter()
    try:
        return visitor()
    except RelayError as error:
        st.title("Relay")
        st.error(plain(error.advice), icon=":material/lock:")
        st.button("Sign out", key="sign_out", on_click=st.logout)
        st.stop()


def show_visitor(here: Visitor) -> None:
    """Say in the sidebar who is here."""
    with st.sidebar:
        if here == SINGLE_USER:
            st.caption("Single-user mode: whoever sits at this machine may do everything.")
            return
        st.caption(f"{plain(here.name)}, {here.role}")
        st.button(
            "Sign out",
            key="sign_out",
            type="tertiary",
            icon=":material/logout:",
            on_click=st.logout,
        )
