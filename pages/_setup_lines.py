"""Settings to be written down by hand, and secrets that are typed once."""

from collections.abc import Collection, Mapping
from typing import Final

import streamlit as st

from pages._runtime import account_here, own_table
from pages._ui import actor, flash, flashing_errors, relay
from relay_core.options.naming import variable
from relay_core.setup.lines import Setting, secrets_lines

PASTE: Final = "paste it here"


def show_lines(values: Mapping[str, Setting | None]) -> None:
    """Draw what belongs into the secrets file, ready to be copied."""
    st.code(secrets_lines(values), language=None, wrap_lines=True)
    st.caption(
        f"Copy this below the line {own_table()} of .streamlit/secrets.toml, in place of lines of "
        "the same names. Or set it in the environment: "
        f"{variable('', alias=account_here())} and the name in capitals."
    )


def show_secret(name: str, *, label: str) -> None:
    """Draw where a secret is typed once, on a machine with a keyring.

    Args:
        name: Of the setting.
        label: What Zendesk calls it.
    """
    with (
        st.form(f"keep_{name}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(label, key=f"typed_{name}", type="password", autocomplete="off")
        st.form_submit_button("Keep in the keyring", on_click=_keep, args=(name, label))


def show_kept(names: Collection[str]) -> None:
    """Draw which of these secrets are in the keyring, and the way out of it."""
    for name in relay().kept_secrets():
        if name in names:
            st.warning(
                f"`{variable(name, alias=account_here())}` is in this machine's keyring: "
                "Relay would sign in by it.",
                icon=":material/key:",
            )
            st.button(
                "Take it out of the keyring", key=f"forget_{name}", on_click=_forget, args=(name,)
            )


def _forget(name: str) -> None:
    with flashing_errors():
        relay().forget_secret(name, actor=actor())


def _keep(name: str, label: str) -> None:
    typed = st.session_state[f"typed_{name}"]
    st.session_state[f"typed_{name}"] = ""
    with flashing_errors():
        relay().keep_secret(name, secret=typed, actor=actor())
        flash(f"{label} is kept. Press “Use the new credentials” when all are there.")
