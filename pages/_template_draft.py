"""The template that is being written: kept with the fields of the page, read back as a template."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import uuid4

import streamlit as st

from pages._template_fields import (
    BODY,
    BUTTONS,
    CATEGORY,
    FOOTER,
    HEADER,
    HEADER_TEXT,
    HEADER_URL,
    INTEGRATIONS,
    LANGUAGE,
    NAME,
    PREFIX,
    ROWS,
    TRIED,
    Action,
    ButtonsKind,
    HeaderKind,
    row_key,
)
from pages._template_prefill import prefilled
from relay_core.templates.writing.template import (
    Button,
    Category,
    Header,
    LinkButton,
    MediaHeader,
    MediaKind,
    PhoneButton,
    QuickReply,
    Template,
    TextHeader,
)

_BEGINNING: Final = "draft_beginning"
_NUMBER: Final = "draft_number"


class Purpose(StrEnum):
    """Why somebody writes."""

    NEW = "new"
    EDIT = "edit"  # another version of a template that Meta holds nowhere
    REPLACE = "replace"  # a successor, under a new name, of one that Meta holds
    COPY = "copy"
    TRANSLATE = "translate"  # the same name in another language
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a draft began with."""

    purpose: Purpose = Purpose.NEW
    template_id: int | None = None
    """The template it comes from."""
    label: str = ""
    """What people call that template."""
    notes: tuple[str, ...] = ()
    """What could not be taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is written so far, and where each part of it is typed."""

    number: str
    """Tells this draft from every other, so that one press is one template."""
    template: Template
    integration_ids: tuple[str, ...]
    """WhatsApp integrations to submit it on."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Part of the template, e.g. `buttons[0].url`, to the key of its field."""

    @property
    def texts(self) -> dict[str, str]:
        """What is typed in each part."""
        return {part: _typed(key) for part, key in self.keys.items()}


def beginning() -> Beginning | None:
    """Return how the present draft began; None when there is none."""
    began: Beginning | None = st.session_state.get(_BEGINNING)
    return began


def begin(began: Beginning, template: Template | None, *, integration_ids: list[str]) -> None:
    """Start a draft, in place of any other; not while its fields are drawn.

    Args:
        began: Why.
        template: What to begin with; None for an empty sheet.
        integration_ids: WhatsApp integrations that are chosen at first.
    """
    forget()
    for key, value in (prefilled(template) | {INTEGRATIONS: integration_ids}).items():
        st.session_state[key] = value
    st.session_state[_BEGINNING] = began
    st.session_state[_NUMBER] = uuid4().hex
    st.session_state[TRIED] = frozenset()


def forget() -> None:
    """Put the draft away."""
    for key in [key for key in st.session_state if str(key).startswith(PREFIX)]:
        del st.session_state[key]


def draft() -> Draft:
    """Return what the fields hold now."""
    keys = {"name": NAME, "body": BODY, "footer": FOOTER}
    header = _header(keys)
    buttons = _buttons(keys)
    return Draft(
        number=str(st.session_state.get(_NUMBER, "")),
        template=Template(
            name=_typed(NAME).strip(),
            language=_typed(LANGUAGE),
            category=st.session_state.get(CATEGORY) or Category.UTILITY,
            body=_typed(BODY),
            header=header,
            footer=_typed(FOOTER).strip() or None,
            buttons=buttons,
        ),
        integration_ids=tuple(st.session_state.get(INTEGRATIONS) or ()),
        keys=keys,
    )


def _typed(key: str) -> str:
    return str(st.session_state.get(key) or "")


def _header(keys: dict[str, str]) -> Header | None:
    kind = st.session_state.get(HEADER)
    if kind is None or kind is HeaderKind.NONE:
        return None
    if kind is HeaderKind.TEXT:
        keys["header"] = HEADER_TEXT
        return TextHeader(_typed(HEADER_TEXT))
    keys["header"] = HEADER_URL
    return MediaHeader(MediaKind(kind.upper()), _typed(HEADER_URL).strip())


def _buttons(keys: dict[str, str]) -> tuple[Button, ...]:
    kind = st.session_state.get(BUTTONS)
    if kind is None or kind is ButtonsKind.NONE:
        return ()
    buttons: list[Button] = []
    for place, row in enumerate(st.session_state.get(ROWS, [])):
        text = _typed(row_key(row, "text"))
        keys[f"buttons[{place}].text"] = row_key(row, "text")
        if kind is ButtonsKind.REPLIES:
            buttons.append(QuickReply(text))
        elif st.session_state.get(row_key(row, "action")) is Action.CALL:
            keys[f"buttons[{place}].phone"] = row_key(row, "phone")
            buttons.append(PhoneButton(text, _typed(row_key(row, "phone")).strip()))
        else:
            keys[f"buttons[{place}].url"] = row_key(row, "url")
            buttons.append(LinkButton(text, _typed(row_key(row, "url")).strip()))
    return tuple(buttons)
