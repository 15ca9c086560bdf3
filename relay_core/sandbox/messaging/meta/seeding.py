"""How a template that the stand-in account begins with is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relay_core.sandbox.messaging.meta.headers import SAMPLE_HOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One template in one language."""

    name: str
    language: str
    components: Sequence[Mapping[str, Any]]
    category: str = "UTILITY"
    status: str = "APPROVED"
    reason: str | None = None


def body(text: str, *examples: str) -> dict[str, Any]:
    """Return a body with one example for each variable."""
    part: dict[str, Any] = {"type": "BODY", "text": text}
    if examples:
        part["example"] = {"body_text": [list(examples)]}
    return part


def header(text: str, *examples: str) -> dict[str, Any]:
    """Return a header of text, with an example when it has a variable."""
    part: dict[str, Any] = {"type": "HEADER", "format": "TEXT", "text": text}
    if examples:
        part["example"] = {"header_text": list(examples)}
    return part


def media_header(kind: str, file: str) -> dict[str, Any]:
    """Return a header whose sample is a file of this world."""
    sample = f"https://{SAMPLE_HOST}/media/{file}"
    return {"type": "HEADER", "format": kind, "example": {"header_handle": [sample]}}


def footer(text: str) -> dict[str, Any]:
    """Return a footer."""
    return {"type": "FOOTER", "text": text}


def buttons(*buttons: Mapping[str, Any]) -> dict[str, Any]:
    """Return the component that holds these buttons."""
    return {"type": "BUTTONS", "buttons": list(buttons)}


def link(text: str, url: str, *examples: str) -> dict[str, Any]:
    """Return a button that opens a web address."""
    button: dict[str, Any] = {"type": "URL", "text": text, "url": url}
    if examples:
        button["example"] = list(examples)
    return button


def quick_reply(text: str) -> dict[str, Any]:
    """Return a button that answers with its text."""
    return {"type": "QUICK_REPLY", "text": text}
