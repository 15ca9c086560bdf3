"""From a definition to people, and the proof that none is missing."""

from datetime import UTC, datetime

import pytest

from relay_core.audience.conditions import tree_from_json
from relay_core.audience.definition import ByConditions, ByQuery, BySegment
from relay_core.audience.matching import ensure_within_cap, match
from relay_core.audience.preview import preview
from relay_core.audience.segments import save_segment
from relay_core.errors import AudienceError, AudienceTooLarge, NotFound
from relay_core.gateways.zendesk_records import ZendeskUser
from tests.audience.population import NOW, conditions, person, settle, sources


class Directory:
    """Zendesk's search over a list of users, in pages of two."""

    def __init__(self, users, *, counted=None):
        self.users = users
        self.counted = len(users) if counted is None else counted
        self.asked = []

    def count_users(self, query):
        self.asked.append(("count", query))
        return self.counted

    def export_users(self, query):
        self.asked.append(("export", query))
        for start in range(0, len(self.users), 2):
            yield self.users[start : start + 2]


def user(id_, **known):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return ZendeskUser.model_validate(
        {"id": id_, "name": f"User {id_}", "phone": f"+3161234{id_:04d}"}
        | {"created_at": moment, "updated_at": moment}
        | known
    )


def by_conditions(*args, **kwargs):
    return ByConditions(tree_from_json(conditions(*args, **kwargs)))


def ids(found):
    return found.people.column("id").to_pylist()


class TestConditions:
    def test_are_about_end_users_who_are_not_deleted(self, db):
        settle(db, [person(1), person(2, role="agent"), person(3, active=False)])

        found = preview(by_conditions(), sources(db), now=NOW)

        assert ids(found) == [1]
        assert found.explanation == (
            "Everybody. Only end users: no team members. Nobody who was deleted in Zendesk."
        )

    def test_that_name_a_role_show_team_members_and_leave_them_out(self, db):
        settle(db, [person(1), person(2, role="agent"), person(3, role="agent", active=False)])

        found = preview(by_conditions([("role", "is_any_of", ["agent"])]), sources(db), now=NOW)

        assert ids(found) == [2]
        assert found.will_receive == 0
        assert "Only end users" not in found.explanation

    def test_are_complete_once_the_mirror_is(self, db):
        settle(db, [person(1)], synced=False)
        before = match(by_conditions(), sources(db), now=NOW)
        settle(db, [person(1)])

        after = match(by_conditions(), sources(db), now=NOW)

        assert (before.complete, after.complete) == (False, True)
        assert "not been synced" in before.notice
        assert after.notice is after.searched is after.counted is None

    def test_on_a_field_that_is_gone_are_refused_with_its_name(self, db):
        settle(db, [person(1)])

        with pytest.raises(AudienceError) as caught:
            match(by_conditions([("uf.gone", "is_checked")]), sources(db), now=NOW)

        assert "the field “uf.gone” does not exist (any more) in Zendesk" in caught.value.advice


class TestAQuery:
    def test_is_answered_by_zendesk_and_remembered(self, db):
        settle(db, [person(1, "Old name"), person(9)])
        search = Directory([user(1), user(2), user(3)])

        found = preview(ByQuery("type:user tags:vip"), sources(db, search=search), now=NOW)

        assert search.asked == [("count", "tags:vip"), ("export", "tags:vip")]
        assert found.people.column("name").to_pylist() == ["User 1", "User 2", "User 3"]
        assert (found.searched, found.counted, found.complete) == (3, 3, True)
        assert found.notices == ()

    def test_counts_people_once_however_often_they_come(self, db):
        search = Directory([user(1), user(2), user(1)], counted=2)

        found = match(ByQuery("vip"), sources(db, search=search), now=NOW)

        assert (found.searched, found.complete) == (2, True)

    @pytest.mark.parametrize("counted", [1, 4])
    def test_says_when_the_count_differs(self, db, counted):
        search = Directory([user(1), user(2)], counted=counted)

        found = preview(ByQuery("vip"), sources(db, search=search), now=NOW)

        assert not found.complete
        assert f"counts {counted} people for this query and gave 2" in found.notices[0]
        assert found.matched == 2

    def test_does_not_match_deleted_people_and_says_so(self, db):
        search = Directory([user(1), user(2, active=False)])

        found = preview(ByQuery("vip"), sources(db, search=search), now=NOW)

        assert ids(found) == [1]
        assert "1 of the people found are deleted in Zendesk and are not matched." in found.notices

    def test_says_that_opt_outs_are_unknown_before_the_first_sync(self, db):
        found = preview(ByQuery("vip"), sources(db, search=Directory([user(1)])), now=NOW)

        assert found.notices == ("The people of this account have not been synced yet.",)

    def test_shows_team_members_and_leaves_them_out(self, db):
        search = Directory([user(1), user(2, role="admin")])

        found = preview(ByQuery("vip"), sources(db, search=search), now=NOW)

        assert (found.matched, found.will_receive) == (2, 1)

    def test_that_finds_nobody_matches_nobody(self, db):
        settle(db, [person(1)])

        found = preview(ByQuery("vip"), sources(db, search=Directory([])), now=NOW)

        assert (found.matched, found.complete) == (0, True)

    def test_over_the_limit_is_refused_before_anything_is_fetched(self, db):
        search = Directory([user(n) for n in range(1, 6)])

        with pytest.raises(AudienceTooLarge) as caught:
            match(ByQuery("vip"), sources(db, search=search, audience_cap=4), now=NOW)

        assert "These are 5 people, and the limit is 4." in caught.value.advice
        assert search.asked == [("count", "vip")]

    def test_whose_count_lags_behind_is_refused_when_more_come(self, db):
        search = Directory([user(n) for n in range(1, 6)], counted=3)

        with pytest.raises(AudienceTooLarge):
            match(ByQuery("vip"), sources(db, search=search, audience_cap=4), now=NOW)

    def test_needs_an_account(self, db):
        with pytest.raises(AudienceError) as caught:
            match(ByQuery("vip"), sources(db), now=NOW)

        assert "Connect an account" in caught.value.advice


class TestASegment:
    def test_is_evaluated_anew_at_each_use(self, db):
        settle(db, [person(1, tags=["vip"]), person(2)])
        vip = by_conditions([("tags", "has_any_of", ["vip"])])
        save_segment(db, name="VIP", definition=vip, actor="ada", now=NOW)
        save_segment(db, name="Best", definition=BySegment("VIP"), actor="ada", now=NOW)
        before = preview(BySegment("Best"), sources(db), now=NOW)
        settle(db, [person(2, tags=["vip"])])

        after = preview(BySegment("Best"), sources(db), now=NOW)

        assert (ids(before), ids(after)) == ([1], [1, 2])

    def test_that_does_not_exist_is_refused_by_name(self, db):
        with pytest.raises(NotFound) as caught:
            match(BySegment("VIP"), sources(db), now=NOW)

        assert "VIP" in caught.value.advice


class TestTheLimit:
    def test_is_within_itself(self):
        ensure_within_cap(20_000, cap=20_000)
