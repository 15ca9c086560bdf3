"""A test to oneself: one message that counts nowhere."""

import pytest

from relay_core.audience.conditions.definition import ByQuery
from relay_core.audience.policy import Policy
from relay_core.campaigns.changing import Edit
from relay_core.campaigns.kinds import RunKind
from relay_core.delivery.gates import GateRules
from relay_core.delivery.turns import LaneGates
from relay_core.errors import CampaignError
from tests.campaigns.office import VALUES, campaign, change, rows, send, settle
from tests.delivery.world import take_next

MINE = "+31612345678"


def send_test(relay, name="Reminder", *, request_id="test", phone=MINE, actor="anna"):
    return relay.send_test(
        name, static_values=VALUES, request_id=request_id, actor=actor, phone=phone
    )


@pytest.fixture(autouse=True)
def _campaign(relay):
    campaign(relay)


class TestATest:
    def test_is_one_message_with_the_text_of_the_first_recipient(self, relay):
        first = relay.review("Reminder", static_values=VALUES).samples[0]

        made = send_test(relay, phone="+31 6 1234 5678")

        [row] = rows(relay, "SELECT phone, body, person_id FROM deliveries")
        assert (row["phone"], row["body"]) == (MINE, first.body)
        assert made.kind is RunKind.TEST
        assert made.planned == 1

    def test_has_the_examples_where_nobody_would_receive(self, relay):
        relay.edit_campaign("Reminder", Edit(definition=ByQuery("tags:nobody")), actor="anna")

        send_test(relay)

        [row] = rows(relay, "SELECT body FROM deliveries")
        assert "your appointment is on Tuesday" in row["body"]

    def test_twice_by_the_same_press_is_one(self, relay):
        assert send_test(relay).run == send_test(relay).run

    def test_remembers_the_number_of_whoever_asked(self, relay):
        send_test(relay)

        send_test(relay, request_id="again", phone=None)

        assert relay.tester(actor="anna") == MINE
        assert relay.tester(actor="bert") is None
        assert len(rows(relay, "SELECT * FROM deliveries")) == 2

    @pytest.mark.parametrize("phone", [None, " ", "call me"])
    def test_without_a_number_is_refused(self, relay, phone):
        with pytest.raises(CampaignError, match="no number"):
            send_test(relay, phone=phone)

    def test_to_a_number_that_opted_out_is_refused(self, relay):
        relay._database.write(  # noqa: SLF001 - what a STOP does
            lambda s: s.run("deliveries.suppress", phone=MINE, reason="STOP", now=relay._now())  # noqa: SLF001
        )

        with pytest.raises(CampaignError, match="opted out"):
            send_test(relay)

    def test_goes_before_a_long_run_of_the_same_lane(self, relay):
        running = send(relay)
        test = send_test(relay)

        lane = running.integration_id
        begun = relay._database.write(  # noqa: SLF001 - what a lane asks
            lambda s: take_next(s, lane=lane, now=relay._now())  # noqa: SLF001
        )

        assert [row["run_id"] for row in begun] == [test.run]

    def test_leaves_although_the_number_had_the_template_a_moment_ago(self, relay):
        for number in range(2):
            test = send_test(relay, request_id=f"test {number}")
            gates = LaneGates(test.integration_id, rules=GateRules(policy=Policy(blackout_days=7)))

            row = relay._database.write(  # noqa: SLF001 - what a lane asks
                lambda s, g=gates: g.take_turn(s, now=relay._now())  # noqa: SLF001
            )

            assert row["run_id"] == test.run

    def test_counts_nowhere(self, relay):
        first = rows(
            relay,
            "SELECT phone_e164 AS phone FROM people WHERE id = $id",
            id=relay.review("Reminder", static_values=VALUES).samples[0].person_id,
        )[0]["phone"]
        change(relay, frequency_cap=1, blackout_days=7)

        made = send_test(relay, phone=first)
        settle(relay, made.run, "delivered")

        assert relay.review("Reminder", static_values=VALUES).total == 3
        assert relay.runs() == []
        assert [run.run for run in relay.runs(tests=True)] == [made.run]
        assert relay.overview().runs == ()
        assert relay.overview().last_30_days.accepted == 0
        assert relay.campaign("Reminder").runs == 0
        last = rows(relay, "SELECT count(last_message_at) AS messages FROM people")
        assert last == [{"messages": 0}]


class TestACampaignThatHasToBeTested:
    @pytest.fixture(autouse=True)
    def _required(self, relay):
        change(relay, test_required=True)

    def test_is_refused_without_a_test(self, relay):
        with pytest.raises(CampaignError, match="not tested"):
            send(relay)

        assert relay.runs() == []

    @pytest.mark.parametrize(
        ("state", "words"),
        [("unknown", "not confirmed"), ("failed", "failed"), ("cancelled", "nobody has tested")],
    )
    def test_is_refused_after_a_test_that_was_not_accepted(self, relay, state, words):
        settle(relay, send_test(relay).run, state)

        with pytest.raises(CampaignError) as refusal:
            send(relay)

        assert words in refusal.value.advice

    @pytest.mark.parametrize("state", ["accepted", "delivered"])
    def test_is_sent_once_the_channel_took_a_test(self, relay, state):
        settle(relay, send_test(relay).run, state)

        assert send(relay).planned == 3

    def test_is_refused_again_once_its_values_have_changed(self, relay):
        settle(relay, send_test(relay).run, "accepted")
        bindings = relay.campaign("Reminder").bindings | {
            "clarice": relay.campaign("Reminder").bindings["monday"]
        }

        relay.edit_campaign("Reminder", Edit(bindings=bindings), actor="anna")

        with pytest.raises(CampaignError, match="not tested"):
            send(relay)
