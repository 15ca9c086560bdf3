"""Rules that hold for any text of a template, and the values inside it."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, assert_never

from relay_core.templates.rules.problems import Problem, ProblemCode, Severity
from relay_core.templates.writing.placeholders import (
    BraceFault,
    BraceFaultKind,
    Placeholder,
    brace_faults,
    find,
)
from relay_core.templates.writing.shorthand import find_shorthand

MOST_SPACES: Final = 4
"""Spaces in a row that Meta lets pass."""

_SPACES: Final = re.compile(r"[ \u00a0]{5,}")
_LINE_BREAK: Final = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]+")
_WORD: Final = re.compile(r"\w")


def length_problems(text: str, *, where: str, longest: int) -> Iterator[Problem]:
    """Report a text that is empty, or longer than `longest` characters.

    Placeholders count as Meta counts them, as `{{1}}`.
    """
    if not text.strip():
        yield Problem(
            code=ProblemCode.EMPTY,
            message="Write a text here.",
            where=where,
            start=0,
            end=len(text),
        )
    extra = meta_length(text) - longest
    if extra > 0:
        yield Problem(
            code=ProblemCode.TOO_LONG,
            message=f"At most {longest} characters; this is {extra} too many.",
            where=where,
            start=max(0, len(text) - extra),
            end=len(text),
        )


def meta_length(text: str) -> int:
    """Return how many characters a text has once its placeholders are numbered."""
    numbers: dict[str, int] = {}
    length = len(text)
    for placeholder in find(text):
        number = numbers.setdefault(placeholder.key, len(numbers) + 1)
        length += len(f"{{{{{number}}}}}") - (placeholder.end - placeholder.start)
    return length


def brace_problems(text: str, *, where: str) -> Iterator[Problem]:
    """Report braces that make no placeholder, and examples that say nothing."""
    yield from (_brace_problem(fault, where) for fault in brace_faults(text))
    for placeholder in find(text):
        if placeholder.example.isdecimal() and len(placeholder.example) == 1:
            yield _at(
                placeholder,
                code=ProblemCode.NUMBERED_EXAMPLE,
                message=f"Write an example instead of the number {placeholder.example}, "
                "for instance {{Clarice}}.",
                where=where,
                severity=Severity.WARNING,
            )


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


def no_value_problems(text: str, *, where: str) -> Iterator[Problem]:
    """Report dynamic values in a part that cannot have any."""
    for placeholder in find(text):
        yield _at(
            placeholder,
            code=ProblemCode.VALUE_NOT_ALLOWED,
            message="WhatsApp accepts no dynamic value here.",
            where=where,
            suggestion=placeholder.example,
        )


def edge_problems(text: str, *, where: str) -> Iterator[Problem]:
    """Report a value at the very start or end.

    With nothing but punctuation around it, Meta has been seen to decide either way.
    """
    if not (placeholders := find(text)):
        return
    edges = (
        (ProblemCode.STARTS_WITH_VALUE, "start", placeholders[0], text[: placeholders[0].start]),
        (ProblemCode.ENDS_WITH_VALUE, "end", placeholders[-1], text[placeholders[-1].end :]),
    )
    for code, edge, placeholder, outside in edges:
        if not _WORD.search(outside):
            yield _at(
                placeholder,
                code=code,
                message=f"WhatsApp accepts no dynamic value at the {edge}; write some words "
                f"{'before' if edge == 'start' else 'after'} it.",
                where=where,
                severity=Severity.WARNING if outside.strip() else Severity.ERROR,
            )


def adjacent_problems(text: str, *, where: str) -> Iterator[Problem]:
    """Report two values with nothing but spaces in between.

    That spaces alone do not separate values is reported by providers; Meta does not say.
    """
    placeholders = find(text)
    for left, right in pairwise(placeholders):
        if not text[left.end : right.start].strip():
            yield Problem(
                code=ProblemCode.ADJACENT_VALUES,
                message="WhatsApp wants text between two dynamic values; write a word or a sign "
                "between them, or make them one value.",
                where=where,
                start=left.start,
                end=right.end,
            )


def density_problems(text: str, *, where: str) -> Iterator[Problem]:
    """Report more values than the words around them carry.

    Meta does not publish its rule. Several providers report from practice that n values need at
    least 2n + 1 words of fixed text, which is a warning here; fewer words than values is an error.
    """
    placeholders = find(text)
    fixed, done = [], 0
    for placeholder in placeholders:
        fixed.append(text[done : placeholder.start])
        done = placeholder.end
    fixed.append(text[done:])
    words = sum(1 for word in "".join(f"{part} " for part in fixed).split() if _WORD.search(word))
    # Languages written without spaces have several words to such a "word"; only letters tell.
    words = max(words, sum(_stands_alone(character) for part in fixed for character in part) // 2)
    wanted = 2 * len(placeholders) + 1
    if placeholders and words < wanted:
        yield Problem(
            code=ProblemCode.TOO_MANY_VALUES,
            message=f"Many dynamic values for so little text: write {wanted - words} more words, "
            "or use fewer values.",
            where=where,
            start=placeholders[0].start,
            end=placeholders[-1].end,
            severity=Severity.ERROR if words < len(placeholders) else Severity.WARNING,
        )


def _stands_alone(character: str) -> bool:
    """Tell whether the script writes words without spaces: Thai, kana, Chinese."""
    return "\u0e00" <= character <= "\u0eff" or "\u3040" <= character <= "\u9fff"


def _brace_problem(fault: BraceFault, where: str) -> Problem:
    code, severity = ProblemCode.BRACES, Severity.ERROR
    match fault.kind:
        case BraceFaultKind.EMPTY:
            code = ProblemCode.MISSING_EXAMPLE
            message = "Write an example between the braces, for instance {{Clarice}}."
        case BraceFaultKind.SINGLE:
            severity = Severity.WARNING
            message = "A dynamic value needs two braces on each side."
        case BraceFaultKind.UNEVEN:
            message = "A dynamic value needs exactly two braces on each side."
        case BraceFaultKind.UNCLOSED:
            message = "These braces are never closed on this line."
        case BraceFaultKind.UNOPENED:
            message = "These braces were never opened on this line."
        case _:
            assert_never(fault.kind)
    return Problem(
        code=code,
        message=message,
        where=where,
        start=fault.start,
        end=fault.end,
        suggestion="{{" + fault.inside + "}}" if fault.inside else None,
        severity=severity,
    )


def _at(
    placeholder: Placeholder,
    *,
    code: ProblemCode,
    message: str,
    where: str,
    suggestion: str | None = None,
    severity: Severity = Severity.ERROR,
) -> Problem:
    return Problem(
        code=code,
        message=message,
        where=where,
        start=placeholder.start,
        end=placeholder.end,
        suggestion=suggestion,
        severity=severity,
    )
