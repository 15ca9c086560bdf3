"""The preview: numbers that add up, and the people behind them."""

from time import perf_counter

import pytest

from relay_core.audience.conditions.definition import ByConditions
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.policy import Policy, Purpose
from relay_core.audience.screening.notices import NoticeKind
from relay_core.audience.screening.preview import preview
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason
from relay_core.audience.zendesk.compiling import Exactness
from tests.audience.history import add
from tests.audience.population import NOW, conditions, person, settle, sources

EVERYBODY = ByConditions(tree_from_json(conditions()))


class TestAPreview:
    def test_goes_down_from_matched_to_will_receive_one_reason_at_a_time(self, db):
        settle(
            db,
            [
                person(1),
                person(2),
                person(3, phone=None),
                person(4, phone="x", phone_state="invalid"),
                person(5, phone="+31612340001"),
                person(6, tags=["opted_out"]),
                person(7, suspended=True),
                person(8, suspended=True),
            ],
        )
        tree = tree_from_json(
            conditions(any_=[("suspended", "is", True), ("name", "is_not_empty")])
        )

        found = preview(ByConditions(tree), sources(db), now=NOW)

        assert found.matched == 8
        assert [step.reason for step in found.steps] == list(Reason)
        assert [(step.reason, step.count, step.left) for step in found.steps if step.count] == [
            (Reason.NO_PHONE, 1, 7),
            (Reason.INVALID_PHONE, 1, 6),
            (Reason.DUPLICATE_PHONE, 1, 5),
            (Reason.OPTED_OUT, 1, 4),
            (Reason.SUSPENDED, 2, 2),
        ]
        assert found.will_receive == found.steps[-1].left == 2

    def test_holds_everybody_who_is_matched(self, db):
        settle(db, [person(2, "Béa", email="b@x.org", tags=["vip"], locale="fr"), person(1)])

        found = preview(EVERYBODY, sources(db), now=NOW)

        assert found.people.to_pylist()[1] == {
            "id": 2,
            "name": "Béa",
            "email": "b@x.org",
            "phone": "+31612340002",
            "phone_e164": "+31612340002",
            "phone_country": "NL",
            "locale": "fr",
            "tags": ["vip"],
            "decision": "will_receive",
        }

    def test_of_an_empty_mirror_is_empty_and_says_why(self, db):
        found = preview(EVERYBODY, sources(db), now=NOW)

        assert (found.matched, found.will_receive, found.complete) == (0, 0, False)
        assert found.warnings == ("The people of this account have not been synced yet.",)

    def test_over_the_limit_shows_its_numbers_and_says_it_cannot_be_sent(self, db):
        settle(db, [person(n) for n in range(1, 4)])

        found = preview(EVERYBODY, sources(db, audience_cap=2), now=NOW)

        assert found.will_receive == 3
        assert found.notices[-1].kind is NoticeKind.REFUSED
        assert "3 people would receive this, and the limit is 2" in found.notices[-1].text

    @pytest.mark.parametrize("rows", [0, 1, 3, 50])
    def test_may_hand_over_the_first_people_only_and_still_counts_all(self, db, rows):
        settle(db, [person(n, tags=["opted_out"] if n % 2 else []) for n in range(1, 10)])

        whole = preview(EVERYBODY, sources(db), now=NOW)
        first = preview(EVERYBODY, sources(db), now=NOW, rows=rows)

        assert (first.matched, first.steps, first.will_receive) == (9, whole.steps, 4)
        assert first.people == whole.people.slice(0, rows)

    def test_without_screening_shows_whom_the_conditions_match(self, db):
        settle(db, [person(1, phone=None), person(2, tags=["opted_out"]), person(3)])
        tree = conditions([("relay.people", "<=", 2)])

        everybody = preview(EVERYBODY, sources(db), now=NOW, screen=False)
        two = preview(ByConditions(tree_from_json(tree)), sources(db), now=NOW, screen=False)

        assert everybody.people.column("decision").to_pylist() == [WILL_RECEIVE] * 3
        assert (two.will_receive, [s.reason for s in two.steps]) == (2, [Reason.OUTSIDE_SAMPLE])

    def test_is_for_a_purpose(self, db):
        settle(db, [person(1, phone_mobile=False), person(2)])
        asked = sources(db, policy=Policy())

        found = preview(EVERYBODY, asked, now=NOW, purpose=Purpose(channel="sms"))

        assert found.will_receive == 1

    def test_may_show_team_members(self, db):
        settle(db, [person(1, role="agent"), person(2)])

        found = preview(EVERYBODY, sources(db), now=NOW, include_staff=True)

        assert found.people.column("decision").to_pylist() == [Reason.STAFF, WILL_RECEIVE]

    def test_says_how_zendesk_would_be_asked(self, db):
        settle(db, [person(1)])
        tree = tree_from_json(conditions([("tags", "has_any_of", ["vip"])]))

        found = preview(ByConditions(tree), sources(db), now=NOW)

        assert isinstance(found.plan, Exactness)
        assert any("tags:vip" in query for query in found.queries)

    def test_has_sql_that_runs_as_it_stands_and_finds_the_same(self, db):
        settle(db, [person(1, "O'Hara"), person(2, tags=["opted_out"]), person(3, "$c0 -- x")])
        add(db, "choices", campaign_id=0, person_id=3, choice="excluded", at=NOW)
        tree = conditions(
            [("created", "more_than_ago", [1, "days"])],
            [
                ("name", "is", "O'Hara"),
                ("name", "contains_text", "$c0 --"),
                ("tags", "is_not_empty"),
            ],
        )

        found = preview(ByConditions(tree_from_json(tree)), sources(db), now=NOW)

        assert found.matched == 3
        assert db.table(found.sql) == found.people

    def test_of_25_000_people_is_there_at_once(self, db):
        people = [
            person(
                n,
                f"Person {n}",
                phone=f"+316{n % 24_000:08d}",
                tags=["vip"] if n % 3 else ["opted_out"],
                fields={"plan": "pro" if n % 2 else "team", "motto": "per aspera"},
            )
            for n in range(1, 25_001)
        ]
        settle(db, people)
        tree = conditions(
            [("uf.plan", "is_any_of", ["pro", "team"]), ("created", "more_than_ago", [1, "days"])],
            [("tags", "has_any_of", ["vip", "opted_out"]), ("uf.motto", "contains_word", "x")],
            [("name", "contains_word", "nobody")],
        )
        asked = sources(db)

        took = []
        for _ in range(5):
            begun = perf_counter()
            found = preview(ByConditions(tree_from_json(tree)), asked, now=NOW)
            took.append(perf_counter() - begun)

        assert found.matched == 25_000
        assert min(took) < 0.3
