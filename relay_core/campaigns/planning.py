"""From a campaign to a run: who gets what text, planned, then frozen in one transaction."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from relay_core.audience.conditions.definition import definition_to_json
from relay_core.audience.policy import Purpose
from relay_core.audience.resolving.cap import ensure_within_cap
from relay_core.audience.screening.preview import AudiencePreview
from relay_core.audience.screening.reasons import WILL_RECEIVE
from relay_core.campaigns.bindings import CustomField, FromField, value_for
from relay_core.campaigns.campaign import Campaign, check_sendable
from relay_core.errors import CampaignError, WarningsNotAccepted
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Row, Session, one
from relay_core.templates.kept.deleting import refuse_while_deleting
from relay_core.templates.messages.preview import sms_text
from relay_core.templates.rules.problems import has_errors
from relay_core.templates.rules.values import message_problems, value_problems
from relay_core.templates.writing.documents import template_to_dict

EMPTY_VALUE: Final = "empty_value"
UNUSABLE_VALUE: Final = "unusable_value"
GONE: Final = "gone"
_PAGE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One frozen delivery: to whom, and exactly what."""

    person_id: int
    name: str
    phone: str
    country: str | None
    language: str | None
    bound: Mapping[str, str]
    body: str
    """What a phone shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """One person who was matched and is left out."""

    person_id: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything a run will do, before it is written down."""

    campaign: Campaign
    static_values: Mapping[str, str]
    matched: int
    recipients: tuple[Recipient, ...]
    exclusions: tuple[Exclusion, ...]
    warnings: tuple[str, ...] = ()
    """What has to be accepted before any of this leaves."""

    def manifest(self) -> str:
        """Return a hash over everything that would leave: from where, to whom, and each text.

        Two plans with the same manifest send exactly the same messages.
        """
        sha = hashlib.sha256()
        head = (self.campaign.integration.id, template_to_dict(self.campaign.template.template))
        sha.update(json.dumps(head, sort_keys=True).encode())
        for recipient in sorted(self.recipients, key=lambda r: r.phone):
            line = (recipient.person_id, recipient.phone, recipient.body, dict(recipient.bound))
            sha.update(json.dumps(line, sort_keys=True).encode())
        return sha.hexdigest()


def purpose_of(campaign: Campaign) -> Purpose:
    """Return what a campaign's audience is for."""
    return Purpose(
        channel="whatsapp" if campaign.integration.type == "whatsapp" else "sms",
        template_id=campaign.template.id,
        campaign_id=campaign.id,
    )


def plan(
    campaign: Campaign,
    *,
    audience: AudiencePreview,
    details: Mapping[int, Row],
    custom: Mapping[str, CustomField],
    static_values: Mapping[str, str],
    cap: int,
    missing: Collection[int] = frozenset(),
) -> Plan:
    """Decide for every matched person: this text, or this reason. Pure.

    Args:
        campaign: What is sent.
        audience: Who is matched, each with a decision, for `purpose_of` the campaign.
        details: What bindings may say of each person who will receive, by id.
        custom: The account's custom fields by key.
        static_values: Value key to text of this run.
        cap: Largest audience.
        missing: Whom Zendesk no longer gives when asked for them; they are left out.

    Raises:
        CampaignError: The campaign cannot be sent now, or a static value is missing, empty,
            superfluous or unusable; names all of them.
        AudienceTooLarge: More people would receive it than the limit.
        ValueError: The preview holds only the first of its people.
    """
    ensure_within_cap(audience.will_receive, cap=cap)
    if audience.people.num_rows != audience.matched:
        raise ValueError("a plan needs everybody who is matched")
    check_sendable(campaign.template, campaign.integration.id)
    _check_static(campaign, static_values)
    recipients: list[Recipient] = []
    exclusions: list[Exclusion] = []
    made: Recipient | Exclusion
    for person in _people(audience):
        if person["decision"] == WILL_RECEIVE and person["id"] in missing:
            made = Exclusion(person_id=person["id"], name=person["name"], reason=GONE)
        elif person["decision"] == WILL_RECEIVE:
            detail = details.get(person["id"])
            if detail is None or detail["phone"] != person["phone_e164"]:
                raise CampaignError(
                    "people changed while planning",
                    advice="People were changed in Zendesk at this very moment. Try again.",
                )
            made = _recipient(campaign, detail, custom, static_values)
        else:
            made = Exclusion(person_id=person["id"], name=person["name"], reason=person["decision"])
        (recipients if isinstance(made, Recipient) else exclusions).append(made)  # type: ignore[arg-type] # the list fits its element by the line before
    return Plan(
        campaign=campaign,
        static_values=static_values,
        matched=audience.matched,
        recipients=tuple(recipients),
        exclusions=tuple(exclusions),
        warnings=audience.warnings,
    )


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
            template=json.dumps(template_to_dict(campaign.template.template), ensure_ascii=False),
            definition=definition_to_json(campaign.definition),
            static_values=json.dumps(dict(made.static_values), ensure_ascii=False),
            matched=made.matched,
            planned=len(made.recipients),
            manifest=manifest,
            now=now,
        )
        run_id = int(added[0]["id"])
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
            detail=f"{len(made.warnings)} warnings accepted" if made.warnings else None,
        )
        return run_id

    return ledger.write(work)


def earlier_run(ledger: Ledger, request_id: str) -> int | None:
    """Return the run that this request made already, if it did."""
    row = one(ledger.rows("runs.by_request", request_id=request_id))
    return int(row["id"]) if row else None


def _check_static(campaign: Campaign, static_values: Mapping[str, str]) -> None:
    asked = {key for key, b in campaign.bindings.items() if not isinstance(b, FromField)}
    wrong = [
        f"{key} has no text" for key in sorted(asked) if not static_values.get(key, "").strip()
    ]
    wrong += [f"the run has no value {key}" for key in sorted(static_values.keys() - asked)]
    wrong += [
        f"{key}: {problem.message}"
        for key in sorted(asked & static_values.keys())
        for problem in value_problems(static_values[key], key=key)
        if static_values[key].strip()
    ]
    if wrong:
        raise CampaignError(
            f"{len(wrong)} static values",
            advice=f"Correct the values of this run: {'; '.join(wrong)}.",
        )


def _recipient(
    campaign: Campaign,
    person: Row,
    custom: Mapping[str, CustomField],
    static_values: Mapping[str, str],
) -> Recipient | Exclusion:
    bound: dict[str, str] = {}
    for key, binding in campaign.bindings.items():
        value = (
            value_for(binding, person, custom=custom)
            if isinstance(binding, FromField)
            else static_values[key].strip()
        )
        if value is None:
            return Exclusion(person_id=person["id"], name=person["name"], reason=EMPTY_VALUE)
        bound[key] = value
    if has_errors(message_problems(campaign.template.template, bound)):
        return Exclusion(person_id=person["id"], name=person["name"], reason=UNUSABLE_VALUE)
    return Recipient(
        person_id=person["id"],
        name=person["name"],
        phone=person["phone"],
        country=person["phone_country"],
        language=person["locale"],
        bound=bound,
        body=sms_text(campaign.template.template, bound),
    )


def _people(audience: AudiencePreview) -> Iterator[dict[str, Any]]:
    for batch in audience.people.to_batches(max_chunksize=_PAGE):
        yield from batch.select(["id", "name", "phone_e164", "decision"]).to_pylist()


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
        "bound": json.dumps(recipient.bound, ensure_ascii=False),
        "body": recipient.body,
        "due_at": now,
    }
