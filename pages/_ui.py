"""What every page shares: the front desk, who is here, and how refusals and successes are said."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from pages._runtime import account_here, called, control_desk
from pages._words import advised, plain
from relay_core.access.guarded import guarded, refusal
from relay_core.access.permissions import Permission
from relay_core.access.sign_in import SignIn, state_of, verified_email
from relay_core.access.visitor import SINGLE_USER, Visitor
from relay_core.errors import NotAllowed, RelayError
from relay_core.relay import Relay
from relay_core.worded import counted

_OLD_S: Final = 5.0
"""Behind a shared ledger; less is what following takes."""

_FLASH = "flash"


def relay() -> Relay:
    """Return the front desk as whoever is here has it: what they may not do is refused there."""
    return guarded(control_desk(account_here()).relay, visitor())


def visitor() -> Visitor:
    """Return who is here.

    Without a sign-in provider Relay listens on this machine only, and whoever sits here may do
    everything.

    Raises:
        NotAllowed: They have not signed in, or are nobody of the team.
        GatewayError: Zendesk, which knows the team, does not answer.
    """
    if "is_logged_in" not in st.user:
        return SINGLE_USER
    desk = control_desk(account_here()).relay
    claims = st.user.to_dict()
    if state_of(claims, settings=desk.settings, now=datetime.now(UTC)) is not SignIn.DONE:
        raise NotAllowed("not signed in", advice="Sign in to go on.")
    return desk.visitor(verified_email(claims, settings=desk.settings))


def require(permission: Permission) -> None:
    """Stop here unless the visitor may do this. First line of every page."""
    try:
        allowed = visitor().may(permission)
    except RelayError:
        st.stop()  # the frame around the page has said why
    if not allowed:
        st.error(refusal(permission).advice, title="Not allowed", icon=":material/lock:")
        st.stop()


def may(permission: Permission) -> bool:
    """Whether the visitor may do this: what they may not is not offered."""
    return visitor().may(permission)


def actor() -> str:
    """Return who is here, for the audit trail."""
    return visitor().name


@contextmanager
def explaining_errors() -> Iterator[None]:
    """Show an expected refusal as advice; let a bug surface as a bug."""
    try:
        yield
    except RelayError as error:
        st.error(advised(called(error.advice)), icon=":material/error:")


def flash(message: str, *, failed: bool = False) -> None:
    """Keep a message for the next full run; a toast right before a rerun is lost."""
    st.session_state[_FLASH] = (message, failed)


@contextmanager
def flashing_errors() -> Iterator[None]:
    """Keep an expected refusal for the next run. For callbacks, which cannot draw."""
    try:
        yield
    except RelayError as error:
        flash(called(error.advice), failed=True)


def show_flash() -> None:
    """Show the message of the last press, once."""
    message, failed = st.session_state.pop(_FLASH, (None, False))
    if message and failed:
        st.error(advised(message), icon=":material/error:")
    elif message:
        st.toast(plain(message), icon=":material/check:")


def show_mode() -> None:
    """Say in the sidebar whether a press here can reach a real phone."""
    with st.sidebar, explaining_errors():
        settings = relay().settings
        if settings.sandbox_url:
            st.caption("Rehearsal: connected to the sandbox. No real phone is reached.")
        elif settings.is_connected:
            st.caption(f"Connected to {settings.zendesk_subdomain}.zendesk.com.")
        else:
            st.caption("Not connected. See Setup.")


def show_age() -> None:
    """Say so where what is shown may not be true any more."""
    with explaining_errors():
        if (lag_s := relay().ledger_lag_s()) > _OLD_S:
            st.warning(
                f"What you see is {counted(round(lag_s), 'second')} old: the shared database does "
                "not answer. Nothing can be changed until it does.",
                icon=":material/cloud_off:",
            )
