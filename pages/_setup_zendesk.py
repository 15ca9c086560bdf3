"""The first step of setting up: Zendesk, and how Relay signs in there."""

from typing import Final

import streamlit as st

from pages._setup_consent import draw_consent
from pages._setup_lines import PASTE, show_lines, show_secret
from pages._ui import relay
from relay_core.desk.signing_in import SignInStanding
from relay_core.settings import Settings

_SECRET: Final = "OAuth client with a secret"  # noqa: S105 - the name of a choice
_CONSENT: Final = "Sign in at Zendesk"
_TOKEN: Final = "API token, until 30 April 2027"  # noqa: S105 - the same
_WHERE: Final = {
    _SECRET: "Relay signs in by itself. In Zendesk's Admin Center: Apps and integrations, APIs, "
    "OAuth clients, Add OAuth client. Client kind: confidential. Save, and copy the identifier and "
    "the secret. An administrator has to make it: Relay then acts as an administrator.",
    _CONSENT: "No secret to keep: you allow it once, and Relay renews it. In Zendesk's Admin "
    "Center: Apps and integrations, APIs, OAuth clients, Add OAuth client. Client kind: public. "
    "Redirect URL: the one below. Save, and copy the identifier.",
    _TOKEN: "Zendesk gives out no new API tokens, and ends those that there are on 30 April 2027. "
    "Use one only if you have it already, and plan the change to an OAuth client.",
}


def draw_zendesk() -> None:
    """Draw what there is to choose and to write down."""
    settings, sign_in = relay().settings, relay().zendesk_sign_in()
    subdomain = st.text_input(
        "Subdomain",
        value=settings.zendesk_subdomain or (sign_in.subdomain if sign_in else ""),
        key="setup_subdomain",
        placeholder="acme",
        help="The first part of your address: acme in acme.zendesk.com.",
    )
    ways = list(_WHERE)
    way = st.radio("Way in", ways, index=ways.index(_way_of(settings, sign_in)), key="setup_way")
    st.caption(_WHERE[way])
    account: dict[str, str] = {
        "zendesk_subdomain": subdomain.strip().lower().removesuffix(".zendesk.com")
    }
    if way == _TOKEN:
        email = st.text_input(
            "Administrator's e-mail", value=settings.zendesk_email or "", key="setup_email"
        )
        _show(account | {"zendesk_email": email.strip()}, "zendesk_token", label="API token")
        return
    client = st.text_input(
        "Client identifier",
        value=settings.zendesk_oauth_client_id or (sign_in.client_id if sign_in else ""),
        key="setup_client",
    )
    account |= {"zendesk_oauth_client_id": client.strip()}
    if way == _SECRET:
        _show(account, "zendesk_oauth_client_secret", label="Client secret")
    else:
        draw_consent(account, sign_in=sign_in)


def _way_of(settings: Settings, sign_in: SignInStanding | None) -> str:
    if sign_in is not None:
        return _CONSENT
    return _TOKEN if settings.zendesk_token and not settings.zendesk_oauth_client_id else _SECRET


def _show(account: dict[str, str], secret: str, *, label: str) -> None:
    keyring = relay().keyring()
    show_lines(account | ({} if keyring else {secret: PASTE}))
    if keyring:
        show_secret(secret, label=label)
