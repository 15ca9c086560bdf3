"""Plans: who would get what at this moment, looked at before anything is sent."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from relay_core.audience.resolving.cap import ensure_within_cap
from relay_core.audience.resolving.matching import Match, match
from relay_core.audience.screening.preview import AudiencePreview, preview_of
from relay_core.audience.screening.reasons import WILL_RECEIVE
from relay_core.campaigns.campaign import (
    Campaign,
    CampaignDraft,
    campaign_named,
    custom_fields,
    drafted,
)
from relay_core.campaigns.candidates import candidates
from relay_core.campaigns.control_group import HoldOut, draw
from relay_core.campaigns.departures import Departures
from relay_core.campaigns.languages import LanguageCounts, count_languages
from relay_core.campaigns.planning import Plan, plan, purpose_of
from relay_core.campaigns.price_table import keep_prices, kept_prices
from relay_core.campaigns.prices import Price, read_prices
from relay_core.campaigns.reviewing import Review, review
from relay_core.campaigns.sms_doctor import SmsDoctor, examine
from relay_core.campaigns.trying import check_tested
from relay_core.delivery.consequences import kind_of
from relay_core.delivery.gates import GateRules
from relay_core.delivery.lanes import lane_today
from relay_core.delivery.timeline import timeline
from relay_core.delivery.welcome import drop_unwelcome
from relay_core.desk.gates import gate_rules
from relay_core.desk.segments import SegmentDesk
from relay_core.desk.talk import TalkDesk
from relay_core.desk.templates import TemplateDesk
from relay_core.errors import CampaignError
from relay_core.gateways.talk_lanes import TALK
from relay_core.people.rereading import Change, Marks, reread
from relay_core.setup.rules import what_to_state
from relay_core.store.ledger import Row

_PAGE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, and what it was made from."""

    plan: Plan
    audience: AudiencePreview
    found: Match
    changes: tuple[Change, ...]


class PlanDesk(SegmentDesk, TemplateDesk, TalkDesk):
    """What can be seen of a campaign before it is sent."""

    def campaign(self, name: str) -> Campaign:
        """Return one campaign by name."""
        return campaign_named(self._database, name)

    def review(
        self,
        name: str,
        *,
        static_values: Mapping[str, str],
        canary: int | None = None,
        hold_out: int | None = None,
    ) -> Review:
        """Return everything a person must see before sending this campaign. Nothing is sent.

        Args:
            name: The campaign.
            static_values: Value key to text of this run.
            canary: As in `send`.
            hold_out: As in `send`.
        """
        return self._reviewed(self._plan(name, static_values, hold_out=hold_out), canary=canary)

    def untested(self, name: str) -> str | None:
        """Return why a campaign may not be sent before a test to oneself; None where it may."""
        return self._untested(self.campaign(name))

    def _untested(self, campaign: Campaign) -> str | None:
        if not self.settings.test_required:
            return None
        try:
            check_tested(self._database, campaign)
        except CampaignError as untested:
            return untested.advice
        return None

    def _reviewed(self, planned: Planned, *, canary: int | None = None) -> Review:
        made = planned.plan
        seen = review(
            made,
            explanation=planned.audience.explanation,
            notices=planned.audience.notices,
            skipped=Counter(exclusion.reason for exclusion in made.exclusions),
            per_second=self.pace_of(made.campaign.integration.id),
            rehearsal=bool(self.settings.sandbox_url),
            prices=kept_prices(self._database),
            on=self._now().date(),
            changes=[_said(change) for change in planned.changes],
        )
        return replace(
            seen,
            departures=self._departures(made, canary=canary),
            needs_approval=self._needs_approval(made),
            untested=self._untested(made.campaign),
            unstated=what_to_state(self.settings),
        )

    def _needs_approval(self, made: Plan) -> bool:
        return 0 < self.settings.approval_above < len(made.recipients)

    def sms_doctor(self, of: str | CampaignDraft, *, static_values: Mapping[str, str]) -> SmsDoctor:
        """Look at the SMS that everybody would get, by what the mirror says of them.

        Args:
            of: Name of a campaign, or one that nobody has kept.
            static_values: Value key to text of this run.
        """
        now = self._now()
        campaign = (
            self.campaign(of) if isinstance(of, str) else drafted(self._database, of, now=now)
        )
        self._freshen()
        sources = self._sources()
        found = match(campaign.definition, sources, now=now)
        audience = preview_of(found, sources, now=now, purpose=purpose_of(campaign))
        made = self._planned(campaign, audience, static_values=static_values)
        return examine(
            made,
            prices=kept_prices(self._database),
            as_of=now,
            on=now.date(),
            notices=[notice.text for notice in audience.notices],
        )

    def count_languages(self, draft: CampaignDraft) -> LanguageCounts:
        """Return how many people a draft reaches in each language. Values need not be bound."""
        campaign = drafted(self._database, draft, now=self._now())
        everything = [v.key for t in campaign.variants for v in t.template.values]
        spread = self.distributions(campaign.definition, purpose=purpose_of(campaign))
        return count_languages(
            campaign,
            candidates(campaign.variants, integration_id=draft.integration_id, bound=everything),
            locales=spread["language"].to_pylist(),
        )

    def prices(self) -> list[Price]:
        """Return what messages cost, as it was entered."""
        return list(kept_prices(self._database))

    def save_prices(
        self, rows: Sequence[Mapping[str, str | None]], *, actor: str, first_row: int = 1
    ) -> list[Price]:
        """Replace the table of prices.

        Args:
            rows: Country, channel, category, price, currency and since, as they were typed.
            actor: Who does it.
            first_row: What a person would call the first row.
        """
        prices = read_prices(rows, first_row=first_row)
        keep_prices(self._database, prices, actor=actor, now=self._now())
        return self.prices()

    def _rules(self, *, canary: int | None) -> GateRules:
        """Return the rules of this installation, for a run that begins with so many messages.

        Raises:
            CampaignError: Fewer than none.
        """
        rules = gate_rules(self.settings)
        if canary is None:
            return rules
        if canary < 0:
            raise CampaignError(
                "negative canary", advice="Say how many messages go first, 0 for none."
            )
        return replace(rules, canary=replace(rules.canary, size=canary))

    def _departures(self, made: Plan, *, canary: int | None = None) -> Departures:
        """Foresee when messages leave if they are sent now."""
        integration, now = made.campaign.integration, self._now()
        return timeline(
            ((each.phone, each.country) for each in made.recipients),
            rules=self._rules(canary=canary),
            channel=kind_of(integration.type),
            per_second=self.pace_of(integration.id),
            start=now,
            lane=lane_today(self._database, integration.id, now=now),
        )

    def _plan(
        self,
        name: str,
        static_values: Mapping[str, str],
        *,
        among: Match | None = None,
        hold_out: int | None = None,
    ) -> Planned:
        """Decide who gets what, by what Zendesk says of each recipient at this moment.

        Args:
            name: The campaign.
            static_values: Value key to text of this run.
            among: Who is matched, in place of the campaign's own audience.
            hold_out: Of 100 people, how many get nothing; None: as the campaign says.
        """
        self._database.follow()
        campaign = self.campaign(name)
        percent = campaign.hold_out if hold_out is None else hold_out
        drawn = draw(percent, seed=campaign.next_seed)
        if campaign.integration.type == TALK:
            self._check_line(campaign.integration.id)
        self._freshen()
        sources, purpose, now = self._sources(), purpose_of(campaign), self._now()
        found = among or match(campaign.definition, sources, now=now)
        audience = preview_of(found, sources, now=now, purpose=purpose)
        read: set[int] = set()
        changes: list[Change] = []
        missing: set[int] = set()
        # Reading again may bring others in, for a sample or a shared number: until nobody is new.
        while unread := self._speaking_for(_receiving(audience)) - read:
            ensure_within_cap(audience.will_receive, cap=self.settings.audience_cap)
            known = reread(
                self._database,
                source=self._zendesk,
                ids=sorted(unread),
                region=self.settings.default_region,
                marks=self._marks(),
            )
            read |= unread
            changes += known.changes
            missing |= known.missing
            audience = preview_of(found, sources, now=now, purpose=purpose)
        made = self._planned(
            campaign, audience, static_values=static_values, missing=missing, hold_out=drawn
        )
        self._drop_unwelcome()
        return Planned(plan=made, audience=audience, found=found, changes=tuple(changes))

    def _planned(
        self,
        campaign: Campaign,
        audience: AudiencePreview,
        *,
        static_values: Mapping[str, str],
        missing: Collection[int] = frozenset(),
        hold_out: HoldOut | None = None,
    ) -> Plan:
        return plan(
            campaign,
            audience=audience,
            details=self._details,
            custom=custom_fields(self._database),
            static_values=static_values,
            cap=self.settings.audience_cap,
            missing=missing,
            rules=self.settings.deciding(),
            hold_out=hold_out,
        )

    def _details(self, ids: Sequence[int]) -> dict[int, Row]:
        """Return what bindings may say of these people, by id."""
        return {
            row["id"]: row | {"fields": json.loads(row["fields"] or "{}")}
            for row in self._database.rows("people.details", ids=list(ids))
        }

    def _drop_unwelcome(self) -> None:
        """Let nothing wait for somebody who is no longer to be messaged."""
        drop_unwelcome(self._database, policy=self._policy(), now=self._now())

    def _speaking_for(self, ids: Sequence[int]) -> set[int]:
        """Return these people and every profile that shares a number with one of them."""
        rows = self._database.rows("recipients.sharing_numbers", ids=list(ids))
        return {*ids, *(row["id"] for row in rows)}

    def _marks(self) -> Marks:
        policy = self._policy()
        return Marks(
            opt_out_tags=policy.opt_out_tags,
            opt_out_fields=policy.opt_out_fields,
            consent_tags=policy.consent_tags,
            consent_fields=policy.consent_fields,
        )

    def _freshen(self) -> None:
        """Read what changed in Zendesk lately, so that recent opt-outs count."""
        last, now = self.people_progress().finished_at, self._now()
        oldest = now - timedelta(seconds=self.settings.people_max_age_s)
        # A sync that ended later than now was timed by another clock: its age is not known.
        if last is None or not oldest <= last <= now:
            self.sync_people_reporting(lambda _: None)


def _receiving(audience: AudiencePreview) -> list[int]:
    # Not filtered by pyarrow.compute: handed a Python value, it imports pandas first.
    return [
        person["id"]
        for batch in audience.people.select(["id", "decision"]).to_batches(max_chunksize=_PAGE)
        for person in batch.to_pylist()
        if person["decision"] == WILL_RECEIVE
    ]


def _said(change: Change) -> str:
    return f"{change.name}: {change.what.label} was {change.before}, is now {change.after}."
