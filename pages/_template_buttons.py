"""The buttons of a template that is being written: links and a call, or quick replies."""

from enum import StrEnum
from typing import Final

import streamlit as st

from pages._one_of import one_of
from relay_core.templates.rules.buttons import MOST_BUTTONS, MOST_LINKS, MOST_PHONES
from relay_core.templates.writing.template import Button, LinkButton, PhoneButton, QuickReply

_ROWS: Final = "draft_button_rows"
_CHOICE_WIDTH_PX: Final = 150


class _Kind(StrEnum):
    NONE = "None"
    ACTIONS = "Links and calls"
    REPLIES = "Quick replies"


class _Action(StrEnum):
    LINK = "Opens a link"
    CALL = "Calls a number"


def buttons_choice() -> tuple[tuple[Button, ...], dict[str, str]]:
    """Draw the buttons.

    Returns:
        The buttons, and where each of their texts is kept: `buttons[0].url` to a widget's key.
    """
    kind = one_of(
        "Buttons",
        tuple(_Kind),
        key="draft_buttons",
        persist_state="session",
        help="WhatsApp only; a text message writes links and numbers out.",
    )
    if kind is _Kind.NONE:
        return (), {}
    rows: list[int] = st.session_state.setdefault(_ROWS, [0])
    buttons: list[Button] = []
    keys: dict[str, str] = {}
    for place, row in enumerate(rows):
        first = place == 0
        with st.container(horizontal=True, vertical_alignment="bottom"):
            button, target = (
                _action(row, first=first) if kind is _Kind.ACTIONS else _reply(row, first=first)
            )
            st.button(
                "Remove",
                key=f"draft_button_{row}_remove",
                icon=":material/close:",
                type="tertiary",
                disabled=len(rows) == 1,
                on_click=rows.remove,
                args=(row,),
            )
        buttons.append(button)
        keys[f"buttons[{place}].text"] = f"draft_button_{row}_text"
        if target:
            keys[f"buttons[{place}].{target}"] = f"draft_button_{row}_{target}"
    most = MOST_LINKS + MOST_PHONES if kind is _Kind.ACTIONS else MOST_BUTTONS
    st.button(
        "Add button",
        key="draft_button_add",
        icon=":material/add:",
        disabled=len(rows) >= most,
        on_click=_add,
    )
    return tuple(buttons), keys


def _action(row: int, *, first: bool) -> tuple[Button, str]:
    shown = "visible" if first else "collapsed"
    action = st.selectbox(
        "Button",
        tuple(_Action),
        key=f"draft_button_{row}_action",
        label_visibility=shown,
        persist_state="session",
        width=_CHOICE_WIDTH_PX,
    )
    text = _label(row, first=first)
    if action is _Action.CALL:
        number = st.text_input(
            "Number or address",
            key=f"draft_button_{row}_phone",
            placeholder="+33 1 23 45 67 89",
            label_visibility=shown,
            persist_state="session",
        )
        return PhoneButton(text, (number or "").strip()), "phone"
    url = st.text_input(
        "Number or address",
        key=f"draft_button_{row}_url",
        placeholder="https://shop.example/orders/{{A-1042}}",
        label_visibility=shown,
        persist_state="session",
    )
    return LinkButton(text, (url or "").strip()), "url"


def _reply(row: int, *, first: bool) -> tuple[Button, str]:
    return QuickReply(_label(row, first=first)), ""


def _label(row: int, *, first: bool) -> str:
    text = st.text_input(
        "Text on the button",
        key=f"draft_button_{row}_text",
        placeholder="Follow the parcel",
        label_visibility="visible" if first else "collapsed",
        persist_state="session",
    )
    return text or ""


def _add() -> None:
    rows: list[int] = st.session_state[_ROWS]
    rows.append(max(rows) + 1)
