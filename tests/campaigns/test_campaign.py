"""Campaigns as they are kept: only what can be read again, and one bad row harms no other."""

import pytest

from relay_core.audience.conditions.definition import ByConditions, ByQuery, BySegment
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.campaigns.bindings import FromField
from relay_core.errors import AudienceError

EVERYBODY = ByConditions(ConditionTree())
AT_MOST = Condition("relay.people", Op.AT_MOST, 5)
UNUSABLE = [
    ByQuery(""),
    ByQuery("  "),
    ByQuery("tags:vip\0"),
    BySegment(""),
    ByConditions(ConditionTree(all=(AT_MOST, AT_MOST))),
    ByConditions(ConditionTree(none=(AT_MOST,))),
    ByConditions(ConditionTree(all=(Condition("name", Op.IS, "\ud800"),))),
]


def create(relay, name, definition):
    listed = relay.template("appointment_reminder")
    channel = next(each for each in listed.integrations if each.type == "whatsapp")
    return relay.create_campaign(
        name,
        template_id=listed.id,
        integration_id=channel.id,
        definition=definition,
        bindings={"clarice": FromField("first_name"), "monday": FromField("name")},
        actor="test",
    )


def damage(relay, name):
    """Put into a campaign what an earlier Relay could store, and none can read."""
    ledger = relay._database  # noqa: SLF001 - nothing of Relay writes such a row any more
    [campaign] = [each for each in relay.campaigns() if each.name == name]
    ledger.write(
        lambda session: session.run(
            "segments.follow_in_campaign",
            id=campaign.id,
            definition='{"version": 1, "query": ""}',
        )
    )


class TestACampaign:
    @pytest.mark.parametrize("definition", UNUSABLE)
    def test_is_not_kept_with_an_audience_that_could_not_be_read_again(self, relay, definition):
        with pytest.raises(AudienceError) as caught:
            create(relay, "Broken", definition)

        assert "Correct this audience:" in caught.value.advice
        assert relay.campaigns() == []


class TestACampaignWhoseAudienceCannotBeRead:
    @pytest.fixture(autouse=True)
    def _campaigns(self, relay):
        relay.save_segment("VIP", ByQuery("tags:vip"), actor="test")
        create(relay, "Sound", EVERYBODY)
        create(relay, "Broken", EVERYBODY)
        damage(relay, "Broken")

    def test_is_listed_beside_the_others(self, relay):
        assert {each.name for each in relay.campaigns()} == {"Sound", "Broken"}

    def test_is_refused_when_it_is_reviewed_and_no_other_is(self, relay):
        assert relay.review("Sound", static_values={}).matched > 0

        with pytest.raises(AudienceError) as caught:
            relay.review("Broken", static_values={})

        assert "cannot be read" in caught.value.advice

    def test_keeps_no_segment_from_being_renamed_or_deleted(self, relay):
        relay.rename_segment("VIP", to="Very", actor="test")

        relay.delete_segment("Very", actor="test")

        assert relay.segments() == []
