"""What only Relay knows of people, in words and in SQL: each row is a promise about them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from relay_core.audience.conditions.clauses import understood
from relay_core.audience.conditions.fields import RELAY_FIELDS, SYSTEM_FIELDS, Catalogue, Option
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.english.sentences import sentence
from relay_core.audience.policy import Policy
from relay_core.audience.sql.conditions import predicate, segments_in
from relay_core.audience.sql.predicates import Predicate
from relay_core.store.ledger import stored
from relay_core.store.migrations import migrate
from relay_core.store.queries import query
from relay_core.store.session import as_json
from tests.audience.past import CAMPAIGNS, LEFT, Message, Reply, prepare, remember
from tests.audience.population import AMSTERDAM, NOW, conditions, person

HER_NUMBER = "+31611111111"
PEOPLE = [
    person(1, "Ada", phone=HER_NUMBER, tags=["agreed"]),
    person(2, "Bea", phone=HER_NUMBER),  # another profile of Ada's number
    person(3, "Cem", phone="+31633333333", fields={"newsletter": True}),
    person(4, "Dag", phone=None),  # had a number when he was messaged
    person(5, "Eva", phone="oops", phone_state="invalid", fields={"newsletter": "no"}),
]
LAST_WEEK = NOW - timedelta(days=6)
LAST_YEAR = datetime(2025, 3, 18, 9, tzinfo=UTC)
MESSAGES = [
    Message(1, HER_NUMBER, LAST_YEAR, campaign="Summer"),
    Message(1, HER_NUMBER, LAST_WEEK),
    Message(3, "+31633333333", LAST_WEEK, state="failed", changed=NOW - timedelta(days=5)),
    Message(3, "+31633333333", LAST_WEEK, state="cancelled"),
    Message(4, "+31644444444", LAST_YEAR, state="unknown", campaign="Autumn"),
]
REPLIES = [Reply("+31633333333", NOW - timedelta(hours=1)), Reply(None, NOW)]
OPTIONS = {
    "relay.template": ("Greeting", "Reminder"),
    "relay.campaign": tuple(CAMPAIGNS),
    "relay.segment": ("Agreed", "Nobody"),
    "relay.upload": ("fair.csv", "shop.csv"),
}
CATALOGUE = Catalogue(
    replace(
        field,
        options=tuple(Option(n, n) for n in OPTIONS.get(field.key, ())) or field.options,
    )
    for field in (*SYSTEM_FIELDS, *RELAY_FIELDS)
)
POLICY = Policy(consent_tags=("Agreed",), consent_fields=("newsletter",))
SEGMENTS = {
    "Agreed": Predicate("list_contains(p.tags, $s0_0)", {"s0_0": "agreed"}),
    "Nobody": Predicate("$s1_0", {"s1_0": False}),
}
PEOPLE_WHOSE_LAST = "People whose last message from Relay"
MESSAGE, FAILURE, REPLY = "relay.last_message", "relay.last_failure", "relay.last_reply"

CASES = [
    ((MESSAGE, "is_not_empty"), "People who were messaged by Relay.", "Ada Bea Dag"),
    ((MESSAGE, "is_empty"), "People who were never messaged by Relay.", "Cem Eva"),
    (
        (MESSAGE, "in_last", [14, "days"]),
        "People whose last message from Relay was in the last 14 days.",
        "Ada Bea",
    ),
    (
        (MESSAGE, "more_than_ago", [14, "days"]),
        "People whose last message from Relay was more than 14 days ago.",
        "Dag",
    ),
    ((MESSAGE, "in_next", [1, "years"]), None, ""),
    ((MESSAGE, "on", "2026-03-09"), None, "Ada Bea"),
    (
        (MESSAGE, "before", "2026-01-01"),
        "People whose last message from Relay was before 1 January 2026.",
        "Dag",
    ),
    ((MESSAGE, "on_or_before", "2026-03-09"), None, "Ada Bea Dag"),
    ((MESSAGE, "after", "2026-03-09"), None, ""),
    ((MESSAGE, "on_or_after", "2026-03-09"), None, "Ada Bea"),
    ((MESSAGE, "between", ["2025-01-01", "2025-12-31"]), None, "Dag"),
    (
        (MESSAGE, "not_between", ["2025-03-18", "2025-05-01"]),
        f"{PEOPLE_WHOSE_LAST} was not from 18 March 2025 to 1 May 2025 (or there was none).",
        "Ada Bea Cem Eva",
    ),
    (
        (MESSAGE, "anniversary_in_next", [1, "weeks"]),
        "People whose anniversary of “Last message” is in the next week.",
        "Dag",
    ),
    ((FAILURE, "is_not_empty"), "People whom a message did not reach.", "Cem"),
    ((FAILURE, "is_empty"), "People whom no message failed to reach.", "Ada Bea Dag Eva"),
    (
        (FAILURE, "on", "2026-03-10"),
        "People whose last failed message was on 10 March 2026.",
        "Cem",
    ),
    ((REPLY, "is_not_empty"), "People who replied.", "Cem"),
    ((REPLY, "is_empty"), "People who never replied.", "Ada Bea Dag Eva"),
    (
        (REPLY, "in_last", [1, "days"]),
        "People whose last reply was in the last day.",
        "Cem",
    ),
    (
        ("relay.template", "is_any_of", ["Greeting"]),
        "People who were sent the template Greeting.",
        "Ada Bea",
    ),
    (
        ("relay.template", "is_none_of", ["Greeting", "Reminder"]),
        "People who were never sent the template Greeting or Reminder.",
        "Cem Eva",
    ),
    (
        ("relay.template", "is_any_of_in_last", [1, "years", "Reminder", "Greeting"]),
        "People who were sent the template Reminder or Greeting in the last year.",
        "Ada Bea Dag",
    ),
    (("relay.template", "is_any_of_in_last", [1, "months", "Reminder"]), None, ""),
    (
        ("relay.campaign", "is_any_of", "Summer"),
        "People who were messaged in the campaign Summer.",
        "Ada Bea",
    ),
    (("relay.campaign", "is_any_of_in_last", [14, "days", "Summer"]), None, ""),
    (
        ("relay.channel", "is_any_of", ["TWILIO"]),
        "People who were messaged over Twilio.",
        "Ada Bea",
    ),
    (
        ("relay.channel", "is_none_of", ["whatsapp", "talk"]),
        "People who were never messaged over WhatsApp or Zendesk Talk.",
        "Cem Eva",
    ),
    (
        ("relay.segment", "is_any_of", ["Agreed", "Nobody"]),
        "People who are in the segment Agreed or Nobody.",
        "Ada",
    ),
    (
        ("relay.segment", "is_none_of", ["Agreed"]),
        "People who are not in the segment Agreed.",
        "Bea Cem Dag Eva",
    ),
    (
        ("relay.upload", "is_any_of", ["fair.csv"]),
        "People who are on the upload fair.csv.",
        "Bea Dag",
    ),
    (("relay.upload", "is_none_of", ["fair.csv", "shop.csv"]), None, "Ada Eva"),
    (("relay.opted_in", "is", True), "People who agreed to be messaged.", "Ada Cem"),
    (
        ("relay.opted_in", "is", False),
        "People who did not agree to be messaged.",
        "Bea Dag Eva",
    ),
    (("relay.open_ticket", "is", True), "People who have an open ticket.", "Ada Cem"),
    (("relay.open_ticket", "is", False), "People who have no open ticket.", "Bea Dag Eva"),
    (("relay.sample", "<=", 100), None, "Ada Bea Cem Dag Eva"),
]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("history") / "relay.duckdb"
    with duckdb.connect(str(path), config={"python_enable_replacements": False}) as connection:
        migrate(connection)
        prepare(connection)
        connection.execute(query("people.upsert"), {"rows": as_json(PEOPLE)})
        remember(connection, MESSAGES, REPLIES)
        connection.execute(
            "INSERT INTO uploads VALUES"
            " (1, 'fair.csv', 'id', 'id', 2, now()::TIMESTAMP, 'ada'),"
            " (2, 'shop.csv', 'id', 'id', 2, now()::TIMESTAMP, 'ada')"
        )
        connection.execute("INSERT INTO upload_people VALUES (1, 2, 2), (1, 4, 3), (2, 3, 2)")
        connection.execute(
            "INSERT INTO tickets (id, requester_id, status, updated_at)"
            " SELECT number, requester, status, '2026-01-01' FROM (VALUES (1, 1, 'hold'),"
            " (2, 2, 'solved'), (3, 3, 'new'), (4, 4, 'closed'), (5, 5, 'deleted'))"
            " AS t(number, requester, status)"
        )
        yield connection


def meaning(asked):
    tree = understood(tree_from_json(asked), catalogue=CATALOGUE)
    return tree, predicate(tree, now=NOW, zone=AMSTERDAM, policy=POLICY, segments=SEGMENTS)


def names(file, wanted):
    values = {name: stored(value) for name, value in wanted.values.items()}
    sql = f"SELECT p.name FROM people p WHERE {wanted.text} ORDER BY p.id"  # noqa: S608 - under test
    return " ".join(row[0] for row in file.execute(sql, values).fetchall())


class TestACondition:
    @pytest.mark.parametrize(("condition", "words", "found"), CASES, ids=lambda p: str(p)[:60])
    def test_matches_the_people_it_says(self, file, condition, words, found):
        tree, wanted = meaning(conditions(any_=[condition]))

        assert names(file, wanted) == found
        assert words is None or sentence(tree) == words

    @pytest.mark.parametrize(
        ("condition", "found"),
        [(condition, found) for condition, _, found in CASES],
        ids=lambda p: str(p)[:60],
    )
    def test_excludes_exactly_these_when_negated(self, file, condition, found):
        _, wanted = meaning(conditions(none=[condition]))

        left = set(names(file, wanted).split())

        assert left == {"Ada", "Bea", "Cem", "Dag", "Eva"} - set(found.split())

    def test_stands_in_the_table_with_every_operator_but_the_limit_of_the_whole(self):
        rows = {(condition[0], condition[1]) for condition, *_ in CASES}

        assert {field for field, _ in rows} == {f.key for f in RELAY_FIELDS} - {"relay.people"}
        assert {op for field, op in rows if field == MESSAGE} == set(
            CATALOGUE.find(MESSAGE).operators
        )


class TestAMessage:
    @pytest.mark.parametrize(
        ("condition", "found"),
        [
            ((MESSAGE, "is_empty"), "Bea Dag Eva"),
            ((MESSAGE, "in_last", [14, "days"]), "Ada Cem"),
            ((MESSAGE, "more_than_ago", [14, "days"]), ""),
            ((MESSAGE, "on", str(NOW.date())), "Ada Cem"),
            ((MESSAGE, "before", str(NOW.date())), ""),
            (("relay.template", "is_none_of", ["Greeting"]), "Bea Dag Eva"),
            (("relay.campaign", "is_any_of_in_last", [1, "hours", "Spring"]), "Ada Cem"),
        ],
        ids=str,
    )
    def test_that_waits_counts_as_one_of_now_however_long_it_has_waited(
        self, file, condition, found
    ):
        remember(
            file,
            [
                Message(1, "+31600000000", LAST_YEAR, state="queued"),  # a number of before
                Message(99, "+31633333333", LAST_WEEK, state="queued"),  # a profile that is gone
            ],
        )

        _, wanted = meaning(conditions([condition]))
        told = names(file, wanted)
        remember(file, MESSAGES, REPLIES)

        assert told == found

    @pytest.mark.parametrize("state", LEFT)
    def test_counts_once_it_may_have_left(self, file, state):
        remember(file, [Message(3, "+31633333333", LAST_WEEK, state=state)])

        _, wanted = meaning(conditions([(MESSAGE, "in_last", [7, "days"])]))
        found = names(file, wanted)
        remember(file, MESSAGES, REPLIES)

        assert found == "Cem"

    def test_counts_for_whoever_has_the_number_now(self, file):
        remember(file, [Message(99, HER_NUMBER, LAST_WEEK)])

        _, wanted = meaning(conditions([(MESSAGE, "is_not_empty")]))
        found = names(file, wanted)
        remember(file, MESSAGES, REPLIES)

        assert found == "Ada Bea"


class TestASegment:
    def test_is_asked_for_by_name(self):
        tree, _ = meaning(
            conditions(
                [("relay.segment", "is_any_of", ["Nobody", "Agreed"])],
                none=[("relay.segment", "is_any_of", ["Agreed"])],
            )
        )

        assert segments_in(tree) == ("Nobody", "Agreed")

    def test_may_be_named_twice(self, file):
        named = ("relay.segment", "is_any_of", ["Agreed"])

        _, wanted = meaning(conditions([named, ("tags", "has_any_of", ["agreed"]), named]))

        assert names(file, wanted) == "Ada"

    def test_never_loses_a_value_to_one_of_the_same_name(self):
        tree, _ = meaning(
            conditions([("tags", "has_any_of", ["x"]), ("relay.segment", "is_any_of", ["Agreed"])])
        )
        colliding = {"Agreed": Predicate("list_contains(p.tags, $c0)", {"c0": "agreed"})}

        with pytest.raises(ValueError, match="two values are named c0"):
            predicate(tree, now=NOW, zone=AMSTERDAM, segments=colliding)


class TestConsent:
    def test_was_given_by_nobody_where_no_setting_says_how(self, file):
        tree, _ = meaning(conditions([("relay.opted_in", "is", True)]))

        assert names(file, predicate(tree, now=NOW, zone=AMSTERDAM)) == ""


class TestANameThatIsTyped:
    def test_never_enters_the_text(self):
        known = Catalogue(
            replace(field, options=(Option("'; DROP", "'; DROP"),))
            for field in RELAY_FIELDS
            if field.key in OPTIONS
        )
        asked = conditions([(key, "is_any_of", ["'; DROP"]) for key in OPTIONS])
        tree = understood(tree_from_json(asked), catalogue=known)

        wanted = predicate(tree, now=NOW, zone=AMSTERDAM, segments={"'; DROP": SEGMENTS["Nobody"]})

        assert "DROP" not in wanted.text
