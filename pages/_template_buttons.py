"""The buttons of a template that is being written: links and a call, or quick replies."""

from typing import Final

import streamlit as st

from pages._template_draft import BUTTONS, ROWS, Action, ButtonsKind, row_key
from relay_core.templates.rules.buttons import MOST_BUTTONS, MOST_LINKS, MOST_PHONES

_CHOICE_WIDTH_PX: Final = 150


def buttons_fields() -> None:
    """Draw the fields of the buttons."""
    kind = st.segmented_control(
        "Buttons",
        tuple(ButtonsKind),
        required=True,
        key=BUTTONS,
        persist_state="session",
        help="WhatsApp only; a text message writes links and numbers out.",
    )
    if kind is None or kind is ButtonsKind.NONE:
        return
    is_actions = kind is ButtonsKind.ACTIONS
    st.caption(
        f"At most {MOST_LINKS} links and {MOST_PHONES} call. A link may end with one dynamic "
        "value: https://shop.example/orders/\\{\\{A-1042\\}\\}."
        if is_actions
        else f"At most {MOST_BUTTONS}. A press sends the text of the button back as an answer."
    )
    rows: list[int] = st.session_state[ROWS]
    for place, row in enumerate(rows):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _button(row, first=place == 0, is_action=is_actions)
            st.button(
                "Remove",
                key=row_key(row, "remove"),
                icon=":material/close:",
                type="tertiary",
                help=f"Remove button {place + 1}",
                disabled=len(rows) == 1,
                on_click=_remove,
                args=(row,),
            )
    st.button(
        "Add button",
        key="draft_button_add",
        icon=":material/add:",
        disabled=len(rows) >= (MOST_LINKS + MOST_PHONES if is_actions else MOST_BUTTONS),
        on_click=_add,
    )


def _button(row: int, *, first: bool, is_action: bool) -> None:
    shown = "visible" if first else "collapsed"
    action = None
    if is_action:
        action = st.selectbox(
            "Button",
            tuple(Action),
            key=row_key(row, "action"),
            label_visibility=shown,
            persist_state="session",
            width=_CHOICE_WIDTH_PX,
        )
    st.text_input(
        "Text on the button",
        key=row_key(row, "text"),
        placeholder="Follow the parcel" if is_action else "Yes, please",
        label_visibility=shown,
        live=True,
        persist_state="session",
    )
    if action is Action.CALL:
        part, example = "phone", "+33 1 23 45 67 89"
    elif action is Action.LINK:
        part, example = "url", "https://shop.example/orders/{{A-1042}}"
    else:
        return
    st.text_input(
        "Number or address",
        key=row_key(row, part),
        placeholder=example,
        label_visibility=shown,
        live=True,
        persist_state="session",
    )


def _add() -> None:
    rows: list[int] = st.session_state[ROWS]
    row = max(rows) + 1
    links = sum(st.session_state.get(row_key(each, "action")) is Action.LINK for each in rows)
    st.session_state[row_key(row, "action")] = Action.CALL if links == MOST_LINKS else Action.LINK
    st.session_state[ROWS] = [*rows, row]


def _remove(row: int) -> None:
    st.session_state[ROWS] = [each for each in st.session_state[ROWS] if each != row]
