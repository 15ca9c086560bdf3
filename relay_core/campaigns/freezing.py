"""A plan written down as a run: everything that will leave, in one transaction."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from relay_core.audience.conditions.definition import definition_to_json
from relay_core.campaigns.planning import Plan
from relay_core.campaigns.writing import Recipient
from relay_core.errors import CampaignError, WarningsNotAccepted
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Session, one
from relay_core.templates.kept.deleting import refuse_while_deleting
from relay_core.templates.writing.documents import template_to_dict
from relay_core.templates.writing.template import Template

_PAGE: Final = 1000


def freeze(
    ledger: Ledger,
    made: Plan,
    *,
    reviewed: str | None,
    request_id: str,
    actor: str,
    now: datetime,
    accepted: bool = False,
) -> int:
    """Write the plan down as a run, whole or not at all, and start it.

    Args:
        ledger: Where runs are kept.
        made: The plan.
        reviewed: Manifest of the review that was agreed to; None when nobody looked.
        request_id: Made once for each intention to send. The same one again is the same run.
        actor: Who sends.
        now: When.
        accepted: Whether a person has read the plan's warnings and sends nevertheless.

    Returns:
        The run's number.

    Raises:
        CampaignError: Nobody would receive anything, or not what was reviewed, or there are
            warnings that nobody has accepted.
        TemplateError: Somebody deletes the template meanwhile.
    """
    manifest = made.manifest()
    if reviewed is not None and reviewed != manifest:
        raise CampaignError(
            "not what was reviewed",
            advice="People or templates have changed since this review, so other messages would "
            "leave than those you saw. Review it again.",
        )
    if made.warnings and not accepted:
        listed = "\n".join(f"- {warning}" for warning in made.warnings)
        raise WarningsNotAccepted(
            f"{len(made.warnings)} warnings",
            advice=f"Read this, and accept it if these are the right people even so:\n{listed}",
        )
    if not made.recipients:
        raise CampaignError(
            "nobody to send to",
            advice="Nobody would receive this message. Look at the audience and who is left out.",
        )
    campaign = made.campaign

    def work(session: Session) -> int:
        # There is one writer, so nobody comes between this look and the insert; the table's own
        # unique key stands behind it.
        if earlier := session.run("runs.by_request", request_id=request_id):
            return int(earlier[0]["id"])
        refuse_while_deleting(session, campaign.template.id)
        added = session.run(
            "runs.add",
            campaign_id=campaign.id,
            request_id=request_id,
            integration_id=campaign.integration.id,
            template=_frozen(campaign.template.template),
            definition=definition_to_json(campaign.definition),
            static_values=json.dumps(dict(made.static_values), ensure_ascii=False),
            matched=made.matched,
            planned=len(made.recipients),
            manifest=manifest,
            now=now,
        )
        run_id = int(added[0]["id"])
        for language in sorted({r.variant for r in made.recipients if r.variant}):
            session.run(
                "runs.add_template",
                run_id=run_id,
                language=language,
                template=_frozen(made.variants[language]),
            )
        for page in _pages(made.recipients):
            session.run_many("runs.add_deliveries", [_row(run_id, r, now=now) for r in page])
        for people in _pages(made.exclusions):
            session.run_many(
                "runs.add_exclusions",
                [
                    {
                        "run_id": run_id,
                        "person_id": e.person_id,
                        "person_name": e.name,
                        "reason": e.reason,
                    }
                    for e in people
                ],
            )
        # Somebody may have opted out since the audience was screened.
        session.run("deliveries.drop_unwanted", run_id=run_id, now=now)
        session.run("runs.finish_if_settled", run_id=run_id, now=now)
        note(
            session,
            actor=actor,
            event="run.started",
            subject=str(run_id),
            now=now,
            detail=json.dumps({"accepted": list(made.warnings)}, ensure_ascii=False)
            if made.warnings
            else None,
        )
        return run_id

    return ledger.write(work)


def earlier_run(ledger: Ledger, request_id: str) -> int | None:
    """Return the run that this request made already, if it did."""
    row = one(ledger.rows("runs.by_request", request_id=request_id))
    return int(row["id"]) if row else None


def _pages(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _PAGE):
        yield items[start : start + _PAGE]


def _row(run_id: int, recipient: Recipient, *, now: datetime) -> dict[str, object]:
    return {
        "run_id": run_id,
        "person_id": recipient.person_id,
        "person_name": recipient.name,
        "phone": recipient.phone,
        "country": recipient.country,
        "language": recipient.language,
        "template_language": recipient.variant,
        "bound": json.dumps(recipient.bound, ensure_ascii=False),
        "body": recipient.body,
        "due_at": now,
    }


def _frozen(template: Template) -> str:
    return json.dumps(template_to_dict(template), ensure_ascii=False)
