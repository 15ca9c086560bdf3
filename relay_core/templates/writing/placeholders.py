"""Dynamic values in a text, written as an example between double braces: `{{Clarice}}`."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from relay_core.errors import TemplateError
from relay_core.templates.writing.folding import fold, spelled_out

_BRACES: Final = re.compile(r"(\{+)([^{}\r\n]*)(\}+)|\{+|\}+")
_PAIR: Final = 2
"""Braces on each side of an example."""
_REMEMBERED: Final = 1024
"""Texts whose placeholders are kept: a run looks into the same few once for each person."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One occurrence of a dynamic value."""

    key: str
    """Names the value in bindings; see `key_of`."""
    example: str
    start: int
    """Index of the first brace."""
    end: int
    """Index after the last brace."""


class BraceFaultKind(StrEnum):
    """What is wrong with braces that are not a placeholder."""

    EMPTY = "empty"  # {{ }}: there is no example
    SINGLE = "single"  # {Clarice}: perhaps meant, perhaps plain text
    UNEVEN = "uneven"  # {{Clarice} or {{{Clarice}}}
    UNCLOSED = "unclosed"  # {{ with nothing that ends it on the same line
    UNOPENED = "unopened"  # }} with nothing that begins it


@dataclass(frozen=True, slots=True)
class BraceFault:
    """Braces that do not make a placeholder, and where they are."""

    kind: BraceFaultKind
    start: int
    end: int
    inside: str
    """What stands between the braces, stripped; empty when there is nothing."""


def key_of(example: str) -> str:
    """Return the key of the value an example stands for.

    Lower case without accents; whatever is neither letter nor digit becomes one underscore.
    Two examples with one key are one value.
    """
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in fold(example))
    return "_".join("".join(kept).split()) or spelled_out(example.strip())


@lru_cache(maxsize=_REMEMBERED)
def find(text: str) -> tuple[Placeholder, ...]:
    """Return every placeholder in reading order; braces that make none are passed over."""
    return tuple(part for part in _scan(text) if isinstance(part, Placeholder))


def brace_faults(text: str) -> tuple[BraceFault, ...]:
    """Return every brace that is not part of a placeholder, in reading order."""
    return tuple(part for part in _scan(text) if isinstance(part, BraceFault))


def keys_in(text: str) -> tuple[str, ...]:
    """Return the keys in a text, each once, in order of first appearance."""
    return tuple(dict.fromkeys(placeholder.key for placeholder in find(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace each placeholder by its value; values themselves are not looked into.

    Raises:
        TemplateError: A value is missing. Names every missing key.
    """
    require_values(keys_in(text), values)
    return replaced(text, values)


def require_values(keys: Iterable[str], values: Mapping[str, str]) -> None:
    """Refuse when a key has no value.

    Raises:
        TemplateError: Names every missing key.
    """
    if missing := [key for key in keys if key not in values]:
        names = ", ".join(missing)
        raise TemplateError(
            f"no value for {names}", advice=f"Choose a field or a text for each of: {names}."
        )


def replaced(text: str, replacements: Mapping[str, str]) -> str:
    """Replace the placeholders whose key is known and leave everything else as it stands."""
    pieces = []
    done = 0
    for placeholder in find(text):
        if placeholder.key in replacements:
            pieces += [text[done : placeholder.start], replacements[placeholder.key]]
            done = placeholder.end
    return "".join([*pieces, text[done:]])


def _scan(text: str) -> Iterator[Placeholder | BraceFault]:
    for match in _BRACES.finditer(text):
        opening, inside, closing = match.groups()
        start, end = match.span()
        if opening is None:
            opens = match[0][0] == "{"
            kind = BraceFaultKind.UNCLOSED if opens else BraceFaultKind.UNOPENED
            yield BraceFault(kind, start, end, "")
        elif not inside.strip():
            yield BraceFault(BraceFaultKind.EMPTY, start, end, "")
        elif len(opening) == len(closing) == _PAIR:
            yield Placeholder(key_of(inside), inside.strip(), start, end)
        else:
            single = len(opening) == len(closing) == 1
            kind = BraceFaultKind.SINGLE if single else BraceFaultKind.UNEVEN
            yield BraceFault(kind, start, end, inside.strip())
