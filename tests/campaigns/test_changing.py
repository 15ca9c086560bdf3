"""What becomes of a campaign: copied, changed while never run, put away, deleted."""

import pytest

from relay_core.campaigns.changing import Edit
from relay_core.errors import CampaignError, NotFound
from tests.campaigns.office import TWILIO, VALUES, campaign, people, rows, send, settle


@pytest.fixture(autouse=True)
def _campaign(relay):
    campaign(relay)


class TestACopy:
    def test_says_and_reaches_the_same(self, relay):
        copy = relay.duplicate_campaign("Reminder", to="Second", actor="anna")

        first = relay.campaign("Reminder")
        assert (copy.template, copy.definition, copy.bindings, copy.runs) == (
            first.template,
            first.definition,
            first.bindings,
            0,
        )

    def test_needs_a_name_of_its_own(self, relay):
        with pytest.raises(CampaignError, match="taken"):
            relay.duplicate_campaign("Reminder", to="Reminder", actor="anna")


class TestAnEdit:
    def test_changes_what_it_names_and_nothing_else(self, relay):
        edited = relay.edit_campaign(
            "Reminder", Edit(name="By SMS", integration_id=TWILIO), actor="anna"
        )

        assert (edited.name, edited.integration.id) == ("By SMS", TWILIO)
        assert edited.definition == people(3)
        with pytest.raises(NotFound):
            relay.campaign("Reminder")

    @pytest.mark.parametrize(
        ("edit", "what"),
        [
            (Edit(name="  "), "no name"),
            (Edit(name="Other"), "taken"),
            (Edit(bindings={}), "bindings"),
            (Edit(integration_id="nowhere"), "unknown integration"),
        ],
    )
    def test_that_does_not_fit_is_refused_and_changes_nothing(self, relay, edit, what):
        campaign(relay, "Other")
        before = relay.campaign("Reminder")

        with pytest.raises(CampaignError, match=what):
            relay.edit_campaign("Reminder", edit, actor="anna")

        assert relay.campaign("Reminder") == before

    def test_is_refused_once_it_was_run(self, relay):
        send(relay)

        with pytest.raises(CampaignError) as refusal:
            relay.edit_campaign("Reminder", Edit(name="Late"), actor="anna")

        assert "Duplicate it" in refusal.value.advice


class TestADeletion:
    def test_takes_a_campaign_that_was_never_sent(self, relay):
        relay.delete_campaign("Reminder", actor="anna")

        assert relay.campaigns(archived=True) == []
        assert campaign(relay).runs == 0

    def test_is_refused_once_anything_was_sent(self, relay):
        relay.send_test(
            "Reminder",
            static_values=VALUES,
            request_id="test",
            actor="anna",
            phone="+31612345678",
        )

        with pytest.raises(CampaignError) as refusal:
            relay.delete_campaign("Reminder", actor="anna")

        assert "Archive it" in refusal.value.advice
        assert [each.name for each in relay.campaigns()] == ["Reminder"]


class TestAnArchivedCampaign:
    @pytest.fixture(autouse=True)
    def _archived(self, relay):
        relay.archive_campaign("Reminder", actor="anna")

    def test_is_listed_only_when_asked_for(self, relay):
        assert relay.campaigns() == []
        assert [each.name for each in relay.campaigns(archived=True)] == ["Reminder"]

    def test_is_not_sent(self, relay):
        with pytest.raises(CampaignError, match="archived"):
            send(relay)

        assert rows(relay, "SELECT * FROM runs") == []

    def test_is_sent_again_once_it_is_taken_back(self, relay):
        relay.unarchive_campaign("Reminder", actor="anna")

        assert send(relay).planned == 3


class TestArchiving:
    def test_waits_for_the_end_of_a_run(self, relay):
        run = send(relay).run

        with pytest.raises(CampaignError, match="being sent"):
            relay.archive_campaign("Reminder", actor="anna")

        for number in range(3):
            settle(relay, run, "accepted", number=number)
        relay.archive_campaign("Reminder", actor="anna")
        assert [run.campaign for run in relay.runs()] == ["Reminder"]
