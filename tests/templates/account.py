"""An account whose templates live in the sandbox, over real HTTP, and a clock to turn."""

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from relay_core.gateways.sunco import SunshineConversations, sunshine_conversations
from relay_core.sandbox.messaging.integrations import WHATSAPP as FIRST
from relay_core.settings import Settings
from relay_core.store.database import Database, open_database
from relay_core.templates.kept.catalogue import ListedTemplate, template_named, template_numbered
from relay_core.templates.kept.changes import StatusChange
from relay_core.templates.kept.creating import create
from relay_core.templates.kept.deleting import Deletion, delete
from relay_core.templates.kept.editing import edit
from relay_core.templates.kept.refreshing import refresh
from relay_core.templates.kept.submitting import Submission, submit
from relay_core.templates.writing.template import Category, Template
from tests.sandbox.stage import START, Stage, stage

WHATSAPP = "5e4af71a81966cfff3ef6553"
"""The first number that is added beside the SMS senders; each test has it for itself."""
TWILIO = "5e4af71a81966cfff3ef6551"
HELLO = Template(
    name="shoes_ready",
    language="en",
    category=Category.UTILITY,
    body="Hello {{Clarice}}, your order is ready in our shop. Reply STOP to hear no more.",
)


@dataclass
class Account:
    """Relay's templates, the sandbox that holds Meta's side, and what time it is for both."""

    db: Database
    stage: Stage
    service: SunshineConversations
    now: datetime = START

    def refresh(self) -> tuple[StatusChange, ...]:
        return refresh(self.db, service=self.service, now=self.now)

    def create(self, template: Template = HELLO, *, on: tuple[str, ...] = (WHATSAPP,)) -> int:
        return create(self.db, template, integration_ids=on, actor="Ada", now=self.now)

    def submit(self, template_id: int, *, on: tuple[str, ...] = (WHATSAPP,)) -> Submission:
        return submit(
            self.db,
            template_id,
            integration_ids=on,
            service=self.service,
            actor="Ada",
            now=self.now,
        )

    def delete(self, template_id: int, *, typed: str = HELLO.name) -> Deletion:
        return delete(
            self.db,
            template_id,
            typed_name=typed,
            service=self.service,
            actor="Ada",
            now=self.now,
        )

    def edit(self, template_id: int, **changes: Any) -> None:
        changed = replace(template_numbered(self.db, template_id).template, **changes)
        edit(self.db, template_id, changed, actor="Grace", now=self.now)

    def submitted(self, template: Template = HELLO) -> int:
        """Return the number of a template that Meta has."""
        template_id = self.create(template)
        assert self.submit(template_id).results == {WHATSAPP: "PENDING"}
        return template_id

    def approved(self, template: Template = HELLO) -> int:
        """Return the number of a template that can be sent."""
        template_id = self.submitted(template)
        self.decide("APPROVED", name=template.name)
        self.refresh()
        return template_id

    def named(self, name: str) -> ListedTemplate:
        return template_named(self.db, name)

    def status(self, name: str = HELLO.name, *, on: str = WHATSAPP) -> str:
        found = self.named(name).on(on)
        assert found is not None
        return found.status

    def reason(self, name: str = HELLO.name, *, on: str = WHATSAPP) -> str | None:
        found = self.named(name).on(on)
        assert found is not None
        return found.reason

    def decide(self, status: str, *, name: str = HELLO.name, **more: str) -> None:
        """Let Meta decide."""
        answer = self.stage.client.post(f"/_sandbox/templates/{name}/{status}", json=more)
        answer.raise_for_status()

    def at_meta(self, name: str = HELLO.name, *, on: str = WHATSAPP) -> list[str]:
        """Return the languages in which an account has a name."""
        listed = self.stage.client.get("/_sandbox/templates", params={"integration_id": on}).json()
        return [each["language"] for each in listed if each["name"] == name]

    def second_number(self) -> str:
        """Return another WhatsApp integration, with an account of its own."""
        added = number_added(self.stage, "Second")
        self.refresh()
        return added

    def break_calls(self, integration_id: str = WHATSAPP, **faults: str | None) -> None:
        """Let template calls of an integration fail; `None` ends that."""
        self.stage.set_faults(integrations={integration_id: faults})

    def later(self, **span: float) -> None:
        """Let time pass, here and there."""
        passed = timedelta(**span)
        self.now += passed
        self.stage.client.post(
            "/_sandbox/clock", json={"advance_s": passed.total_seconds()}
        ).raise_for_status()


@contextmanager
def world() -> Iterator[Stage]:
    """Run a sandbox without any WhatsApp number, in which Meta decides nothing by itself."""
    with stage(speed=0.001) as running:
        running.set_faults(review_s=10**9, hold_s=2.0)
        running.client.delete(f"/_sandbox/integrations/{FIRST.id}").raise_for_status()
        yield running


@contextmanager
def account(running: Stage, folder: Path) -> Iterator[Account]:
    """Give a new WhatsApp account in a sandbox, at its first day, and look at it once."""
    running.client.post("/_sandbox/clock", json={"now": START.isoformat()}).raise_for_status()
    assert number_added(running, "WhatsApp") == WHATSAPP
    settings = Settings.load(sandbox_url=str(running.client.base_url), data_dir=folder)
    with (
        open_database(folder / "relay.duckdb") as db,
        closing(sunshine_conversations(settings.account(), timeout_s=1.0)) as service,
    ):
        known = Account(db, running, service)
        known.refresh()
        yield known
    running.set_faults(
        integrations={}, templates={"stale_s": 0}, error_mix={}, latency_ms=0, scope="sends"
    )
    for each in running.client.get("/_sandbox/integrations").json():
        if each["type"] == "whatsapp":
            running.client.delete(f"/_sandbox/integrations/{each['id']}").raise_for_status()


def number_added(running: Stage, name: str) -> str:
    """Return the id of a new WhatsApp number with an account of its own."""
    wanted = {"displayName": name, "accountId": uuid.uuid4().hex}
    added = running.client.post("/_sandbox/integrations", json=wanted)
    return str(added.raise_for_status().json()["id"])
