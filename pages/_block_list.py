"""The block list: who is left out of every campaign, since when, why, and by whom."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from pages._choice_table import pick_choices
from pages._choices import move, pick_people, reason_input, show_refusal, turn, typed_reason
from pages._ui import actor, relay
from pages._words import counted
from relay_core.audience.policy import ANY_PURPOSE
from relay_core.audience.screening.choices import Choice

_ADD: Final = "block"
_KEPT: Final = "blocked"
_MANY: Final = 10
"""Rows from which on a search is worth its place."""


def block_list_section() -> None:
    """Draw the list, then the way onto it."""
    st.caption(
        "People on this list are left out of every campaign, together with everybody who has the "
        "same number. A campaign can still include one of them by hand, with a reason."
    )
    blocked = relay().choices(campaign_id=None)
    if blocked:
        _listed(blocked)
    else:
        st.write("Nobody is on the block list. Add people below.")
    st.header("Add people")
    people = pick_people(_ADD)
    reason_input(_ADD)
    show_refusal(_ADD)
    st.button(
        f"Block {counted(len(people), 'person', 'people')}" if people else "Block",
        key="block_add",
        type="primary",
        icon=":material/block:",
        disabled=not people,
        on_click=_block,
        args=(tuple(people),),
    )


def _listed(blocked: Sequence[Choice]) -> None:
    st.markdown(f"**{counted(len(blocked), 'person', 'people')} on the list**")
    wanted = ""
    if len(blocked) > _MANY:
        wanted = st.text_input("Search the list", key="blocked_search", type="search") or ""
    shown = [choice for choice in blocked if wanted.casefold() in _searched(choice)]
    if not shown:
        st.caption("Nobody on the list has these words in their name, reason or id.")
        return
    ids = pick_choices(
        shown,
        key=f"blocked_{wanted}_{turn(_KEPT)}",
        alt="Who is blocked, why, by whom and since when. Select rows to take people off.",
    )
    show_refusal(_KEPT)
    st.button(
        f"Take {counted(len(ids), 'person', 'people')} off the list"
        if ids
        else "Take off the list",
        key="blocked_remove",
        icon=":material/undo:",
        disabled=not ids,
        help=None if ids else "Select rows of the table first.",
        on_click=_unblock,
        args=(tuple(ids),),
    )


def _searched(choice: Choice) -> str:
    return f"{choice.person_name} {choice.reason} {choice.actor} {choice.person_id}".casefold()


def _block(people: tuple[int, ...]) -> None:
    deed = partial(
        relay().choose_people,
        people,
        choice="excluded",
        purpose=ANY_PURPOSE,
        reason=typed_reason(_ADD),
        actor=actor(),
    )
    move(_ADD, deed, done="on the block list")


def _unblock(people: tuple[int, ...]) -> None:
    deed = partial(relay().unchoose_people, people, campaign_id=None, actor=actor())
    move(_KEPT, deed, done="off the block list")
