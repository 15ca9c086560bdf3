"""Deleting a template everywhere, in all its languages; what it leaves behind stays readable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from relay_core.errors import AnswerUnknown, GatewayError, TemplateError
from relay_core.log import log
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Row, Session, one
from relay_core.templates.kept.catalogue import template_numbered
from relay_core.templates.kept.changes import keep_event
from relay_core.templates.kept.service import TemplateService
from relay_core.templates.kept.statuses import (
    DELETED,
    DELETING,
    NOT_SUBMITTED,
    SUBMITTING,
    Standing,
    is_held,
)
from relay_core.templates.writing.names import meta_name

_STOPPED: Final = "Relay stopped before the answer came."


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """What became of a deletion on each integration that had the template."""

    languages: tuple[str, ...]
    """Every language that goes with the name."""
    results: Mapping[str, str] = field(default_factory=dict)
    """`DELETED`, or the status it has now, by integration id."""
    refusals: Mapping[str, str] = field(default_factory=dict)
    """Why it is not deleted, and what to do, by integration id."""

    @property
    def is_complete(self) -> bool:
        """Whether no integration has it any more."""
        return not self.refusals and all(word == DELETED for word in self.results.values())


@dataclass(frozen=True, slots=True)
class _Claim:
    """The languages of one name, and the integrations that must let go of it."""

    rows: Sequence[Row]
    integration_ids: Sequence[str]


def delete(
    ledger: Ledger,
    template_id: int,
    *,
    typed_name: str,
    service: TemplateService,
    actor: str,
    now: datetime,
) -> Deletion:
    """Delete a template in all its languages, on every integration that has it.

    Asking again is safe: what is gone counts as deleted, and what failed is tried anew.

    Raises:
        TemplateError: The typed name is not its name, a run or a schedule still uses it, or it is
            being submitted at this moment.
        NotFound: There is no such template.
    """
    listed = template_numbered(ledger, template_id)
    name = meta_name(listed.template.name)
    if typed_name.strip() not in {name, listed.template.name}:
        raise TemplateError(
            "another name typed",
            advice=f"Type {listed.template.name} to delete this template. Nothing was deleted.",
        )
    claim = ledger.write(
        lambda session: _claimed(session, name, actor=actor, label=listed.template.name, now=now)
    )
    results: dict[str, str] = {}
    refusals: dict[str, str] = {}
    for integration_id in claim.integration_ids:
        standing = Standing(DELETING, _STOPPED)
        try:
            standing = _asked(service, integration_id, name)
        finally:
            after = _settled(ledger, claim, integration_id, standing, now=now)
        results[integration_id] = after.status
        if after.status != DELETED:
            refusals[integration_id] = after.reason or ""
    ledger.write(lambda session: finish_deletions(session, now=now))
    log().info("template.deleted", template=template_id, refused=len(refusals))
    return Deletion(
        languages=tuple(sorted(row["language"] for row in claim.rows)),
        results=results,
        refusals=refusals,
    )


def finish_deletions(session: Session, *, now: datetime) -> None:
    """Mark as deleted what was to be deleted and is nowhere any more."""
    held = {row["template_id"] for row in session.run("templates.states") if is_held(row["status"])}
    for row in session.run("templates.rows"):
        if row["deletion_asked_at"] is not None and row["id"] not in held:
            session.run("templates.mark_deleted", id=row["id"], now=now)


def refuse_while_used(session: Session, template_ids: Sequence[int]) -> None:
    """Refuse to delete what something still to be sent depends on. The one place for this rule.

    Raises:
        TemplateError: Names the runs, or the schedules.
    """
    runs = session.run("templates.open_runs", template_ids=list(template_ids))
    if runs:
        names = ", ".join(f"{row['campaign']} (run {row['id']}, {row['state']})" for row in runs)
        raise TemplateError(
            f"{len(runs)} runs use it",
            advice=f"Messages with this template are still to be sent: {names}. Wait for their "
            "end or cancel them, then delete it.",
        )
    promised = session.run("schedules.of_templates", template_ids=list(template_ids))
    if promised:
        names = ", ".join(f"{row['campaign']} (schedule {row['id']})" for row in promised)
        raise TemplateError(
            f"{len(promised)} schedules use it",
            advice=f"This template is to be sent later: {names}. Cancel that, then delete it.",
        )


def refuse_while_deleting(session: Session, template_id: int) -> None:
    """Refuse to plan with a template that is being deleted: the other half of the rule above.

    Raises:
        TemplateError: It is on its way out, or gone.
    """
    for row in session.run("templates.rows"):
        if row["id"] == template_id and (row["deletion_asked_at"] or row["deleted_at"]):
            raise TemplateError(
                "being deleted",
                advice=f"{row['name']} is being deleted, so nothing was sent. Choose another "
                "template.",
            )


def _claimed(session: Session, name: str, *, actor: str, label: str, now: datetime) -> _Claim:
    rows = [
        row
        for row in session.run("templates.rows")
        if meta_name(row["name"]) == name and row["deleted_at"] is None
    ]
    numbers = {row["id"] for row in rows}
    refuse_while_used(session, sorted(numbers))
    states = [s for s in session.run("templates.states") if s["template_id"] in numbers]
    if any(state["status"] == SUBMITTING for state in states):
        raise TemplateError(
            "being submitted",
            advice=f"{label} is being submitted at this moment. Try again in a minute.",
        )
    held = [state for state in states if is_held(state["status"])]
    for state in held:
        session.run(
            "templates.claim_deletion",
            template_id=state["template_id"],
            integration_id=state["integration_id"],
            now=now,
        )
    for row in rows:
        session.run("templates.ask_deletion", id=row["id"], asked_at=now)
    note(session, actor=actor, event="template.deleted", subject=label, now=now)
    return _Claim(rows, sorted({state["integration_id"] for state in held}))


def _asked(service: TemplateService, integration_id: str, name: str) -> Standing:
    try:
        service.delete_template(integration_id, name)
    except AnswerUnknown as error:
        return Standing(DELETING, error.advice)
    except GatewayError as error:
        return Standing(NOT_SUBMITTED, error.advice)
    return Standing(DELETED)


def _settled(
    ledger: Ledger, claim: _Claim, integration_id: str, standing: Standing, *, now: datetime
) -> Standing:
    """Keep how the deletion ended on one integration; a refused one gives back what was before."""

    def work(session: Session) -> Standing:
        after = standing
        for row in claim.rows:
            place = {"template_id": row["id"], "integration_id": integration_id}
            if standing.status == NOT_SUBMITTED:
                last = one(session.run("templates.last_status", **place))
                after = Standing(last["status_after"] if last else NOT_SUBMITTED, standing.reason)
                session.run("templates.ask_deletion", id=row["id"], asked_at=None)
            settled = session.run(
                "templates.settle",
                **place,
                claimed=DELETING,
                status=after.status,
                reason=after.reason,
                now=now,
            )
            if settled and after.status == DELETED:
                keep_event(session, **place, standing=after, source="relay", now=now)
        return after

    return ledger.write(work)
