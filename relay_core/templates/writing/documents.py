"""Templates as plain JSON: what the database keeps, and what people write in a file."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, assert_never

from relay_core.errors import TemplateError
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

Document = dict[str, Any]
"""A JSON object."""

_REQUIRED: Final = ("name", "language", "category", "body")


def template_to_dict(template: Template) -> Document:
    """Return the template as a JSON object; parts it does not have are left away."""
    document: Document = {
        "name": template.name,
        "language": template.language,
        "category": template.category.value,
        "header": _header_document(template.header),
        "body": template.body,
        "footer": template.footer,
        "buttons": [_button_document(button) for button in template.buttons],
        "parameter_names": dict(template.parameter_names),
        "body_order": list(template.body_order),
        "left_out": list(template.left_out),
    }
    return {name: part for name, part in document.items() if name in _REQUIRED or part}


def template_from_dict(document: Mapping[str, Any]) -> Template:
    """Read a template back; what a newer version of Relay may have added is ignored.

    A header or button of an unknown kind is listed in `left_out`, so that the template can be
    shown but not sent incomplete. An unknown category is read as Authentication.

    Raises:
        TemplateError: A part that every template needs is missing, or is not what it should be.
    """
    for name in _REQUIRED:
        _text(document, name)
    left_out = [str(part) for part in _list(document, "left_out")]
    header = _header(_object(document, "header"), left_out)
    buttons = [_button(entry, left_out) for entry in _list(document, "buttons")]
    return Template(
        name=document["name"],
        language=document["language"],
        category=category_named(document["category"]),
        body=document["body"],
        header=header,
        footer=_text(document, "footer") if document.get("footer") else None,
        buttons=tuple(button for button in buttons if button is not None),
        parameter_names=tuple(
            (str(key), str(name)) for key, name in _object(document, "parameter_names").items()
        ),
        body_order=tuple(str(key) for key in _list(document, "body_order")),
        left_out=tuple(left_out),
    )


def category_named(name: str) -> Category:
    """Return the category; any that Relay does not know counts as Authentication."""
    known = {category.value: category for category in Category}
    return known.get(name.strip().upper(), Category.AUTHENTICATION)


def _header_document(header: Header | None) -> Document | None:
    match header:
        case None:
            return None
        case TextHeader(text):
            return {"format": "TEXT", "text": text}
        case MediaHeader(kind, url):
            return {"format": kind.value, "url": url}
        case _:
            assert_never(header)


def _button_document(button: Button) -> Document:
    match button:
        case LinkButton(text, url):
            return {"type": "URL", "text": text, "url": url}
        case PhoneButton(text, number):
            return {"type": "PHONE_NUMBER", "text": text, "phone": number}
        case QuickReply(text):
            return {"type": "QUICK_REPLY", "text": text}
        case _:
            assert_never(button)


def _header(part: Mapping[str, Any], left_out: list[str]) -> Header | None:
    if not part:
        return None
    kind = _text(part, "format").strip().upper()
    if kind == "TEXT":
        return TextHeader(_text(part, "text"))
    if kind in MediaKind.__members__:
        return MediaHeader(MediaKind(kind), _text(part, "url"))
    left_out.append(f"{kind} header")
    return None


def _button(part: object, left_out: list[str]) -> Button | None:
    if not isinstance(part, Mapping):
        raise _wrong("buttons", "a list of objects")
    kind = _text(part, "type").strip().upper()
    match kind:
        case "URL":
            return LinkButton(_text(part, "text"), _text(part, "url"))
        case "PHONE_NUMBER":
            return PhoneButton(_text(part, "text"), _text(part, "phone"))
        case "QUICK_REPLY":
            return QuickReply(_text(part, "text"))
        case _:
            left_out.append(f"{kind} button")
            return None


def _text(part: Mapping[str, Any], name: str) -> str:
    if not isinstance(part.get(name), str):
        raise _wrong(name, "a text")
    return str(part[name])


def _list(part: Mapping[str, Any], name: str) -> Sequence[Any]:
    found = part.get(name) or []
    if not isinstance(found, list | tuple):
        raise _wrong(name, "a list")
    return found


def _object(part: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = part.get(name) or {}
    if not isinstance(found, Mapping):
        raise _wrong(name, "an object")
    return found


def _wrong(name: str, expected: str) -> TemplateError:
    return TemplateError(
        f"{name} is not {expected}", advice=f'Give "{name}" as {expected} in the template.'
    )
