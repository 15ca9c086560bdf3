"""From a definition to people, and the proof that none is missing."""

from datetime import UTC, datetime, timedelta

import pytest

from relay_core.audience.comparing.differences import matched
from relay_core.audience.conditions.definition import (
    ByConditions,
    ByQuery,
    BySegment,
    definition_to_json,
)
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.resolving.answering import Stopped
from relay_core.audience.resolving.cap import ensure_within_cap
from relay_core.audience.resolving.freshness import ago
from relay_core.audience.resolving.matching import match
from relay_core.audience.segments.saved import save_segment
from relay_core.audience.zendesk.compiling import Exactness
from relay_core.errors import AudienceError, AudienceTooLarge, NotFound
from relay_core.gateways.reader import Waits
from relay_core.gateways.zendesk_records import SearchPage, ZendeskUser
from tests.audience.population import NOW, conditions, person, settle, sources

VIPS = "tags:vip role:end-user -is_suspended:true"
"""A query that nothing is to be said against."""


class Directory:
    """Zendesk's search over a list of users, in pages of two."""

    waits = Waits()

    def __init__(self, users, *, counted=None):
        self.users = users
        self.counted = len(users) if counted is None else counted
        self.asked = []

    def count_users(self, query):
        self.asked.append(("count", query))
        return self.counted

    def export_page(self, query, next_url):
        start = int(next_url or 0)
        if not start:
            self.asked.append(("export", query))
        return SearchPage.model_validate(
            {
                "results": self.users[start : start + 2],
                "meta": {"has_more": start + 2 < len(self.users)},
                "links": {"next": str(start + 2)},
            }
        )

    def users_by_ids(self, ids):
        return tuple(user for user in self.users if user.id in ids)


def user(id_, **known):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return ZendeskUser.model_validate(
        {"id": id_, "name": f"User {id_}", "phone": f"+3161234{id_:04d}"}
        | {"created_at": moment, "updated_at": moment}
        | known
    )


def by_conditions(*args, **kwargs):
    return ByConditions(tree_from_json(conditions(*args, **kwargs)))


def ids(db, found):
    return sorted(matched(db, found.predicate))


def save(db, name, definition):
    save_segment(db, name=name, definition=definition, actor="ada", now=NOW)


class TestConditions:
    def test_are_about_end_users_who_are_neither_suspended_nor_deleted(self, db):
        settle(
            db,
            [
                person(1),
                person(2, role="agent"),
                person(3, active=False),
                person(4, suspended=True),
            ],
        )

        found = match(by_conditions(), sources(db), now=NOW)

        assert ids(db, found) == [1]
        assert found.explanation.startswith("Everybody. Only end users: no team members.")
        assert found.explanation.endswith("Nobody who was deleted in Zendesk.")

    def test_that_name_a_role_show_team_members(self, db):
        settle(db, [person(1), person(2, role="agent"), person(3, role="agent", active=False)])

        found = match(by_conditions([("role", "is_any_of", ["agent"])]), sources(db), now=NOW)

        assert ids(db, found) == [2]
        assert "Only end users" not in found.explanation

    def test_show_team_members_on_request(self, db):
        settle(db, [person(1), person(2, role="agent")])

        found = match(by_conditions(), sources(db), now=NOW, include_staff=True)

        assert ids(db, found) == [1, 2]

    def test_are_complete_once_the_mirror_is(self, db):
        settle(db, [person(1)], synced=False)
        before = match(by_conditions(), sources(db), now=NOW)
        settle(db, [person(1)])

        after = match(by_conditions(), sources(db), now=NOW)

        assert (before.complete, after.complete) == (False, True)
        assert "not been synced" in before.warnings[0]
        assert (after.warnings, after.queries) == ((), ())
        assert after.fetched is after.searched is after.counted is None

    def test_say_how_zendesk_would_be_asked(self, db):
        settle(db, [person(1)])

        found = match(by_conditions([("tags", "has_any_of", ["vip"])]), sources(db), now=NOW)

        assert found.plan.exactness is Exactness.EXACT
        assert "tags:vip" in found.plan.queries[0]

    def test_keep_their_limits_for_the_end(self, db):
        settle(db, [person(1), person(2)])
        limited = by_conditions([("relay.sample", "<=", [10, "may"]), ("relay.people", "<=", 1)])

        found = match(limited, sources(db), now=NOW)

        assert ids(db, found) == [1, 2]
        assert (found.limits.percent, found.limits.seed, found.limits.people) == (10, "may", 1)

    def test_on_a_field_that_is_gone_are_refused_with_its_name(self, db):
        settle(db, [person(1)])

        with pytest.raises(AudienceError) as caught:
            match(by_conditions([("uf.gone", "is_checked")]), sources(db), now=NOW)

        assert "the field “uf.gone” does not exist (any more) in Zendesk" in caught.value.advice


class TestTheMirrorsAge:
    def test_is_always_shown(self, db):
        settle(db, [person(1)])

        found = match(by_conditions(), sources(db), now=NOW + timedelta(minutes=12))

        assert found.notice == "People as Zendesk had them 12 minutes ago."
        assert found.warnings == ()

    def test_over_a_day_is_a_warning_with_what_to_do(self, db):
        settle(db, [person(1)])

        found = match(by_conditions(), sources(db), now=NOW + timedelta(days=2, hours=1))

        assert "last read from Zendesk 2 days ago" in found.warnings[0]
        assert "Sync the people first" in found.warnings[0]

    @pytest.mark.parametrize(
        ("age", "said"),
        [
            (timedelta(seconds=59), "just now"),
            (timedelta(seconds=60), "1 minute ago"),
            (timedelta(hours=2, minutes=59), "2 hours ago"),
            (timedelta(days=1), "1 day ago"),
        ],
    )
    def test_is_said_in_its_largest_unit(self, age, said):
        assert ago(age) == said


class TestAQuery:
    def test_is_answered_by_zendesk_and_remembered(self, db):
        settle(db, [person(1, "Old name"), person(9)])
        search = Directory([user(1), user(2), user(3)])

        found = match(ByQuery(f"type:user {VIPS}"), sources(db, search=search), now=NOW)

        assert search.asked == [("count", VIPS), ("export", VIPS)]
        assert ids(db, found) == [1, 2, 3]
        assert (found.searched, found.counted, found.complete) == (3, 3, True)
        assert found.fetched == "3 of 3 fetched."
        assert found.queries == (VIPS,)
        assert db.rows("searched.standing", ids=[1])[0]["name"] == "User 1"

    def test_counts_people_once_however_often_they_come(self, db):
        search = Directory([user(1), user(2), user(1)], counted=2)

        found = match(ByQuery(VIPS), sources(db, search=search), now=NOW)

        assert (found.searched, found.complete) == (2, True)

    @pytest.mark.parametrize(
        ("counted", "how"), [("1 person", "1 more than counted"), ("4 people", "2 missing")]
    )
    def test_whose_count_differs_has_to_be_accepted(self, db, counted, how):
        search = Directory([user(1), user(2)], counted=int(counted[0]))

        found = match(ByQuery(VIPS), sources(db, search=search), now=NOW)

        assert not found.complete
        assert found.fetched == found.warnings[0]
        assert f"counts {counted} for “{VIPS}” and gave 2: {how}" in found.warnings[0]
        assert ids(db, found) == [1, 2]

    def test_does_not_match_deleted_people(self, db):
        search = Directory([user(1), user(2, active=False)])

        found = match(ByQuery(VIPS), sources(db, search=search), now=NOW)

        assert ids(db, found) == [1]

    def test_says_that_opt_outs_are_unknown_before_the_first_sync(self, db):
        search = Directory([user(1)])

        found = match(ByQuery(VIPS), sources(db, search=search), now=NOW)

        assert found.warnings == ("The people of this account have not been synced yet.",)
        assert found.complete

    def test_that_finds_nobody_matches_nobody(self, db):
        settle(db, [person(1)])

        found = match(ByQuery(VIPS), sources(db, search=Directory([])), now=NOW)

        assert (ids(db, found), found.complete) == ([], True)

    def test_does_not_undo_what_the_mirror_knows_better(self, db):
        """Zendesk's index may give somebody as they were before they opted out."""
        settle(db, [person(1, tags=["opted_out"], updated_at=NOW)])
        search = Directory([user(1, tags=["vip"], updated_at=NOW - timedelta(minutes=3))])

        found = match(ByQuery(VIPS), sources(db, search=search), now=NOW)

        assert ids(db, found) == [1]
        assert (
            ids(db, match(by_conditions([("tags", "has_any_of", ["vip"])]), sources(db), now=NOW))
            == []
        )

    def test_over_the_limit_is_refused_before_anything_is_fetched(self, db):
        search = Directory([user(n) for n in range(1, 6)])

        with pytest.raises(AudienceTooLarge) as caught:
            match(ByQuery(VIPS), sources(db, search=search, audience_cap=4), now=NOW)

        assert "These are 5 people, and the limit is 4." in caught.value.advice
        assert search.asked == [("count", VIPS)]

    def test_whose_count_lags_behind_is_refused_when_more_come(self, db):
        search = Directory([user(n) for n in range(1, 6)], counted=3)

        with pytest.raises(AudienceTooLarge):
            match(ByQuery(VIPS), sources(db, search=search, audience_cap=4), now=NOW)

    def test_with_mistakes_is_refused_with_all_of_them(self, db):
        with pytest.raises(AudienceError) as caught:
            match(ByQuery("tags: vip wrong:x"), sources(db, search=Directory([])), now=NOW)

        assert "Correct this query:" in caught.value.advice
        assert caught.value.advice.count("\n- ") > 1

    def test_with_doubts_has_to_be_accepted(self, db):
        settle(db, [person(1)])

        doubtful = ByQuery("role:end-user organization_id:12")
        found = match(doubtful, sources(db, search=Directory([user(1)])), now=NOW)

        assert found.complete
        assert "organization_id" in found.warnings[0]

    def test_needs_an_account(self, db):
        with pytest.raises(AudienceError) as caught:
            match(ByQuery(VIPS), sources(db), now=NOW)

        assert "Connect an account" in caught.value.advice


class TestConditionsAgainstZendesk:
    def test_are_asked_in_its_own_words_and_checked_here(self, db):
        settle(db, [person(1), person(2), person(3, tags=["vip"])])
        search = Directory([user(1, notes="VIPs"), user(2, notes="a vip")])
        texts = by_conditions([("notes", "contains_text", "a vip")])

        found = match(texts, sources(db, search=search), now=NOW, against="zendesk")

        assert found.plan.exactness is Exactness.SUPERSET
        assert found.queries == found.plan.queries
        assert (found.searched, found.fetched) == (2, "2 of 2 fetched.")
        assert ids(db, found) == [2]

    def test_that_zendesk_cannot_answer_are_refused_with_the_reasons(self, db):
        settle(db, [person(1)])
        shared = by_conditions([("phone", "is_shared")])

        with pytest.raises(AudienceError) as caught:
            match(shared, sources(db, search=Directory([])), now=NOW, against="zendesk")

        assert "cannot be checked against Zendesk. “Phone”" in caught.value.advice
        assert "depends on other people too" in caught.value.advice

    def test_are_refused_over_the_limit_with_both_numbers(self, db):
        settle(db, [person(1)])
        search = Directory([user(n) for n in range(1, 6)])
        asked = sources(db, search=search, audience_cap=4)

        with pytest.raises(AudienceTooLarge) as caught:
            match(
                by_conditions([("tags", "has_any_of", ["vip"])]), asked, now=NOW, against="zendesk"
            )

        assert "5 people, and the limit is 4" in caught.value.advice


class TestASegment:
    def test_is_evaluated_anew_at_each_use(self, db):
        settle(db, [person(1, tags=["vip"]), person(2)])
        save(db, "VIP", by_conditions([("tags", "has_any_of", ["vip"])]))
        save(db, "Best", BySegment("VIP"))
        before = ids(db, match(BySegment("Best"), sources(db), now=NOW))
        settle(db, [person(2, tags=["vip"])])

        after = match(BySegment("Best"), sources(db), now=NOW)

        assert (before, ids(db, after)) == ([1], [1, 2])

    def test_that_does_not_exist_is_refused_by_name(self, db):
        with pytest.raises(NotFound) as caught:
            match(BySegment("VIP"), sources(db), now=NOW)

        assert "VIP" in caught.value.advice

    def test_whose_field_is_gone_is_refused_with_the_names_of_both(self, db):
        settle(db, [person(1)])
        save(db, "Fans", by_conditions([("uf.gone", "is_checked")]))
        save(db, "Best", BySegment("Fans"))

        with pytest.raises(AudienceError) as caught:
            match(BySegment("Best"), sources(db), now=NOW)

        assert "In the segment “Fans”:" in caught.value.advice
        assert "the field “uf.gone” does not exist (any more) in Zendesk" in caught.value.advice


class TestConditionsThatNameSegments:
    def test_mean_what_these_say_at_that_moment(self, db):
        settle(db, [person(1, tags=["vip"]), person(2, tags=["vip", "old"]), person(3)])
        save(db, "VIP", by_conditions([("tags", "has_any_of", ["vip"])]))
        save(db, "Old", by_conditions([("tags", "has_any_of", ["old"])]))
        both = by_conditions(
            [("relay.segment", "is_any_of", ["VIP"])],
            none=[("relay.segment", "is_any_of", ["Old"])],
        )

        found = match(both, sources(db), now=NOW)

        assert ids(db, found) == [1]

    def test_may_name_segments_that_name_segments(self, db):
        settle(db, [person(1, tags=["vip"]), person(2, tags=["vip"], name="Bo"), person(3)])
        save(db, "VIP", by_conditions([("tags", "has_any_of", ["vip"])]))
        vips = [("relay.segment", "is_any_of", ["VIP"])]
        save(db, "Bos", by_conditions([*vips, ("name", "is", "Bo")]))
        save(db, "Alias", BySegment("Bos"))
        nested = by_conditions([*vips, ("relay.segment", "is_none_of", ["Alias"])])

        found = match(nested, sources(db), now=NOW)

        assert ids(db, found) == [1]

    def test_ask_zendesk_for_those_that_are_queries(self, db):
        settle(db, [person(1), person(2)])
        save(db, "Found", ByQuery(VIPS))
        search = Directory([user(2)], counted=3)
        in_it = by_conditions([("relay.segment", "is_any_of", ["Found"])])

        found = match(in_it, sources(db, search=search), now=NOW)

        assert ids(db, found) == [2]
        assert found.queries == (VIPS,)
        assert not found.complete
        assert "2 missing" in found.warnings[0]

    def test_ask_once_for_a_segment_that_is_named_twice(self, db):
        settle(db, [person(1), person(2)])
        save(db, "Found", ByQuery(VIPS))
        in_it = [("relay.segment", "is_any_of", ["Found"])]
        save(db, "Inner", by_conditions(in_it))
        search = Directory([user(2)])

        match(
            by_conditions([*in_it, ("relay.segment", "is_any_of", ["Inner"])]),
            sources(db, search=search),
            now=NOW,
        )

        assert search.asked == [("count", VIPS), ("export", VIPS)]

    def test_say_which_segment_has_the_mistake(self, db):
        settle(db, [person(1)])
        save(db, "Fans", by_conditions([("uf.gone", "is_checked")]))

        with pytest.raises(AudienceError) as caught:
            match(by_conditions([("relay.segment", "is_any_of", ["Fans"])]), sources(db), now=NOW)

        assert "In the segment “Fans”:" in caught.value.advice
        assert "“uf.gone”" in caught.value.advice

    def test_may_not_name_one_that_is_limited_to_a_number_of_people(self, db):
        settle(db, [person(1)])
        save(db, "Ten", by_conditions([("relay.people", "<=", 10)]))

        with pytest.raises(AudienceError) as caught:
            match(by_conditions([("relay.segment", "is_any_of", ["Ten"])]), sources(db), now=NOW)

        assert "The segment Ten is limited to a number of people" in caught.value.advice

    def test_may_not_lead_back_to_themselves(self, db):
        settle(db, [person(1)])
        save(db, "A", by_conditions())
        save(db, "B", by_conditions([("relay.segment", "is_any_of", ["A"])]))
        circle = definition_to_json(by_conditions([("relay.segment", "is_any_of", ["B"])]))
        db.write(lambda session: session.run("segments.save", name="A", definition=circle, now=NOW))

        with pytest.raises(AudienceError) as caught:
            match(BySegment("A"), sources(db), now=NOW)

        assert "in a circle: B → A → B" in caught.value.advice


class TestWatching:
    def test_may_stop_it(self, db):
        search = Directory([user(n) for n in range(1, 6)])

        with pytest.raises(Stopped):
            match(
                ByQuery(VIPS),
                sources(db, search=search),
                now=NOW,
                watch=lambda so_far: so_far.fetched < 2,
            )


class TestTheLimit:
    def test_is_within_itself(self):
        ensure_within_cap(20_000, cap=20_000)
