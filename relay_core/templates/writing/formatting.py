"""WhatsApp's formatting marks: *bold*, _italic_, ~strike~ and ```mono```."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from relay_core.templates.writing.placeholders import find

_FENCE: Final = "```"
_MARKS: Final = frozenset("*_~")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+")
_REMEMBERED: Final = 256
"""Texts kept without their marks: a run asks for the same few once for each person."""
_AFTER_ADDRESS: Final = "*_~`.,;:!?)]}\"'"
"""Characters at the end of an address that belong to the sentence around it."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that a phone shows in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    mono: bool = False


def runs(text: str) -> tuple[Run, ...]:
    """Return the text as a phone shows it, cut where the style changes.

    A mark counts only in pairs on one line, touching the text inside and no letter or digit
    outside. Addresses and placeholders are never taken apart.
    """
    return tuple(_runs(text, 0, len(text), Run(""), _protected(text)))


@lru_cache(maxsize=_REMEMBERED)
def plain(text: str) -> str:
    """Return the text without its formatting marks."""
    return "".join(run.text for run in runs(text))


def _runs(text: str, start: int, end: int, style: Run, protected: frozenset[int]) -> Iterator[Run]:
    done = at = start
    while at < end:
        inside = None
        if at not in protected:
            inside = _fenced(text, at, end) or _marked(text, at, start, end, protected)
        if inside is None:
            at += 1
            continue
        if done < at:
            yield replace(style, text=text[done:at])
        first, last = inside
        if text.startswith(_FENCE, at):
            yield replace(style, text=text[first:last], mono=True)
            done = at = last + len(_FENCE)
        else:
            yield from _runs(text, first, last, _styled(style, text[at]), protected)
            done = at = last + 1
    if done < end:
        yield replace(style, text=text[done:end])


def _styled(style: Run, mark: str) -> Run:
    match mark:
        case "*":
            return replace(style, bold=True)
        case "_":
            return replace(style, italic=True)
        case _:
            return replace(style, strike=True)


def _fenced(text: str, at: int, end: int) -> tuple[int, int] | None:
    if not text.startswith(_FENCE, at):
        return None
    first = at + len(_FENCE)
    last = text.find(_FENCE, first, end)
    return (first, last) if last > first and text[first:last].strip() else None


def _marked(
    text: str, at: int, start: int, end: int, protected: frozenset[int]
) -> tuple[int, int] | None:
    mark, first = text[at], at + 1
    opens = (
        mark in _MARKS
        and (at == start or not text[at - 1].isalnum())
        and first < end
        and not text[first].isspace()
        and text[first] != mark
    )
    if not opens:
        return None
    for last in range(first + 1, end):
        if text[last] == "\n":
            return None
        if (
            text[last] == mark
            and last not in protected
            and not text[last - 1].isspace()
            and (last + 1 == end or not text[last + 1].isalnum())
        ):
            return first, last
    return None


def _protected(text: str) -> frozenset[int]:
    inside: set[int] = set()
    for placeholder in find(text):
        inside.update(range(placeholder.start, placeholder.end))
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_AFTER_ADDRESS)
        inside.update(range(match.start(), match.start() + len(address)))
    return frozenset(inside)
