"""The third step of setting up: the address at which receipts and replies come in."""

import streamlit as st

from pages._setup_lines import show_lines
from pages._ui import actor, flash, flashing_errors, relay
from pages._words import plain

_RESULT = "setup_webhook"


def draw_receipts() -> None:
    """Draw what to write down."""
    settings = relay().settings
    st.caption(
        "Sunshine Conversations tells Relay what became of messages, at an address that the "
        "internet reaches: a proxy of yours with a certificate, which passes /webhooks/sunco on to "
        "Relay and nothing else without a sign-in. Relay registers it by itself when it starts."
    )
    if not settings.sandbox_url:
        public = st.text_input(
            "Public address",
            value=settings.public_url or "",
            key="setup_public",
            placeholder="https://relay.acme.example",
        )
        show_lines({"public_url": public.strip()})
        st.caption("It counts after a restart.")


def try_receipts() -> None:
    """Draw what can be tried out and changed, and how the last test ended."""
    with st.container(horizontal=True):
        st.button(
            "Send a test event", key="test_webhook", icon=":material/sync_alt:", on_click=_test
        )
        st.button(
            "Change the secret", key="rotate_webhook", icon=":material/autorenew:", on_click=_rotate
        )
    if result := st.session_state.get(_RESULT):
        st.success(result, icon=":material/check:")


def _test() -> None:
    st.session_state.pop(_RESULT, None)
    with flashing_errors():
        done = relay().test_webhook()
        st.session_state[_RESULT] = (
            f"A test event came back through {plain(done.address)} after {done.seconds:.2f} s."
        )


def _rotate() -> None:
    st.session_state.pop(_RESULT, None)
    with flashing_errors():
        until = relay().rotate_webhook_secret(actor=actor())
        flash(
            "Events come with another secret from now on. What is on its way with the one before "
            f"is taken until {until:%H:%M} UTC."
        )
