"""Setup: an administrator signs Relay in at Zendesk, by Zendesk's own page."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from pages._setup_lines import show_kept, show_lines
from pages._ui import actor, explaining_errors, flashing_errors, relay
from relay_core.desk.signing_in import SignInStanding
from relay_core.setup.sign_in import PATIENCE, redirect_uri_at
from relay_core.sign_in_file import Standing

_LINK: Final = "setup_sign_in_link"


def draw_consent(lines: Mapping[str, str], *, sign_in: SignInStanding | None) -> None:
    """Draw what to register, what to write down, and the way to Zendesk.

    Args:
        lines: Settings of the account and its client.
        sign_in: How the sign-in stands that is set now.
    """
    with explaining_errors():
        st.caption("Redirect URL")
        st.code(redirect_uri_at(_address()), language=None, wrap_lines=True)
    show_lines(lines)
    st.caption("Set no client secret and no API token beside it: Relay would sign in by that.")
    show_kept(("zendesk_oauth_client_secret", "zendesk_token"))
    _show_standing(sign_in)
    st.button(
        "Sign in at Zendesk",
        key="sign_in_at_zendesk",
        icon=":material/login:",
        on_click=_begin,
        args=(_address(),),
    )
    if link := st.session_state.get(_LINK):
        st.link_button("Go on at Zendesk", link, type="primary", icon=":material/open_in_new:")
        st.caption(
            f"Zendesk asks you whether Relay may act in your name. The link works once, for "
            f"{PATIENCE.seconds // 60} minutes."
        )


def _begin(address: str) -> None:
    st.session_state.pop(_LINK, None)
    with flashing_errors():
        st.session_state[_LINK] = relay().begin_sign_in(address=address, actor=actor())


def _show_standing(sign_in: SignInStanding | None) -> None:
    if sign_in is None or sign_in.standing is Standing.NEVER:
        st.caption("Save the lines, then sign in.")
    elif sign_in.since is None:
        st.error("The sign-in ended. Sign in again.", icon=":material/error:")
    else:
        st.success(
            f"Signed in since {sign_in.since:%d %B %Y}. Relay renews it by itself.",
            icon=":material/check:",
        )


def _address() -> str:
    """Return the address under which this browser has Relay open."""
    seen = urlsplit(st.context.url or f"http://localhost:{st.get_option('server.port')}")
    return f"{seen.scheme}://{seen.netloc}"
