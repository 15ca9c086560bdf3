"""Settings: what is connected, whether it works, and every setting there is."""

from datetime import UTC, datetime
from typing import Final

import streamlit as st
from pydantic import SecretStr

from pages._checks import show_checks
from pages._prices import prices_section
from pages._runtime import called, own_table
from pages._ui import Permission, explaining_errors, relay, require
from pages._words import counted, plain
from relay_core.options.naming import variable
from relay_core.settings import Settings

require(Permission.VIEW)

_CHECKED: Final = "settings_checked"
_HOUR_S: Final = 3600


def _show_connection(settings: Settings) -> None:
    st.header("Connection")
    if settings.sandbox_url:
        st.write(
            f"Rehearsal against the sandbox at {plain(settings.sandbox_url)}. Everything works as "
            "with a real account, and no real phone is reached."
        )
        st.caption("For a real account, go through the page Setup.")
    elif settings.is_connected:
        st.write(
            f"Zendesk account {plain(settings.zendesk_subdomain or '')}. Messages reach real "
            "phones."
        )
    else:
        st.write("No account is connected. The page Setup says how. These are missing:")
        st.markdown("\n".join(f"- `{name}`" for name in settings.missing()))
        st.caption(called("Or set RELAY_SANDBOX_URL alone, to rehearse without an account."))


def _forget_checks() -> None:
    st.session_state.pop(_CHECKED, None)


def _show_checks() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Checks")
        st.button(
            "Check again", key="check_again", icon=":material/refresh:", on_click=_forget_checks
        )
    if _CHECKED not in st.session_state:
        with st.spinner("Asking Zendesk and Sunshine Conversations"):
            st.session_state[_CHECKED] = (datetime.now(UTC), relay().doctor())
    checked_at, checks = st.session_state[_CHECKED]
    show_checks(checks)
    st.caption(f"As of {checked_at:%H:%M:%S} UTC.")


def _show_sending(settings: Settings) -> None:
    st.header("Sending")
    with st.grid(3, min_column_width=220):
        for channel, pace in (
            ("WhatsApp and SMS", settings.sunco_pace),
            ("Talk Text", settings.talk_pace),
        ):
            st.metric(f"{channel}, per second", pace, format="localized", border=True)
        st.metric("Largest audience", settings.audience_cap, format="localized", border=True)
    st.caption(
        f"That is {settings.sunco_pace * _HOUR_S:,.0f} and {settings.talk_pace * _HOUR_S:,.0f} "
        "messages an hour. Each integration and each Talk line has a pace of its own; a Talk text "
        "is also a ticket. When it is certain that nothing left, a message is tried "
        f"{counted(settings.max_attempts, 'time')} at most and then the run pauses; when it is "
        "not, never again."
    )
    st.caption(called("Set by RELAY_SUNCO_PACE and RELAY_TALK_PACE."))
    if settings.ledger_url:
        st.caption(
            "Workers send what is queued, with or without an open page."
            if relay().is_sending
            else "Nothing leaves now: no worker is running. Start one with `relay worker`."
        )
    elif relay().is_sending:
        st.caption("This process sends what is queued, with or without an open page.")
    else:
        st.caption("Nothing leaves now: sending starts with `relay serve`.")


def _show_opt_out(settings: Settings) -> None:
    st.header("Who is never messaged")
    tags = [f"tagged `{tag}`" for tag in settings.opt_out_tags]
    fields = [f"with `{field}` checked" for field in settings.opt_out_fields]
    rules = tags + fields
    if rules:
        st.write(f"People {' or '.join(rules)}, whatever the audience says.")
    else:
        st.warning("No tag and no field means an opt-out here.", icon=":material/warning:")
    st.caption(called("Set by RELAY_OPT_OUT_TAGS and RELAY_OPT_OUT_FIELDS."))


def _show_data(settings: Settings) -> None:
    st.header("Data folder")
    if settings.ledger_url:
        st.write("Everything Relay knows is in the shared ledger. This file follows it:")
    else:
        st.write("Everything Relay knows is in one file:")
    st.code(str(settings.database_path.resolve()), language=None, wrap_lines=True)


def _show_all(settings: Settings) -> None:
    with st.expander("Every setting", icon=":material/tune:"):
        st.caption(
            f"Set in the environment, or in the table {own_table()} of .streamlit/secrets.toml "
            "without the prefix; read when Relay starts. Credentials are read again on the page "
            "Setup."
        )
        for name, field in type(settings).model_fields.items():
            with st.container(gap=None):
                st.markdown(f"`{variable(name, alias=settings.alias)}`: {_value(settings, name)}")
                st.caption(plain(settings.called(field.description or "")))


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if value is None:
        return "not set"
    if isinstance(value, SecretStr):
        return "set, not shown"
    shown = ", ".join(value) if isinstance(value, tuple) else str(value)
    by_default = "" if name in settings.model_fields_set else " (default)"
    return f"**{plain(shown) or 'none'}**{by_default}"


def _draw() -> None:
    st.title("Settings")
    settings = relay().settings
    _show_connection(settings)
    _show_checks()
    _show_sending(settings)
    _show_opt_out(settings)
    prices_section()
    _show_data(settings)
    _show_all(settings)


with explaining_errors():
    _draw()
