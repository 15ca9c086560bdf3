"""Screening: what choices by hand win over, and what they never do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from relay_core.audience.policy import ANY_PURPOSE, Policy
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason
from relay_core.audience.sql.predicates import Predicate
from tests.audience.history import add, campaign, message
from tests.audience.population import NOW, person, settle
from tests.audience.screened import ANNA, BEN, LAST_WEEK, SMS, YESTERDAY, choose, decisions


class TestAChoiceByHand:
    def test_takes_somebody_in_who_is_not_matched(self, db):
        settle(db, [person(1), person(2), person(3, active=False)])
        choose(db, 2, "included")
        choose(db, 3, "included")

        assert decisions(db, Predicate("p.id = 1"), purpose=SMS) == {
            1: WILL_RECEIVE,
            2: WILL_RECEIVE,
        }

    def test_holds_for_one_campaign(self, db):
        settle(db, [person(1), person(2)])
        choose(db, 1, "excluded")
        choose(db, 2, "included")
        nobody = Predicate("p.id = 1")

        assert decisions(db, nobody, purpose=SMS) == {1: Reason.EXCLUDED, 2: WILL_RECEIVE}
        assert decisions(db, nobody, purpose=replace(SMS, campaign_id=4)) == {1: WILL_RECEIVE}
        assert decisions(db, nobody) == {1: WILL_RECEIVE}

    def test_speaks_for_the_number(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA), person(3)])
        choose(db, 2, "excluded")

        assert decisions(db, Predicate("p.id <> 2"), purpose=SMS) == {
            1: Reason.EXCLUDED,
            3: WILL_RECEIVE,
        }

    @pytest.mark.parametrize("purpose", [SMS, ANY_PURPOSE])
    def test_on_the_block_list_holds_for_everything(self, db, purpose):
        settle(db, [person(1)])
        choose(db, 1, "excluded", campaign_id=0)

        assert decisions(db, purpose=purpose) == {1: Reason.EXCLUDED}

    def test_to_include_wins_over_the_block_list(self, db):
        settle(db, [person(1)])
        choose(db, 1, "excluded", campaign_id=0)
        choose(db, 1, "included")

        assert decisions(db, purpose=SMS) == {1: WILL_RECEIVE}

    def test_to_include_does_not_win_over_a_block_that_came_later(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=BEN), person(3, phone=BEN)])
        choose(db, 1, "included", at=YESTERDAY)
        choose(db, 2, "included", at=YESTERDAY)
        choose(db, 1, "excluded", campaign_id=0)
        choose(db, 3, "excluded", campaign_id=0)  # the same number as 2

        found = decisions(db, Predicate("p.id < 3"), purpose=SMS)

        assert found == {1: Reason.EXCLUDED, 2: Reason.EXCLUDED}

    def test_to_include_one_profile_does_not_undo_the_exclusion_of_another(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA)])
        choose(db, 1, "included")
        choose(db, 2, "excluded")

        assert decisions(db, purpose=SMS) == {1: Reason.EXCLUDED, 2: Reason.DUPLICATE_PHONE}

    @pytest.mark.parametrize(
        ("known", "decision"),
        [
            ({"role": "agent"}, Reason.STAFF),
            ({"phone": None}, Reason.NO_PHONE),
            ({"phone_mobile": False}, Reason.NOT_MOBILE),
            ({"tags": ["opted_out"]}, Reason.OPTED_OUT),
            ({"suspended": True}, Reason.SUSPENDED),
        ],
    )
    def test_to_include_does_not_win_over_what_nobody_may_decide(self, db, known, decision):
        settle(db, [person(1, **known)])
        choose(db, 1, "included")

        assert decisions(db, purpose=SMS) == {1: decision}


class TestAnInclusion:
    """It wins over what was there when it was made, and over nothing that came later."""

    STRICT = Policy(
        blackout_days=30,
        frequency_cap=2,
        skip_open_tickets=True,
        conversation_hours=24 * 30,
    )
    BEFORE = LAST_WEEK - timedelta(days=1)
    AFTER = YESTERDAY

    @pytest.fixture(autouse=True)
    def included(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA, role="agent")])
        campaign(db, 3, template_id=7, at=self.BEFORE)
        choose(db, 1, "included", at=LAST_WEEK)

    def decided(self, db, **policy):
        chosen = replace(self.STRICT, **policy)
        return decisions(db, Predicate("p.id = 1"), policy=chosen, purpose=SMS)[1]

    def sent(self, db, run, *, frozen, template_id=7, who=(1, ANNA), begun=None, state="delivered"):
        campaign(db, run, template_id=template_id, at=frozen)
        message(db, run, *who, at=begun or frozen, state=state)

    @pytest.mark.parametrize("state", ["queued", "sending", "delivered"])
    def test_wins_over_messages_that_were_frozen_before(self, db, state):
        self.sent(db, 10, frozen=self.BEFORE, begun=self.AFTER, state=state)
        self.sent(db, 11, frozen=self.BEFORE, state=state)

        assert self.decided(db) == WILL_RECEIVE

    @pytest.mark.parametrize("who", [(1, ANNA), (1, "+31600000000"), (99, ANNA)])
    @pytest.mark.parametrize("state", ["queued", "sending", "accepted", "delivered", "unknown"])
    def test_does_not_win_over_the_same_template_sent_since(self, db, state, who):
        self.sent(db, 10, frozen=self.AFTER, who=who, state=state)

        assert self.decided(db) == Reason.BLACKOUT
        assert self.decided(db, blackout_days=0) == WILL_RECEIVE

    @pytest.mark.parametrize("state", ["failed", "cancelled"])
    def test_is_not_used_up_by_what_did_not_get_there(self, db, state):
        self.sent(db, 10, frozen=self.AFTER, state=state)

        assert self.decided(db) == WILL_RECEIVE

    def test_is_not_undone_by_what_lies_back_longer_than_the_rule_asks_for(self, db):
        self.sent(db, 10, frozen=LAST_WEEK + timedelta(hours=1))

        assert self.decided(db, blackout_days=5) == WILL_RECEIVE

    def test_lets_messages_count_anew(self, db):
        self.sent(db, 10, frozen=self.BEFORE, template_id=8)
        self.sent(db, 11, frozen=self.BEFORE, template_id=8)
        self.sent(db, 12, frozen=self.AFTER, template_id=8)
        assert self.decided(db) == WILL_RECEIVE

        self.sent(db, 13, frozen=self.AFTER, template_id=8, who=(1, "+31600000000"))

        assert self.decided(db) == Reason.FREQUENCY

    @pytest.mark.parametrize(
        ("happened", "decision"), [(BEFORE, WILL_RECEIVE), (AFTER, Reason.IN_CONVERSATION)]
    )
    def test_wins_over_replies_of_before(self, db, happened, decision):
        add(db, "replies", phone=ANNA, at=happened)

        assert self.decided(db) == decision

    def test_does_not_win_over_a_reply_since_for_longer_than_a_conversation_lasts(self, db):
        add(db, "replies", phone=ANNA, at=self.AFTER)

        assert self.decided(db, conversation_hours=4) == WILL_RECEIVE

    @pytest.mark.parametrize("requester", [1, 2])
    @pytest.mark.parametrize(
        ("at", "status", "decision"),
        [
            (BEFORE, "open", WILL_RECEIVE),
            (AFTER, "open", Reason.OPEN_TICKET),
            (AFTER, "solved", WILL_RECEIVE),
        ],
    )
    def test_wins_over_tickets_that_nobody_touched_since(self, db, requester, at, status, decision):
        add(db, "tickets", id=1, requester_id=requester, status=status, at=at)

        assert self.decided(db) == decision

    def test_that_is_made_again_wins_again(self, db):
        self.sent(db, 10, frozen=self.AFTER)
        add(db, "tickets", id=1, requester_id=1, status="open", at=self.AFTER)
        choose(db, 1, "excluded", campaign_id=0, at=self.AFTER)

        choose(db, 1, "included", at=NOW)

        assert self.decided(db) == WILL_RECEIVE
