"""The fields of a template that is being written: what each is called, and its choices."""

from enum import StrEnum
from typing import Final

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


def row_key(row: int, part: str) -> str:
    """Return the key of one field of a button."""
    return f"draft_button_{row}_{part}"
