"""The second step of setting up: the key of Sunshine Conversations."""

import streamlit as st

from pages._setup_lines import PASTE, show_lines, show_secret
from pages._ui import explaining_errors, relay
from pages._words import plain
from relay_core.setup.lines import SUNCO_HOSTS
from relay_core.sunco_token import build_token, read_token


def draw_messaging() -> None:
    """Draw what there is to choose and to write down."""
    settings = relay().settings
    st.caption(
        "In Zendesk's Admin Center: Apps and integrations, APIs, Conversations API, Create API "
        "key. It shows an app id, a key id and a secret; the secret only once."
    )
    app = st.text_input("App id", value=settings.sunco_app_id or "", key="setup_app")
    key = st.text_input("Key id", value=settings.sunco_key_id or "", key="setup_key")
    hosts = list(SUNCO_HOSTS.values())
    host = st.radio(
        "Where it answers",
        list(SUNCO_HOSTS),
        index=hosts.index(settings.sunco_url) if settings.sunco_url in hosts else 0,
        key="setup_host",
        horizontal=True,
    )
    keyring = relay().keyring()
    lines = {
        "sunco_app_id": app.strip(),
        "sunco_key_id": key.strip(),
        "sunco_url": SUNCO_HOSTS[host],
    }
    show_lines(lines | ({} if keyring else {"sunco_key_secret": PASTE}))
    if keyring:
        show_secret("sunco_key_secret", label="Secret")
    with st.expander("A token instead of key id and secret", icon=":material/key:"):
        _draw_token(keyring)


def _draw_token(keyring: str | None) -> None:
    st.caption(
        "Other tools of Zendesk ask for both in one piece, as base64. Relay takes it as well, as "
        "sunco_token in place of sunco_key_id and sunco_key_secret."
    )
    if keyring:
        show_secret("sunco_token", label="Token")
    with st.form("setup_take_apart", clear_on_submit=True, border=False):
        pasted = st.text_input("Token to look at", type="password", autocomplete="off")
        if st.form_submit_button("Take it apart") and pasted:
            with explaining_errors():
                key_id, _ = read_token(pasted)
                st.success(f"It fits. Its key id is {plain(key_id)}; the secret is not shown.")
    with st.form("setup_build", clear_on_submit=True, border=False):
        key_id = st.text_input("Key id of the token", autocomplete="off")
        secret = st.text_input("Secret of the token", type="password", autocomplete="off")
        if st.form_submit_button("Build the token"):
            with explaining_errors():
                token = build_token(key_id.strip(), secret.strip())
                st.code(token, language=None, wrap_lines=True)
                st.caption("Shown this once. Whoever has it can send in your name.")
