"""The plan: campaigns, their review, and the press that sends."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Lock

from relay_core.audience.comparing.segment_difference import remember_use
from relay_core.audience.conditions.definition import AudienceDefinition, BySegment
from relay_core.audience.policy import Purpose
from relay_core.audience.screening.choices import ChoiceWord, Moved, choose
from relay_core.campaigns.bindings import BindableField, Binding, bindable_fields
from relay_core.campaigns.campaign import (
    Campaign,
    campaigns,
    create_campaign,
    custom_fields,
    variants_for,
)
from relay_core.campaigns.freezing import earlier_run, freeze
from relay_core.campaigns.planning import purpose_of
from relay_core.delivery.runs import RunStatus
from relay_core.delivery.states import RunState
from relay_core.desk.plans import PlanDesk, Planned
from relay_core.desk.runs import RunDesk
from relay_core.errors import CampaignError, NotFound, RelayError
from relay_core.log import log
from relay_core.people.stages import SyncProgress
from relay_core.settings import Settings
from relay_core.store.database import Database


class CampaignDesk(PlanDesk, RunDesk):
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

    def create_campaign(
        self,
        name: str,
        *,
        template_id: int,
        integration_id: str,
        definition: AudienceDefinition,
        bindings: Mapping[str, Binding],
        actor: str,
        languages: Sequence[str] = (),
    ) -> Campaign:
        """Keep a new campaign. Nothing is sent.

        Args:
            name: Its own.
            template_id: What everybody gets, or the first of its languages.
            integration_id: What it leaves from.
            definition: Who gets it.
            bindings: What fills each value, of every language that may leave.
            actor: Who makes it.
            languages: Where given, each person gets the template in their own language, and these
                stand in, in this order, for what there is not.
        """
        return create_campaign(
            self._database,
            name=name,
            variants=variants_for(self._database, template_id),
            languages=languages,
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

    def _campaign_of(self, campaign_id: int) -> Campaign:
        for campaign in self.campaigns():
            if campaign.id == campaign_id:
                return campaign
        raise NotFound(
            "no such campaign", advice=f"There is no campaign of the number {campaign_id}."
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

    def _remember_use(self, planned: Planned, run_id: int) -> None:
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
