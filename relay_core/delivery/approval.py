"""Approval by a second person: of exactly what was frozen, and only while it still holds."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from relay_core.campaigns.campaign import campaigns
from relay_core.campaigns.candidates import check_sendable
from relay_core.campaigns.frozen_control import held_out_of, hold_out_of_run
from relay_core.campaigns.kinds import RETRIED_CAUSES
from relay_core.campaigns.manifest import Line, manifest_of
from relay_core.campaigns.planning import check_integration
from relay_core.delivery.states import RunState
from relay_core.errors import CampaignError, IllegalTransition, NotFound
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Row, Session, one
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.writing.documents import template_to_dict

_PAGE: Final = 1000


def approve_run(
    ledger: Ledger,
    run_id: int,
    *,
    manifest: str,
    actor: str,
    rules: Mapping[str, object],
    now: datetime,
) -> None:
    """Let a run that waits for it leave. People who opted out meanwhile get nothing.

    Args:
        ledger: Where runs are kept.
        run_id: The run.
        manifest: Of what the approver saw.
        actor: Who approves; never who made it.
        rules: Settings that decide, as they are now.
        now: When.

    Raises:
        NotFound: There is no such run.
        IllegalTransition: It does not wait for approval.
        CampaignError: By its own maker, of something else, or of what no longer holds; says what
            has changed.
    """
    row = _run(ledger, run_id)
    _check_waits(row)
    if _same_person(row["created_by"], actor):
        raise CampaignError(
            "approval of one's own run",
            advice=f"{row['created_by']} made run {run_id}. Somebody else has to approve it.",
        )
    if manifest != row["manifest"]:
        raise CampaignError(
            "not what was looked at",
            advice=f"Run {run_id} is not what you looked at. Open it again.",
        )
    if changes := what_changed(ledger, row, rules=rules):
        listed = "\n".join(f"- {change}" for change in changes)
        raise CampaignError(
            f"{len(changes)} changes since",
            advice=f"Run {run_id} can no longer be approved. Reject it, and send the campaign "
            f"again. Since it was made:\n{listed}",
        )

    def work(session: Session) -> bool:
        if not session.run("runs.approve", run_id=run_id, manifest=manifest, actor=actor):
            return False
        session.run("deliveries.drop_unwanted", run_id=run_id, now=now)
        session.run("runs.finish_if_settled", run_id=run_id, now=now)
        note(
            session,
            actor=actor,
            event="run.approved",
            subject=str(run_id),
            now=now,
            detail=json.dumps({"manifest": manifest}),
        )
        return True

    if not ledger.write(work):
        _check_waits(_run(ledger, run_id))
        raise CampaignError(
            "not approved", advice=f"Run {run_id} could not be approved. Look again."
        )


def reject_run(ledger: Ledger, run_id: int, *, reason: str, actor: str, now: datetime) -> None:
    """Give up a run that waits for approval; nothing of it has left. Its maker may do so too.

    Raises:
        NotFound: There is no such run.
        IllegalTransition: It does not wait for approval.
    """
    said = f"Rejected by {actor}" + (f": {reason.strip()}" if reason.strip() else ".")

    def work(session: Session) -> bool:
        if not session.run("runs.reject", run_id=run_id, note=said, now=now):
            return False
        session.run(
            "deliveries.cancel_queued_of",
            run_id=run_id,
            reason="The run was rejected before anything left.",
            now=now,
        )
        note(
            session,
            actor=actor,
            event="run.rejected",
            subject=str(run_id),
            now=now,
            detail=reason.strip() or None,
        )
        return True

    if not ledger.write(work):
        _check_waits(_run(ledger, run_id))


def what_changed(ledger: Ledger, run: Row, *, rules: Mapping[str, object]) -> tuple[str, ...]:
    """Return what is no longer as it was when a run was frozen, in sentences.

    Args:
        ledger: Where it is kept.
        run: As `runs.one` tells it.
        rules: Settings that decide, as they are now.
    """
    campaign = next(c for c in campaigns(ledger, archived=True) if c.id == run["campaign_id"])
    frozen = {None: json.loads(run["template"])} | {
        row["language"]: json.loads(row["template"])
        for row in ledger.rows("runs.frozen_templates", run_id=run["id"])
    }
    current: dict[str | None, ListedTemplate] = {
        v.template.language: v for v in campaign.variants
    } | {None: campaign.template}
    changes: list[str] = []
    try:
        check_integration(campaign)
    except CampaignError as refusal:
        changes.append(refusal.advice)
    for language, document in frozen.items():
        listed = current.get(language)
        if listed is None:
            changes.append(f"The template is no longer there in {language}.")
            continue
        if json.loads(json.dumps(template_to_dict(listed.template))) != document:
            changes.append(f"{listed.label} says something else now.")
        try:
            check_sendable(listed, run["integration_id"])
        except CampaignError as refusal:
            changes.append(refusal.advice)
    before = json.loads(run["rules"])
    changes += [
        f"The setting RELAY_{name.upper()} has changed."
        for name in sorted((before.keys() | rules.keys()) - {RETRIED_CAUSES})
        if before.get(name) != rules.get(name)
    ]
    if _manifest(ledger, run, frozen) != run["manifest"]:
        changes.append("What is kept of it is not what was frozen.")
    return tuple(changes)


def _manifest(ledger: Ledger, run: Row, frozen: Mapping[str | None, dict[str, object]]) -> str:
    """Work the manifest out again from what is kept."""
    draw = hold_out_of_run(ledger, run["id"])
    return manifest_of(
        integration_id=run["integration_id"],
        template=frozen[None],
        variants={language: each for language, each in frozen.items() if language is not None},
        rules=json.loads(run["rules"]),
        warnings=json.loads(run["warnings"]),
        lines=_lines(ledger, run["id"]),
        hold_out=draw.as_json() if draw else None,
        held_out=[each.person_id for each in held_out_of(ledger, run["id"])],
    )


def _lines(ledger: Ledger, run_id: int) -> Iterator[Line]:
    after = ""
    while page := ledger.rows("runs.frozen_page", run_id=run_id, after=after, most=_PAGE):
        for row in page:
            yield Line(
                person_id=row["person_id"],
                phone=row["phone"],
                variant=row["template_language"],
                body=row["body"],
                bound=json.loads(row["bound"]),
            )
        after = page[-1]["phone"]


def _run(ledger: Ledger, run_id: int) -> Row:
    row = one(ledger.rows("runs.one", run_id=run_id))
    if row is None:
        raise NotFound("no such run", advice=f"There is no run {run_id}. See `relay run list`.")
    return row


def _check_waits(row: Row) -> None:
    if row["state"] != RunState.AWAITING:
        raise IllegalTransition(
            f"{row['state']} is not awaiting",
            advice=f"Run {row['id']} is {row['state']}; it does not wait for approval.",
        )


def _same_person(one_name: str, other: str) -> bool:
    return one_name.strip().casefold() == other.strip().casefold()
