"""The press that sends: a campaign, or a test to oneself."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from relay_core.audience.comparing.segment_difference import remember_use
from relay_core.audience.conditions.definition import BySegment
from relay_core.audience.resolving.matching import match
from relay_core.audience.screening.preview import preview_of
from relay_core.campaigns.changing import check_not_archived
from relay_core.campaigns.freezing import Press, earlier_run, freeze
from relay_core.campaigns.kinds import RunKind
from relay_core.campaigns.planning import purpose_of
from relay_core.campaigns.trying import as_test, check_tested, tester, tester_phone, wording_of
from relay_core.delivery.first_messages import choose_canary
from relay_core.delivery.runs import RunStatus
from relay_core.desk.approving import ApprovalDesk
from relay_core.desk.plans import Planned
from relay_core.errors import CampaignError, RelayError
from relay_core.log import log
from relay_core.settings import Settings
from relay_core.setup.rules import ensure_stated
from relay_core.store.database import Database
from relay_core.store.ledger import Session


class SendDesk(ApprovalDesk):
    """What lets messages leave."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._sending = database.lock("sending")

    def send(
        self,
        name: str,
        *,
        static_values: Mapping[str, str],
        request_id: str,
        actor: str,
        reviewed: str | None = None,
        accepted: bool = False,
        canary: int | None = None,
        hold_out: int | None = None,
    ) -> RunStatus:
        """Freeze who gets what, and start sending it, or let it be approved first.

        Whatever sends a campaign by itself at its time presses here too, with a request id that
        says which time it is for.

        Args:
            name: The campaign.
            static_values: Value key to text of this run.
            request_id: Made once for each intention to send; the same one again answers with the
                run it made before, so a double click sends once.
            actor: Who sends.
            reviewed: Manifest of the review that was agreed to; anything else is refused, be it
                other messages, other settings, or warnings that nobody has seen.
            accepted: Whether the warnings of the audience were read and accepted. Without
                `reviewed`, whichever there are.
            canary: Messages with which the run begins before it looks how they end, 0 for none;
                None: as the settings say.
            hold_out: Of 100 people who would receive it, how many get nothing, neither from this
                run nor from its retries, so that they can be compared with; None: as the campaign
                says.
        """
        return self._pressed(
            name,
            Press(request_id=request_id, actor=actor),
            plan=lambda: self._plan(name, static_values, hold_out=hold_out),
            reviewed=reviewed,
            accepted=accepted,
            canary=canary,
        )

    def tester(self, *, actor: str) -> str | None:
        """Return the number that somebody gets tests at, in E.164; None before their first test."""
        return tester(self._database, actor)

    def send_test(
        self,
        name: str,
        *,
        static_values: Mapping[str, str],
        request_id: str,
        actor: str,
        phone: str | None = None,
    ) -> RunStatus:
        """Send what the first recipient would read to one's own number.

        It counts nowhere as a message to a person, and needs no approval.

        Args:
            name: The campaign.
            static_values: Value key to text of this run.
            request_id: As in `send`.
            actor: Who asks for it.
            phone: Where it goes to; None takes the number of their last test.
        """
        with self._sending:
            if (earlier := earlier_run(self._database, request_id)) is not None:
                return self._same(name, earlier, RunKind.TEST)
            self._look_at_templates()
            campaign = self.campaign(name)
            check_not_archived(campaign)
            now, sources = self._now(), self._sources()
            to = tester_phone(
                self._database,
                actor=actor,
                typed=phone,
                region=self.settings.default_region,
                now=now,
            )
            audience = preview_of(
                match(campaign.definition, sources, now=now),
                sources,
                now=now,
                purpose=purpose_of(campaign),
            )
            run_id = freeze(
                self._database,
                as_test(self._planned(campaign, audience, static_values=static_values), to),
                Press(request_id=request_id, actor=actor, kind=RunKind.TEST),
                reviewed=None,
                now=now,
                wording=wording_of(campaign),
            )
        self._engine.wake(campaign.integration.id)
        return self.run(run_id)

    def _pressed(
        self,
        name: str,
        press: Press,
        *,
        plan: Callable[[], Planned],
        reviewed: str | None,
        accepted: bool,
        foreseen: Collection[str] = (),
        alongside: Callable[[Session, int], None] | None = None,
        canary: int | None = None,
    ) -> RunStatus:
        # One at a time: the plan of a second press must see what the first one froze, or blackout
        # and frequency would let both through.
        with self._sending:
            run_id = earlier_run(self._database, press.request_id)
            if run_id is not None:
                return self._same(name, run_id, press.kind)
            choice = self._rules(canary=canary).canary
            self._look_at_templates()
            campaign = self.campaign(name)
            check_not_archived(campaign)
            ensure_stated(self.settings)
            if self.settings.test_required:
                check_tested(self._database, campaign)
            planned = plan()
            messages = len(planned.plan.recipients)

            def begin(session: Session, run_id: int) -> None:
                if canary is not None:
                    choose_canary(session, run_id, choice, planned=messages)
                if alongside is not None:
                    alongside(session, run_id)

            run_id = freeze(
                self._database,
                planned.plan,
                replace(press, needs_approval=self._needs_approval(planned.plan)),
                reviewed=reviewed,
                now=self._now(),
                accepted=accepted or set(foreseen).issuperset(planned.plan.warnings),
                alongside=begin,
            )
            self._drop_unwelcome()
        self._engine.wake(campaign.integration.id)
        self._remember_use(planned, run_id)
        return self.run(run_id)

    def _same(self, name: str, run_id: int, kind: RunKind) -> RunStatus:
        """Answer a repeated press with the run it made, if it is the same press."""
        status = self.run(run_id)
        if status.campaign != name or status.kind is not kind:
            raise CampaignError(
                "another campaign's request",
                advice=f"This press belongs to {status.campaign}. Review {name} again.",
            )
        return status

    def _remember_use(self, planned: Planned, run_id: int) -> None:
        """Keep who was in the segment, so that the next look at it can say what changed."""
        definition = planned.plan.campaign.definition
        if not isinstance(definition, BySegment) or self.run(run_id).kind is not RunKind.CAMPAIGN:
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
