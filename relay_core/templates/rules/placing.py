"""Where dynamic values may stand in a text, how many, and how their braces are written."""

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

_WORD: Final = re.compile(r"\w")


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

    Meta refuses such a body (subcode 2388293) without publishing its measure. Several providers
    report from practice that n different values need at least 2n + 1 words of fixed text. When
    only repetitions of a value make it more, Meta may decide either way.
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
    least = 2 * len({placeholder.key for placeholder in placeholders}) + 1
    wanted = 2 * len(placeholders) + 1
    if placeholders and words < wanted:
        yield Problem(
            code=ProblemCode.TOO_MANY_VALUES,
            message=f"Many dynamic values for so little text: write {wanted - words} more words, "
            "or use fewer values.",
            where=where,
            start=placeholders[0].start,
            end=placeholders[-1].end,
            severity=Severity.ERROR if words < least else Severity.WARNING,
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
