"""The account's templates: imported, created, submitted, and their status per integration."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from relay_core.errors import GatewayError, NotFound, TemplateError
from relay_core.gateways.sunco_records import Integration, MessageTemplate
from relay_core.log import log
from relay_core.store.ledger import Ledger, Row, Session, Work
from relay_core.templates.meta.components import create_body
from relay_core.templates.meta.importing import from_listed
from relay_core.templates.rules.problems import Severity
from relay_core.templates.rules.templates import problems_on
from relay_core.templates.writing.documents import template_from_dict, template_to_dict
from relay_core.templates.writing.template import Template

READY: Final = "READY"
_SENDABLE: Final = frozenset({READY, "APPROVED"})
_CACHED_FOR: Final = timedelta(hours=2)
"""How long Sunco may keep an old list. Source: its documentation of message templates."""
SMS: Final = frozenset({"twilio", "messagebird"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """An integration: one number or account that messages leave from. Its id names the lane."""

    id: str
    type: str
    name: str
    status: str
    sender: str | None
    """The number people see, where the vendor tells."""

    @property
    def is_active(self) -> bool:
        """Whether it can be chosen for a campaign."""
        return self.status == "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateStatus:
    """What one integration says of a template."""

    id: str
    """Of the integration."""
    type: str
    name: str
    status: str
    reason: str | None
    checked_at: datetime | None

    @property
    def is_sendable(self) -> bool:
        """Whether a campaign may use the template here. Unknown words are a no."""
        return self.status in _SENDABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTemplate:
    """A template of the account."""

    id: int
    template: Template
    origin: str
    created_at: datetime
    last_used: datetime | None
    integrations: tuple[TemplateStatus, ...]

    @property
    def label(self) -> str:
        """Name and language, which together are unique."""
        return f"{self.template.name} ({self.template.language})"

    def on(self, integration_id: str) -> TemplateStatus | None:
        """Return its status on one integration."""
        return next((s for s in self.integrations if s.id == integration_id), None)


class TemplateService(Protocol):
    """The part of Sunshine Conversations that templates need."""

    def integrations(self) -> list[Integration]:
        """Return the channels."""
        ...

    def message_templates(self, integration_id: str) -> list[MessageTemplate]:
        """Return the WhatsApp templates of a channel."""
        ...

    def create_template(
        self,
        integration_id: str,
        *,
        name: str,
        language: str,
        category: str,
        components: Sequence[Mapping[str, Any]],
    ) -> MessageTemplate:
        """Submit a template."""
        ...


def senders(ledger: Ledger) -> list[Sender]:
    """Return every integration as last seen."""
    return [
        Sender(**{name: row[name] for name in ("id", "type", "name", "status", "sender")})
        for row in ledger.rows("templates.integrations")
    ]


def templates(ledger: Ledger) -> list[ListedTemplate]:
    """Return every template with its status on each integration that can be chosen."""
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
                _status(sender, states.get((row["id"], sender.id))) for sender in chosen
            ),
        )
        for row in ledger.rows("templates.all")
    ]


def template_named(ledger: Ledger, name: str) -> ListedTemplate:
    """Return the template of that name; `name:language` where a name has several languages.

    Raises:
        NotFound: There is none, or the name alone is not enough.
    """
    wanted, _, language = name.partition(":")
    found = [
        t
        for t in templates(ledger)
        if t.template.name == wanted and language in {"", t.template.language}
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


def refresh(ledger: Ledger, *, service: TemplateService, now: datetime) -> None:
    """Fetch integrations, templates and their status, and keep them.

    Raises:
        GatewayError: Sunshine Conversations could not be read; nothing is changed.
    """
    listed = service.integrations()
    items = {i.id: service.message_templates(i.id) for i in listed if i.type == "whatsapp"}

    def work(session: Session) -> None:
        for integration in listed:
            _keep_integration(session, integration, now=now)
        session.run("templates.retire_integrations", now=now)
        for integration_id, found in items.items():
            for item in found:
                _keep_listed(session, integration_id, item, now=now)
            session.run(
                "templates.forget_missing",
                integration_id=integration_id,
                now=now,
                recently=now - _CACHED_FOR,
            )

    ledger.write(work)
    log().info("templates.refreshed", integrations=len(listed))


def create(ledger: Ledger, template: Template, *, whatsapp: bool, now: datetime) -> int:
    """Keep a new template; SMS channels can send it at once, WhatsApp ones after `submit`.

    Args:
        ledger: Where templates are kept.
        template: As it was written.
        whatsapp: Whether it is meant for WhatsApp, so that Meta's rules count.
        now: When.

    Raises:
        TemplateError: It breaks a rule, or the name is taken in that language.
    """
    errors = [p for p in problems_on(template, whatsapp=whatsapp) if p.severity is Severity.ERROR]
    if errors:
        raise TemplateError(
            f"{len(errors)} rules broken",
            advice="Correct the template: " + " ".join(error.message for error in errors),
        )
    content = json.dumps(template_to_dict(template), ensure_ascii=False)
    rows = ledger.write(
        lambda session: session.run(
            "templates.add",
            name=template.name,
            language=template.language,
            content=content,
            now=now,
        )
    )
    if not rows:
        raise TemplateError(
            "name taken",
            advice=f"{template.name} exists in {template.language} already. Choose another name.",
        )
    return int(rows[0]["id"])


def submit(
    ledger: Ledger,
    template_id: int,
    *,
    integration_ids: Sequence[str],
    service: TemplateService,
    now: datetime,
) -> dict[str, str]:
    """Send a template to Meta on each of these integrations.

    One that has it already is left alone, so pressing twice submits once.

    Returns:
        The status on each integration; `NOT_SUBMITTED` where it was refused, with the reason kept.
    """
    listed = next(t for t in templates(ledger) if t.id == template_id)
    body = create_body(listed.template)
    results = {}
    for integration_id in integration_ids:
        status = listed.on(integration_id)
        if status is not None and status.status not in {"NOT_SUBMITTED", "DELETED"}:
            results[integration_id] = status.status
            continue
        word, reason = _submit_one(service, integration_id, body)
        ledger.write(_keep_state(template_id, integration_id, word, reason, now=now))
        results[integration_id] = word
    return results


def _submit_one(
    service: TemplateService, integration_id: str, body: Mapping[str, Any]
) -> tuple[str, str | None]:
    try:
        created = service.create_template(
            integration_id,
            name=body["name"],
            language=body["language"],
            category=body["category"],
            components=body["components"],
        )
    except GatewayError as error:
        return "NOT_SUBMITTED", error.advice
    return created.status, None


def _status(sender: Sender, state: Row | None) -> TemplateStatus:
    word = READY if sender.type in SMS else (state["status"] if state else "NOT_SUBMITTED")
    return TemplateStatus(
        id=sender.id,
        type=sender.type,
        name=sender.name,
        status=word,
        reason=state["reason"] if state else None,
        checked_at=state["checked_at"] if state else None,
    )


def _keep_integration(session: Session, integration: Integration, *, now: datetime) -> None:
    session.run(
        "templates.keep_integration",
        id=integration.id,
        type=integration.type,
        name=integration.displayName or integration.type,
        status=integration.status,
        sender=integration.phoneNumber or integration.originator,
        now=now,
    )


def _keep_listed(
    session: Session, integration_id: str, item: MessageTemplate, *, now: datetime
) -> None:
    try:
        template = from_listed(item.model_dump()).template
    except TemplateError:
        log().warning("template.unreadable", integration=integration_id)
        return
    rows = session.run(
        "templates.keep",
        name=template.name,
        language=template.language,
        content=json.dumps(template_to_dict(template), ensure_ascii=False),
        origin="sunco",
        now=now,
    )
    _keep_state(rows[0]["id"], integration_id, item.status, item.rejected_reason, now=now)(session)


def _keep_state(
    template_id: int, integration_id: str, status: str, reason: str | None, *, now: datetime
) -> Work[None]:
    def work(session: Session) -> None:
        session.run(
            "templates.keep_state",
            template_id=template_id,
            integration_id=integration_id,
            status=status,
            reason=reason,
            now=now,
        )

    return work
