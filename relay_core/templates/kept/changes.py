"""Changes of status: each is kept with what was before, and some of them are news."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from relay_core.store.ledger import Ledger, Row, Session, one
from relay_core.templates.kept.statuses import Standing, reason_in_words

Source = Literal["relay", "listed"]
"""Whether a change is a deed of ours, or was seen in an integration's list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """One change of a template's status on one integration."""

    template_id: int
    label: str
    """Of the template: name and language."""
    integration_id: str
    integration: str
    """Its name."""
    before: str | None
    """None at first sight."""
    after: str
    reason: str | None
    happened_at: datetime

    @property
    def explanation(self) -> str:
        """The reason as a sentence with what to do; "" without one."""
        return reason_in_words(self.reason)


def keep_event(
    session: Session,
    *,
    template_id: int,
    integration_id: str,
    standing: Standing,
    source: Source,
    now: datetime,
) -> StatusChange | None:
    """Note a change of status, if it is one; what is merely under way is none."""
    last = one(
        session.run("templates.last_status", template_id=template_id, integration_id=integration_id)
    )
    before = last["status_after"] if last else None
    if before == standing.status:
        return None
    (added,) = session.run(
        "templates.add_event",
        template_id=template_id,
        integration_id=integration_id,
        status_before=before,
        status_after=standing.status,
        reason=standing.reason,
        source=source,
        now=now,
    )
    (row,) = session.run("templates.event", id=added["id"])
    return _change(row)


def news(ledger: Ledger, *, since: datetime) -> list[StatusChange]:
    """Return what changed outside of Relay since then, newest first."""
    return [_change(row) for row in ledger.rows("templates.news", since=since)]


def changes_of(ledger: Ledger, template_id: int) -> tuple[StatusChange, ...]:
    """Return every change of one template, newest first."""
    return tuple(_change(row) for row in ledger.rows("templates.events", template_id=template_id))


def _change(row: Row) -> StatusChange:
    return StatusChange(
        template_id=row["template_id"],
        label=f"{row['name']} ({row['language']})",
        integration_id=row["integration_id"],
        integration=row["integration"],
        before=row["status_before"],
        after=row["status_after"],
        reason=row["reason"],
        happened_at=row["happened_at"],
    )
