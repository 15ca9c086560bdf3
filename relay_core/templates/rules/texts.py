"""Which characters a text may hold, and how many."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from relay_core.templates.rules.emoji import find_emoji
from relay_core.templates.rules.problems import Problem, ProblemCode, Severity
from relay_core.templates.writing.formatting import plain
from relay_core.templates.writing.placeholders import keys_in, replaced
from relay_core.templates.writing.shorthand import find_shorthand

MOST_SPACES: Final = 4
"""Spaces in a row that Meta lets pass."""

_SPACES: Final = re.compile(r"[ \u00a0]{5,}")
_LINE_BREAK: Final = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")
_BLANK_LINES: Final = re.compile(r"(?:\r?\n){3,}")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]+")
"""Half a character, which files can hold by mistake, counts as one: nothing can show or keep it."""


def length_problems(
    text: str, *, where: str, longest: int, words: Mapping[str, str] | None = None
) -> Iterator[Problem]:
    """Report a text that is empty, or longer than `longest` characters.

    Placeholders count as Meta counts them, as `{{1}}`.

    Args:
        text: As it was written.
        where: The part.
        longest: What Meta accepts.
        words: What stands between Meta's braces for each key; without it, numbers.
    """
    if not text.strip():
        yield Problem(
            code=ProblemCode.EMPTY,
            message="Write a text here.",
            where=where,
            start=0,
            end=len(text),
        )
    extra = meta_length(text, words) - longest
    if extra > 0:
        yield Problem(
            code=ProblemCode.TOO_LONG,
            message=f"At most {longest} characters; this is {extra} too many.",
            where=where,
            start=max(0, len(text) - extra),
            end=len(text),
        )


def meta_length(text: str, words: Mapping[str, str] | None = None) -> int:
    """Return how many characters a text has once its placeholders are in Meta's words."""
    if words is None:
        words = {key: str(number) for number, key in enumerate(keys_in(text), start=1)}
    return len(replaced(text, {key: "{{" + word + "}}" for key, word in words.items()}))


def character_problems(text: str, *, where: str) -> Iterator[Problem]:
    """Report tabs, control characters, long runs of spaces and shorthand commands."""
    yield from tab_problems(text, where=where)
    yield from space_problems(text, where=where)
    for match in _CONTROL.finditer(text):
        yield Problem(
            code=ProblemCode.CONTROL_CHARACTER,
            message="An invisible control character stands here.",
            where=where,
            start=match.start(),
            end=match.end(),
            suggestion="",
        )
    yield from shorthand_problems(text, where=where)


def tab_problems(text: str, *, where: str) -> Iterator[Problem]:
    """Report tabs."""
    for match in re.finditer(r"\t+", text):
        yield Problem(
            code=ProblemCode.TAB,
            message="WhatsApp does not accept tabs; use a space.",
            where=where,
            start=match.start(),
            end=match.end(),
            suggestion=" ",
        )


def space_problems(text: str, *, where: str) -> Iterator[Problem]:
    """Report more than four spaces in a row."""
    for match in _SPACES.finditer(text):
        yield Problem(
            code=ProblemCode.SPACES,
            message=f"WhatsApp accepts at most {MOST_SPACES} spaces in a row.",
            where=where,
            start=match.start(),
            end=match.end(),
            suggestion=" ",
        )


def line_break_problems(text: str, *, where: str) -> Iterator[Problem]:
    """Report line breaks, where only one line is accepted."""
    for match in _LINE_BREAK.finditer(text):
        yield Problem(
            code=ProblemCode.LINE_BREAK,
            message="WhatsApp accepts no line break here.",
            where=where,
            start=match.start(),
            end=match.end(),
            suggestion=" ",
        )


def blank_line_problems(text: str, *, where: str) -> Iterator[Problem]:
    """Report more than one blank line in a row."""
    for match in _BLANK_LINES.finditer(text):
        yield Problem(
            code=ProblemCode.LINE_BREAK,
            message="WhatsApp accepts one blank line in a row, no more.",
            where=where,
            start=match.start(),
            end=match.end(),
            suggestion="\n\n",
        )


def emoji_problems(text: str, *, where: str) -> Iterator[Problem]:
    """Report emoji, where none is accepted."""
    for start, end in find_emoji(text):
        yield Problem(
            code=ProblemCode.EMOJI,
            message="WhatsApp accepts emoji in the body only.",
            where=where,
            start=start,
            end=end,
            suggestion="",
        )


def formatting_problems(
    text: str, *, where: str, severity: Severity = Severity.ERROR
) -> Iterator[Problem]:
    """Report formatting marks, where none takes effect."""
    if (bare := plain(text)) != text:
        yield Problem(
            code=ProblemCode.FORMATTING,
            message="Formatting marks are shown as they are here; only the body can be formatted.",
            where=where,
            start=0,
            end=len(text),
            suggestion=bare,
            severity=severity,
        )


def shorthand_problems(text: str, *, where: str) -> Iterator[Problem]:
    """Report what Sunshine Conversations would take for a command."""
    for found in find_shorthand(text):
        yield Problem(
            code=ProblemCode.SHORTHAND,
            message=f"Sunshine Conversations takes {text[found.start : found.end]} for a command; "
            "put a space in between.",
            where=where,
            start=found.start,
            end=found.end,
            suggestion=found.suggestion,
        )
