"""What a phone shows of a template, over SMS and over WhatsApp."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from relay_core.templates.writing.formatting import plain
from relay_core.templates.writing.links import filled_url
from relay_core.templates.writing.placeholders import fill
from relay_core.templates.writing.template import (
    Button,
    LinkButton,
    MediaHeader,
    PhoneButton,
    QuickReply,
    Template,
    TextHeader,
)


@dataclass(frozen=True, slots=True)
class WhatsAppPreview:
    """One message as WhatsApp lays it out. Texts still hold WhatsApp's formatting marks."""

    header: str | MediaHeader | None
    body: str
    footer: str | None
    buttons: tuple[Button, ...]
    """With their final addresses."""


def whatsapp_preview(template: Template, values: Mapping[str, str]) -> WhatsAppPreview:
    """Return what a person with these values sees in WhatsApp.

    Raises:
        TemplateError: A value is missing.
    """
    header = template.header
    return WhatsAppPreview(
        header=fill(header.text, values) if isinstance(header, TextHeader) else header,
        body=fill(template.body, values),
        footer=template.footer,
        buttons=tuple(_filled(button, values) for button in template.buttons),
    )


def sms_text(template: Template, values: Mapping[str, str]) -> str:
    """Return the text message a person with these values gets.

    SMS has no media, no formatting and no buttons: links and phone calls become lines of text,
    media and quick replies are left away. Marks inside values are kept, they are not formatting.

    Raises:
        TemplateError: A value is missing.
    """
    lines = [
        fill(template.header.text, values) if isinstance(template.header, TextHeader) else "",
        fill(plain(template.body), values),
        template.footer or "",
        *(_as_line(_filled(button, values)) for button in template.buttons),
    ]
    return "\n".join(line for line in lines if line)


def lost_in_sms(template: Template) -> tuple[str, ...]:
    """Return what SMS cannot show of this template and what becomes of it, as sentences."""
    losses = []
    if isinstance(template.header, MediaHeader):
        losses.append(f"The {template.header.kind.lower()} in the header is left away.")
    if plain(template.body) != template.body:
        losses.append("Bold, italic, struck and fixed-width text is shown as plain text.")
    if any(isinstance(button, LinkButton) for button in template.buttons):
        losses.append("Links are written out as text.")
    if any(isinstance(button, PhoneButton) for button in template.buttons):
        losses.append("The number to call is written out as text.")
    if any(isinstance(button, QuickReply) for button in template.buttons):
        losses.append("Quick replies are left away; people can answer in their own words.")
    return tuple(losses)


def _filled(button: Button, values: Mapping[str, str]) -> Button:
    if isinstance(button, LinkButton):
        return replace(button, url=filled_url(button.url, values))
    return button


def _as_line(button: Button) -> str:
    match button:
        case LinkButton(text, url):
            return f"{text}: {url}"
        case PhoneButton(text, number):
            return f"{text}: {number}"
        case QuickReply():
            return ""
        case _:
            assert_never(button)
