"""A typed query, front to back: checked, explained, and made ready for the search export."""

from dataclasses import dataclass
from typing import Final

from relay_core.audience.conditions.fields import Catalogue
from relay_core.audience.conditions.tree import ConditionTree
from relay_core.audience.search.building import Built, built
from relay_core.audience.search.canonical import canonical
from relay_core.audience.search.checking import checked
from relay_core.audience.search.diagnostics import Code, Diagnostic, Severity
from relay_core.audience.search.explaining import explained
from relay_core.audience.search.keywords import Vocabulary
from relay_core.audience.search.reading import Reading, read
from relay_core.audience.search.wholes import LONGEST
from relay_core.errors import AudienceError


@dataclass(frozen=True, slots=True)
class QueryCheck:
    """Everything there is to say about a query."""

    valid: bool
    """Whether it may be sent; warnings have to be accepted first."""
    diagnostics: tuple[Diagnostic, ...]
    """In the order of the text."""
    explanation: str
    """What Zendesk will do with it, in sentences."""
    canonical: str
    conditions: ConditionTree | None
    """The same in the builder; None when it is invalid or some clause has no exact condition."""
    not_in_builder: tuple[str, ...]
    """Each clause without an exact condition, and why."""


_UNDONE_BY_SCREENING: Final = frozenset({Code.NO_ROLE, Code.SUSPENDED_INCLUDED})
"""Worth knowing, but they change nobody's message: screening leaves these people out anyway."""


@dataclass(frozen=True, slots=True)
class ReadyQuery:
    """A query that may be sent."""

    export_text: str
    """For Zendesk's search export, which is told of users and of an order by other means."""
    warnings: tuple[Diagnostic, ...]
    """What a person accepts before a message is sent."""


def check_query(text: str, *, catalogue: Catalogue) -> QueryCheck:
    """Return everything there is to say about a query; no text is ever refused."""
    vocabulary = Vocabulary(catalogue)
    diagnostics = tuple(checked(text, vocabulary=vocabulary))
    valid = not _errors(diagnostics)
    if len(text) > LONGEST:
        too_long = Built(None, ("It is too long for the builder.",))
        return QueryCheck(
            valid,
            diagnostics,
            "Zendesk does not take a query of this length.",
            text,
            too_long.tree,
            too_long.unsaid,
        )
    reading = read(text, vocabulary=vocabulary)
    shown = (
        built(reading, catalogue=catalogue)
        if valid
        else Built(None, ("The query has errors: correct them first.",))
    )
    return QueryCheck(
        valid,
        diagnostics,
        explained(reading),
        canonical(text, vocabulary=vocabulary),
        shown.tree,
        shown.unsaid,
    )


def ready(text: str, *, catalogue: Catalogue) -> ReadyQuery:
    """Return what is sent to Zendesk for a query.

    Nothing is corrected silently: only `type:`, `order_by:` and `sort:` are left out, and blanks
    between clauses become one.

    Raises:
        AudienceError: The query has errors; the advice lists every one with its rewrite.
    """
    vocabulary = Vocabulary(catalogue)
    diagnostics = tuple(checked(text, vocabulary=vocabulary))
    if errors := _errors(diagnostics):
        listed = "\n".join(f"- {_told(error, text)}" for error in errors)
        raise AudienceError(
            f"a query with {len(errors)} errors", advice=f"Correct this query:\n{listed}"
        )
    doubtful = tuple(each for each in diagnostics if each.code not in _UNDONE_BY_SCREENING)
    return ReadyQuery(export_text(read(text, vocabulary=vocabulary)), doubtful)


def export_text(reading: Reading) -> str:
    """Return what of a query chooses people, as it was typed."""
    kept = ""
    for space, clause in zip(reading.query.spaces, reading.query.clauses, strict=False):
        if reading.chooses(clause):
            kept += f"{' ' if kept and space else ''}{clause}"
    return kept


def _errors(diagnostics: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    return [each for each in diagnostics if each.severity is Severity.ERROR]


def _told(error: Diagnostic, text: str) -> str:
    part = text[error.start : error.end].strip()
    place = f"“{part}”: " if part and len(part) < len(text.strip()) else ""
    rewrite = f" For example: {error.suggestion}" if error.suggestion else ""
    return f"{place}{error.message}{rewrite}"
