"""Reading people from Zendesk, started from a page and going on without it."""

import threading
from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages._runtime import account_here
from pages._ui import explaining_errors, flash, relay
from pages._words import said_moment
from relay_core.accounts import Alias
from relay_core.errors import RelayError
from relay_core.log import log
from relay_core.relay import Relay

_AWAITED: Final = "awaits_sync"
_BROKE: Final = "The sync broke off. What was read is kept; start it again. Relay's log says more."


@dataclass(slots=True)
class _LastSync:
    """The sync that was started last from a page, for whoever looks."""

    thread: threading.Thread | None = None
    refusal: str | None = None

    @property
    def is_under_way(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


@st.cache_resource(show_spinner=False)
def _sync_of(account: Alias) -> _LastSync:  # noqa: ARG001 - one for each
    return _LastSync()


def _last_sync() -> _LastSync:
    return _sync_of(account_here())


def is_syncing() -> bool:
    """Whether people are being read now, whoever asked for it."""
    return _last_sync().is_under_way or relay().is_syncing


def start_sync() -> None:
    """Begin to read people, unless that is under way. Leaving the page does not stop it."""
    if is_syncing():
        return
    st.session_state[_AWAITED] = True
    last = _last_sync()
    last.refusal = None
    last.thread = threading.Thread(
        target=_sync, args=(relay(), last), name="relay-sync", daemon=True
    )
    last.thread.start()


def show_people() -> None:
    """Draw how many people are known and as of when, and the button that reads them again."""
    syncing = is_syncing()
    with explaining_errors():
        counts = relay().people_counts()
        known, reachable = counts["end_users"], counts["reachable"]
        with st.grid(2, min_column_width=150):
            st.metric("In Zendesk", known, format="localized", border=True)
            st.metric("With a usable number", reachable, format="localized", border=True)
        _show_sync(syncing=syncing)


def announce_end() -> None:
    """Tell whoever started a sync that it ended, once, and draw the page with what it brought."""
    if _AWAITED not in st.session_state or is_syncing():
        return
    del st.session_state[_AWAITED]
    refusal = _last_sync().refusal
    flash(refusal or "People are up to date.", failed=refusal is not None)
    st.rerun()


def _show_sync(*, syncing: bool) -> None:
    so_far = relay().people_progress()
    if syncing:
        read = f"{so_far.fetched:,} records so far" if so_far.finished_at is None else "starting"
        said = f":material/sync: Reading people from Zendesk, {read}. You may leave this page."
    elif so_far.finished_at:
        said = f"As of {said_moment(so_far.finished_at)}. A sync reads what changed since."
    elif so_far.begun_at:
        said = f"The last sync stopped after {so_far.fetched:,} records; the next one goes on."
    else:
        said = "Nobody has been read from Zendesk yet."
    st.caption(said)
    st.button(
        "Sync people",
        key="sync_people",
        icon=":material/sync:",
        disabled=syncing or not relay().settings.is_connected,
        on_click=start_sync,
    )


def _sync(desk: Relay, last: _LastSync) -> None:
    try:
        desk.sync_people()
    except RelayError as error:
        last.refusal = error.advice
    except Exception as error:  # noqa: BLE001 - nobody else hears what a thread raises
        log().error("sync.broke", exc_info=error)
        last.refusal = _BROKE
