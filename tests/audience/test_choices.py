"""People moved by hand: wholly or not at all, with a reason, and never against an opt-out."""

import json
from datetime import timedelta

import pytest

from relay_core.audience.policy import ANY_PURPOSE, Policy
from relay_core.audience.screening.choices import (
    BLOCK_LIST,
    choices,
    choices_about,
    choose,
    unchoose,
)
from relay_core.audience.screening.reasons import Reason
from relay_core.errors import AudienceError, NotFound
from relay_core.people.settled import keep_by
from tests.audience.history import add, campaign, message
from tests.audience.population import NOW, person, settle
from tests.audience.worlds import PURPOSE

ANNA = "+31612345678"
POLICY = Policy(opt_out_tags=("opted_out",), blackout_days=7, skip_open_tickets=True)


@pytest.fixture
def account(db):
    settle(
        db,
        [
            person(1, "Anna", phone=ANNA),
            person(2, "Ben"),
            person(3, "Cem", tags=["opted_out"]),
            person(4, "Dora", phone=None),
            person(5, "Anna two", phone=ANNA),
            person(6, "Gone", active=False),
        ],
    )
    campaign(db, 3, template_id=7, at=NOW)
    return db


def move(db, ids, choice="included", *, reason="", purpose=PURPOSE, policy=POLICY, now=NOW):
    keep_by(db, policy.kept_by)
    return choose(
        db,
        purpose=purpose,
        policy=policy,
        person_ids=ids,
        choice=choice,
        reason=reason,
        actor="ops@acme.example",
        now=now,
    )


def audit(db):
    rows = db.table("SELECT event, subject, detail FROM audit ORDER BY happened_at").to_pylist()
    return [(row["event"], row["subject"], json.loads(row["detail"])) for row in rows]


class TestAMove:
    def test_is_kept_with_who_when_and_why(self, account):
        moved = move(account, [2, 1, 2], "excluded", reason=" They asked us to wait. ")

        kept = choices(account, 3)
        assert moved.people == 2
        assert [(c.person_id, c.person_name, c.choice) for c in kept] == [
            (1, "Anna", "excluded"),
            (2, "Ben", "excluded"),
        ]
        assert (kept[0].actor, kept[0].reason, kept[0].chosen_at) == (
            "ops@acme.example",
            "They asked us to wait.",
            NOW,
        )
        assert kept[0].campaign == "Campaign 3"

    def test_is_written_to_the_audit_trail_without_names(self, account):
        move(account, [1, 2], "excluded", reason="Anna said so")
        move(account, [2], "excluded", purpose=ANY_PURPOSE, now=NOW + timedelta(hours=1))

        assert audit(account) == [
            ("people.excluded", "Campaign 3", {"people": 2, "ids": [1, 2]}),
            ("people.excluded", BLOCK_LIST, {"people": 1, "ids": [2]}),
        ]

    def test_replaces_the_one_before(self, account):
        move(account, [2], "excluded")
        move(account, [2], "included", reason="Changed our mind", now=NOW + timedelta(hours=1))

        assert [c.choice for c in choices_about(account, 2)] == ["included"]

    def test_of_nobody_does_nothing(self, account):
        assert move(account, []).people == 0
        assert audit(account) == []

    @pytest.mark.parametrize("ids", [[1, 77], [6]])
    def test_of_somebody_unknown_is_refused_whole(self, account, ids):
        with pytest.raises(NotFound, match="not known"):
            move(account, ids)

        assert choices(account, 3) == []

    def test_may_block_somebody_who_was_deleted(self, account):
        assert move(account, [6], "excluded", purpose=ANY_PURPOSE).people == 1

    def test_needs_a_campaign_that_exists(self, account):
        with pytest.raises(NotFound, match="campaign"):
            unchoose(account, campaign_id=9, person_ids=[1], actor="x", now=NOW)

    @pytest.mark.parametrize("reason", ["x" * 501, "\x00"])
    def test_needs_a_reason_that_can_be_read(self, account, reason):
        with pytest.raises(AudienceError, match="reason"):
            move(account, [2], "excluded", reason=reason)


class TestIncluding:
    def test_needs_no_reason_where_nothing_is_overridden(self, account):
        assert move(account, [1, 2]).overrode == {}

    def test_over_a_rule_needs_a_reason_and_counts_it(self, account):
        message(account, 3, 2, "+31612340002", at=NOW - timedelta(days=1))
        add(account, "tickets", id=1, requester_id=1, status="open", at=NOW)

        with pytest.raises(AudienceError) as refusal:
            move(account, [1, 2], reason="  ")
        moved = move(account, [1, 2], reason="Recall: everybody must know")

        assert Reason.BLACKOUT.label in refusal.value.advice
        assert moved.overrode == {"open_ticket": 1, "blackout": 1}
        assert audit(account)[-1][2] == {
            "people": 2,
            "ids": [1, 2],
            "overrode": {"open_ticket": 1, "blackout": 1},
            "reason": "Recall: everybody must know",
        }

    def test_somebody_blocked_needs_a_reason(self, account):
        move(account, [2], "excluded", purpose=ANY_PURPOSE)

        with pytest.raises(AudienceError, match="reason"):
            move(account, [2])
        assert move(account, [2], reason="Asked for it").overrode == {"excluded": 1}

    @pytest.mark.parametrize(
        ("ids", "words"),
        [
            ([1, 3], ["Opted out: Cem"]),
            ([3, 4], ["Opted out: Cem", "No phone number: Dora"]),
            ([1, 5], ["Same number as another person: Anna two"]),
        ],
    )
    def test_whom_it_would_not_help_is_refused_whole(self, account, ids, words):
        with pytest.raises(AudienceError) as refusal:
            move(account, ids, reason="Please")

        assert all(word in refusal.value.advice for word in words)
        assert "Nobody was moved" in refusal.value.advice
        assert choices(account, 3) == []

    def test_a_second_profile_of_a_number_is_refused(self, account):
        move(account, [5])

        with pytest.raises(AudienceError, match="cannot be included"):
            move(account, [1])

    def test_a_number_that_was_taken_out_through_another_profile_is_refused(self, account):
        move(account, [5], "excluded")

        with pytest.raises(AudienceError) as refusal:
            move(account, [1], reason="Please")

        assert "Excluded by hand: Anna" in refusal.value.advice

    def test_in_every_campaign_is_refused(self, account):
        with pytest.raises(AudienceError, match="every campaign"):
            move(account, [1], purpose=ANY_PURPOSE)


class TestTakingBack:
    def test_forgets_the_choice_and_says_of_how_many(self, account):
        move(account, [1, 2], "excluded")

        gone = unchoose(account, campaign_id=3, person_ids=[2, 3], actor="x", now=NOW)

        assert gone == 1
        assert [c.person_id for c in choices(account, 3)] == [1]
        assert ("people.released", "Campaign 3", {"people": 1, "ids": [2]}) in audit(account)

    def test_keeps_in_the_audit_trail_why_a_blocked_person_was_included(self, account):
        move(account, [2], "excluded", purpose=ANY_PURPOSE)
        move(account, [2], reason="Asked for it", now=NOW + timedelta(minutes=1))

        unchoose(account, campaign_id=3, person_ids=[2], actor="x", now=NOW + timedelta(hours=1))

        assert choices(account, 3) == []
        assert [detail.get("reason") for _, _, detail in audit(account)] == [
            None,
            "Asked for it",
            None,
        ]

    def test_leaves_other_campaigns_alone(self, account):
        move(account, [1], "excluded", purpose=ANY_PURPOSE)

        gone = unchoose(account, campaign_id=3, person_ids=[1], actor="x", now=NOW)

        assert gone == 0
        assert [c.campaign_id for c in choices(account, None)] == [None]
