"""A template in Meta's own form: numbered parameters, each with its example."""

from typing import Any, assert_never

from relay_core.templates.writing.links import filled_url
from relay_core.templates.writing.names import meta_name
from relay_core.templates.writing.parameters import meta_words
from relay_core.templates.writing.placeholders import find, keys_in, replaced
from relay_core.templates.writing.template import (
    Button,
    Header,
    LinkButton,
    MediaHeader,
    PhoneButton,
    QuickReply,
    Template,
    TextHeader,
)

Component = dict[str, Any]
"""One entry of Meta's `components`, as JSON."""


def create_body(template: Template) -> dict[str, Any]:
    """Return the request that creates this template on an integration.

    Source: Meta's message templates, as forwarded by Sunshine Conversations.
    """
    named = {"parameter_format": "NAMED"} if template.parameter_names else {}
    return {
        "name": meta_name(template.name),
        "language": template.language,
        "category": template.category.value,
        **named,
        "components": to_components(template),
    }


def to_components(template: Template) -> list[Component]:
    """Return the components Meta is asked to approve.

    Each part counts its parameters from 1; a value that occurs twice in a part keeps one number.
    A template with faults is translated as far as it goes; `rules` says what is wrong with it.
    """
    components: list[Component] = []
    if template.header is not None:
        components.append(_header(template, template.header))
    body: Component = {
        "type": "BODY",
        "text": _in_meta_words(template, template.body, template.body_keys),
    }
    if template.body_keys:
        body["example"] = _body_example(template)
    components.append(body)
    if template.footer:
        components.append({"type": "FOOTER", "text": template.footer})
    if template.buttons:
        components.append({"type": "BUTTONS", "buttons": [_button(b) for b in template.buttons]})
    return components


def _header(template: Template, header: Header) -> Component:
    match header:
        case MediaHeader(kind, url):
            example = {"example": {"header_handle": [url]}} if url else {}
            return {"type": "HEADER", "format": kind.value, **example}
        case TextHeader(text):
            component: Component = {
                "type": "HEADER",
                "format": "TEXT",
                "text": _in_meta_words(template, text, keys_in(text)),
            }
            if keys := keys_in(text):
                examples = template.examples
                component["example"] = (
                    {"header_text_named_params": _named_examples(template, keys)}
                    if template.parameter_names
                    else {"header_text": [examples[key] for key in keys]}
                )
            return component
        case _:
            assert_never(header)


def _body_example(template: Template) -> dict[str, Any]:
    if template.parameter_names:
        return {"body_text_named_params": _named_examples(template, template.body_keys)}
    examples = template.examples
    return {"body_text": [[examples[key] for key in template.body_keys]]}


def _named_examples(template: Template, keys: tuple[str, ...]) -> list[dict[str, str]]:
    words, examples = meta_words(template, keys), template.examples
    return [{"param_name": words[key], "example": examples[key]} for key in keys]


def _in_meta_words(template: Template, text: str, keys: tuple[str, ...]) -> str:
    words = meta_words(template, keys)
    return replaced(text, {key: "{{" + word + "}}" for key, word in words.items()})


def _button(button: Button) -> dict[str, Any]:
    match button:
        case LinkButton(text, url):
            link: dict[str, Any] = {"type": "URL", "text": text, "url": url}
            if placeholders := find(url):
                keys = keys_in(url)
                numbers = {key: f"{{{{{number}}}}}" for number, key in enumerate(keys, start=1)}
                examples = {placeholder.key: placeholder.example for placeholder in placeholders}
                link |= {"url": replaced(url, numbers), "example": [filled_url(url, examples)]}
            return link
        case PhoneButton(text, number):
            return {"type": "PHONE_NUMBER", "text": text, "phone_number": number}
        case QuickReply(text):
            return {"type": "QUICK_REPLY", "text": text}
        case _:
            assert_never(button)
