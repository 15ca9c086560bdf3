"""A plan written down as a run: page by page, and nothing leaves before the last one is there."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

from relay_core.audience.conditions.definition import definition_to_json
from relay_core.campaigns.bindings import bindings_to_json
from relay_core.campaigns.kinds import Retried, RunKind, retried_causes
from relay_core.campaigns.planning import Plan
from relay_core.campaigns.writing import Recipient
from relay_core.errors import CampaignError, WarningsNotAccepted
from relay_core.log import log
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Session, Work, one
from relay_core.templates.kept.deleting import refuse_while_deleting
from relay_core.templates.writing.documents import template_to_dict
from relay_core.templates.writing.template import Template

T = TypeVar("T")

_PAGE: Final = 1000
"""Rows to a transaction: a lane that sends meanwhile waits for one page at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Somebody's one intention to send."""

    request_id: str
    """Made once for each intention. The same one again is the same run."""
    actor: str
    kind: RunKind = RunKind.CAMPAIGN
    parent_run: int | None = None
    """Of a retry: the run whose people it tries again."""
    retried: Retried | None = None
    needs_approval: bool = False
    """Whether somebody else has to approve it before anything leaves."""


def freeze(
    ledger: Ledger,
    made: Plan,
    press: Press,
    *,
    reviewed: str | None,
    now: datetime,
    accepted: bool = False,
    wording: str | None = None,
    alongside: Callable[[Session, int], None] | None = None,
) -> int:
    """Write the plan down as a run, whole or not at all, and start it or let it be approved.

    A thousand recipients to a transaction. Until the last one the run is freezing, so nothing of it
    can leave; what a stopped process left behind goes at the next start (`discard_unfinished`).
    Only one may freeze for one request at a time; the caller sees to that.

    Args:
        ledger: Where runs are kept.
        made: The plan.
        press: Who sends, and what for.
        reviewed: Manifest of the review that was agreed to; None when nobody looked.
        now: When.
        accepted: Whether a person has read the plan's warnings and sends nevertheless.
        wording: Kept in place of the manifest, for a test; see `campaigns/trying.py`.
        alongside: What else becomes true in the very transaction that starts the run, given its
            number; where it refuses, nothing leaves.

    Returns:
        The run's number.

    Raises:
        CampaignError: Nobody would receive anything, or not what was reviewed, or there are
            warnings that nobody has accepted.
        TemplateError: Somebody deletes the template meanwhile.
    """
    manifest = wording or made.manifest()
    _refuse(made, manifest=manifest, reviewed=reviewed, accepted=accepted)
    run_id, is_new = ledger.write(lambda session: _begun(session, made, press, manifest, now=now))
    if not is_new:
        return run_id
    try:
        for page in _pages(made.recipients):
            rows = [_row(run_id, recipient, now=now) for recipient in page]
            ledger.write(_adding("runs.add_deliveries", rows))
        for people in _pages(made.exclusions):
            left_out = [
                {
                    "run_id": run_id,
                    "person_id": each.person_id,
                    "person_name": each.name,
                    "reason": each.reason,
                    "place": each.place,
                }
                for each in people
            ]
            ledger.write(_adding("runs.add_exclusions", left_out))

        def start(session: Session) -> None:
            _start(session, run_id, made, press, now=now)
            if alongside is not None:
                alongside(session, run_id)

        ledger.write(start)
    except BaseException:
        _give_up(ledger, run_id)
        raise
    return run_id


def discard_unfinished(session: Session, *, before: datetime | None = None) -> int:
    """Remove every run that was being frozen when the process stopped.

    To be done once, by the process that has just become the file's owner. Nobody was told of such
    a run, and nothing of it has left: the same press may make it anew.

    Args:
        session: The transaction.
        before: Only those begun before this moment, where several processes may be freezing: so
            long before now that theirs has surely ended. None: all.

    Returns:
        How many there were.
    """
    left = session.run("runs.unfinished", before=before)
    for row in left:
        _discard(session, row["id"])
    return len(left)


def earlier_run(ledger: Ledger, request_id: str) -> int | None:
    """Return the run that this request made already, if it did."""
    row = one(ledger.rows("runs.by_request", request_id=request_id))
    return int(row["id"]) if row and not row["is_freezing"] else None


def _refuse(made: Plan, *, manifest: str, reviewed: str | None, accepted: bool) -> None:
    if reviewed is not None and reviewed != manifest:
        raise CampaignError(
            "not what was reviewed",
            advice="People, templates, settings or warnings have changed since this review, so it "
            "is no longer what you saw. Review it again.",
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


def _begun(
    session: Session, made: Plan, press: Press, manifest: str, *, now: datetime
) -> tuple[int, bool]:
    """Return the run of this press, and whether it is yet to be written down."""
    # There is one writer, so nobody comes between this look and the insert; the table's own
    # unique key stands behind it.
    earlier = one(session.run("runs.by_request", request_id=press.request_id))
    if earlier and not earlier["is_freezing"]:
        return int(earlier["id"]), False
    if earlier:
        _discard(session, earlier["id"])
    campaign = made.campaign
    as_planned = session.run(
        "campaigns.as_planned",
        id=campaign.id,
        template_id=campaign.template.id,
        integration_id=campaign.integration.id,
        bindings=bindings_to_json(campaign.bindings),
    )
    if not as_planned:
        raise CampaignError(
            "campaign changed meanwhile",
            advice=f"Somebody changed, archived or deleted {campaign.name} at this very moment. "
            "Review it again.",
        )
    refuse_while_deleting(session, campaign.template.id)
    added = session.run(
        "runs.add",
        campaign_id=campaign.id,
        kind=press.kind,
        request_id=press.request_id,
        integration_id=campaign.integration.id,
        template=_frozen(campaign.template.template),
        definition=definition_to_json(campaign.definition),
        static_values=json.dumps(dict(made.static_values), ensure_ascii=False),
        rules=json.dumps(dict(made.rules), ensure_ascii=False, sort_keys=True),
        warnings=json.dumps(list(made.warnings), ensure_ascii=False),
        matched=made.matched,
        planned=len(made.recipients),
        manifest=manifest,
        created_by=press.actor,
        parent_run=press.parent_run,
        retried=press.retried,
        now=now,
    )
    run_id = int(added[0]["id"])
    if made.hold_out:
        session.run(
            "control_groups.add",
            run_id=run_id,
            percent=made.hold_out.percent,
            seed=made.hold_out.seed,
        )
    for language in sorted({r.variant for r in made.recipients if r.variant}):
        session.run(
            "runs.add_template",
            run_id=run_id,
            language=language,
            template=_frozen(made.variants[language]),
        )
    return run_id, True


def _start(session: Session, run_id: int, made: Plan, press: Press, *, now: datetime) -> None:
    started = session.run("runs.start", run_id=run_id, needs_approval=press.needs_approval)
    if not started:
        raise CampaignError(
            "run is gone", advice="This run was removed while it was being prepared. Send again."
        )
    if session.run("erasure.in_run", run_id=run_id):
        raise CampaignError(
            "people erased meanwhile",
            advice="Somebody was erased at this very moment. Review it again.",
        )
    if made.hold_out:
        session.run("control_groups.give_neighbours", run_id=run_id)
    # Somebody may have opted out since the audience was screened.
    session.run("deliveries.drop_unwanted", run_id=run_id, now=now)
    session.run("runs.finish_if_settled", run_id=run_id, now=now)
    note(
        session,
        actor=press.actor,
        event="run.submitted" if press.needs_approval else "run.started",
        subject=str(run_id),
        now=now,
        detail=_detail(made, press),
    )


def _detail(made: Plan, press: Press) -> str | None:
    told: dict[str, object] = {"accepted": list(made.warnings)} if made.warnings else {}
    if press.kind is not RunKind.CAMPAIGN:
        told["kind"] = press.kind
    if press.retried:
        told |= {"parent_run": press.parent_run, "retried": press.retried}
        if causes := retried_causes(made.rules):
            told["causes"] = causes
    return json.dumps(told, ensure_ascii=False) if told else None


def _give_up(ledger: Ledger, run_id: int) -> None:
    """Remove what was written down so far, at once where possible, else at the next start."""
    try:
        ledger.write(lambda session: _discard(session, run_id))
    except Exception as error:  # noqa: BLE001 - what stopped the freezing is what is to be raised
        log().error("run.not_discarded", run=run_id, error=type(error).__name__)


def _discard(session: Session, run_id: int) -> None:
    if session.run("runs.discard", run_id=run_id):
        session.run("runs.discard_deliveries", run_id=run_id)
        session.run("runs.discard_exclusions", run_id=run_id)
        session.run("runs.discard_templates", run_id=run_id)
        session.run("control_groups.discard", run_id=run_id)


def _adding(query: str, rows: Sequence[Mapping[str, object]]) -> Work[None]:
    return lambda session: session.run_many(query, rows)


def _pages(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while page := list(islice(left, _PAGE)):
        yield page


def _row(run_id: int, recipient: Recipient, *, now: datetime) -> dict[str, object]:
    return {
        "run_id": run_id,
        "person_id": recipient.person_id,
        "person_name": recipient.name,
        "phone": recipient.phone,
        "country": recipient.country,
        "language": recipient.language,
        "template_language": recipient.variant,
        "bound": json.dumps(dict(recipient.bound), ensure_ascii=False),
        "body": recipient.body,
        "consent": recipient.consent,
        "due_at": now,
    }


def _frozen(template: Template) -> str:
    return json.dumps(template_to_dict(template), ensure_ascii=False)
