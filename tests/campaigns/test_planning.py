"""From a campaign to a run: everybody gets a text or a reason, and one press makes one run."""

import json
import threading
from datetime import UTC, datetime

import pytest

from relay_core.audience.conditions.definition import ByConditions, ByQuery, definition_from_json
from relay_core.audience.policy import Purpose
from relay_core.campaigns.bindings import FromField, Static
from relay_core.campaigns.freezing import Press, freeze
from relay_core.campaigns.planning import Plan, purpose_of
from relay_core.campaigns.writing import Recipient
from relay_core.errors import AudienceTooLarge, CampaignError

EVERYBODY = definition_from_json('{"version": 1, "all": []}')
NOBODY = definition_from_json(
    json.dumps(
        {"version": 1, "all": [{"field": "tags", "op": "has_any_of", "value": ["no_such_tag"]}]}
    )
)
NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
VALUES = {"monday": "Tuesday"}


@pytest.fixture
def reminder(relay):
    """A campaign to everybody over WhatsApp."""
    return campaign(relay, "Reminder", EVERYBODY)


def campaign(relay, name, definition, *, template="appointment_reminder", channel="whatsapp"):
    listed = relay.template(template)
    status = next(s for s in listed.integrations if s.type == channel)
    return relay.create_campaign(
        name,
        template_id=listed.id,
        integration_id=status.id,
        definition=definition,
        bindings={"clarice": FromField("first_name"), "monday": Static()}
        if template == "appointment_reminder"
        else {"clarice": FromField("name")},
        actor="test",
    )


@pytest.mark.usefixtures("reminder")
class TestAReview:
    def test_accounts_for_everybody_who_was_matched(self, relay):
        review = relay.review("Reminder", static_values=VALUES)

        assert review.total > 100
        assert review.matched == review.total + sum(review.skipped.values())

    def test_shows_real_texts(self, relay):
        review = relay.review("Reminder", static_values=VALUES)

        assert len(review.samples) == 10
        assert all("your appointment is on Tuesday" in sample.body for sample in review.samples)

    def test_sends_nothing(self, relay):
        relay.review("Reminder", static_values=VALUES)

        assert relay.runs() == []

    def test_counts_parts_for_sms_only(self, relay):
        campaign(relay, "By SMS", EVERYBODY, channel="twilio")

        assert relay.review("Reminder", static_values=VALUES).longest_parts == 0
        assert relay.review("By SMS", static_values=VALUES).longest_parts >= 1

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({}, "monday has no text"),
            ({"monday": "  "}, "monday has no text"),
            (VALUES | {"friday": "x"}, "no value friday"),
            ({"monday": "Tues\nday"}, "monday"),
        ],
    )
    def test_refuses_values_that_do_not_fit(self, relay, values, words):
        with pytest.raises(CampaignError) as refusal:
            relay.review("Reminder", static_values=values)

        assert words in refusal.value.advice

    def test_refuses_more_people_than_the_limit(self, relay):
        small = relay.settings.model_copy(update={"audience_cap": 10})
        relay.settings = small

        with pytest.raises(AudienceTooLarge) as refusal:
            relay.review("Reminder", static_values=VALUES)

        assert "limit is 10" in refusal.value.advice


class TestACampaign:
    def test_is_refused_a_template_that_is_not_approved_there(self, relay):
        with pytest.raises(CampaignError) as refusal:
            campaign(relay, "Too early", EVERYBODY, template="spring_offer")

        assert "PENDING" in refusal.value.advice

    def test_may_use_the_same_template_where_nobody_must_approve(self, relay):
        made = campaign(relay, "By SMS", EVERYBODY, template="spring_offer", channel="twilio")

        assert made.integration.type == "twilio"

    @pytest.mark.usefixtures("reminder")
    def test_has_a_name_of_its_own(self, relay):
        with pytest.raises(CampaignError, match="taken"):
            campaign(relay, "Reminder", NOBODY)


@pytest.mark.usefixtures("reminder")
class TestSending:
    def send(self, relay, request_id="press-1", name="Reminder"):
        return relay.send(name, static_values=VALUES, request_id=request_id, actor="test")

    def test_freezes_one_delivery_for_each_phone(self, relay):
        run = self.send(relay)

        rows = relay._database.table("SELECT phone, body FROM deliveries")  # noqa: SLF001 - what was frozen
        assert run.planned == run.queued == rows.num_rows == len(set(rows["phone"].to_pylist()))
        assert run.matched == run.planned + sum(run.skipped.values())

    def test_twice_by_the_same_press_makes_one_run_even_at_once(self, relay):
        made = []
        presses = [
            threading.Thread(target=lambda: made.append(self.send(relay).run)) for _ in range(4)
        ]
        for press in presses:
            press.start()
        for press in presses:
            press.join()

        assert len(set(made)) == 1
        assert len(relay.runs()) == 1

    def test_again_by_a_new_press_reaches_nobody_within_the_blackout(self, relay):
        self.send(relay)

        again = relay.review("Reminder", static_values=VALUES)

        assert again.total == 0
        assert again.skipped["blackout"] > 0

    def test_leaves_out_whoever_opted_out_after_the_audience_was_screened(self, relay):
        campaign = relay.campaign("Reminder")
        made = relay._plan("Reminder", VALUES).plan  # noqa: SLF001 - the moment between the two
        gone = next(iter(made.recipients)).phone
        relay._database.write(  # noqa: SLF001 - what a STOP does
            lambda s: s.run("deliveries.suppress", phone=gone, reason="STOP", now=NOW)
        )

        run = freeze(
            relay._database,  # noqa: SLF001 - the second half of a send
            made,
            Press(request_id="press", actor="test"),
            reviewed=None,
            now=NOW,
        )

        assert campaign.name == relay.run(run).campaign
        assert relay.run(run).cancelled == 1
        assert relay.run(run).queued == len(made.recipients) - 1

    def test_reads_people_again_when_the_last_sync_is_old(self, relay):
        relay.settings = relay.settings.model_copy(update={"people_max_age_s": 0.0})
        before = relay.people_progress().finished_at

        relay.review("Reminder", static_values=VALUES)

        assert relay.people_progress().finished_at > before

    def test_what_was_reviewed_is_sent_as_long_as_nothing_changed(self, relay):
        seen = relay.review("Reminder", static_values=VALUES)

        run = relay.send(
            "Reminder",
            static_values=VALUES,
            request_id="press",
            actor="test",
            reviewed=seen.manifest,
        )

        assert run.planned == seen.total

    def test_anything_else_than_what_was_reviewed_is_refused(self, relay):
        seen = relay.review("Reminder", static_values={"monday": "Wednesday"})

        with pytest.raises(CampaignError) as refusal:
            relay.send(
                "Reminder",
                static_values=VALUES,
                request_id="press",
                actor="test",
                reviewed=seen.manifest,
            )

        assert "Review it again" in refusal.value.advice
        assert relay.runs() == []

    def test_to_nobody_is_refused_and_makes_no_run(self, relay):
        campaign(relay, "Nobody", NOBODY)

        with pytest.raises(CampaignError, match="nobody"):
            self.send(relay, name="Nobody")

        assert relay.runs() == []

    def test_leaves_out_people_whose_value_is_empty(self, relay):
        listed = relay.template("spring_offer")
        twilio = next(s for s in listed.integrations if s.type == "twilio")
        relay.create_campaign(
            "By store",
            template_id=listed.id,
            integration_id=twilio.id,
            definition=EVERYBODY,
            bindings={"clarice": FromField("uf.favourite_store")},
            actor="test",
        )

        review = relay.review("By store", static_values={})

        assert review.skipped["empty_value"] > 0

    def test_keeps_the_texts_when_people_and_templates_change_afterwards(self, relay):
        run = self.send(relay)
        before = relay._database.table("SELECT body FROM deliveries ORDER BY id")  # noqa: SLF001 - the same

        relay.sync_people(anew=True)
        relay.refresh_templates()

        assert relay._database.table("SELECT body FROM deliveries ORDER BY id") == before  # noqa: SLF001 - the same
        assert relay.run(run.run).planned == run.planned


class TestAQueryAudience:
    def test_reaches_the_same_people_as_the_same_condition(self, relay):
        condition = {"field": "tags", "op": "has_any_of", "value": ["vip"]}
        by_conditions = definition_from_json(json.dumps({"version": 1, "all": [condition]}))
        assert isinstance(by_conditions, ByConditions)

        one, other = (
            relay.preview_audience(definition).people["id"].to_pylist()
            for definition in (by_conditions, ByQuery("tags:vip role:end-user"))
        )

        assert one
        assert one == other


class TestAPurpose:
    @pytest.mark.parametrize(
        ("channel", "wanted"), [("whatsapp", "whatsapp"), ("twilio", "sms"), ("messagebird", "sms")]
    )
    def test_is_the_template_and_channel_of_the_campaign(self, relay, channel, wanted):
        made = campaign(relay, "For a purpose", EVERYBODY, channel=channel)

        assert purpose_of(made) == Purpose(
            channel=wanted, template_id=made.template.id, campaign_id=made.id
        )

    def test_lets_no_template_follow_itself_too_soon(self, relay, reminder):
        relay.settings = relay.settings.model_copy(update={"blackout_days": 2})
        relay.send("Reminder", static_values=VALUES, request_id="first", actor="test")

        review = relay.review("Reminder", static_values=VALUES)

        assert review.skipped["blackout"] > 100
        assert review.total == 0
        assert reminder.template.id == relay.campaign("Reminder").template.id


@pytest.mark.usefixtures("reminder")
class TestWarnings:
    DOUBT = "Zendesk counts 12 people and gave 11."

    def frozen(self, relay, *, accepted):
        campaign = relay.campaign("Reminder")
        made = Plan(
            campaign=campaign,
            static_values=VALUES,
            matched=1,
            recipients=(
                Recipient(
                    person_id=1,
                    name="Anna",
                    phone="+31612345678",
                    country="NL",
                    language="nl",
                    bound={},
                    body="Hello",
                ),
            ),
            exclusions=(),
            warnings=(self.DOUBT,),
        )
        return freeze(
            relay._database,  # noqa: SLF001 - the second half of a send
            made,
            Press(request_id="press", actor="test"),
            reviewed=made.manifest(),
            now=NOW,
            accepted=accepted,
        )

    def test_are_refused_until_somebody_accepts_them(self, relay):
        with pytest.raises(CampaignError) as refusal:
            self.frozen(relay, accepted=False)

        assert self.DOUBT in refusal.value.advice
        assert relay.runs() == []

    def test_let_a_run_begin_once_accepted(self, relay):
        run = self.frozen(relay, accepted=True)

        assert relay.run(run).planned == 1

    def test_stand_in_the_audit_trail_as_they_were_accepted(self, relay):
        run = self.frozen(relay, accepted=True)

        trail = relay._database.table(  # noqa: SLF001 - no desk reads the trail
            "SELECT subject, detail FROM audit WHERE event = 'run.started'"
        )
        [entry] = trail.to_pylist()
        assert entry["subject"] == str(run)
        assert json.loads(entry["detail"]) == {"accepted": [self.DOUBT]}

    def test_of_the_audience_are_part_of_the_review(self, relay):
        seen = relay.review("Reminder", static_values=VALUES)

        assert seen.warnings == ()
        assert isinstance(seen.changes, tuple)
