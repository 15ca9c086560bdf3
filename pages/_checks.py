"""Checks as a list: what was found, how grave it is, and what to do."""

from collections.abc import Iterable
from typing import Final

import streamlit as st

from pages._words import advised, plain
from relay_core.setup.check import Check, Verdict

VERDICTS: Final = {
    Verdict.OK: ("In order", "green", ":material/check:"),
    Verdict.WARNING: ("Look at this", "orange", ":material/warning:"),
    Verdict.PROBLEM: ("Does not work", "red", ":material/error:"),
}


def show_checks(checks: Iterable[Check]) -> None:
    """Draw them in a box, one below the other."""
    with st.container(border=True):
        for check in checks:
            _show(check)


def _show(check: Check) -> None:
    word, color, icon = VERDICTS[check.verdict]
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.markdown(f"**{plain(check.name)}**: {plain(check.found)}.")
            if check.advice:
                st.caption(advised(check.advice))
        st.badge(word, icon=icon, color=color)
    if check.details:
        with st.expander("Details", icon=":material/list:"):
            for detail in check.details:
                st.markdown(plain(detail))
