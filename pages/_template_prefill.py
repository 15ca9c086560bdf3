"""What the fields hold at first, when a template is written after another one or from a file."""

from typing import Any, Final

from pages._template_fields import (
    BODY,
    BUTTONS,
    CATEGORY,
    FOOTER,
    HEADER,
    HEADER_TEXT,
    HEADER_URL,
    LANGUAGE,
    NAME,
    ROWS,
    Action,
    ButtonsKind,
    HeaderKind,
    row_key,
)
from relay_core.templates.writing.template import (
    Button,
    Category,
    Header,
    LinkButton,
    PhoneButton,
    QuickReply,
    Template,
    TextHeader,
)

_FIRST_LANGUAGE: Final = "en_US"


def prefilled(template: Template | None) -> dict[str, Any]:
    """Return what each field holds at first; a sheet without a template is empty."""
    empty = {
        NAME: "",
        CATEGORY: Category.UTILITY,
        LANGUAGE: _FIRST_LANGUAGE,
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
