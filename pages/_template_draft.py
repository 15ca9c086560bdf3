"""The template that is being written: kept with the fields of the page, read back as a template."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

import streamlit as st

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

PREFIX: Final = "draft_"
"""What the key of everything in a draft begins with."""
NAME: Final = "draft_name"
INTEGRATIONS: Final = "draft_integrations"
CATEGORY: Final = "draft_category"
LANGUAGE: Final = "draft_language"
HEADER: Final = "draft_header"
HEADER_TEXT: Final = "draft_header_text"
HEADER_URL: Final = "draft_header_url"
BODY: Final = "draft_body"
FOOTER: Final = "draft_footer"
BUTTONS: Final = "draft_buttons"
ROWS: Final = "draft_button_rows"
STEP: Final = "draft_step"
TRIED: Final = "draft_tried"
"""Steps that somebody tried to leave: from then on, what is missing is said there."""
_BEGINNING: Final = "draft_beginning"
_NUMBER: Final = "draft_number"
_DEFAULT_LANGUAGE: Final = "en_US"


class Purpose(StrEnum):
    """Why somebody writes."""

    NEW = "new"
    EDIT = "edit"  # another version of a template that Meta holds nowhere
    REPLACE = "replace"  # a successor, under a new name, of one that Meta holds
    COPY = "copy"
    TRANSLATE = "translate"  # the same name in another language
    FILE = "file"


class HeaderKind(StrEnum):
    """What stands above the body."""

    NONE = "None"
    TEXT = "Text"
    IMAGE = "Image"
    VIDEO = "Video"
    DOCUMENT = "Document"


class ButtonsKind(StrEnum):
    """Which buttons stand below; WhatsApp would take both kinds, people would not."""

    NONE = "None"
    ACTIONS = "Links and calls"
    REPLIES = "Quick replies"


class Action(StrEnum):
    """What a button does."""

    LINK = "Opens a link"
    CALL = "Calls a number"


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
    for key, value in (_fields(template) | {INTEGRATIONS: integration_ids}).items():
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


def row_key(row: int, part: str) -> str:
    """Return the key of one field of a button."""
    return f"draft_button_{row}_{part}"


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


def _fields(template: Template | None) -> dict[str, Any]:
    """Return what each field holds at the beginning."""
    empty = {
        NAME: "",
        CATEGORY: Category.UTILITY,
        LANGUAGE: _DEFAULT_LANGUAGE,
        HEADER: HeaderKind.NONE,
        BODY: "",
        FOOTER: "",
        BUTTONS: ButtonsKind.NONE,
        ROWS: [0],
        row_key(0, "action"): Action.LINK,
    }
    if template is None:
        return empty
    creatable = template.category.creatable
    return empty | {
        NAME: template.name,
        CATEGORY: template.category if creatable else Category.UTILITY,
        LANGUAGE: template.language,
        BODY: template.body,
        FOOTER: template.footer or "",
        **_header_fields(template.header),
        **_button_fields(template.buttons),
    }


def _header_fields(header: Header | None) -> dict[str, Any]:
    if header is None:
        return {}
    if isinstance(header, TextHeader):
        return {HEADER: HeaderKind.TEXT, HEADER_TEXT: header.text}
    return {HEADER: HeaderKind(header.kind.capitalize()), HEADER_URL: header.url}


def _button_fields(buttons: tuple[Button, ...]) -> dict[str, Any]:
    replies = [button for button in buttons if isinstance(button, QuickReply)]
    actions = [button for button in buttons if not isinstance(button, QuickReply)]
    if not buttons:
        return {}
    kept = actions or replies
    fields: dict[str, Any] = {
        BUTTONS: ButtonsKind.ACTIONS if actions else ButtonsKind.REPLIES,
        ROWS: list(range(len(kept))),
    }
    for row, button in enumerate(kept):
        fields[row_key(row, "text")] = button.text
        fields[row_key(row, "action")] = Action.LINK
        if isinstance(button, LinkButton):
            fields[row_key(row, "url")] = button.url
        elif isinstance(button, PhoneButton):
            fields[row_key(row, "action")] = Action.CALL
            fields[row_key(row, "phone")] = button.number
    return fields


def not_taken_over(template: Template) -> tuple[str, ...]:
    """Return what a draft cannot hold of a template, as sentences."""
    notes = [f"Relay cannot write this part, so it is left out: {p}." for p in template.left_out]
    if not template.category.creatable:
        notes.append(
            "Relay creates no Authentication templates: one-time codes are sent one by one, by the "
            "system that makes them. Utility is chosen instead."
        )
    replies = sum(isinstance(button, QuickReply) for button in template.buttons)
    if 0 < replies < len(template.buttons):
        notes.append(
            "Quick replies are left out: they cannot stand beside links and calls. Choose one of "
            "the two kinds."
        )
    return tuple(notes)
