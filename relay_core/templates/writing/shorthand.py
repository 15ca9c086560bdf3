"""Sunshine Conversations' shorthand: text that it would take for a command, not show."""

import re
from dataclasses import dataclass
from typing import Final

_SHORTHAND: Final = re.compile(r"[%&]\(\(|%\{\{\s*template|%\[[^\]\r\n]*\]\(")


@dataclass(frozen=True, slots=True)
class Shorthand:
    """The beginning of a command inside a text."""

    start: int
    end: int
    suggestion: str
    """The same characters, kept from being a command by a space after the first."""


def find_shorthand(text: str) -> tuple[Shorthand, ...]:
    """Return every place where a command would begin.

    Source: Zendesk developer documentation, "Shorthand syntax".
    """
    return tuple(
        Shorthand(*match.span(), f"{match[0][0]} {match[0][1:]}")
        for match in _SHORTHAND.finditer(text)
    )
