"""The web process: opens the file, sends, listens for receipts, and ends in order."""

import base64
import functools
import gc
import hashlib
import os
import re
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import altair as alt
import anyio.to_thread
import pandas as pd
import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from pages._messages import KnownMessages
from pages._words import advised
from relay_core.access.sign_in import ensure_nobody_unknown_reaches
from relay_core.accounts import Accounts, Alias
from relay_core.control import ControlDesk
from relay_core.desk.webhook import WEBHOOK_PATH
from relay_core.edge.headers import SafeHeaders
from relay_core.edge.hosts import KnownHosts, host_of
from relay_core.errors import RelayError
from relay_core.log import configure_log, log
from relay_core.options.connection import ACCOUNTS_PATH
from relay_core.relay import Relay
from relay_core.settings import Settings
from relay_core.web import routes, routes_of_accounts

_connecting = threading.Lock()
_BEGINS_WITHIN_S: Final = 5.0
"""As a rule. Whoever has just connected then sees no step as missing that is about to be done."""
ACCOUNT: Final = "account"
"""Where the account is in an address, and in a session."""
_EVERYBODYS: Final = (WEBHOOK_PATH, "/healthz", "/readyz")
"""Paths that are asked under any name: by who knows a key, or by what looks after processes."""
_SWITCH_S: Final = 0.0005
"""For how long a page may keep the interpreter from the sender: a tenth of Python's own 5 ms, with
which a lane lost up to a fifth of its pace while reports were opened one after another."""
_INLINE_SCRIPTS: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@functools.cache
def accounts() -> Accounts:
    """Return the accounts of this process.

    Not in Streamlit's cache, which any browser may ask it to clear.

    Raises:
        RelayError: The settings are wrong.
    """
    found = Accounts(begin=_announce)
    configure_log(level=found.common.log_level)
    return found


def control_desk(alias: Alias = None) -> ControlDesk:
    """Return the front desk of an account, or of the only one, with its control desk.

    Raises:
        RelayError: The settings are wrong, or the file cannot be opened.
    """
    opened = accounts()
    return opened.desk(opened.aliases[0] if len(opened.aliases) == 1 else alias)


def account_here() -> Alias:
    """Return the account that this session is in; None where there is but one."""
    chosen = st.session_state.get(ACCOUNT)
    return str(chosen) if chosen else None


def close_desk() -> None:
    """Close the front desks of this process, if there are any."""
    if accounts.cache_info().currsize:
        accounts().close()
        accounts.cache_clear()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Open and start before the first page, stop and close after the last."""
    sys.setswitchinterval(_SWITCH_S)
    _warm_up()
    try:
        ensure_nobody_unknown_reaches(
            st.get_option("server.address"),
            people_sign_in=signs_in(),
        )
        await anyio.to_thread.run_sync(lambda: accounts().begin())
    except RelayError as error:
        sys.stderr.write(f"Relay cannot start. {error.advice}\n")
        sys.stderr.flush()
        os._exit(2)  # uvicorn would bury the sentence under its own traceback
    try:
        yield
    finally:
        await anyio.to_thread.run_sync(close_desk)


def _announce(desk: ControlDesk) -> None:
    """Say where this process listens, and begin."""
    url = f"http://127.0.0.1:{st.get_option('server.port')}"
    desk.announce(url)
    threading.Thread(target=_begin, args=(desk.relay, url), name="relay-begin", daemon=True).start()


def connect() -> None:
    """Open Relay anew with all settings as they are now, where no account was connected.

    Nothing can be under way then, so nothing is interrupted. Ask `ensure_connectable` first.
    """
    with _connecting:
        settings = control_desk(account_here()).relay.settings
        if not settings.is_connected:
            accounts().reopen(settings.alias)
            opened, deadline = (
                control_desk(account_here()).relay,
                time.monotonic() + _BEGINS_WITHIN_S,
            )
            while not opened.has_begun and time.monotonic() < deadline:
                time.sleep(0.02)


def server_routes() -> list[BaseRoute]:
    """Return the routes beside the pages."""
    if aliases := _aliases():
        return routes_of_accounts(
            control_desk, aliases=aliases, settings=accounts().common, clock=time.monotonic
        )
    return routes(control_desk, clock=time.monotonic)


def _aliases() -> tuple[str, ...]:
    try:
        return accounts().common.accounts
    except RelayError:  # said when the process begins
        return ()


def server_middleware() -> list[Middleware]:
    """Return what stands before pages and routes alike."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text("utf-8")
    own = [
        base64.b64encode(hashlib.sha256(text.encode()).digest())
        for text in _INLINE_SCRIPTS.findall(page)
    ]
    # Vega compiles its expressions, and Streamlit loads components out of the page's own memory.
    scripts = ("blob:", "'unsafe-eval'", *(f"'sha256-{each.decode()}'" for each in own))
    prefixes = ("", *(f"{ACCOUNTS_PATH}/{alias}" for alias in _aliases()))
    everybodys = frozenset(f"{prefix}{path}" for prefix in prefixes for path in _EVERYBODYS)
    return [
        Middleware(SafeHeaders, scripts=scripts),
        Middleware(KnownHosts, known=_known_hosts, everybodys=everybodys),
        Middleware(KnownMessages),
    ]


@functools.cache
def _known_hosts() -> frozenset[str]:
    """Return the names that this Relay goes by, besides this machine's own."""
    settings = accounts().common
    addresses = [settings.public_url, *(f"//{name}" for name in settings.allowed_hosts)]
    if signs_in():
        addresses.append(st.secrets["auth"].get("redirect_uri"))
    return frozenset(host_of(urlsplit(each).netloc) for each in addresses if each)


def signs_in() -> bool:
    """Whether a sign-in provider is set up."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def called(text: str) -> str:
    """Return a text that names settings, each as it is set for the account of this session."""
    alias = account_here()
    return Settings.of(alias).called(text) if alias else text


def own_table() -> str:
    """Return how the table of this session's account begins in the secrets file."""
    alias = account_here()
    return f"[relay.{alias}]" if alias else "[relay]"


def draw_error(error: Exception) -> bool:
    """Show a sentence instead of a traceback; Streamlit has logged the traceback already."""
    if isinstance(error, RelayError):
        st.error(advised(called(error.advice)), icon=":material/error:")
    else:
        log().error("page.broke", exc_info=error)
        st.error(
            "Relay could not draw this. Nothing was changed. Reload the page; if it stays, "
            "look at Relay's log.",
            title="Something broke",
            icon=":material/error:",
        )
    return True


def _begin(relay: Relay, url: str) -> None:
    """Send what is queued; fetch what a newcomer needs to see."""
    if not relay.settings.is_connected:
        return
    relay.start_sending(own_url=url)
    try:
        relay.refresh_templates()
        if relay.people_progress().finished_at is None:
            relay.sync_people()
    except RelayError as error:
        log().warning("begin.incomplete", error=type(error).__name__)


def _warm_up() -> None:
    """Import what is heavy once, and keep it out of every later garbage collection.

    Streamlit collects all garbage after each rerun; with these libraries loaded that is 80 ms.
    """
    alt.Chart(pd.DataFrame({"a": [1]})).mark_bar().encode(x="a:Q").to_dict()
    gc.collect()
    gc.freeze()
