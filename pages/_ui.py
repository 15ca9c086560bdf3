"""What every page shares: the front desk, who is here, and how refusals and successes are said."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import streamlit as st

from pages._runtime import control_desk
from relay_core.errors import RelayError
from relay_core.relay import Relay

_FLASH = "flash"


class Permission(StrEnum):
    """What a page or a press needs."""

    VIEW = "view"
    BUILD_AUDIENCES = "build audiences"
    WRITE_TEMPLATES = "write templates"
    SEND = "send"
    ADMINISTER = "administer"


def relay() -> Relay:
    """Return the one Relay of this process."""
    return control_desk().relay


def require(_permission: Permission) -> None:
    """Stop here unless the visitor may do this. First line of every page.

    Without a sign-in provider Relay listens on this machine only and whoever sits here may do
    everything. With one, nobody sees a page before signing in.
    """
    if "is_logged_in" in st.user and not st.user.is_logged_in:
        st.title("Relay")
        st.write("Sign in to go on.")
        st.button("Sign in", type="primary", on_click=st.login)
        st.stop()


def actor() -> str:
    """Return who is here, for the audit trail."""
    return str(st.user.email) if "email" in st.user and st.user.email else "single user"


@contextmanager
def explaining_errors() -> Iterator[None]:
    """Show an expected refusal as advice; let a bug surface as a bug."""
    try:
        yield
    except RelayError as error:
        st.error(error.advice, icon=":material/error:")


def flash(message: str, *, failed: bool = False) -> None:
    """Keep a message for the next full run; a toast right before a rerun is lost."""
    st.session_state[_FLASH] = (message, failed)


@contextmanager
def flashing_errors() -> Iterator[None]:
    """Keep an expected refusal for the next run. For callbacks, which cannot draw."""
    try:
        yield
    except RelayError as error:
        flash(error.advice, failed=True)


def show_flash() -> None:
    """Show the message of the last press, once."""
    message, failed = st.session_state.pop(_FLASH, (None, False))
    if message and failed:
        st.error(message, icon=":material/error:")
    elif message:
        st.toast(message, icon=":material/check:")


def show_mode() -> None:
    """Say in the sidebar whether a press here can reach a real phone."""
    with st.sidebar, explaining_errors():
        settings = relay().settings
        if settings.sandbox_url:
            st.caption("Rehearsal: connected to the sandbox. No real phone is reached.")
        elif settings.is_connected:
            st.caption(f"Connected to {settings.zendesk_subdomain}.zendesk.com.")
        else:
            st.caption("Not connected. See Settings.")
