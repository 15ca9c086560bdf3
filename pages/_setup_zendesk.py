"""The first step of setting up: Zendesk, and how Relay signs in there."""

from typing import Final

import streamlit as st

from pages._setup_lines import PASTE, show_lines, show_secret
from pages._ui import relay

_CLIENT: Final = "OAuth client"
_TOKEN: Final = "API token, until 30 April 2027"  # noqa: S105 - the name of a choice
_WHERE: Final = {
    _CLIENT: "In Zendesk's Admin Center: Apps and integrations, APIs, OAuth clients, Add OAuth "
    "client. Client kind: confidential. Save, and copy the identifier and the secret. An "
    "administrator has to make it: Relay then acts as an administrator.",
    _TOKEN: "Zendesk gives out no new API tokens, and ends those that there are on 30 April 2027. "
    "Use one only if you have it already, and plan the change to an OAuth client.",
}


def draw_zendesk() -> None:
    """Draw what there is to choose and to write down."""
    settings = relay().settings
    subdomain = st.text_input(
        "Subdomain",
        value=settings.zendesk_subdomain or "",
        key="setup_subdomain",
        placeholder="acme",
        help="The first part of your address: acme in acme.zendesk.com.",
    )
    ways = list(_WHERE)
    has_token = bool(settings.zendesk_token) and not settings.zendesk_oauth_client_id
    way = st.radio("Way in", ways, index=ways.index(_TOKEN) if has_token else 0, key="setup_way")
    st.caption(_WHERE[way])
    keyring = relay().keyring()
    account = {"zendesk_subdomain": subdomain.strip().lower().removesuffix(".zendesk.com")}
    if way == _CLIENT:
        client = st.text_input(
            "Client identifier", value=settings.zendesk_oauth_client_id or "", key="setup_client"
        )
        secret, label, who = "zendesk_oauth_client_secret", "Client secret", client
        account |= {"zendesk_oauth_client_id": who.strip()}
    else:
        email = st.text_input(
            "Administrator's e-mail", value=settings.zendesk_email or "", key="setup_email"
        )
        secret, label, who = "zendesk_token", "API token", email
        account |= {"zendesk_email": who.strip()}
    show_lines(account | ({} if keyring else {secret: PASTE}))
    if keyring:
        show_secret(secret, label=label)
