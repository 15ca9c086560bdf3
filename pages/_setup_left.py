"""What is left of setting up, with the next step at hand, until nothing is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import streamlit as st

from pages._ui import Permission, may, relay
from relay_core.settings import Settings

_HERE: Final = Path(__file__).parent
_DONE: Final = ":green[:material/check_circle:]"
_OPEN: Final = ":material/radio_button_unchecked:"


def show_setup_left() -> None:
    """Draw the way to a connected account; nothing once it is done, or in a rehearsal."""
    steps = tuple(_steps(relay().settings))
    if all(done for _, done, _ in steps):
        return
    st.header("Set Relay up")
    following = next(title for title, done, _ in steps if not done)
    with st.container(border=True):
        for title, done, said in steps:
            with st.container(gap=None):
                st.markdown(f"{_DONE if done else _OPEN} **{title}**")
                if not done:
                    st.caption(said)
        if may(Permission.ADMINISTER):
            st.button(
                f"Next: {following}",
                key="open_setup",
                type="primary",
                icon=":material/construction:",
                on_click=st.switch_page,
                args=(_HERE / "setup.py",),
            )
        else:
            st.caption("An administrator can do this on the page Setup.")


def _steps(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    if settings.sandbox_url:
        return
    yield (
        "Connect Zendesk and Sunshine Conversations",
        settings.is_connected,
        "Until then nothing can be read or sent.",
    )
    yield (
        "Let receipts and replies come in",
        bool(settings.public_url),
        "Without a public address Relay never learns what was delivered, nor who answered STOP.",
    )
    yield (
        "State who agreed, and where numbers without + belong",
        not settings.unstated(),
        "Nothing is sent to a real person before that.",
    )
