"""How one template came to be what it is, and what it was used for."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from relay_core.errors import NotFound
from relay_core.store.ledger import Ledger, Row
from relay_core.templates.kept.changes import StatusChange, changes_of
from relay_core.templates.kept.versions import TemplateVersion, versions

Named = tuple[int, str]
"""A template's number and label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOfTemplate:
    """One run that sent it."""

    id: int
    state: str
    begun_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateUse:
    """A campaign that names the template."""

    campaign: str
    planned_at: datetime
    runs: tuple[RunOfTemplate, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateHistory:
    """What was, newest first."""

    versions: tuple[TemplateVersion, ...]
    events: tuple[StatusChange, ...]
    used_by: tuple[TemplateUse, ...]
    replaces: Named | None
    """The template that this one takes the place of."""
    replaced_by: Named | None
    """The newest template that takes its place."""


def history(ledger: Ledger, template_id: int) -> TemplateHistory:
    """Return the history of a template, also of a deleted one.

    Raises:
        NotFound: There is no such template.
    """
    rows = {row["id"]: row for row in ledger.rows("templates.rows")}
    if template_id not in rows:
        raise NotFound(
            f"no template {template_id}",
            advice="This template is not there. Choose one from the list.",
        )
    successors = [row for row in rows.values() if row["replaces"] == template_id]
    return TemplateHistory(
        versions=versions(ledger, template_id),
        events=changes_of(ledger, template_id),
        used_by=_uses(ledger, template_id),
        replaces=_named(rows.get(rows[template_id]["replaces"])),
        replaced_by=_named(successors[-1] if successors else None),
    )


def _uses(ledger: Ledger, template_id: int) -> tuple[TemplateUse, ...]:
    rows = ledger.rows("templates.uses", template_id=template_id)
    return tuple(
        TemplateUse(
            campaign=campaign,
            planned_at=planned_at,
            runs=tuple(
                RunOfTemplate(id=row["run"], state=row["state"], begun_at=row["begun_at"])
                for row in group
                if row["run"] is not None
            ),
        )
        for (campaign, planned_at), group in groupby(
            rows, key=lambda row: (row["campaign"], row["planned_at"])
        )
    )


def _named(row: Row | None) -> Named | None:
    return None if row is None else (row["id"], f"{row['name']} ({row['language']})")
