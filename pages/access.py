"""Access: which role and which group of Zendesk may do what."""

from collections.abc import Iterable, Sequence
from typing import Final

import streamlit as st

from pages._ui import actor, explaining_errors, flash, flashing_errors, relay, require, visitor
from pages._words import plain
from relay_core.access.grants import AGENT, Grant, Subject
from relay_core.access.permissions import MEANINGS, Permission
from relay_core.access.visitor import SINGLE_USER
from relay_core.errors import GatewayError

require(Permission.ADMINISTER)

_Key = tuple[Subject, str]
_EVERYBODY: Final[_Key] = (Subject.ROLE, AGENT)


def _draw() -> None:
    st.title("Access")
    if visitor() == SINGLE_USER:
        st.info(
            "No sign-in is set up: whoever sits at this machine may do everything, and nobody else "
            "reaches Relay. What you grant here counts once people sign in; README.md says how to "
            "set that up.",
            icon=":material/person:",
        )
    st.write(
        "Administrators of Zendesk may do everything. What everybody else may do goes by their "
        "role and their groups there; permissions add up."
    )
    held = {(each.subject, each.key): each.permissions for each in relay().grants()}
    names = _names(held.keys())
    with st.form("access_form"):
        for subject, name in names.items():
            st.multiselect(
                plain(name),
                list(Permission),
                default=sorted(held.get(subject, ()), key=list(Permission).index),
                format_func=lambda each: str(each).capitalize(),
                key=_widget(subject),
                placeholder="Nothing beyond what others grant them",
            )
        st.form_submit_button("Save", type="primary", on_click=_save, args=(list(names),))
    st.header("What each permission means")
    st.table(
        {
            "Permission": [str(each).capitalize() for each in MEANINGS],
            "Allows": list(MEANINGS.values()),
        },
        border="horizontal",
    )


def _names(held: Iterable[_Key]) -> dict[_Key, str]:
    """Return everybody to whom something can be granted, agents first, by name."""
    names = {_EVERYBODY: "All agents"}
    try:
        groups = relay().zendesk_groups()
    except GatewayError as error:
        st.warning(
            f"{plain(error.advice)} Groups to which something is granted already are below by "
            "their number.",
            icon=":material/cloud_off:",
        )
        groups = {}
    names |= {
        (Subject.GROUP, id_): f"Group {name}"
        for id_, name in sorted(groups.items(), key=lambda each: each[1].casefold())
    }
    for subject in held:
        names.setdefault(subject, f"Group {subject[1]}, which Zendesk did not list")
    return names


def _widget(subject: _Key) -> str:
    return f"access_{subject[0]}_{subject[1]}"


def _save(subjects: Sequence[_Key]) -> None:
    grants = [
        Grant(*subject, frozenset(st.session_state[_widget(subject)])) for subject in subjects
    ]
    with flashing_errors():
        relay().save_grants([each for each in grants if each.permissions], actor=actor())
        flash("Saved. It counts from everybody's next press on.")


with explaining_errors():
    _draw()
