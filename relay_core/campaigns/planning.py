"""From a campaign to a plan: who gets what text, and who nothing, and why."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from relay_core.audience.policy import Purpose
from relay_core.audience.resolving.cap import ensure_within_cap
from relay_core.audience.screening.preview import AudiencePreview
from relay_core.audience.screening.reasons import WILL_RECEIVE
from relay_core.campaigns.bindings import CustomField
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.candidates import candidates
from relay_core.campaigns.control_group import HELD_OUT, HoldOut
from relay_core.campaigns.manifest import Line, manifest_of
from relay_core.campaigns.spool import Spool
from relay_core.campaigns.writing import Exclusion, Recipient, check_static, writer
from relay_core.errors import CampaignError
from relay_core.people.consent import consent_of
from relay_core.store.ledger import Row
from relay_core.templates.writing.documents import template_to_dict
from relay_core.templates.writing.template import Template

GONE: Final = "gone"
_PAGE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything a run will do, before it is written down."""

    campaign: Campaign
    static_values: Mapping[str, str]
    matched: int
    recipients: Collection[Recipient]
    exclusions: Collection[Exclusion]
    warnings: tuple[str, ...] = ()
    """What has to be accepted before any of this leaves."""
    variants: Mapping[str, Template] = field(default_factory=dict)
    """The other languages that leave, by Meta's code."""
    skipped: tuple[str, ...] = ()
    """Languages that nobody gets, and why, in sentences."""
    rules: Mapping[str, object] = field(default_factory=dict)
    """Settings that decided about it, or will; see `Settings.deciding`."""
    hold_out: HoldOut | None = None
    """The draw of those who get nothing, to compare with; None: there is none."""

    @property
    def held_out(self) -> list[Exclusion]:
        """Whom the draw holds out, in the order of the queue."""
        if self.hold_out is None:
            return []
        return [each for each in self.exclusions if each.reason == HELD_OUT]

    def templates(self) -> dict[str | None, Template]:
        """Return what texts are made from, by the `variant` of a recipient."""
        return {None: self.campaign.template.template} | dict(self.variants.items())

    def manifest(self) -> str:
        """Return a hash over everything that would leave, and what had to be accepted for it.

        Two plans with the same manifest send exactly the same messages, after the same warnings.
        """
        used = {recipient.variant for recipient in self.recipients}
        return manifest_of(
            integration_id=self.campaign.integration.id,
            template=template_to_dict(self.campaign.template.template),
            variants={
                language: template_to_dict(each)
                for language, each in self.variants.items()
                if language in used
            },
            rules=self.rules,
            warnings=self.warnings,
            hold_out=self.hold_out.as_json() if self.hold_out else None,
            held_out=[each.person_id for each in self.held_out],
            lines=(
                Line(
                    person_id=recipient.person_id,
                    phone=recipient.phone,
                    variant=recipient.variant,
                    body=recipient.body,
                    bound=recipient.bound,
                )
                for recipient in self.recipients
            ),
        )


def purpose_of(campaign: Campaign) -> Purpose:
    """Return what a campaign's audience is for."""
    return Purpose(
        channel="whatsapp" if campaign.integration.type == "whatsapp" else "sms",
        template_id=campaign.template.id,
        # A draft has no number yet, and 0 is that of the block list.
        campaign_id=campaign.id or None,
    )


def plan(
    campaign: Campaign,
    *,
    audience: AudiencePreview,
    details: Callable[[Sequence[int]], Mapping[int, Row]],
    custom: Mapping[str, CustomField],
    static_values: Mapping[str, str],
    cap: int,
    missing: Collection[int] = frozenset(),
    rules: Mapping[str, object] | None = None,
    hold_out: HoldOut | None = None,
) -> Plan:
    """Decide for every matched person: this text, or this reason. Pure.

    Args:
        campaign: What is sent.
        audience: Who is matched, each with a decision, for `purpose_of` the campaign.
        details: Returns what bindings may say of some who will receive, by id.
        custom: The account's custom fields by key.
        static_values: Value key to text of this run.
        cap: Largest audience.
        missing: Whom Zendesk no longer gives when asked for them; they are left out.
        rules: Settings that decide about it, kept with the plan.
        hold_out: Draws those who get nothing, to compare with, from all who would receive.

    Raises:
        CampaignError: The campaign cannot be sent now, or a static value is missing, empty,
            superfluous or unusable; names all of them.
        AudienceTooLarge: More people would receive it than the limit.
        ValueError: The preview holds only the first of its people.
    """
    ensure_within_cap(audience.will_receive, cap=cap)
    if audience.people.num_rows != audience.matched:
        raise ValueError("a plan needs everybody who is matched")
    check_integration(campaign)
    sendable = candidates(
        campaign.variants, integration_id=campaign.integration.id, bound=tuple(campaign.bindings)
    )
    check_static(campaign, static_values)
    write = writer(campaign, sendable, custom=custom, static_values=static_values)
    recipients: Spool[Recipient] = Spool()
    exclusions: Spool[Exclusion] = Spool()
    for people in _pages(audience):
        known = details([each["id"] for each in people if each["decision"] == WILL_RECEIVE])
        for person in people:
            if person["decision"] != WILL_RECEIVE or person["id"] in missing:
                reason = GONE if person["decision"] == WILL_RECEIVE else person["decision"]
                exclusions.append(
                    Exclusion(person_id=person["id"], name=person["name"], reason=reason)
                )
                continue
            detail = _unchanged(person, known.get(person["id"]))
            made = write(detail)
            if not isinstance(made, Recipient):
                exclusions.append(made)
            elif hold_out and hold_out.holds(made.phone):
                exclusions.append(
                    Exclusion(
                        person_id=made.person_id,
                        name=made.name,
                        reason=HELD_OUT,
                        place=len(recipients),
                    )
                )
            else:
                recipients.append(replace(made, consent=_consent(detail, rules or {})))
    return Plan(
        campaign=campaign,
        static_values=static_values,
        matched=audience.matched,
        recipients=recipients,
        exclusions=exclusions,
        warnings=audience.warnings,
        variants={
            language: each.template
            for language, each in sendable.by_language.items()
            if each is not campaign.template
        },
        skipped=sendable.skipped,
        rules=rules or {},
        hold_out=hold_out,
    )


def check_integration(campaign: Campaign) -> None:
    """Refuse a campaign whose integration cannot send now.

    Raises:
        CampaignError: Says why.
    """
    integration = campaign.integration
    if not integration.is_active:
        raise CampaignError(
            f"integration is {integration.status}",
            advice=f"{integration.name} is {integration.status} in Sunshine Conversations, so "
            "nothing can leave from it. Connect it again there; nothing was sent or lost.",
        )


def _pages(audience: AudiencePreview) -> Iterator[list[dict[str, Any]]]:
    for batch in audience.people.to_batches(max_chunksize=_PAGE):
        yield batch.select(["id", "name", "phone_e164", "decision"]).to_pylist()


def _consent(detail: Row, rules: Mapping[str, object]) -> str | None:
    return consent_of(tags=detail.get("tags", ()), fields=detail["fields"], rules=rules)


def _unchanged(person: Mapping[str, Any], detail: Row | None) -> Row:
    if detail is None or detail["phone"] != person["phone_e164"]:
        raise CampaignError(
            "people changed while planning",
            advice="People were changed in Zendesk at this very moment. Try again.",
        )
    return detail
