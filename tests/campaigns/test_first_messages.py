"""With how many messages a run begins: chosen for this run, or else by the settings."""

from threading import Thread

import pytest

from relay_core.delivery.canary import CanaryState
from relay_core.delivery.gates import CanaryChoice, GateRules
from relay_core.delivery.turns import LaneGates
from relay_core.errors import CampaignError
from tests.campaigns.office import VALUES, WHATSAPP, campaign, change, rows, send

BY_SETTING = GateRules(canary=CanaryChoice(size=1, wait_s=300, most_failures=0.2))


@pytest.fixture(autouse=True)
def _campaign(relay):
    campaign(relay, most=4)


def leave(relay):
    """Let everything leave that may, and return how many messages that were."""
    lane = LaneGates(WHATSAPP, rules=BY_SETTING)
    turn = iter(
        lambda: relay._database.write(lambda s: lane.take_turn(s, now=relay._now())),  # noqa: SLF001 - what a lane does
        None,
    )
    return sum(isinstance(taken, dict) for taken in turn)


class TestARunThatIsToBeginWithAFew:
    def test_lets_only_these_leave_at_first(self, relay):
        run = send(relay, canary=2)

        left = leave(relay)

        assert left == 2
        canary = relay.canary(run.run)
        assert (canary.state, canary.size, canary.figures.waiting) == (CanaryState.LEADING, 2, 2)
        assert [(held.why, held.messages) for held in relay.held_back(run.run)] == [("canary", 2)]

    def test_waits_for_them_in_its_review(self, relay):
        plain = relay.review("Reminder", static_values=VALUES)

        seen = relay.review("Reminder", static_values=VALUES, canary=2)

        assert not plain.departures.waits
        assert seen.departures.waits[0].messages == 2
        assert seen.manifest == plain.manifest

    @pytest.mark.parametrize("size", [0, 4, 50])
    def test_begins_as_a_whole_where_that_is_none_or_all_whatever_the_setting(self, relay, size):
        run = send(relay, canary=size)

        assert leave(relay) == 4
        assert (relay.canary(run.run).state, relay.canary(run.run).size) == (CanaryState.PASSED, 0)

    def test_keeps_its_choice_while_it_waits_for_approval(self, relay):
        change(relay, approval_above=1)
        run = send(relay, canary=2)

        seen = relay.review_frozen(run.run).review

        assert seen.departures.waits[0].messages == 2

    def test_waits_for_them_by_the_rules_that_hold_once_it_is_its_turn(self, relay):
        press = Thread(target=send, args=(relay,), kwargs={"canary": 2})

        with relay._sending:  # noqa: SLF001 - as an exchange of rules holds it
            press.start()
            press.join(0.2)
            change(relay, canary_wait_s=7)
        press.join()

        assert rows(relay, "SELECT wait_s FROM canaries") == [{"wait_s": 7}]

    def test_is_refused_with_fewer_than_none(self, relay):
        with pytest.raises(CampaignError, match="negative"):
            send(relay, canary=-1)

        assert rows(relay, "SELECT id FROM runs") == []

    def test_follows_the_settings_where_nothing_was_chosen(self, relay):
        run = send(relay)

        assert relay.canary(run.run) is None
        assert leave(relay) == 1
