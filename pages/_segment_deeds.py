"""Renaming, duplicating and deleting a segment, each in a dialog that stays open when refused."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from pages._dialog import do_and_close, show_refusal
from pages._ui import actor, flash, relay
from pages._words import plain

_NEW_NAME: Final = "segment_new_name"
_LONGEST_NAME: Final = 100


@st.dialog("Rename this segment")
def rename(name: str) -> None:
    """Ask for another name; whatever uses the segment follows."""

    def deed(to: str) -> None:
        segment = relay().rename_segment(name, to=to, actor=actor())
        st.query_params["segment"] = segment.name
        flash(f"{name} is now called {segment.name}.")

    st.caption("Campaigns and segments that use it follow. Its history stays.")
    _ask_name(name, "Rename", deed)


@st.dialog("Duplicate this segment")
def duplicate(name: str) -> None:
    """Ask what the copy is called, and open the copy."""

    def deed(to: str) -> None:
        segment = relay().duplicate_segment(name, to=to, actor=actor())
        st.query_params["segment"] = segment.name
        flash(f"{segment.name} asks what {name} asks. Its history begins now.")

    _ask_name(f"{name} (copy)"[:_LONGEST_NAME], "Duplicate", deed)


@st.dialog("Delete this segment?")
def confirm_delete(name: str) -> None:
    """Ask once more; a segment that something uses stays."""

    def deed() -> None:
        relay().delete_segment(name, actor=actor())
        st.query_params.clear()
        flash(f"Segment {name} is deleted.")

    st.markdown(
        f"**{plain(name)}** and its versions and sizes will be forgotten. Runs that used it are "
        "kept."
    )
    show_refusal()
    st.button(
        "Delete segment",
        key="segment_delete_sure",
        type="primary",
        on_click=do_and_close,
        args=(deed,),
    )


def _ask_name(proposed: str, label: str, deed: Callable[[str], None]) -> None:
    st.text_input("Name", proposed, key=_NEW_NAME, max_chars=_LONGEST_NAME)
    show_refusal()
    st.button(
        label,
        key="segment_name_sure",
        type="primary",
        on_click=do_and_close,
        args=(lambda: deed(st.session_state[_NEW_NAME]),),
    )
