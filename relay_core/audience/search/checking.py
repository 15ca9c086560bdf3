"""Everything that can be said about a query, in the order of its text."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from relay_core.audience.conditions.fields import Catalogue
from relay_core.audience.search.diagnostics import (
    Code,
    Diagnostic,
    Finding,
    Severity,
    rewritten,
)
from relay_core.audience.search.keywords import Vocabulary
from relay_core.audience.search.marks import marks
from relay_core.audience.search.names import names
from relay_core.audience.search.reading import Reading, read
from relay_core.audience.search.values import values
from relay_core.audience.search.wholes import LONGEST, too_long, wholes
from relay_core.audience.search.words import bare_words

_ORDER: Final = {code: place for place, code in enumerate(Code)}
"""Of two that begin at one place, the graver comes first."""
_CHECKS: Final = (marks, bare_words, names, values, wholes)
_GUESSES: Final = frozenset(
    {Code.STRAY_WORD, Code.KEYWORD_AS_WORD, Code.NATIONAL_PHONE, Code.EMPTY_QUERY}
)
"""What is not said where something more certain is said of the same words."""
_MOST_REWRITES: Final = 30
"""Rewrites tried for one query; nobody reads that many."""


def check(text: str, *, catalogue: Catalogue) -> list[Diagnostic]:
    """Return everything to know about a query, by its place in the text; never raises."""
    return checked(text, vocabulary=Vocabulary(catalogue))


def checked(text: str, *, vocabulary: Vocabulary) -> list[Diagnostic]:
    """Return the same as `check`, for a vocabulary that is at hand."""
    findings = _findings(text, vocabulary)
    before = Counter(finding.code for finding in findings)
    found: list[Diagnostic] = []
    for number, finding in enumerate(findings):
        rewrite = rewritten(text, finding.edits) if finding.edits else None
        if rewrite is not None:
            rewrite = _tidy(rewrite, text)
            if number >= _MOST_REWRITES or not _helps(finding, rewrite, before, vocabulary):
                rewrite = None
        found.append(
            Diagnostic(
                finding.code,
                finding.code.severity,
                finding.start,
                finding.end,
                finding.message,
                rewrite,
            )
        )
    return found


def _findings(text: str, vocabulary: Vocabulary) -> list[Finding]:
    if len(text) > LONGEST:
        return [too_long(text)]
    found = list(_all(read(text, vocabulary=vocabulary)))
    certain = [each for each in found if _is_certain(each)]
    kept = (
        each
        for each in found
        if each.code not in _GUESSES or not any(_overlap(each, other) for other in certain)
    )
    return sorted(kept, key=lambda each: (each.start, _ORDER[each.code], each.end))


def _all(reading: Reading) -> Iterator[Finding]:
    for kind in _CHECKS:
        yield from kind(reading)


def _helps(finding: Finding, rewrite: str, before: "Counter[Code]", vocabulary: Vocabulary) -> bool:
    """Return whether a rewrite takes its own trouble away and makes no other error."""
    after = Counter(each.code for each in _findings(rewrite, vocabulary))
    errors = sum(after[code] for code in Code if code.severity is Severity.ERROR)
    were = sum(before[code] for code in Code if code.severity is Severity.ERROR)
    if finding.code.severity is Severity.ERROR:
        return errors < were and after[finding.code] < before[finding.code]
    return errors <= were and after[finding.code] < before[finding.code]


def _tidy(rewrite: str, text: str) -> str:
    """Remove the blanks that a removed clause leaves at the ends, unless they were typed."""
    return rewrite if rewrite.strip(" ") == text.strip(" ") else rewrite.strip(" ")


def _is_certain(finding: Finding) -> bool:
    code = finding.code
    if code is Code.FOREIGN_OPERATOR:
        return True
    of_the_whole = code in {Code.TOO_MANY_WORDS, *_GUESSES}
    return code.severity is Severity.ERROR and not of_the_whole


def _overlap(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end
