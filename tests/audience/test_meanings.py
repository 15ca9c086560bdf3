"""One condition, in words and in SQL: each row is a promise about the same people."""

from datetime import UTC, datetime

import pytest

from relay_core.audience.conditions.clauses import judging, understood
from relay_core.audience.conditions.fields import catalogue
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.english.sentences import sentence
from relay_core.audience.sql.conditions import predicate
from relay_core.store.database import open_database
from tests.audience.population import AMSTERDAM, NOW, conditions, person, settle

PEOPLE = [
    person(
        1,
        "Ada Lovelace-Byron",
        email="Ada@Example.com",
        tags=["vip", "vip_gold"],
        locale="en-US",
        time_zone="London",
        organization_ids=[10],
        notes="Likes analytical, engines!",
        external_id="A-1",
        whatsapp="31612340001",
        verified=True,
        created_at=datetime(2026, 3, 7, 23, 30, tzinfo=UTC),  # 8 March in Amsterdam
        updated_at=datetime(2026, 3, 15, 11, tzinfo=UTC),
        last_login_at=datetime(2026, 3, 10, tzinfo=UTC),
        fields={
            "plan": "pro",
            "newsletter": True,
            "seats": 5,
            "renewal": "2026-03-20T00:00:00+00:00",
            "motto": "Élan vital, über alles",
            "colours": ["red", "green"],
            "manager": "123",
        },
    ),
    person(
        2,
        "Bob",
        email="bob@mail.example.com",
        tags=["gold"],
        locale="nl",
        role="agent",
        organization_ids=[10, 11],
        suspended=True,
        phone="+12025550123",
        phone_country="US",
        phone_mobile=None,
        created_at=datetime(2024, 3, 20, tzinfo=UTC),
        fields={
            "plan": "team",
            "newsletter": False,
            "seats": 2.5,
            "renewal": "1999-03-18",
            "colours": ["blue"],
            "motto": "Cafe\u0301 noir",  # the accent is a character of its own
        },
    ),
    person(3, "Cat", phone=None),  # nothing filled in, on purpose
]

CASES = [
    # tags
    (("tags", "has_any_of", ["VIP", "gold"]), "tags include vip or gold", "Ada Bob"),
    (("tags", "has_any_of", [*"abcdefgh", "vip"]), None, "Ada"),  # past the short form
    (("tags", "has_all_of", ["vip", "vip_gold"]), "tags include vip and vip_gold", "Ada"),
    (("tags", "has_none_of", ["vip"]), "tags do not include vip (or are empty)", "Bob Cat"),
    (("tags", "is_empty"), "tags are empty", "Cat"),
    (("tags", "is_not_empty"), "tags are not empty", "Ada Bob"),
    (("tags", "starts_with", "vip_"), "tags include one that starts with vip_", "Ada"),
    # role, organization, language, time zone
    (("role", "is_any_of", ["agent", "admin"]), "role is Agent or Administrator", "Bob"),
    (("role", "is_none_of", "agent"), "role is not Agent (or is empty)", "Ada Cat"),
    (("organization", "is_any_of", [11]), "organization is Globex", "Bob"),
    (("organization", "is_none_of", ["globex"]), None, "Ada Cat"),  # by name
    (("organization", "is_empty"), "organization is empty", "Cat"),
    (("locale", "is_any_of", ["EN-us"]), "language is en-US", "Ada"),
    (("locale", "is_none_of", ["nl"]), "language is not nl (or is empty)", "Ada Cat"),
    (("time_zone", "is_not_empty"), "time zone is not empty", "Ada"),
    # days, in the account's time zone
    (("created", "on", "2026-03-08"), "profile was created on 8 March 2026", "Ada"),
    (("created", "before", "2026-03-08"), "profile was created before 8 March 2026", "Bob Cat"),
    (("created", "on_or_before", "2026-03-08"), None, "Ada Bob Cat"),
    (("created", "after", "2026-03-07"), None, "Ada"),
    (("created", "on_or_after", "2026-03-09"), None, ""),
    (
        ("created", "between", ["2024-01-01", "2025-12-31"]),
        "profile was created from 1 January 2024 to 31 December 2025",
        "Bob Cat",
    ),
    (("created", "not_between", ["2024-01-01", "2025-12-31"]), None, "Ada"),
    (("created", "on_or_after", "2026-03-07T23:30:00Z"), None, "Ada"),  # an exact moment
    (("created", "after", "2026-03-07T23:30:00Z"), None, ""),
    (("created", "in_last", [8, "days"]), "profile was created in the last 8 days", "Ada"),
    (("created", "in_last", [7, "days"]), None, ""),
    (("updated", "in_last", [1, "hour"]), "profile was last changed in the last hour", "Ada"),
    (("created", "more_than_ago", [1, "years"]), None, "Bob Cat"),
    (("created", "anniversary_in_next", [7, "days"]), None, "Bob"),
    (("last_login", "is_empty"), "last sign-in is not known", "Bob Cat"),
    (("last_login", "more_than_ago", [1, "days"]), "last sign-in was more than 1 day ago", "Ada"),
    (
        ("last_login", "not_between", ["2026-03-01", "2026-03-31"]),
        "last sign-in was not from 1 March 2026 to 31 March 2026 (or is not known)",
        "Bob Cat",
    ),
    # words
    (("name", "is", "bob"), "name is “bob”", "Bob"),
    (("name", "contains_word", "byron"), "name contains the word “byron”", "Ada"),
    (("name", "contains_word", "love"), None, ""),
    (("name", "word_starts_with", "love"), None, "Ada"),
    (("name", "contains_phrase", "lovelace byron"), None, "Ada"),
    (("name", "contains_text", "CE-BY"), "name contains the text “CE-BY”", "Ada"),
    (("notes", "contains_phrase", "analytical engines"), None, "Ada"),
    (
        ("notes", "not_contains_word", "engines"),
        "notes do not contain the word “engines” (or are empty)",
        "Bob Cat",
    ),
    (("details", "is_empty"), "details are empty", "Ada Bob Cat"),
    (("uf.motto", "word_starts_with", "Über"), None, "Ada"),  # letters beyond ASCII
    (("uf.motto", "contains_word", "é"), None, ""),
    (("uf.motto", "contains_word", "cafe\u0301"), None, "Bob"),
    (("uf.motto", "contains_word", "cafe"), None, ""),
    # addresses and ids
    (("email", "is", "ada@example.com"), "e-mail address is “ada@example.com”", "Ada"),
    (("email", "domain_is", "@example.com"), "e-mail address is at example.com", "Ada"),
    (("email", "is_empty"), "e-mail address is empty", "Cat"),
    (("external_id", "is", "a-1"), "external id is “a-1”", "Ada"),
    (("external_id", "is_empty"), None, "Bob Cat"),
    (("uf.manager", "is", 123), "“Manager” is “123”", "Ada"),
    # phone
    (("phone", "is", "+31 6 1234-0001"), "phone number is +31612340001", "Ada"),
    (("phone", "is_empty"), "phone number is empty", "Cat"),
    (("phone", "country_code_is", "31"), "phone number starts with +31", "Ada"),
    (("phone", "country_code_is", ["us"]), "phone number starts with +1", "Bob"),
    (("phone", "country_is_any_of", ["nl", "be"]), "phone number belongs to NL or BE", "Ada"),
    (("phone", "is_shared"), "phone number stands on several profiles", ""),
    (("phone", "is_valid_mobile"), None, "Ada Bob"),  # American numbers do not tell
    # yes and no
    (("verified", "is", True), "profile is verified", "Ada"),
    (("suspended", "is", False), "profile is not suspended", "Ada Cat"),
    (("uf.newsletter", "is_checked"), "“Newsletter” is checked", "Ada"),
    (("uf.newsletter", "is_not_checked"), "“Newsletter” is not checked", "Bob Cat"),
    (("whatsapp", "is_not_empty"), "WhatsApp identity is not empty", "Ada"),
    (("whatsapp", "is_empty"), "WhatsApp identity is empty", "Bob Cat"),
    # the account's own fields
    (("uf.plan", "is_any_of", ["pro"]), "“Plan” is Pro", "Ada"),
    (("uf.plan", "is_none_of", ["pro"]), "“Plan” is not Pro (or is empty)", "Bob Cat"),
    (("uf.plan", "is_empty"), "“Plan” is empty", "Cat"),
    (("uf.seats", "=", 5), "“Seats” is 5", "Ada"),
    (("uf.seats", "!=", 5), "“Seats” is not 5 (or is empty)", "Bob Cat"),
    (("uf.seats", "<", 5), "“Seats” is less than 5", "Bob"),
    (("uf.seats", "between", [2.5, 5]), "“Seats” is from 2.5 to 5", "Ada Bob"),
    (("uf.seats", "is_not_empty"), None, "Ada Bob"),
    (("uf.renewal", "on", "2026-03-20"), "“Renewal” is on 20 March 2026", "Ada"),
    (("uf.renewal", "in_next", [5, "days"]), "“Renewal” is in the next 5 days", "Ada"),
    (("uf.renewal", "in_next", [4, "days"]), None, ""),
    (
        ("uf.renewal", "anniversary_in_next", [1, "weeks"]),
        "anniversary of “Renewal” is in the next week",
        "Bob",  # Ada's is in the window but has not happened once
    ),
    (("uf.colours", "has_any_of", ["red", "blue"]), "“Colours” include Red or Blue", "Ada Bob"),
    (("uf.colours", "has_all_of", ["red", "green"]), None, "Ada"),
    (("uf.colours", "has_none_of", ["red"]), None, "Bob Cat"),
    (("uf.colours", "is_empty"), None, "Cat"),
]


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    with open_database(tmp_path_factory.mktemp("meanings") / "relay.duckdb") as database:
        settle(database, PEOPLE)
        yield database


def meaning(account, stored):
    known = catalogue(account)
    tree = understood(tree_from_json(stored, judge=judging(known)), catalogue=known)
    wanted = predicate(tree, now=NOW, zone=AMSTERDAM)
    found = account.table(
        f"SELECT p.name FROM people p WHERE {wanted.text} ORDER BY id",  # noqa: S608 - under test
        wanted.values,
    )
    first_names = [name.split()[0] for name in found.column("name").to_pylist()]
    return sentence(tree), " ".join(first_names), wanted


class TestACondition:
    @pytest.mark.parametrize(("condition", "words", "names"), CASES, ids=lambda p: str(p)[:40])
    def test_matches_the_people_it_says(self, account, condition, words, names):
        said, matched, _ = meaning(account, conditions([condition]))

        assert matched == names
        assert words is None or said == f"People whose {words}."

    @pytest.mark.parametrize(
        ("condition", "names"),
        [(condition, names) for condition, _, names in CASES],
        ids=lambda p: str(p)[:40],
    )
    def test_excludes_exactly_these_when_negated(self, account, condition, names):
        _, left, _ = meaning(account, conditions(none=[condition]))

        assert set(left.split()) == {"Ada", "Bob", "Cat"} - set(names.split())


class TestTheTable:
    def test_has_a_row_for_every_operator_and_every_field(self, account):
        operators = {condition[1] for condition, *_ in CASES}
        fields = {condition[0] for condition, *_ in CASES}

        # The first three are as "<"; what only Relay knows has a table of its own.
        assert set(Op) - operators == {">", ">=", "<=", "is_any_of_in_last"}
        zendesks = {field.key for field in catalogue(account).fields if not field.is_relays}
        assert zendesks - fields == {"uf.sms_opt_out"}


class TestASharedNumber:
    def test_stands_on_several_profiles_that_are_not_deleted(self, db):
        anna, carl = "+31611111111", "+31622222222"
        settle(
            db,
            [
                person(1, "Anna", phone=anna),
                person(2, "Bert", phone=anna, role="agent"),
                person(3, "Carl", phone=carl),
                person(4, "Dora", phone=carl, active=False),
            ],
        )

        _, matched, _ = meaning(db, conditions([("phone", "is_shared")]))

        assert matched == "Anna Bert"


class TestATree:
    def test_joins_its_three_lists(self, account):
        said, matched, _ = meaning(
            account,
            conditions(
                [("phone", "is_not_empty")],
                [("tags", "has_any_of", ["vip"]), ("uf.plan", "is_any_of", ["team"])],
                [("suspended", "is", True)],
            ),
        )

        assert matched == "Ada"
        assert said == (
            "People whose phone number is not empty; and either whose tags include vip or whose "
            "“Plan” is Team; but not those whose profile is suspended."
        )

    def test_that_is_empty_is_everybody(self, account):
        said, matched, _ = meaning(account, conditions())

        assert said == "Everybody."
        assert matched == "Ada Bob Cat"

    def test_puts_nothing_that_was_typed_into_the_text(self, account):
        _, matched, wanted = meaning(
            account,
            conditions(
                any_=[
                    ("tags", "has_any_of", ["x'); DROP TABLE people; --"]),
                    ("uf.motto", "contains_text", "'; DELETE"),
                ]
            ),
        )

        assert matched == ""
        assert "DROP" not in wanted.text
        assert "motto" not in wanted.text
