"""Screening: who may not be messaged at all, by opt-out, consent, or the kind of number."""

from dataclasses import replace

import pytest

from relay_core.audience.policy import Policy, Purpose
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason
from relay_core.audience.sql.predicates import Predicate
from tests.audience.population import NOW, person, settle
from tests.audience.screened import ANNA, SMS, choose, decisions


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
