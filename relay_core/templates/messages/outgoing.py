"""What is sent for one person: the message object of the Notification API."""

from collections.abc import Mapping
from typing import Any, Final, assert_never
from urllib.parse import unquote, urlsplit

from relay_core.errors import TemplateError
from relay_core.templates.writing.links import url_safe
from relay_core.templates.writing.names import meta_name
from relay_core.templates.writing.parameters import meta_words
from relay_core.templates.writing.placeholders import keys_in, require_values
from relay_core.templates.writing.shorthand import find_shorthand
from relay_core.templates.writing.template import (
    LinkButton,
    MediaHeader,
    MediaKind,
    Template,
    TextHeader,
)

LONGEST_TEXT: Final = 4096
"""Characters in one text message of Sunshine Conversations. Source: its API v2 specification."""


def whatsapp_message(template: Template, values: Mapping[str, str]) -> dict[str, Any]:
    """Return the message that sends this template with these values.

    The request around it also says `"messageSchema": "whatsapp"`.

    Raises:
        TemplateError: A value is missing, or the template cannot be sent as it is.
    """
    components = send_components(template, values)
    return {
        "type": "template",
        "template": {
            "name": meta_name(template.name),
            "language": {"policy": "deterministic", "code": template.language},
            **({"components": components} if components else {}),
        },
    }


def sms_message(text: str) -> dict[str, Any]:
    """Return the message that sends this text.

    Raises:
        TemplateError: The text is empty or too long, or holds a command of Sunshine
            Conversations, which would send something else than what it shows.
    """
    if not text.strip():
        raise TemplateError("the text is empty", advice="Write a text; this one is empty.")
    if len(text) > LONGEST_TEXT:
        raise TemplateError(
            f"the text has {len(text)} characters",
            advice=f"Shorten the text to {LONGEST_TEXT} characters.",
        )
    if find_shorthand(text):
        raise TemplateError(
            "the text holds a shorthand command",
            advice="The text holds characters like %(( that Sunshine Conversations takes for a "
            "command. Change the template or the value they come from.",
        )
    return {"type": "text", "text": text}


def send_components(template: Template, values: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the parameters of each part that has any, in the documented lower-case form.

    Raises:
        TemplateError: A value is missing, or the template cannot be sent as it is.
    """
    if template.left_out:
        raise TemplateError(
            f"template {template.name} has parts that cannot be sent: {template.left_out}",
            advice=f"This template holds parts that Relay cannot send "
            f"({', '.join(template.left_out)}). Choose another template.",
        )
    require_values([value.key for value in template.values], values)

    def parameters(keys: tuple[str, ...]) -> list[dict[str, str]]:
        words = meta_words(template, keys)
        return [
            {
                "type": "text",
                **({"parameter_name": words[key]} if template.parameter_names else {}),
                "text": values[key],
            }
            for key in keys
        ]

    components: list[dict[str, Any]] = []
    match template.header:
        case MediaHeader() as media:
            components.append({"type": "header", "parameters": [_media_parameter(media)]})
        case TextHeader(text) if keys := keys_in(text):
            components.append({"type": "header", "parameters": parameters(keys)})
        case TextHeader() | None:
            pass
        case _:
            assert_never(template.header)
    if template.body_keys:
        components.append({"type": "body", "parameters": parameters(template.body_keys)})
    for index, button in enumerate(template.buttons):
        if isinstance(button, LinkButton) and (keys := keys_in(button.url)):
            suffixes = [{"type": "text", "text": url_safe(values[key])} for key in keys]
            components.append(
                {"type": "button", "sub_type": "url", "index": index, "parameters": suffixes}
            )
    return components


def _media_parameter(media: MediaHeader) -> dict[str, Any]:
    if not media.url:
        raise TemplateError(
            "the media header has no address",
            advice="Give the address of the header's file, then send.",
        )
    kind = media.kind.value.lower()
    file = {"link": media.url}
    if media.kind is MediaKind.DOCUMENT:
        # Without a name, phones show the file as untitled.
        filename = unquote(urlsplit(media.url).path).rpartition("/")[2]
        file |= {"filename": filename} if "." in filename else {}
    return {"type": kind, kind: file}
