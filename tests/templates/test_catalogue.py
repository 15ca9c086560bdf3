"""The account's templates: imported, created, submitted once, and their status everywhere."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from relay_core.errors import GatewayError, NotFound, TemplateError
from relay_core.gateways.sunco_records import Integration, MessageTemplate
from relay_core.templates.kept.catalogue import template_named, templates
from relay_core.templates.kept.creating import create
from relay_core.templates.kept.refreshing import refresh
from relay_core.templates.kept.senders import senders
from relay_core.templates.kept.submitting import submit
from relay_core.templates.writing.template import Category, Template

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
HELLO = Template(
    name="hello", language="en", category=Category.UTILITY, body="Hello {{Clarice}}, it is ready."
)


def listed(name, status="APPROVED", language="en", body="We found the fault."):
    return MessageTemplate(
        name=name, language=language, status=status, components=({"type": "BODY", "text": body},)
    )


class Sunco:
    """What Sunshine Conversations lists and is told."""

    def __init__(self):
        self.channels = [
            Integration(id="wa", type="whatsapp", displayName="WhatsApp"),
            Integration(id="tw", type="twilio", displayName="SMS"),
        ]
        self.listed = {"wa": [listed("fault_found")]}
        self.submitted = []
        self.refuses = False

    def integrations(self):
        return self.channels

    def message_templates(self, integration_id, *, name=None):
        return [item for item in self.listed[integration_id] if name in {None, item.name}]

    def create_template(self, integration_id, body):
        self.submitted.append((integration_id, body))
        if self.refuses:
            raise GatewayError("refused", advice="Meta did not accept it.")
        return MessageTemplate(name=body["name"], language=body["language"], status="PENDING")


def created(db, template=HELLO, *integration_ids):
    return create(db, template, integration_ids=integration_ids or ("wa",), actor="test", now=NOW)


def submitted(db, template_id, service, *integration_ids):
    return submit(
        db,
        template_id,
        integration_ids=integration_ids or ("wa",),
        service=service,
        actor="test",
        now=NOW,
    ).results


@pytest.fixture
def sunco(db):
    service = Sunco()
    refresh(db, service=service, now=NOW)
    return service


@pytest.mark.usefixtures("sunco")
class TestTheCatalogue:
    def test_lists_a_template_with_its_status_on_each_integration(self, db):
        only = templates(db)[0]

        assert only.label == "fault_found (en)"
        assert {(s.id, s.status, s.is_sendable) for s in only.integrations} == {
            ("wa", "APPROVED", True),
            ("tw", "READY", True),  # nobody approves an SMS
        }

    @pytest.mark.parametrize("status", ["PENDING", "REJECTED", "PAUSED", "SOMETHING_NEW"])
    def test_never_offers_what_is_not_approved(self, db, sunco, status):
        sunco.listed["wa"] = [listed("fault_found", status)]

        refresh(db, service=sunco, now=NOW)

        assert not templates(db)[0].on("wa").is_sendable

    def test_says_when_a_template_is_no_longer_listed(self, db, sunco):
        sunco.listed["wa"] = []

        refresh(db, service=sunco, now=NOW + timedelta(days=1))

        assert templates(db)[0].on("wa").status == "DELETED"

    def test_says_when_an_integration_is_gone(self, db, sunco):
        sunco.channels = sunco.channels[1:]

        refresh(db, service=sunco, now=NOW + timedelta(days=1))

        assert {s.id: s.status for s in senders(db)} == {"wa": "gone", "tw": "active"}
        assert [s.id for s in templates(db)[0].integrations] == ["tw"]

    def test_asks_for_the_language_when_a_name_has_several(self, db, sunco):
        sunco.listed["wa"] = [listed("ready", language=code) for code in ("en", "fr")]
        refresh(db, service=sunco, now=NOW)

        assert template_named(db, "ready:fr").template.language == "fr"
        with pytest.raises(NotFound) as refusal:
            template_named(db, "ready")

        assert "ready:en, ready:fr" in refusal.value.advice


@pytest.mark.usefixtures("sunco")
class TestANewTemplate:
    def test_can_be_sent_by_sms_at_once_and_by_whatsapp_after_its_approval(self, db, sunco):
        template_id = created(db)

        assert submitted(db, template_id, sunco, "wa", "tw") == {
            "wa": "PENDING",
            "tw": "READY",
        }
        sunco.listed["wa"].append(listed("hello", body="Hello {{1}}, it is ready."))
        refresh(db, service=sunco, now=NOW)

        assert template_named(db, "hello").on("wa").is_sendable

    def test_keeps_its_own_words_when_the_approved_one_is_imported(self, db, sunco):
        created(db)
        sunco.listed["wa"].append(listed("hello", body="Hello {{1}}, it is ready."))

        refresh(db, service=sunco, now=NOW)

        assert template_named(db, "hello").template == HELLO

    def test_is_submitted_once_however_often_it_is_pressed(self, db, sunco):
        template_id = created(db)

        for _ in range(3):
            submitted(db, template_id, sunco)

        assert len(sunco.submitted) == 1

    def test_can_be_submitted_again_where_it_was_refused(self, db, sunco):
        template_id = created(db)
        sunco.refuses = True
        submitted(db, template_id, sunco)
        assert template_named(db, "hello").on("wa").reason == "Meta did not accept it."

        sunco.refuses = False

        assert submitted(db, template_id, sunco) == {"wa": "PENDING"}

    def test_stays_pending_while_sunco_still_gives_its_old_list(self, db, sunco):
        template_id = created(db)
        submitted(db, template_id, sunco)

        refresh(db, service=sunco, now=NOW + timedelta(minutes=30))

        assert template_named(db, "hello").on("wa").status == "PENDING"

    def test_has_a_name_of_its_own(self, db):
        created(db)

        with pytest.raises(TemplateError, match="taken"):
            created(db)

    def test_that_breaks_a_rule_of_meta_is_refused_unless_it_is_for_sms_only(self, db):
        early = replace(HELLO, name="early", body="{{Clarice}}")

        with pytest.raises(TemplateError) as refusal:
            created(db, early)

        assert "Correct the template" in refusal.value.advice
        assert created(db, early, "tw")
