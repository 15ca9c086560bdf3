"""The people behind a bar, with chosen columns, and how those who receive are spread."""

from datetime import UTC, datetime, timedelta

import pytest

from relay_core.audience.conditions.definition import ByConditions
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.policy import ANY_PURPOSE, Policy
from relay_core.audience.resolving.matching import match
from relay_core.audience.screening.distributions import distributions
from relay_core.audience.screening.people_columns import columns_of, people_of
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason
from relay_core.errors import AudienceError
from tests.audience.history import campaign, message
from tests.audience.population import NOW, conditions, person, settle, sources

EVERYBODY = ByConditions(tree_from_json(conditions()))
ANNA = "+31612345678"


def people(db, *, decision=None, columns=("id",), limit=None, **chosen):
    asked = sources(db, **chosen)
    found = match(EVERYBODY, asked, now=NOW)
    return people_of(
        found,
        asked,
        purpose=ANY_PURPOSE,
        now=NOW,
        decision=decision,
        columns=columns,
        limit=limit,
    )


class TestThePeopleBehindABar:
    @pytest.fixture(autouse=True)
    def population(self, db):
        settle(
            db,
            [
                person(1, "Anna", phone=ANNA, organization_ids=[11, 10], fields={"plan": "pro"}),
                person(2, "Anna two", phone=ANNA),
                person(3, "Ben", tags=["opted_out"], fields={"colours": ["red", "blue"]}),
                person(4, "Cem", locale="tr"),
            ],
        )
        campaign(db, 1, template_id=1, at=NOW)

    @pytest.mark.parametrize(
        ("decision", "ids"),
        [
            (None, [1, 2, 3, 4]),
            (WILL_RECEIVE, [1, 4]),
            (Reason.OPTED_OUT, [3]),
            (Reason.STAFF, []),
        ],
    )
    def test_are_those_with_that_decision(self, db, decision, ids):
        assert people(db, decision=decision).column("id").to_pylist() == ids

    def test_are_the_first_of_them_where_there_is_a_limit(self, db):
        assert people(db, limit=2).column("id").to_pylist() == [1, 2]

    def test_have_the_columns_that_were_chosen_in_that_order(self, db):
        message(db, 1, 1, ANNA, at=NOW - timedelta(days=2))
        message(db, 1, 99, "+31600000001", at=NOW)
        message(db, 1, 4, "+31600000000", at=NOW, state="failed")
        chosen = (
            "decision",
            "uf.plan",
            "uf.colours",
            "organizations",
            "last_message",
            "messaged_through",
        )

        told = people(db, columns=chosen).to_pylist()

        sent = (NOW - timedelta(days=2)).replace(tzinfo=None)
        assert list(told[0]) == list(chosen)
        assert [list(row.values()) for row in told] == [
            ["will_receive", "pro", None, ["Acme", "Globex"], sent, None],
            ["duplicate_phone", None, None, None, sent, "Anna"],
            ["opted_out", None, "[red, blue]", None, None, None],
            ["will_receive", None, None, None, None, None],
        ]

    def test_have_every_column_there_is(self, db):
        every = [column.key for column in columns_of(sources(db).catalogue)]

        assert people(db, columns=every).column_names == every

    def test_have_no_column_that_does_not_exist(self, db):
        with pytest.raises(AudienceError) as refusal:
            people(db, columns=["name", "uf.gone", "1; DROP TABLE people"])

        assert "uf.gone, 1; DROP TABLE people" in refusal.value.advice


class TestDistributions:
    def test_count_those_who_will_receive(self, db):
        january = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)  # February in Amsterdam
        settle(
            db,
            [
                person(1, locale="nl", tags=["vip", "agreed"], created_at=january),
                person(2, locale="nl", tags=["vip"]),
                person(3, phone="+4915112345678", phone_country="DE"),
                person(4, locale="nl", tags=["vip", "opted_out"]),
            ],
        )
        asked = sources(db, policy=Policy(opt_out_tags=("opted_out",), consent_tags=("agreed",)))
        found = match(EVERYBODY, asked, now=NOW)

        spread = distributions(found, asked, purpose=ANY_PURPOSE, now=NOW)

        assert {
            kind: list(zip(*(table[c].to_pylist() for c in ("value", "people")), strict=True))
            for kind, table in spread.items()
        } == {
            "country": [("NL", 2), ("DE", 1)],
            "language": [("nl", 2), (None, 1)],
            "tag": [("vip", 2), ("agreed", 1)],
            "consent": [("no", 2), ("yes", 1)],
            "created": [("2025-01", 2), ("2026-02", 1)],
        }

    def test_hold_the_most_frequent_tags_only(self, db):
        settle(db, [person(n, tags=[f"t{k}" for k in range(n)]) for n in range(1, 31)])
        asked = sources(db)
        found = match(EVERYBODY, asked, now=NOW)

        tags = distributions(found, asked, purpose=ANY_PURPOSE, now=NOW)["tag"]

        assert tags["value"].to_pylist() == [f"t{k}" for k in range(20)]
        assert tags["people"].to_pylist()[0] == 30

    def test_of_nobody_are_empty(self, db):
        settle(db, [])
        asked = sources(db)
        found = match(EVERYBODY, asked, now=NOW)

        spread = distributions(found, asked, purpose=ANY_PURPOSE, now=NOW)

        assert {table.num_rows for table in spread.values()} == {0}
