"""Replacing, in a text as it is written, the characters that GSM-7 does not have."""

import re
from typing import Final

from relay_core.templates.sms.parts import ForcedBy, measure
from relay_core.templates.writing.placeholders import find

_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+")


def replaceable(text: str) -> tuple[ForcedBy, ...]:
    """Return what can be replaced in a written text, in reading order.

    Dynamic values stay as they are, because their examples are not what is sent; addresses too,
    because they would lead elsewhere.
    """
    kept = [(placeholder.start, placeholder.end) for placeholder in find(text)]
    kept += [match.span() for match in _ADDRESS.finditer(text)]
    return tuple(
        forced
        for forced in measure(text).forced_by
        if forced.suggestion is not None
        and not any(start < forced.end and forced.start < end for start, end in kept)
    )


def replaced_in_gsm(text: str, character: str | None = None) -> str:
    """Return a written text with one character replaced wherever `replaceable` allows it.

    Args:
        text: Part of a template as it is written.
        character: As a `ForcedBy` names it; None to replace all that can be.
    """
    pieces = []
    done = 0
    for forced in replaceable(text):
        if character in {None, forced.character}:
            pieces += [text[done : forced.start], forced.suggestion or ""]
            done = forced.end
    return "".join([*pieces, text[done:]])
