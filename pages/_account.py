"""Which account somebody works in, where the installation has several, and the way to another.

The choice is in the session and in the address. Nothing of one account is taken to another: what
the session holds is forgotten on the way.
"""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import streamlit as st

from pages._runtime import ACCOUNT, account_here, accounts
from pages._words import advised, plain
from relay_core.access.permissions import Permission
from relay_core.access.sign_in import SignIn, state_of, verified_email
from relay_core.errors import RelayError

_HOME: Final = Path(__file__).parent / "home.py"
_MINE: Final = "accounts_mine"
_HAS_MOVED: Final = "account_changed"
_LOOK_AGAIN_S: Final = 60.0
"""Whether somebody may enter another account is asked so often; where they are, at each press."""


def enter() -> None:
    """Find out which account is meant; draw a choice and stop where nothing says it."""
    if len(accounts().aliases) == 1:
        return
    mine, former = _mine(), account_here()
    asked = st.query_params.get(ACCOUNT)
    chosen = asked or former or (mine[0] if len(mine) == 1 else None)
    if chosen not in mine:
        _draw_choice(mine, is_unknown=chosen is not None)
        st.stop()
    if former is not None and former != chosen:
        _forget_all()
    st.session_state[ACCOUNT] = chosen
    if asked != chosen:
        st.query_params[ACCOUNT] = chosen
    if len(mine) > 1:
        _show_picker(chosen, mine)
    if (refusal := accounts().refusal(chosen)) is not None:
        st.title(plain(chosen))
        st.error(advised(refusal.advice), title="This account is not open", icon=":material/error:")
        st.caption("Relay tries again every half minute. Other accounts go on.")
        st.stop()


def arrive() -> None:
    """Lead somebody who has just changed the account to Home. The pages have to be known by now."""
    if st.session_state.pop(_HAS_MOVED, False):
        st.switch_page(_HOME, query_params={ACCOUNT: str(account_here())})


def _mine() -> tuple[str, ...]:
    """Return the accounts that this visitor may enter; nobody hears of others."""
    aliases = accounts().common.accounts
    if "is_logged_in" not in st.user:
        return aliases
    found, at = st.session_state.get(_MINE, ((), float("-inf")))
    if not found or time.monotonic() - at > _LOOK_AGAIN_S:
        found = tuple(alias for alias in aliases if _lets_in(alias))
        st.session_state[_MINE] = (found, time.monotonic())
    return found


def _lets_in(alias: str) -> bool:
    claims, common = st.user.to_dict(), accounts().common
    try:
        if state_of(claims, settings=common, now=datetime.now(UTC)) is not SignIn.DONE:
            return False
        desk = accounts().desk(alias).relay
        return desk.visitor(verified_email(claims, settings=common)).may(Permission.VIEW)
    except RelayError:  # nobody of this team; or it does not answer, and cannot say who is
        return False


def _draw_choice(mine: tuple[str, ...], *, is_unknown: bool) -> None:
    st.title("Relay")
    if is_unknown:
        st.error(
            "This address is of an account that you may not enter, or that is not here.",
            icon=":material/lock:",
        )
    if not mine:
        st.error(
            "No account lets you in. Ask an administrator of your Zendesk for a permission.",
            icon=":material/lock:",
        )
        st.button("Sign out", key="sign_out", on_click=st.logout)
        return
    st.write("Which account?")
    with st.container(horizontal=True):
        for alias in mine:
            st.button(alias, key=f"enter_{alias}", on_click=_choose, args=(alias,))


def _choose(alias: str) -> None:
    """Enter from an address that named no account, or a wrong one: the page stays."""
    st.session_state[ACCOUNT] = alias
    st.query_params[ACCOUNT] = alias


def _show_picker(chosen: str, mine: tuple[str, ...]) -> None:
    with st.sidebar:
        st.selectbox(
            "Account",
            mine,
            index=mine.index(chosen),
            key=f"account_after_{chosen}",
            on_change=_move,
            args=(chosen,),
        )


def _move(former: str) -> None:
    """Go to the other account; `arrive` then leads to its Home."""
    alias = st.session_state[f"account_after_{former}"]
    _forget_all()
    st.session_state[ACCOUNT] = alias
    st.session_state[_HAS_MOVED] = True
    st.query_params.clear()


def _forget_all() -> None:
    mine = st.session_state.get(_MINE)
    st.session_state.clear()
    if mine is not None:
        st.session_state[_MINE] = mine
