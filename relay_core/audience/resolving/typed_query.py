"""A query as somebody typed it: what Zendesk is sent for it, and what there is to say about it."""

from dataclasses import dataclass

from relay_core.audience.conditions.fields import Catalogue
from relay_core.audience.search.diagnostics import Diagnostic, Severity
from relay_core.audience.search.query import check_query, ready


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedQuery:
    """A query that may be put to Zendesk."""

    text: str
    """What the search export takes."""
    explanation: str
    """What Zendesk will do with it, in sentences."""
    warnings: tuple[str, ...]
    """What has to be accepted before people are messaged, in sentences."""


def typed(query: str, *, catalogue: Catalogue) -> TypedQuery:
    """Return what is put to Zendesk.

    Raises:
        AudienceError: The query has errors; the advice lists every one.
    """
    asked = ready(query, catalogue=catalogue)
    return TypedQuery(
        text=asked.export_text,
        explanation=check_query(query, catalogue=catalogue).explanation,
        warnings=tuple(
            _sentence(each, query) for each in asked.warnings if each.severity is Severity.WARNING
        ),
    )


def _sentence(diagnostic: Diagnostic, query: str) -> str:
    part = query[diagnostic.start : diagnostic.end].strip()
    is_part = part and len(part) < len(query.strip())
    return f"“{part}”: {diagnostic.message}" if is_part else diagnostic.message
