"""The plan: campaigns, their review, and the press that sends."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from relay_core.audience.comparing.segment_difference import remember_use
from relay_core.audience.conditions.definition import AudienceDefinition, BySegment
from relay_core.audience.policy import Purpose
from relay_core.audience.resolving.cap import ensure_within_cap
from relay_core.audience.resolving.matching import Match, match
from relay_core.audience.screening.choices import ChoiceWord, Moved, choose
from relay_core.audience.screening.preview import AudiencePreview, preview_of
from relay_core.audience.screening.reasons import WILL_RECEIVE
from relay_core.campaigns.bindings import BindableField, Binding, bindable_fields
from relay_core.campaigns.campaign import (
    Campaign,
    campaign_named,
    campaigns,
    create_campaign,
    custom_fields,
)
from relay_core.campaigns.planning import (
    Plan,
    earlier_run,
    freeze,
    plan,
    purpose_of,
)
from relay_core.campaigns.reviewing import Review, review
from relay_core.delivery.runs import RunStatus
from relay_core.delivery.states import RunState
from relay_core.delivery.welcome import drop_unwelcome
from relay_core.desk.runs import RunDesk
from relay_core.desk.segments import SegmentDesk
from relay_core.desk.templates import TemplateDesk
from relay_core.errors import CampaignError, NotFound, RelayError
from relay_core.log import log
from relay_core.people.rereading import Change, Marks, reread
from relay_core.people.stages import SyncProgress
from relay_core.settings import Settings
from relay_core.store.database import Database


class CampaignDesk(SegmentDesk, TemplateDesk, RunDesk):
    """What can be done with campaigns."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._sending = Lock()

    def bindable_fields(self) -> list[BindableField]:
        """Return every field that a dynamic value can be bound to."""
        return bindable_fields(list(custom_fields(self._database).values()))

    def campaigns(self) -> list[Campaign]:
        """Return every campaign, newest first."""
        return campaigns(self._database)

    def campaign(self, name: str) -> Campaign:
        """Return one campaign by name."""
        return campaign_named(self._database, name)

    def create_campaign(
        self,
        name: str,
        *,
        template_id: int,
        integration_id: str,
        definition: AudienceDefinition,
        bindings: Mapping[str, Binding],
        actor: str,
    ) -> Campaign:
        """Keep a new campaign. Nothing is sent."""
        chosen = next((t for t in self.templates() if t.id == template_id), None)
        if chosen is None:
            raise CampaignError("unknown template", advice="Choose a template from the list.")
        return create_campaign(
            self._database,
            name=name,
            template=chosen,
            integration_id=integration_id,
            definition=definition,
            bindings=bindings,
            actor=actor,
            now=self._now(),
        )

    def choose_people(
        self,
        person_ids: Sequence[int],
        *,
        choice: ChoiceWord,
        purpose: Purpose,
        reason: str,
        actor: str,
    ) -> Moved:
        """Move people into a campaign or out of it; without a campaign, onto the block list.

        Template and channel are the campaign's own, whatever else the purpose says.
        """
        if purpose.campaign_id is not None:
            purpose = purpose_of(self._campaign_of(purpose.campaign_id))
        moved = choose(
            self._database,
            purpose=purpose,
            policy=self._policy(),
            person_ids=person_ids,
            choice=choice,
            reason=reason,
            actor=actor,
            now=self._now(),
        )
        self._drop_unwelcome()
        return moved

    def resume_run(self, run_id: int, *, actor: str) -> None:
        """Let a paused run go on, without those who are no longer to be messaged."""
        self._drop_unwelcome()
        if self.run(run_id).state is not RunState.FINISHED:
            super().resume_run(run_id, actor=actor)

    def sync_people_reporting(
        self, report: Callable[[SyncProgress], None], *, anew: bool = False
    ) -> SyncProgress:
        """Bring the mirror up to date, and let nothing wait for somebody who opted out since."""
        try:
            return super().sync_people_reporting(report, anew=anew)
        finally:
            self._drop_unwelcome()

    def _drop_unwelcome(self) -> None:
        drop_unwelcome(self._database, policy=self._policy(), now=self._now())

    def _campaign_of(self, campaign_id: int) -> Campaign:
        for campaign in self.campaigns():
            if campaign.id == campaign_id:
                return campaign
        raise NotFound(
            "no such campaign", advice=f"There is no campaign of the number {campaign_id}."
        )

    def review(self, name: str, *, static_values: Mapping[str, str]) -> Review:
        """Return everything a person must see before sending this campaign. Nothing is sent."""
        planned = self._plan(name, static_values)
        return review(
            planned.plan,
            audience=planned.audience,
            per_second=self.settings.sunco_pace,
            rehearsal=bool(self.settings.sandbox_url),
            changes=[_said(change) for change in planned.changes],
        )

    def send(
        self,
        name: str,
        *,
        static_values: Mapping[str, str],
        request_id: str,
        actor: str,
        reviewed: str | None = None,
        accepted: bool = False,
    ) -> RunStatus:
        """Freeze who gets what, and start sending it.

        Args:
            name: The campaign.
            static_values: Value key to text of this run.
            request_id: Made once for each intention to send; the same one again answers with the
                run it made before, so a double click sends once.
            actor: Who sends.
            reviewed: Manifest of the review that was agreed to; other messages are refused.
            accepted: Whether the warnings of the audience were read and accepted.
        """
        # One at a time: the plan of a second press must see what the first one froze, or blackout
        # and frequency would let both through.
        with self._sending:
            run_id = earlier_run(self._database, request_id)
            if run_id is not None:
                return self._same(name, run_id)
            planned = self._plan(name, static_values)
            run_id = freeze(
                self._database,
                planned.plan,
                reviewed=reviewed,
                request_id=request_id,
                actor=actor,
                now=self._now(),
                accepted=accepted,
            )
            self._drop_unwelcome()
        self._engine.wake(planned.plan.campaign.integration.id)
        self._remember_use(planned, run_id)
        return self.run(run_id)

    def _same(self, name: str, run_id: int) -> RunStatus:
        """Answer a repeated press with the run it made, if it is the same press."""
        status = self.run(run_id)
        if status.campaign != name:
            raise CampaignError(
                "another campaign's request",
                advice=f"This press belongs to {status.campaign}. Review {name} again.",
            )
        return status

    def _plan(self, name: str, static_values: Mapping[str, str]) -> "_Planned":
        """Decide who gets what, by what Zendesk says of each recipient at this moment."""
        campaign = self.campaign(name)
        self._freshen()
        sources, purpose, now = self._sources(), purpose_of(campaign), self._now()
        found = match(campaign.definition, sources, now=now)
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
        details = {
            row["id"]: row | {"fields": json.loads(row["fields"] or "{}")}
            for row in self._database.rows("people.details", ids=_receiving(audience))
        }
        made = plan(
            campaign,
            audience=audience,
            details=details,
            custom=custom_fields(self._database),
            static_values=static_values,
            cap=self.settings.audience_cap,
            missing=missing,
        )
        self._drop_unwelcome()
        return _Planned(plan=made, audience=audience, found=found, changes=tuple(changes))

    def _speaking_for(self, ids: Sequence[int]) -> set[int]:
        """Return these people and every profile that shares a number with one of them."""
        rows = self._database.rows("recipients.sharing_numbers", ids=list(ids))
        return {*ids, *(row["id"] for row in rows)}

    def _remember_use(self, planned: "_Planned", run_id: int) -> None:
        """Keep who was in the segment, so that the next look at it can say what changed."""
        definition = planned.plan.campaign.definition
        if not isinstance(definition, BySegment):
            return
        try:
            remember_use(
                self._sources(),
                name=definition.segment,
                found=planned.found.predicate,
                will_receive=len(planned.plan.recipients),
                purpose=f"run {run_id}",
                now=self._now(),
            )
        except RelayError as error:  # the run is under way; only the comparison is missing
            log().warning("segment.use_not_kept", run=run_id, error=type(error).__name__)

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
            self.sync_people()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A plan, and what it was made from."""

    plan: Plan
    audience: AudiencePreview
    found: Match
    changes: tuple[Change, ...]


def _receiving(audience: AudiencePreview) -> list[int]:
    # Not filtered by pyarrow.compute: handed a Python value, it imports pandas first.
    return [
        person["id"]
        for person in audience.people.select(["id", "decision"]).to_pylist()
        if person["decision"] == WILL_RECEIVE
    ]


def _said(change: Change) -> str:
    return f"{change.name}: {change.what.label} was {change.before}, is now {change.after}."
