"""Screening: who was messaged lately, waits for an answer, or is in conversation."""

from datetime import timedelta

import pytest

from relay_core.audience.policy import Policy
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason
from relay_core.audience.sql.predicates import Predicate
from tests.audience.history import add, campaign, message
from tests.audience.population import NOW, person, settle
from tests.audience.screened import ANNA, BEN, LAST_WEEK, SMS, YESTERDAY, choose, decisions


class TestABlackout:
    WEEKLY = Policy(blackout_days=6)

    @pytest.fixture(autouse=True)
    def campaigns(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=BEN)])
        campaign(db, 1, template_id=7, at=NOW)
        campaign(db, 2, template_id=8, at=NOW)

    @pytest.mark.parametrize("state", ["sending", "accepted", "delivered", "unknown", "queued"])
    def test_follows_the_same_template(self, db, state):
        message(db, 1, 1, ANNA, at=YESTERDAY, state=state)

        assert decisions(db, policy=self.WEEKLY, purpose=SMS) == {
            1: Reason.BLACKOUT,
            2: WILL_RECEIVE,
        }

    @pytest.mark.parametrize(
        ("run", "at", "state"),
        [
            (2, YESTERDAY, "delivered"),  # another template
            (1, LAST_WEEK, "delivered"),  # long ago
            (1, YESTERDAY, "failed"),
            (1, YESTERDAY, "cancelled"),
        ],
    )
    def test_follows_nothing_else(self, db, run, at, state):
        message(db, run, 1, ANNA, at=at, state=state)

        assert set(decisions(db, policy=self.WEEKLY, purpose=SMS).values()) == {WILL_RECEIVE}

    def test_holds_for_a_message_that_waits_however_long(self, db):
        message(db, 1, 1, ANNA, at=LAST_WEEK, state="queued")

        assert decisions(db, policy=self.WEEKLY, purpose=SMS)[1] == Reason.BLACKOUT

    def test_holds_for_the_number_and_for_the_person(self, db):
        message(db, 1, 99, ANNA, at=YESTERDAY)  # a profile that is gone
        message(db, 1, 2, "+31600000000", at=YESTERDAY)  # a number of before

        assert set(decisions(db, policy=self.WEEKLY, purpose=SMS).values()) == {Reason.BLACKOUT}

    def test_needs_a_template_and_a_setting(self, db):
        message(db, 1, 1, ANNA, at=YESTERDAY)

        assert decisions(db, policy=self.WEEKLY)[1] == WILL_RECEIVE
        assert decisions(db, policy=Policy(), purpose=SMS)[1] == WILL_RECEIVE

    def test_yields_to_inclusion_by_hand(self, db):
        message(db, 1, 1, ANNA, at=YESTERDAY)
        choose(db, 1, "included")

        assert decisions(db, policy=self.WEEKLY, purpose=SMS)[1] == WILL_RECEIVE


class TestAFrequencyCap:
    TWICE = Policy(frequency_cap=2, frequency_days=6)

    @pytest.fixture(autouse=True)
    def campaigns(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=BEN)])
        for number in range(1, 4):
            campaign(db, number, template_id=number, at=NOW)

    @pytest.mark.parametrize(
        ("messages", "decision"),
        [
            ([(1, 1, ANNA, YESTERDAY)], WILL_RECEIVE),
            ([(1, 1, ANNA, YESTERDAY), (2, 1, ANNA, YESTERDAY)], Reason.FREQUENCY),
            ([(1, 1, ANNA, YESTERDAY), (2, 1, ANNA, LAST_WEEK)], WILL_RECEIVE),
            ([(1, 99, ANNA, YESTERDAY), (2, 1, ANNA, YESTERDAY)], Reason.FREQUENCY),
            # a number the person had before counts beside the present one
            ([(1, 1, "+31600000000", YESTERDAY), (2, 1, ANNA, YESTERDAY)], Reason.FREQUENCY),
            ([(1, 1, "+31600000000", YESTERDAY)], WILL_RECEIVE),
        ],
    )
    def test_counts_messages_of_all_templates(self, db, messages, decision):
        for run, person_id, phone, at in messages:
            message(db, run, person_id, phone, at=at)

        assert decisions(db, policy=self.TWICE) == {1: decision, 2: WILL_RECEIVE}

    def test_counts_what_waits_and_not_what_failed(self, db):
        message(db, 1, 1, ANNA, at=LAST_WEEK, state="queued")
        message(db, 2, 1, ANNA, at=YESTERDAY)
        message(db, 1, 2, BEN, at=YESTERDAY)
        message(db, 2, 2, BEN, at=YESTERDAY, state="failed")

        assert decisions(db, policy=self.TWICE) == {1: Reason.FREQUENCY, 2: WILL_RECEIVE}


class TestAnOpenTicket:
    ASKED = Policy(skip_open_tickets=True)

    @pytest.mark.parametrize(
        ("status", "decision"),
        [
            ("new", Reason.OPEN_TICKET),
            ("open", Reason.OPEN_TICKET),
            ("pending", Reason.OPEN_TICKET),
            ("hold", Reason.OPEN_TICKET),
            ("solved", WILL_RECEIVE),
            ("closed", WILL_RECEIVE),
            ("deleted", WILL_RECEIVE),
        ],
    )
    def test_of_any_profile_with_the_number_leaves_it_alone(self, db, status, decision):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA, role="agent"), person(3)])
        add(db, "tickets", id=1, requester_id=2, status=status, at=NOW)

        found = decisions(db, Predicate("p.id <> 2"), policy=self.ASKED)

        assert found == {1: decision, 3: WILL_RECEIVE}

    def test_does_not_matter_unless_the_settings_say_so(self, db):
        settle(db, [person(1)])
        add(db, "tickets", id=1, requester_id=1, status="open", at=NOW)

        assert decisions(db) == {1: WILL_RECEIVE}


class TestAConversation:
    def test_is_left_alone_for_some_hours_after_a_reply(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=BEN)])
        add(db, "replies", phone=ANNA, at=NOW - timedelta(hours=3))
        add(db, "replies", phone=BEN, at=NOW - timedelta(hours=5))

        found = decisions(db, policy=Policy(conversation_hours=4))

        assert found == {1: Reason.IN_CONVERSATION, 2: WILL_RECEIVE}
        assert set(decisions(db).values()) == {WILL_RECEIVE}
