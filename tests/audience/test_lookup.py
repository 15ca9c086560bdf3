"""One person explained: the same verdict as screening gives, and everything it rests on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from relay_core.audience.conditions.definition import ByConditions, ByQuery, BySegment
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.person.explaining import explain_person
from relay_core.audience.policy import ANY_PURPOSE
from relay_core.audience.resolving.matching import match
from relay_core.audience.resolving.nested import among
from relay_core.audience.screening.preview import preview
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason
from relay_core.audience.segments.saved import save_segment
from relay_core.errors import NotFound
from tests.audience.history import add, campaign, message
from tests.audience.population import NOW, conditions, person, settle, sources
from tests.audience.worlds import PURPOSE, WORLDS

ANNA = "+31612345678"
VIPS = ByConditions(
    tree_from_json(
        conditions(
            [("tags", "has_any_of", ["vip"])],
            [("locale", "is_any_of", ["nl"]), ("locale", "is_any_of", ["de"])],
            [("name", "contains_word", "test")],
        )
    )
)


def explained(db, person_id, definition=VIPS, *, purpose=ANY_PURPOSE, **chosen):
    return explain_person(definition, person_id, sources(db, **chosen), purpose=purpose, now=NOW)


class TestTheConditions:
    def test_are_each_true_or_false_of_the_person(self, db):
        settle(db, [person(1, "Anna Test", tags=["vip"], locale="de")])

        told = explained(db, 1)

        assert not told.matches
        assert told.decision is None
        assert [(c.group, c.holds) for c in told.conditions if not c.implied] == [
            ("all", True),
            ("any", False),
            ("any", True),
            ("none", True),
        ]
        assert told.conditions[0].sentence == "whose tags include vip"

    def test_say_what_is_implied_too(self, db):
        settle(db, [person(1, role="agent", suspended=True, active=False)])

        told = explained(db, 1)

        assert [(c.sentence, c.holds) for c in told.conditions if c.implied] == [
            ("Only end users: no team members.", False),
            ("Nobody who is suspended.", False),
            ("Nobody who was deleted in Zendesk.", False),
        ]

    def test_of_a_segment_are_those_it_stands_for(self, db):
        settle(db, [person(1, tags=["vip"], locale="nl")])
        save_segment(db, name="Best", definition=VIPS, actor="test", now=NOW)

        told = explained(db, 1, BySegment("Best"))

        assert told.matches
        assert len(told.conditions) == len(explained(db, 1).conditions)

    def test_of_a_query_are_not_known_but_whether_it_finds_the_person_is(self, db):
        settle(db, [person(1), person(2)])
        found = replace(match(VIPS, sources(db), now=NOW), predicate=among([2]))

        by_id = {
            n: explain_person(
                ByQuery("tags:vip"), n, sources(db), purpose=ANY_PURPOSE, now=NOW, found=found
            )
            for n in (1, 2)
        }

        assert [by_id[n].matches for n in (1, 2)] == [False, True]
        assert [by_id[n].decision for n in (1, 2)] == [None, WILL_RECEIVE]
        assert by_id[2].conditions == ()


class TestTheRules:
    def test_name_the_one_that_decides_and_what_else_holds(self, db):
        settle(db, [person(1, tags=["vip", "opted_out"], locale="nl"), person(2)])
        add(db, "choices", campaign_id=0, person_id=1, choice="excluded", at=NOW)

        told = explained(db, 1)

        assert [rule.reason for rule in told.rules] == list(Reason)
        assert told.decision == Reason.OPTED_OUT
        assert [rule.reason for rule in told.rules if rule.decided] == [Reason.OPTED_OUT]
        assert [rule.reason for rule in told.rules if rule.holds] == [
            Reason.OPTED_OUT,
            Reason.EXCLUDED,
        ]
        assert {rule.reason for rule in told.rules if rule.holds is None} == {
            Reason.NOT_MOBILE,
            Reason.NO_CONSENT,
            Reason.BLACKOUT,
            Reason.FREQUENCY,
            Reason.OPEN_TICKET,
            Reason.IN_CONVERSATION,
            Reason.OUTSIDE_SAMPLE,
        }

    def test_are_told_of_somebody_who_is_not_matched_as_if_they_were(self, db):
        settle(db, [person(1, phone=None, tags=["opted_out"])])

        told = explained(db, 1)

        assert told.decision is None
        assert [rule.reason for rule in told.rules if rule.holds] == [
            Reason.NO_PHONE,
            Reason.OPTED_OUT,
        ]

    def test_are_not_told_of_somebody_who_is_deleted(self, db):
        settle(db, [person(1, active=False)])

        assert {rule.holds for rule in explained(db, 1).rules} == {None}

    def test_say_through_whom_a_shared_number_is_messaged(self, db):
        settle(
            db,
            [
                person(1, "Anna", phone=ANNA, tags=["vip"], locale="nl"),
                person(2, "Anna again", phone=ANNA, tags=["vip"], locale="nl"),
            ],
        )

        assert explained(db, 1).messaged_through is None
        assert explained(db, 2).messaged_through == "Anna"


class TestThePerson:
    def test_has_a_profile_messages_replies_and_choices(self, db):
        fields = {"plan": "pro", "renewal": "2026-05-01T00:00:00+00:00"}
        settle(db, [person(1, "Anna", phone=ANNA, organization_ids=[10], fields=fields)])
        campaign(db, 3, template_id=7, at=NOW)
        message(db, 3, 1, ANNA, at=NOW - timedelta(days=2))
        message(db, 3, 9, "+31600000001", at=NOW)
        add(db, "replies", phone=ANNA, at=NOW - timedelta(days=1))
        add(db, "choices", campaign_id=3, person_id=1, choice="included", at=NOW)

        told = explained(db, 1, purpose=PURPOSE)

        assert told.name == "Anna"
        assert told.profile["Organizations"] == "Acme"
        assert told.profile["Plan"] == "pro"
        assert told.profile["Renewal"] == "2026-05-01"
        assert told.profile["Suspended"] == "no"
        assert "Tags" not in told.profile
        assert [(m.campaign, m.state, m.moment) for m in told.messages] == [
            ("Campaign 3", "delivered", NOW - timedelta(days=2))
        ]
        assert (told.replies, told.last_reply_at) == (1, NOW - timedelta(days=1))
        assert [(c.campaign, c.choice) for c in told.choices] == [("Campaign 3", "included")]
        assert (told.matches, told.included, told.decision) == (False, True, WILL_RECEIVE)

    def test_that_does_not_exist_is_said(self, db):
        settle(db, [person(1)])

        with pytest.raises(NotFound) as refusal:
            explained(db, 2)

        assert "no person 2" in refusal.value.advice


class TestEverybody:
    @settings(
        max_examples=7, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(WORLDS)
    def test_is_explained_as_they_were_screened(self, db, world):
        world.settle(db)
        asked = sources(db, policy=world.policy)
        share = [("relay.sample", "<=", 50)] if world.limits.percent else []
        most = [("relay.people", "<=", 2)] if world.limits.people else []
        chosen = [("external_id", "is", "in")]
        db.table(
            "UPDATE people SET external_id = 'in' WHERE list_contains($ids, id)",
            {"ids": sorted(world.matched)},
        )
        definition = ByConditions(
            tree_from_json(
                conditions(
                    [*chosen, *share, *most, ("role", "is_not_empty"), ("suspended", "is", False)]
                )
            )
        )

        seen = preview(definition, asked, now=NOW, purpose=PURPOSE)
        screened = {row["id"]: row["decision"] for row in seen.people.to_pylist()}

        for each in world.people:
            told = explain_person(definition, each["id"], asked, purpose=PURPOSE, now=NOW)
            decided = [str(rule.reason) for rule in told.rules if rule.decided]
            assert told.decision == screened.get(each["id"])
            assert told.matches <= all(c.holds for c in told.conditions if c.group == "all")
            if told.decision is not None:
                assert [told.decision] == (decided or [WILL_RECEIVE])
                self.check_order(told)

    def check_order(self, told):
        """The first rule that holds decides, unless the person was included by hand."""
        held = [rule.reason for rule in told.rules if rule.holds]
        standing = [r for r in held if not (told.included and r.overridable)]
        if standing:
            assert told.decision == standing[0]
        elif told.decision != WILL_RECEIVE:
            assert told.decision == Reason.EXCLUDED  # through another profile of the number
