"""Campaigns: made, changed while they were never run, put away; and people moved in and out."""

from collections.abc import Callable, Mapping, Sequence

from relay_core.audience.conditions.definition import AudienceDefinition
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
from relay_core.campaigns.changing import (
    Edit,
    archive_campaign,
    delete_campaign,
    duplicate_campaign,
    edit_campaign,
    unarchive_campaign,
)
from relay_core.campaigns.planning import purpose_of
from relay_core.delivery.states import RunState
from relay_core.desk.plans import PlanDesk
from relay_core.desk.runs import RunDesk
from relay_core.errors import NotFound
from relay_core.people.stages import SyncProgress


class CampaignDesk(PlanDesk, RunDesk):
    """What can be done with campaigns."""

    def bindable_fields(self) -> list[BindableField]:
        """Return every field that a dynamic value can be bound to."""
        return bindable_fields(list(custom_fields(self._database).values()))

    def campaigns(self, *, archived: bool = False) -> list[Campaign]:
        """Return every campaign, newest first; those that were put away only when asked for."""
        return campaigns(self._database, archived=archived)

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
        hold_out: int = 0,
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
            hold_out: Of 100 people who would receive it, how many get nothing, to compare with.
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
            hold_out=hold_out,
        )

    def duplicate_campaign(self, name: str, *, to: str, actor: str) -> Campaign:
        """Keep a copy of a campaign under another name."""
        return duplicate_campaign(self._database, name, to=to, actor=actor, now=self._now())

    def edit_campaign(self, name: str, edit: Edit, *, actor: str) -> Campaign:
        """Change a campaign that was never run."""
        return edit_campaign(self._database, name, edit, actor=actor, now=self._now())

    def delete_campaign(self, name: str, *, actor: str) -> None:
        """Delete a campaign of which nothing was ever sent."""
        delete_campaign(self._database, name, actor=actor, now=self._now())

    def archive_campaign(self, name: str, *, actor: str) -> None:
        """Put a campaign away: it is no longer listed, nor sent."""
        archive_campaign(self._database, name, actor=actor, now=self._now())

    def unarchive_campaign(self, name: str, *, actor: str) -> None:
        """List a campaign again, and let it be sent."""
        unarchive_campaign(self._database, name, actor=actor, now=self._now())

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
        for campaign in self.campaigns(archived=True):
            if campaign.id == campaign_id:
                return campaign
        raise NotFound(
            "no such campaign", advice=f"There is no campaign of the number {campaign_id}."
        )
