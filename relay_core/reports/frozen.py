"""What a run was from its beginning: who made it, what was frozen, and who did what to it since."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from relay_core.store.ledger import Ledger, Row

_NOT_KNOWN: Final = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenTemplate:
    """One language that leaves."""

    language: str
    """Of the template."""
    label: str
    """Name, language and, where it is known, version."""
    category: str
    """Meta's; empty where it is not known."""
    version: int | None
    """The latest text of that name that says the same; None: it is not known under it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What was frozen."""

    sha256: str
    """Over integration, templates, rules, warnings and each message."""
    kind: str
    """campaign, test or retry."""
    parent_run: int | None
    """Of a retry: the run whose people it tries again."""
    retried: str | None
    """Which of them."""
    created_by: str
    approved_by: str | None
    """Somebody else, where that was needed."""
    templates: tuple[FrozenTemplate, ...]
    """The run's own first."""
    static_values: dict[str, str]
    """Texts of that day, by value."""
    rules: dict[str, Any]
    """The settings that decided who is messaged, and when."""
    warnings: tuple[str, ...]
    """What was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailEntry:
    """One deed of the audit trail."""

    happened_at: datetime
    actor: str
    event: str
    """`run.started`, for instance."""
    detail: str | None


def frozen_templates(
    ledger: Ledger, run_id: int, *, own: str, at: datetime
) -> Mapping[str | None, FrozenTemplate]:
    """Return the languages of a run as deliveries name them; None is the run's own.

    Args:
        ledger: The file.
        run_id: The run's number.
        own: The run's own template, JSON.
        at: When the run was made.
    """
    found: dict[str | None, FrozenTemplate] = {None: _template(ledger, own, at=at)}
    for row in ledger.rows("runs.frozen_templates", run_id=run_id):
        found[row["language"]] = _template(ledger, row["template"], at=at)
    return found


def manifest(head: Row, templates: Sequence[FrozenTemplate]) -> Manifest:
    """Return what the query `reports.head` says of what was frozen."""
    return Manifest(
        sha256=head["manifest"],
        kind=head["kind"],
        parent_run=head["parent_run"],
        retried=head["retried"],
        created_by=head["created_by"],
        approved_by=head["approved_by"],
        templates=tuple(templates),
        static_values=json.loads(head["static_values"]),
        rules=json.loads(head["rules"]),
        warnings=tuple(json.loads(head["warnings"])),
    )


def trail(ledger: Ledger, run_id: int, *, since: datetime) -> tuple[TrailEntry, ...]:
    """Return who did what to the run since it was made, earliest first."""
    rows = ledger.rows("reports.trail", run_id=run_id, since=since)
    return tuple(TrailEntry(**row) for row in rows)


def said_event(event: str) -> str:
    """Return a deed of the audit trail as a person reads it: `Run started`."""
    return event.replace(".", " ").replace("_", " ").capitalize()


def template_label(frozen: str) -> str:
    """Return name and language of a frozen template, which is JSON; what it lacks is not known."""
    document = json.loads(frozen)
    name, language = (document.get(part) for part in ("name", "language"))
    if not name:
        return _NOT_KNOWN
    return f"{name} ({language})" if language else str(name)


def _template(ledger: Ledger, frozen: str, *, at: datetime) -> FrozenTemplate:
    document = json.loads(frozen)
    name, language = document.get("name", ""), document.get("language", "")
    texts = ledger.rows("reports.versions_of", name=name, language=language, until=at)
    version = next((row["number"] for row in texts if json.loads(row["content"]) == document), None)
    label = template_label(frozen)
    return FrozenTemplate(
        language=language,
        label=label if version is None else f"{label}, version {version}",
        category=document.get("category", ""),
        version=version,
    )
