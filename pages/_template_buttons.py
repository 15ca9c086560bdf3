"""The buttons of a template that is being written: links and a call, or quick replies."""

from typing import Final

import streamlit as st

from pages._one_of import one_of
from pages._template_fields import BUTTONS, ROWS, Action, ButtonsKind, row_key
from relay_core.templates.rules.buttons import MOST_BUTTONS, MOST_LINKS, MOST_PHONES

_CHOICE_WIDTH_PX: Final = 150


def buttons_fields() -> None:
    """Draw the fields of the buttons."""
    kind = one_of(
        "Buttons",
        tuple(ButtonsKind),
        key=BUTTONS,
        persist_state="session",
        help="WhatsApp only; a text message writes links and numbers out.",
    )
    if kind is ButtonsKind.NONE:
        return
    is_actions = kind is ButtonsKind.ACTIONS
    st.caption(
        f"At most {MOST_LINKS} links and {MOST_PHONES} call. An address may end with one "
        "dynamic value."
        if is_actions
        else f"At most {MOST_BUTTONS}. A press sends the text of the button back as an answer."
    )
    rows: list[int] = st.session_state[ROWS]
    for row in rows:
        with st.container(border=is_actions, key=row_key(row, "box")):
            if is_actions:
                _action(row, is_alone=len(rows) == 1)
            else:
                with st.container(horizontal=True, vertical_alignment="bottom"):
                    _label(row, example="Yes, please")
                    _remove_button(row, is_alone=len(rows) == 1)
    st.button(
        "Add button",
        key="draft_button_add",
        icon=":material/add:",
        disabled=len(rows) >= (MOST_LINKS + MOST_PHONES if is_actions else MOST_BUTTONS),
        on_click=_add,
    )


def _action(row: int, *, is_alone: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        action = st.selectbox(
            "Button",
            tuple(Action),
            key=row_key(row, "action"),
            persist_state="session",
            width=_CHOICE_WIDTH_PX,
        )
        _label(row, example="Follow the parcel")
    is_call = action is Action.CALL
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Number" if is_call else "Address",
            key=row_key(row, "phone" if is_call else "url"),
            placeholder="+33 1 23 45 67 89"
            if is_call
            else "https://shop.example/orders/{{A-1042}}",
            live=True,
            persist_state="session",
        )
        _remove_button(row, is_alone=is_alone)


def _label(row: int, *, example: str) -> None:
    st.text_input(
        "Text on the button",
        key=row_key(row, "text"),
        placeholder=example,
        live=True,
        persist_state="session",
    )


def _remove_button(row: int, *, is_alone: bool) -> None:
    st.button(
        "Remove",
        key=row_key(row, "remove"),
        icon=":material/close:",
        type="tertiary",
        disabled=is_alone,
        on_click=_remove,
        args=(row,),
    )


def _add() -> None:
    rows: list[int] = st.session_state[ROWS]
    row = max(rows) + 1
    links = sum(st.session_state.get(row_key(each, "action")) is Action.LINK for each in rows)
    st.session_state[row_key(row, "action")] = Action.CALL if links == MOST_LINKS else Action.LINK
    st.session_state[ROWS] = [*rows, row]


def _remove(row: int) -> None:
    st.session_state[ROWS] = [each for each in st.session_state[ROWS] if each != row]
