"""Screening: one decision for everybody who is matched, and one reason for who is left out."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from relay_core.audience.conditions.limits import NO_LIMITS, Limits
from relay_core.audience.policy import ANY_PURPOSE, Policy, Purpose
from relay_core.audience.resolving.nested import among
from relay_core.audience.screening.decisions import screening, unscreened
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason
from relay_core.audience.sql.predicates import EVERYBODY, Predicate
from tests.audience.history import add, campaign, message
from tests.audience.population import NOW, person, settle
from tests.audience.worlds import PURPOSE, WORLDS

ANNA = "+31612345678"
BEN = "+31687654321"
OPT_OUTS = Policy(opt_out_tags=("opted_out",), opt_out_fields=("sms_opt_out",))
SMS = Purpose(channel="sms", template_id=7, campaign_id=3)
YESTERDAY = NOW - timedelta(days=1)
LAST_WEEK = NOW - timedelta(days=7)


def decisions(
    db, predicate=EVERYBODY, *, policy=OPT_OUTS, purpose=ANY_PURPOSE, limits=NO_LIMITS, now=NOW
):
    query = screening(predicate, policy=policy, purpose=purpose, limits=limits, now=now).decisions()
    table = db.table(query.text, query.values)
    assert len(set(table.column("id").to_pylist())) == table.num_rows
    return dict(
        sorted(
            zip(table.column("id").to_pylist(), table.column("decision").to_pylist(), strict=True)
        )
    )


def choose(db, person_id, choice, *, campaign_id=3, at=NOW):
    add(db, "choices", campaign_id=campaign_id, person_id=person_id, choice=choice, at=at)


class TestADecision:
    @pytest.mark.parametrize(
        ("known", "decision"),
        [
            ({}, WILL_RECEIVE),
            ({"role": "agent", "phone": None, "tags": ["opted_out"]}, Reason.STAFF),
            ({"role": "admin"}, Reason.STAFF),
            ({"phone": None, "tags": ["opted_out"], "suspended": True}, Reason.NO_PHONE),
            ({"phone": "call me", "phone_state": "invalid"}, Reason.INVALID_PHONE),
            ({"tags": ["x", "opted_out"], "suspended": True}, Reason.OPTED_OUT),
            ({"fields": {"sms_opt_out": True}}, Reason.OPTED_OUT),
            ({"fields": {"sms_opt_out": "true"}}, Reason.OPTED_OUT),
            ({"fields": {"sms_opt_out": False}}, WILL_RECEIVE),
            ({"fields": {"sms_opt_out": "perhaps"}}, WILL_RECEIVE),
            ({"suspended": True}, Reason.SUSPENDED),
        ],
    )
    def test_names_the_first_reason_that_holds(self, db, known, decision):
        settle(db, [person(1, **known)])

        assert decisions(db) == {1: decision}

    def test_is_not_made_about_deleted_people(self, db):
        settle(db, [person(1, active=False), person(2)])

        assert decisions(db) == {2: WILL_RECEIVE}

    def test_is_made_about_matched_people_only(self, db):
        settle(db, [person(1), person(2)])

        assert decisions(db, Predicate("p.id = $c0", {"c0": 2})) == {2: WILL_RECEIVE}


class TestANumberOfSeveralPeople:
    def test_is_messaged_once_and_the_lowest_id_owns_it(self, db):
        settle(db, [person(n, phone=ANNA) for n in (3, 1, 2)])

        assert decisions(db) == {
            1: WILL_RECEIVE,
            2: Reason.DUPLICATE_PHONE,
            3: Reason.DUPLICATE_PHONE,
        }

    def test_is_messaged_through_the_oldest_profile(self, db):
        settle(db, [person(1, phone=ANNA, created_at=NOW), person(2, phone=ANNA)])

        assert decisions(db) == {1: Reason.DUPLICATE_PHONE, 2: WILL_RECEIVE}

    def test_is_messaged_through_a_profile_included_by_hand(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA)])
        choose(db, 2, "included")

        assert decisions(db, purpose=SMS) == {1: Reason.DUPLICATE_PHONE, 2: WILL_RECEIVE}

    def test_says_through_whom(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA), person(3)])
        query = screening(
            EVERYBODY, policy=OPT_OUTS, purpose=ANY_PURPOSE, limits=NO_LIMITS, now=NOW
        ).decisions()

        told = db.table(query.text, query.values).to_pylist()

        assert {row["id"]: row["owner_id"] for row in told} == {1: None, 2: 1, 3: None}

    def test_belongs_to_somebody_who_is_not_suspended_if_there_is_one(self, db):
        settle(db, [person(1, phone=ANNA, suspended=True), person(2, phone=ANNA)])

        assert decisions(db) == {1: Reason.DUPLICATE_PHONE, 2: WILL_RECEIVE}

    def test_stays_with_the_lowest_id_when_all_are_suspended(self, db):
        settle(db, [person(n, phone=ANNA, suspended=True) for n in (1, 2)])

        assert decisions(db) == {1: Reason.SUSPENDED, 2: Reason.DUPLICATE_PHONE}

    def test_is_not_taken_by_a_team_member(self, db):
        settle(db, [person(1, phone=ANNA, role="agent"), person(2, phone=ANNA)])

        assert decisions(db) == {1: Reason.STAFF, 2: WILL_RECEIVE}

    def test_is_not_taken_by_somebody_who_was_not_matched(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA)])

        assert decisions(db, Predicate("p.id = 2")) == {2: WILL_RECEIVE}


class TestAnOptOut:
    @pytest.mark.parametrize(
        "other",
        [
            {"tags": ["opted_out"]},
            {"fields": {"sms_opt_out": True}},
            {"tags": ["opted_out"], "suspended": True},
            {"tags": ["opted_out"], "role": "agent"},
        ],
    )
    def test_on_another_profile_holds_for_everybody_with_the_number(self, db, other):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA, **other), person(3)])

        assert decisions(db, Predicate("p.id IN (1, 3)")) == {1: Reason.OPTED_OUT, 3: WILL_RECEIVE}

    def test_leaves_duplicates_what_they_are(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA, tags=["opted_out"])])

        assert decisions(db) == {1: Reason.OPTED_OUT, 2: Reason.DUPLICATE_PHONE}

    def test_of_a_deleted_profile_still_speaks_for_its_number(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA, tags=["opted_out"], active=False)])

        assert decisions(db) == {1: Reason.OPTED_OUT}

    def test_holds_whatever_was_chosen_by_hand(self, db):
        settle(db, [person(1, phone=ANNA), person(2, phone=ANNA, tags=["opted_out"])])
        choose(db, 1, "included")

        assert decisions(db, purpose=SMS) == {1: Reason.OPTED_OUT, 2: Reason.DUPLICATE_PHONE}

    def test_may_be_a_suppressed_number(self, db):
        settle(db, [person(1, phone=ANNA), person(2)])
        db.write(
            lambda session: session.run("deliveries.suppress", phone=ANNA, reason="STOP", now=NOW)
        )

        assert decisions(db) == {1: Reason.OPTED_OUT, 2: WILL_RECEIVE}

    def test_is_whatever_the_settings_say(self, db):
        settle(
            db,
            [
                person(1, tags=["no_sms"]),
                person(2, fields={"quiet": True}),
                person(3, tags=["opted_out"]),
            ],
        )

        policy = Policy(opt_out_tags=("NO_SMS", "never"), opt_out_fields=("other", "quiet"))
        chosen = decisions(db, policy=policy)

        assert chosen == {1: Reason.OPTED_OUT, 2: Reason.OPTED_OUT, 3: WILL_RECEIVE}
        assert set(decisions(db, policy=Policy()).values()) == {WILL_RECEIVE}


class TestALandline:
    @pytest.mark.parametrize(
        ("channel", "mobile", "decision"),
        [
            ("sms", False, Reason.NOT_MOBILE),
            ("sms", True, WILL_RECEIVE),
            ("sms", None, WILL_RECEIVE),  # where numbers do not tell
            ("whatsapp", False, WILL_RECEIVE),
            (None, False, WILL_RECEIVE),
        ],
    )
    def test_takes_no_sms(self, db, channel, mobile, decision):
        settle(db, [person(1, phone_mobile=mobile)])

        assert decisions(db, purpose=Purpose(channel=channel)) == {1: decision}


class TestConsent:
    REQUIRED = Policy(
        consent_required=True, consent_tags=("Agreed",), consent_fields=("newsletter",)
    )

    @pytest.mark.parametrize(
        ("known", "decision"),
        [
            ({}, Reason.NO_CONSENT),
            ({"tags": ["agreed"]}, WILL_RECEIVE),
            ({"fields": {"newsletter": True}}, WILL_RECEIVE),
            ({"fields": {"newsletter": False}}, Reason.NO_CONSENT),
        ],
    )
    def test_is_asked_of_the_profile_that_would_be_messaged(self, db, known, decision):
        settle(db, [person(1, phone=ANNA, **known), person(2, phone=ANNA, tags=["agreed"])])

        assert decisions(db, policy=self.REQUIRED)[1] == decision

    def test_is_not_asked_for_unless_the_settings_say_so(self, db):
        settle(db, [person(1)])

        assert decisions(db, policy=replace(self.REQUIRED, consent_required=False)) == {
            1: WILL_RECEIVE
        }

    def test_that_no_setting_can_tell_is_nobodys(self, db):
        settle(db, [person(1, tags=["agreed"])])

        assert decisions(db, policy=Policy(consent_required=True)) == {1: Reason.NO_CONSENT}


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


class TestALimit:
    def people(self, db, number=200):
        settle(db, [person(n) for n in range(1, number + 1)])

    def drawn(self, db, **given_limits):
        found = decisions(db, limits=Limits(**given_limits), purpose=SMS)
        assert set(found.values()) <= {WILL_RECEIVE, Reason.OUTSIDE_SAMPLE, Reason.OPTED_OUT}
        return {id_ for id_, decision in found.items() if decision == WILL_RECEIVE}

    def test_to_a_number_is_kept_exactly(self, db):
        self.people(db)

        assert len(self.drawn(db, people=50)) == 50
        assert len(self.drawn(db, people=500)) == 200

    def test_is_counted_over_those_who_would_receive(self, db):
        settle(db, [person(n, tags=["opted_out"] if n % 2 else []) for n in range(1, 101)])

        assert len(self.drawn(db, people=50)) == 50

    def test_to_a_share_draws_about_that_many_and_the_same_again(self, db):
        self.people(db)

        tenth, quarter = self.drawn(db, percent=10), self.drawn(db, percent=25)

        assert 8 <= len(tenth) <= 35
        assert tenth < quarter
        assert self.drawn(db, percent=10) == tenth
        assert self.drawn(db, percent=10, seed="other") != tenth
        assert len(self.drawn(db, percent=100)) == 200

    def test_to_both_draws_from_the_share(self, db):
        self.people(db)

        share = self.drawn(db, percent=25)

        assert len(self.drawn(db, percent=25, people=10) & share) == 10

    def test_yields_to_inclusion_by_hand_which_takes_a_place(self, db):
        self.people(db)
        left_out = min(set(range(1, 201)) - self.drawn(db, people=10))
        choose(db, left_out, "included")

        drawn = self.drawn(db, people=10)

        assert left_out in drawn
        assert len(drawn) == 10

    def test_is_all_that_holds_without_screening(self, db):
        settle(db, [person(n, tags=["opted_out"]) for n in range(1, 101)])
        query = unscreened(EVERYBODY, limits=Limits(people=30)).decisions()

        found = Counter(db.table(query.text, query.values).column("decision").to_pylist())

        assert found == {WILL_RECEIVE: 30, Reason.OUTSIDE_SAMPLE: 70}


class TestReasons:
    def test_say_what_they_are_and_what_can_be_done(self):
        assert all(reason.label and reason.advice.endswith(".") for reason in Reason)
        assert Reason("no_phone") is Reason.NO_PHONE
        assert f"{Reason.NO_PHONE}" == "no_phone"

    def test_stand_in_the_order_of_the_rules(self):
        made = screening(EVERYBODY, policy=Policy(), purpose=ANY_PURPOSE, limits=NO_LIMITS, now=NOW)

        assert [*(rule.reason for rule in made.rules.rules), Reason.OUTSIDE_SAMPLE] == list(Reason)

    def test_that_can_be_overridden_are_these(self):
        assert [reason for reason in Reason if reason.overridable] == [
            Reason.BLACKOUT,
            Reason.FREQUENCY,
            Reason.OPEN_TICKET,
            Reason.IN_CONVERSATION,
            Reason.EXCLUDED,
            Reason.OUTSIDE_SAMPLE,
        ]


class TestEverybody:
    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(WORLDS)
    def test_gets_one_decision_and_no_number_gets_two_messages(self, db, world):
        world.settle(db)

        made = decisions(
            db,
            among(world.matched),
            policy=world.policy,
            purpose=PURPOSE,
            limits=world.limits,
        )

        by_id = {each["id"]: each for each in world.people if each["active"]}
        included = {
            id_ for (c, id_), choice in world.choices.items() if (c, choice) == (3, "included")
        }
        numbers = Counter(
            by_id[id_]["phone"] for id_, decision in made.items() if decision == WILL_RECEIVE
        )
        refused = {p["phone"] for p in world.people if "opted_out" in p["tags"]}
        assert set(made) == by_id.keys() & (world.matched | included)
        assert set(made.values()) <= {WILL_RECEIVE, *Reason}
        assert set(numbers.values()) <= {1}
        assert not numbers.keys() & (refused | set(world.suppressed) | {None})
