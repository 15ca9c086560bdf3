"""Submitting a template to Meta: once, however often it is asked for, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from relay_core.errors import (
    AccessDenied,
    AnswerUnknown,
    GatewayError,
    OutsideUnavailable,
    RelayError,
    TemplateError,
)
from relay_core.log import log
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Session
from relay_core.templates.kept.catalogue import ListedTemplate, template_numbered
from relay_core.templates.kept.changes import keep_event
from relay_core.templates.kept.creating import check_rules, chosen_senders
from relay_core.templates.kept.likeness import is_same_at_meta
from relay_core.templates.kept.naming import check_rested
from relay_core.templates.kept.senders import WHATSAPP, Sender
from relay_core.templates.kept.service import TemplateService
from relay_core.templates.kept.statuses import (
    DELETED,
    NOT_SUBMITTED,
    SUBMITTING,
    UNCONFIRMED,
    Standing,
    reason_in_words,
)
from relay_core.templates.meta.components import create_body
from relay_core.templates.meta.importing import from_listed
from relay_core.templates.rules.problems import Problem
from relay_core.templates.writing.names import meta_name
from relay_core.templates.writing.template import Template

STOPPED: Final = "Relay stopped before the answer came."


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What became of a template on each integration it was submitted on."""

    template_id: int
    results: Mapping[str, str] = field(default_factory=dict)
    """The status by integration id."""
    refusals: Mapping[str, str] = field(default_factory=dict)
    """Why not, and what to do, by the id of an integration that does not have it."""


def submit(
    ledger: Ledger,
    template_id: int,
    *,
    integration_ids: Sequence[str],
    found: tuple[Problem, ...] = (),
    service: TemplateService,
    actor: str,
    now: datetime,
) -> Submission:
    """Send a template to Meta on each of these integrations.

    Each is claimed in the file before the request leaves. Where the template is known already, or
    being submitted by somebody else at this moment, nothing happens.

    Raises:
        NotFound: There is no such template or integration.
        TemplateError: It breaks a rule of Meta's.
    """
    listed = template_numbered(ledger, template_id)
    chosen = chosen_senders(ledger, integration_ids)
    if any(sender.type == WHATSAPP for sender in chosen):
        check_rules(listed.template, whatsapp=True, found=found)
    refusals: dict[str, str] = {}
    for sender in chosen:
        if sender.type == WHATSAPP:
            refusal = _submit_on(ledger, listed, sender, service=service, actor=actor, now=now)
            if refusal is not None:
                refusals[sender.id] = refusal
    after = template_numbered(ledger, template_id)
    results = {s.id: s.status for s in after.integrations if s.id in {c.id for c in chosen}}
    return Submission(template_id=template_id, results=results, refusals=refusals)


def leave_unconfirmed(session: Session, *, before: datetime | None = None) -> int:
    """Say of submissions whose process ended that their answer is missing; return how many.

    Args:
        session: The transaction.
        before: Only of those begun before this moment, where several processes may be submitting;
            None: of all.
    """
    return len(session.run("templates.leave_unconfirmed", reason=STOPPED, before=before))


def _submit_on(
    ledger: Ledger,
    listed: ListedTemplate,
    sender: Sender,
    *,
    service: TemplateService,
    actor: str,
    now: datetime,
) -> str | None:
    """Submit on one integration, if nobody has; return why it is not there, when it is not."""
    place = {"template_id": listed.id, "integration_id": sender.id}
    name = meta_name(listed.template.name)

    def claim(session: Session) -> str | None:
        state = _state(session, listed.id, sender.id)
        if state == DELETED:
            check_rested(session, name=name, integration_ids=[sender.id], now=now)
        if not session.run("templates.claim_submission", **place, now=now):
            return None
        note(
            session,
            actor=actor,
            event="template.submitted",
            subject=listed.label,
            now=now,
            detail=sender.name,
        )
        return state

    try:
        before = ledger.write(claim)
    except TemplateError as error:
        return error.advice
    if before is None:
        return None

    def settle(session: Session) -> None:
        settled = session.run(
            "templates.settle",
            **place,
            claimed=SUBMITTING,
            status=standing.status,
            reason=standing.reason,
            now=now,
        )
        if settled:
            keep_event(
                session,
                template_id=listed.id,
                integration_id=sender.id,
                standing=standing,
                source="relay",
                now=now,
            )

    standing = Standing(UNCONFIRMED, STOPPED)
    try:
        standing = _asked(service, sender.id, listed.template, again=before == UNCONFIRMED)
    finally:
        ledger.write(settle)
    log().info(
        "template.submitted", template=listed.id, integration=sender.id, status=standing.status
    )
    if standing.status in {NOT_SUBMITTED, UNCONFIRMED, "REJECTED"}:
        return reason_in_words(standing.reason)
    return None


def _asked(
    service: TemplateService, integration_id: str, template: Template, *, again: bool
) -> Standing:
    """Ask Meta, and return what it makes of it.

    Args:
        service: Who carries it there.
        integration_id: Where.
        template: What.
        again: Whether an earlier request may have arrived.
    """
    body = create_body(template)
    try:
        created = service.create_template(integration_id, body)
    except AnswerUnknown as error:
        return Standing(UNCONFIRMED, error.advice)
    except GatewayError as error:
        refused = Standing(UNCONFIRMED if again else NOT_SUBMITTED, error.advice)
        if isinstance(error, OutsideUnavailable | AccessDenied):
            return refused  # nobody has looked at the name
        return _taken_already(service, integration_id, template) or refused
    return Standing(created.status, created.rejected_reason)


def _taken_already(
    service: TemplateService, integration_id: str, template: Template
) -> Standing | None:
    """Return what is listed under the name, for a refusal may mean that Meta has it already."""
    try:
        items = service.message_templates(integration_id, name=meta_name(template.name))
        found = next((item for item in items if item.language == template.language), None)
        there = None if found is None else from_listed(found.model_dump()).template
    except RelayError as error:
        log().info("template.not_looked_up", error=type(error).__name__)
        return None
    if found is None or there is None:
        return None
    if is_same_at_meta(replace(template, category=there.category), there):
        return Standing(found.status, found.rejected_reason)
    return Standing(
        NOT_SUBMITTED,
        "Meta has another text under this name and language. Refresh to see it, or submit a copy "
        "under another name.",
    )


def _state(session: Session, template_id: int, integration_id: str) -> str:
    for row in session.run("templates.states"):
        if (row["template_id"], row["integration_id"]) == (template_id, integration_id):
            return str(row["status"])
    return NOT_SUBMITTED
