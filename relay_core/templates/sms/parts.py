"""SMS encodings and parts, counted exactly as networks charge them.

Source: 3GPP TS 23.038, section 6.2.1 (alphabets) and TS 23.040, section 9.2.3.24 (parts).
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from relay_core.templates.sms.gsm import EXTENSION, GSM, likeness

_JOINER: Final = "\u200d"
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)


class Encoding(StrEnum):
    """How a text travels. One character outside GSM-7 moves the whole text to UCS-2."""

    GSM7 = "GSM-7"  # 7-bit septets; a few characters take two
    UCS2 = "UCS-2"  # 16-bit units; most emoji take two

    @property
    def alone(self) -> int:
        """Units that fit when the text is one part."""
        return 160 if self is Encoding.GSM7 else 70

    @property
    def per_part(self) -> int:
        """Units that fit in each of several parts; the rest joins the parts together."""
        return 153 if self is Encoding.GSM7 else 67


@dataclass(frozen=True, slots=True)
class ForcedBy:
    """A character, with what is joined to it, that GSM-7 does not have."""

    character: str
    start: int
    """Index in the text, in Python characters."""
    end: int
    suggestion: str | None
    """The same in GSM-7; empty to leave it away; None when nothing comes close (emoji)."""


@dataclass(frozen=True, slots=True)
class SmsMeasure:
    """How a text travels as SMS, and why."""

    encoding: Encoding
    units: int
    """Septets of GSM-7 or 16-bit units of UCS-2."""
    texts: tuple[str, ...]
    """The text of each part; networks charge each of them as one message."""
    forced_by: tuple[ForcedBy, ...]
    """What makes it UCS-2, in reading order; empty for GSM-7."""

    @property
    def parts(self) -> int:
        """Messages that are charged; none for an empty text."""
        return len(self.texts)


def measure(text: str) -> SmsMeasure:
    """Count the parts of a text as networks do.

    A character that takes two units is never split between parts, so a part may stay one short.
    """
    encoding = Encoding.GSM7 if GSM.issuperset(text) else Encoding.UCS2
    units = sum(_units(character, encoding) for character in text)
    return SmsMeasure(
        encoding=encoding,
        units=units,
        texts=_parts(text, encoding) if units > encoding.alone else (text,) if text else (),
        forced_by=() if encoding is Encoding.GSM7 else _forced_by(text),
    )


def _parts(text: str, encoding: Encoding) -> tuple[str, ...]:
    parts = []
    start = used = 0
    for index, character in enumerate(text):
        units = _units(character, encoding)
        if used + units > encoding.per_part:
            parts.append(text[start:index])
            start, used = index, 0
        used += units
    return (*parts, text[start:])


def _units(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if character in EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1  # noqa: PLR2004 - the end of Unicode's first plane


def _forced_by(text: str) -> tuple[ForcedBy, ...]:
    return tuple(
        ForcedBy(text[start:end], start, end, likeness(text[start:end]))
        for start, end in _clusters(text)
        if not GSM.issuperset(text[start:end])
    )


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield each character together with the marks and joined emoji that belong to it."""
    start = 0
    for index in range(1, len(text) + 1):
        if index < len(text) and _continues(text, index):
            continue
        yield start, index
        start = index


def _continues(text: str, index: int) -> bool:
    character = text[index]
    if character.isspace() or text[index - 1].isspace():
        return False
    joined = text[index - 1] == _JOINER and ord(character) > ord(_JOINER)
    return (
        joined
        or unicodedata.category(character) in {"Mn", "Me"}
        or character == _JOINER
        or ord(character) in _SKIN_TONES
    )
