"""The front desk: one method for each thing a person can do. The only place that wires.

Pages call it in the owner's process, commands through `relay_core.control`, notebooks directly;
so arguments and answers are values that survive JSON.
"""

import json
import random
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from threading import Event, Lock, Thread
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from relay_core.audience.definition import AudienceDefinition
from relay_core.audience.fields import Field, catalogue
from relay_core.audience.matching import Sources
from relay_core.audience.preview import AudiencePreview, preview
from relay_core.audience.screening import WILL_RECEIVE
from relay_core.audience.segments import Segment, delete_segment, save_segment, segments
from relay_core.campaigns.bindings import BindableField, Binding, bindable_fields
from relay_core.campaigns.campaign import (
    Campaign,
    campaign_named,
    campaigns,
    create_campaign,
    custom_fields,
)
from relay_core.campaigns.planning import Plan, Review, earlier_run, freeze, plan, review
from relay_core.delivery.pacing import Pacer
from relay_core.delivery.receipts import read_event, record
from relay_core.delivery.recording import recover
from relay_core.delivery.runs import (
    RunStatus,
    cancel_run,
    pause_run,
    resume_run,
    run_status,
    run_statuses,
)
from relay_core.delivery.sender import Surroundings
from relay_core.doctor import Check, diagnose
from relay_core.engine.local import LocalEngine
from relay_core.errors import CampaignError, RelayError, StoreError
from relay_core.gateways.sunco import (
    SunshineConversations,
    sunshine_channel,
    sunshine_conversations,
)
from relay_core.gateways.zendesk import Zendesk, zendesk
from relay_core.log import log
from relay_core.people.sync import SyncProgress, progress, sync
from relay_core.reports.overview import Overview, overview
from relay_core.reports.people_behind import Group, people_behind
from relay_core.reports.run_report import RunReport, run_report
from relay_core.settings import Settings
from relay_core.store.database import Database, open_database
from relay_core.store.ledger import Session
from relay_core.store.tables import Table
from relay_core.templates.catalogue import (
    ListedTemplate,
    Sender,
    create,
    refresh,
    senders,
    submit,
    template_named,
    templates,
)
from relay_core.templates.template import Template

WEBHOOK_PATH: Final = "/webhooks/sunco"
_ASK_AGAIN_S: Final = 30.0
_REPAIRED: Final = (
    "The file was repaired after a crash and may have forgotten the latest messages. Resuming may "
    "repeat some of them. Compare with the channel's own record first."
)


class Relay:
    """Relay, ready to use, in the process that owns the file."""

    def __init__(self, settings: Settings, *, database: Database) -> None:
        """Use `open_relay`."""
        self.settings = settings
        self._database = database
        self._syncing = Lock()
        self._secret: str | None = None
        self._closing = Event()
        self._engine = LocalEngine(
            database,
            channel=lambda: sunshine_channel(settings.account(), timeout_s=settings.send_timeout_s),
            pacer=lambda: Pacer(per_second=settings.sunco_pace, guard_s=settings.pace_guard_s),
            surroundings=Surroundings(
                clock=_now,
                monotonic=time.monotonic,
                dice=random.random,
                max_attempts=settings.max_attempts,
            ),
        )

    # Connection and upkeep

    @property
    def is_sending(self) -> bool:
        """Whether this process sends what is queued."""
        return self._engine.is_sending

    @property
    def webhook_secret(self) -> str | None:
        """What Sunco puts into `X-API-Key`; None until the webhook is registered."""
        return self._secret

    @cached_property
    def _zendesk(self) -> Zendesk:
        return zendesk(self.settings.account(), timeout_s=self.settings.read_timeout_s)

    @cached_property
    def _sunco(self) -> SunshineConversations:
        return sunshine_conversations(
            self.settings.account(), timeout_s=self.settings.read_timeout_s
        )

    def start_sending(self, *, own_url: str) -> None:
        """Take up every run under way, and ask for receipts.

        Args:
            own_url: Where this process listens on this machine. During a rehearsal receipts come
                there; from a real account they come to the public address that was set.
        """
        if not self._asked_for_receipts(own_url):
            Thread(target=self._ask_again, args=(own_url,), daemon=True).start()
        self._engine.start()

    def _asked_for_receipts(self, own_url: str) -> bool:
        try:
            self._ask_for_receipts(own_url)
        except RelayError as error:  # sending does not depend on it; `relay doctor` says more
            log().warning("webhook.not_registered", error=type(error).__name__)
            return False
        return True

    def _ask_again(self, own_url: str) -> None:
        while not self._closing.wait(_ASK_AGAIN_S) and not self._asked_for_receipts(own_url):
            pass

    def _ask_for_receipts(self, own_url: str) -> None:
        account = self.settings.account()
        if account.rehearsal:
            webhook = self._sunco.ensure_webhook(
                f"{own_url}{WEBHOOK_PATH}", is_stale=_nobody_listens
            )
        elif self.settings.public_url:
            public = self.settings.public_url.rstrip("/")
            webhook = self._sunco.ensure_webhook(
                f"{public}{WEBHOOK_PATH}", is_stale=lambda _: False
            )
        else:
            return
        self._secret = webhook.secret

    def hear(self, body: bytes) -> bool:
        """Take a webhook's body, already authenticated. False when it is not one of ours."""
        now = _now()
        heard = read_event(body, now=now)
        if heard is None:
            log().warning("event.unreadable", bytes=len(body))
            return False

        def work(session: Session) -> None:
            for each in heard:
                record(session, each, now=now)

        self._database.write(work)
        return True

    def close(self) -> None:
        """Let nothing new leave, record the answers in flight, and let go of the file."""
        self._closing.set()
        self._engine.stop()
        self._database.close()
        for name in ("_zendesk", "_sunco"):
            if name in self.__dict__:
                self.__dict__[name].close()

    def doctor(self) -> list[Check]:
        """Check settings, connections, permissions and the file; say what to do."""
        return diagnose(
            self.settings,
            ledger=self._database,
            zendesk=lambda: self._zendesk,
            sunco=lambda: self._sunco,
            hears_receipts=self._secret is not None,
        )

    # People

    def sync_people(self, *, anew: bool = False) -> SyncProgress:
        """Bring the mirror up to date; returns when done.

        Raises:
            StoreError: A sync is under way already.
            GatewayError: Zendesk could not be read; what was fetched until then is kept.
        """
        return self.sync_people_reporting(lambda _: None, anew=anew)

    def sync_people_reporting(
        self, report: Callable[[SyncProgress], None], *, anew: bool = False
    ) -> SyncProgress:
        """Do the same, telling after each page how far it is."""
        if not self._syncing.acquire(blocking=False):
            raise StoreError("syncing already", advice="A sync is under way. Wait for its end.")
        try:
            return sync(
                self._database,
                source=self._zendesk,
                region=self.settings.default_region,
                clock=_now,
                report=report,
                anew=anew,
            )
        finally:
            self._syncing.release()

    @property
    def is_syncing(self) -> bool:
        """Whether this process is reading people at this moment."""
        return self._syncing.locked()

    def people_progress(self) -> SyncProgress:
        """Return how far the last or present sync has come."""
        return progress(self._database)

    def people_counts(self) -> dict[str, int]:
        """Return how many `end_users`, `reachable` and `deleted` people the mirror holds."""
        return self._database.rows("people.counts")[0]

    # Audiences

    def fields(self) -> list[Field]:
        """Return every field that a condition may speak of."""
        return list(catalogue(self._database).fields)

    def bindable_fields(self) -> list[BindableField]:
        """Return every field that a dynamic value can be bound to."""
        return bindable_fields(list(custom_fields(self._database).values()))

    def preview_audience(self, definition: AudienceDefinition) -> AudiencePreview:
        """Say who is matched, and decide about each of them. Nothing is sent."""
        return preview(definition, self._sources(), now=_now())

    def _sources(self) -> Sources:
        return Sources(
            database=self._database,
            catalogue=catalogue(self._database),
            zone=ZoneInfo("UTC"),
            search=self._zendesk if self.settings.is_connected else None,
            region=self.settings.default_region,
            audience_cap=self.settings.audience_cap,
            opt_out_tags=self.settings.opt_out_tags,
            opt_out_fields=self.settings.opt_out_fields,
        )

    def segments(self) -> list[Segment]:
        """Return the saved audiences."""
        return segments(self._database)

    def save_segment(self, name: str, definition: AudienceDefinition, *, actor: str) -> Segment:
        """Keep an audience under a name; an existing one of that name is replaced."""
        return save_segment(
            self._database, name=name, definition=definition, actor=actor, now=_now()
        )

    def delete_segment(self, name: str, *, actor: str) -> None:
        """Forget a saved audience."""
        delete_segment(self._database, name=name, actor=actor, now=_now())

    # Templates

    def refresh_templates(self) -> None:
        """Fetch integrations, templates and their status from Sunshine Conversations."""
        refresh(self._database, service=self._sunco, now=_now())

    def templates(self) -> list[ListedTemplate]:
        """Return every template with its status on each integration."""
        return templates(self._database)

    def template(self, name: str) -> ListedTemplate:
        """Return one template by name, or by `name:language`."""
        return template_named(self._database, name)

    def integrations(self) -> list[Sender]:
        """Return every integration as last seen."""
        return senders(self._database)

    def create_template(
        self, template: Template, *, integration_ids: Sequence[str]
    ) -> dict[str, str]:
        """Keep a new template and submit it to Meta where needed.

        Returns:
            Its status on each integration.
        """
        whatsapp = {s.id for s in self.integrations() if s.type == "whatsapp"}
        template_id = create(
            self._database,
            template,
            whatsapp=bool(whatsapp & set(integration_ids)),
            now=_now(),
        )
        return self.submit_template(template_id, integration_ids=integration_ids)

    def submit_template(
        self, template_id: int, *, integration_ids: Sequence[str]
    ) -> dict[str, str]:
        """Submit a template on these integrations; where it is known already, nothing happens."""
        return submit(
            self._database,
            template_id,
            integration_ids=integration_ids,
            service=self._sunco,
            now=_now(),
        )

    # Campaigns and runs

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
            now=_now(),
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
                now=_now(),
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
        if last is None or _now() - last > timedelta(seconds=self.settings.people_max_age_s):
            self.sync_people()

    def runs(self) -> list[RunStatus]:
        """Return every run with its figures, newest first."""
        return run_statuses(self._database)

    def run(self, run_id: int) -> RunStatus:
        """Return one run with its figures."""
        return run_status(self._database, run_id)

    def pause_run(self, run_id: int, *, actor: str) -> None:
        """Let nothing new of this run leave."""
        pause_run(self._database, run_id, actor=actor, now=_now())

    def resume_run(self, run_id: int, *, actor: str) -> None:
        """Let a paused run go on."""
        resume_run(self._database, run_id, actor=actor, now=_now())
        self._engine.wake(self.run(run_id).integration_id)

    def cancel_run(self, run_id: int, *, actor: str) -> None:
        """Give up what has not left."""
        cancel_run(self._database, run_id, actor=actor, now=_now())

    # Reports

    def overview(self) -> Overview:
        """Return what Home shows: runs, totals, and what needs attention."""
        return overview(self._database, now=_now())

    def report(self, run_id: int) -> RunReport:
        """Return every figure of a run's report."""
        self.run(run_id)
        return run_report(self._database, run_id, now=_now())

    def people_behind(self, run_id: int, *, group: Group, detail: str | None = None) -> Table:
        """Return the people behind a number of a report, phone numbers masked."""
        return people_behind(self._database, run_id, group=group, detail=detail, show_phones=False)


def open_relay(settings: Settings) -> Relay:
    """Open the data folder and become the owner of its file.

    What a stopped process left open becomes unknown here, before anything can be sent.

    Raises:
        DataFolderBusy: Another process owns it.
        StoreError: It cannot be used, or it belongs to another account.
    """
    database = open_database(settings.database_path)
    try:
        _check_account(settings, database)
        if database.repaired:
            database.write(lambda session: session.run("runs.pause_all", note=_REPAIRED))
        recovered = database.write(lambda session: recover(session, now=_now()))
    except BaseException:
        database.close()
        raise
    if recovered:
        log().warning("deliveries.recovered_as_unknown", deliveries=recovered)
    return Relay(settings, database=database)


def _check_account(settings: Settings, database: Database) -> None:
    """Refuse a file that holds another account's people; the first account used is noted."""
    if not settings.is_connected:
        return
    name = "sandbox" if settings.sandbox_url else str(settings.zendesk_subdomain)
    noted = database.write(
        lambda session: session.run("account.name") or session.run("account.note", name=name)
    )
    if noted[0]["name"] != name:
        raise StoreError(
            "another account's file",
            advice=f"{settings.data_dir} holds the data of the account {noted[0]['name']}; the "
            f"settings say {name}. Set RELAY_DATA_DIR to another folder.",
        )


def _nobody_listens(target: str) -> bool:
    """Whether a webhook of a rehearsal belongs to a process that has ended."""
    address = urlsplit(target)
    if address.hostname != "127.0.0.1" or address.port is None:
        return False
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((address.hostname, address.port)) != 0


def _now() -> datetime:
    return datetime.now(UTC)
