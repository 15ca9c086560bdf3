"""The account's templates, each with its status on every integration."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from relay_core.errors import NotFound
from relay_core.store.ledger import Ledger, Row
from relay_core.templates.kept.senders import SMS, Sender, senders
from relay_core.templates.kept.statuses import (
    DELETED,
    NOT_SUBMITTED,
    READY,
    SENDABLE,
    is_held,
    reason_in_words,
)
from relay_core.templates.writing.documents import template_from_dict
from relay_core.templates.writing.names import meta_name
from relay_core.templates.writing.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateStatus:
    """What one integration says of a template."""

    id: str
    """Of the integration."""
    type: str
    name: str
    status: str
    reason: str | None
    """Meta's own words, or why a request of ours failed."""
    checked_at: datetime | None

    @property
    def is_sendable(self) -> bool:
        """Whether a campaign may use the template here. Unknown words are a no."""
        return self.status in SENDABLE

    @property
    def explanation(self) -> str:
        """The reason as a sentence with what to do; "" without one."""
        return reason_in_words(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTemplate:
    """A template of the account."""

    id: int
    template: Template
    origin: str
    created_at: datetime
    last_used: datetime | None
    integrations: tuple[TemplateStatus, ...]
    deleted_at: datetime | None = None
    """When it was deleted; such a template is listed only while campaigns name it."""

    @property
    def label(self) -> str:
        """Name and language, which together are unique."""
        return f"{self.template.name} ({self.template.language})"

    def on(self, integration_id: str) -> TemplateStatus | None:
        """Return its status on one integration."""
        return next((s for s in self.integrations if s.id == integration_id), None)

    @property
    def held_by(self) -> tuple[TemplateStatus, ...]:
        """The integrations at which Meta has it, or may have it."""
        return tuple(s for s in self.integrations if is_held(s.status))


def templates(ledger: Ledger) -> list[ListedTemplate]:
    """Return every template with its status on each integration that can be chosen.

    A deleted one is among them only while a campaign names it, and can be sent nowhere.
    """
    chosen = [sender for sender in senders(ledger) if sender.status != "gone"]
    states = {
        (row["template_id"], row["integration_id"]): row for row in ledger.rows("templates.states")
    }
    return [
        ListedTemplate(
            id=row["id"],
            template=template_from_dict(json.loads(row["content"])),
            origin=row["origin"],
            created_at=row["created_at"],
            last_used=row["last_used"],
            integrations=tuple(
                _status(sender, states.get((row["id"], sender.id)), row) for sender in chosen
            ),
            deleted_at=row["deleted_at"],
        )
        for row in ledger.rows("templates.all")
    ]


def template_numbered(ledger: Ledger, template_id: int) -> ListedTemplate:
    """Return one template that is not deleted.

    Raises:
        NotFound: There is none of that number, or it was deleted.
    """
    for listed in templates(ledger):
        if listed.id == template_id and listed.deleted_at is None:
            return listed
    raise NotFound(
        f"no template {template_id}",
        advice="This template is not there any more. Choose one from the list.",
    )


def template_named(ledger: Ledger, name: str) -> ListedTemplate:
    """Return the template of that name; `name:language` where a name has several languages.

    Raises:
        NotFound: There is none, or the name alone is not enough.
    """
    wanted, _, language = name.rpartition(":") if ":" in name else (name, "", "")
    listed = [
        t
        for t in templates(ledger)
        if t.deleted_at is None and language in {"", t.template.language}
    ]
    found = [t for t in listed if t.template.name == wanted] or [
        t for t in listed if meta_name(t.template.name) == meta_name(wanted)
    ]
    if len(found) == 1:
        return found[0]
    languages = ", ".join(f"{wanted}:{t.template.language}" for t in found)
    raise NotFound(
        f"{len(found)} templates of that name",
        advice=f"There is no template {name}. See `relay template list`."
        if not found
        else f"{wanted} exists in several languages. Choose one of {languages}.",
    )


def languages_of(found: Sequence[ListedTemplate]) -> tuple[str, ...]:
    """Return the languages of these templates, in order."""
    return tuple(sorted(t.template.language for t in found))


def _status(sender: Sender, state: Row | None, template: Row) -> TemplateStatus:
    if sender.type in SMS:
        word = READY if template["deleted_at"] is None else DELETED
    else:
        word = state["status"] if state else NOT_SUBMITTED
    return TemplateStatus(
        id=sender.id,
        type=sender.type,
        name=sender.name,
        status=word,
        reason=state["reason"] if state else None,
        checked_at=state["checked_at"] if state else None,
    )
