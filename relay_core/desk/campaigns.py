"""The plan: campaigns, their review, and the press that sends."""

import json
from collections.abc import Mapping
from datetime import timedelta

from relay_core.audience.definition import AudienceDefinition
from relay_core.audience.preview import AudiencePreview
from relay_core.audience.screening import WILL_RECEIVE
from relay_core.campaigns.bindings import BindableField, Binding, bindable_fields
from relay_core.campaigns.campaign import (
    Campaign,
    campaign_named,
    campaigns,
    create_campaign,
    custom_fields,
)
from relay_core.campaigns.planning import Plan, Review, earlier_run, freeze, plan, review
from relay_core.delivery.runs import RunStatus
from relay_core.desk.audiences import AudienceDesk
from relay_core.desk.runs import RunDesk
from relay_core.desk.templates import TemplateDesk
from relay_core.errors import CampaignError


class CampaignDesk(AudienceDesk, TemplateDesk, RunDesk):
    """What can be done with campaigns."""

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

    def review(self, name: str, *, static_values: Mapping[str, str]) -> Review:
        """Return everything a person must see before sending this campaign. Nothing is sent."""
        made, audience = self._plan(name, static_values)
        return review(
            made,
            audience=audience,
            per_second=self.settings.sunco_pace,
            rehearsal=bool(self.settings.sandbox_url),
        )

    def send(
        self,
        name: str,
        *,
        static_values: Mapping[str, str],
        request_id: str,
        actor: str,
        reviewed: str | None = None,
    ) -> RunStatus:
        """Freeze who gets what, and start sending it.

        Args:
            name: The campaign.
            static_values: Value key to text of this run.
            request_id: Made once for each intention to send; the same one again answers with the
                run it made before, so a double click sends once.
            actor: Who sends.
            reviewed: Manifest of the review that was agreed to; other messages are refused.
        """
        run_id = earlier_run(self._database, request_id)
        if run_id is None:
            made, _ = self._plan(name, static_values)
            run_id = freeze(
                self._database,
                made,
                reviewed=reviewed,
                request_id=request_id,
                actor=actor,
                now=self._now(),
            )
            self._engine.wake(made.campaign.integration.id)
        return self.run(run_id)

    def _plan(self, name: str, static_values: Mapping[str, str]) -> tuple[Plan, AudiencePreview]:
        campaign = self.campaign(name)
        self._freshen()
        audience = self.preview_audience(campaign.definition)
        # Not filtered by pyarrow.compute: handed a Python value, it imports pandas first.
        ids = [
            person["id"]
            for person in audience.people.select(["id", "decision"]).to_pylist()
            if person["decision"] == WILL_RECEIVE
        ]
        details = {
            row["id"]: row | {"fields": json.loads(row["fields"] or "{}")}
            for row in self._database.rows("people.details", ids=ids)
        }
        made = plan(
            campaign,
            audience=audience,
            details=details,
            custom=custom_fields(self._database),
            static_values=static_values,
            cap=self.settings.audience_cap,
        )
        return made, audience

    def _freshen(self) -> None:
        """Read what changed in Zendesk lately, so that recent opt-outs count."""
        last = self.people_progress().finished_at
        if last is None or self._now() - last > timedelta(seconds=self.settings.people_max_age_s):
            self.sync_people()
