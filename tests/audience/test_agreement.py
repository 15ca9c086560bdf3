"""The stand-in for Zendesk and Relay's SQL name the same people, through real HTTP.

The stand-in has an evaluator of its own over records of its own. Everything that is asked of it was
compiled from conditions; the check that is left is made on the mirror, on those it found.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relay_core.audience.conditions.clauses import ClauseTree, understood
from relay_core.audience.conditions.fields import Catalogue, catalogue
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.sql.conditions import predicate
from relay_core.audience.zendesk.compiling import Compilation, Exactness, compiled
from relay_core.gateways.zendesk import Zendesk
from relay_core.people.sync import sync
from relay_core.store.database import Database, open_database
from tests.audience.population import AMSTERDAM, conditions
from tests.people.account_over_http import outside
from tests.sandbox.small_account import account_of, user

NOW = datetime(2026, 3, 31, 10, 30, 0, 250_000, tzinfo=UTC)  # two days after the clocks changed
NUMBER_OF_PEOPLE = 160

FIELDS = [
    {"key": "plan", "type": "dropdown", "options": ["pro", "team", "pro-max"]},
    {"key": "newsletter", "type": "checkbox"},
    {"key": "seats", "type": "integer"},
    {"key": "balance", "type": "decimal"},
    {"key": "renewal", "type": "date"},
    {"key": "motto", "type": "text"},
    {"key": "remarks", "type": "textarea"},
    {"key": "contract", "type": "regexp"},
    {"key": "colours", "type": "multiselect", "options": ["red", "green", "blue"]},
    {"key": "manager", "type": "lookup"},
    {"key": "priority", "type": "text"},  # its key is a keyword of the search
]
WORDS = [
    "Ada",
    "ada lovelace",
    "Lovelace, Ada",
    "Jan-Piet ada",
    "Janssen",
    "Élan, vital!",
    "elan vital",
    "安 ada",
    "山田太郎",
    "a_b",
    "cafe\u0301 noir",
    "café noir",
    "None",
    'O\'Neil "the" one',
    "Ольга Ада",
    "ἀδα",
    "-vip",
    "tags:vip",
]
PHONES = [
    "+31612345678",
    "06 12345678",
    "0031 6-1234 5678",
    "+31612345678 ext. 5",
    "+1 (202) 555-0123",
    "n/a",
    "",
    "+33612345678",
]
EMAILS = ["Ada@example.com", "bob@mail.example.com", "o'neil@example.org", "ada@example.org"]
DAYS = [
    "2024-02-29",
    "2025-03-31",
    "2025-12-31",
    "2026-03-01",
    "2026-03-28",
    "2026-03-29",
    "2026-03-30",
    "2026-03-31",
    "2026-04-01",
    "2026-04-30",
]
TIMES = ["00:00:00", "10:00:00", "10:30:00", "10:30:01", "21:59:59", "22:00:00", "23:00:00"]
TAGS = ["vip", "vip_gold", "vip-gold", "x", "été"]


def people() -> list[dict[str, Any]]:
    """Return people whose every field is empty for some of them, all of them for the first two."""
    dice = random.Random(5)

    def maybe(values: list[Any]) -> Any:
        return dice.choice(values) if dice.random() < 0.7 else None

    def moment() -> str:
        return f"{dice.choice(DAYS)}T{dice.choice(TIMES)}Z"

    nobody = [user("", id=1000), user("", id=1001, user_fields={"motto": "", "colours": []})]

    def addresses(number: int) -> dict[str, Any]:
        """Return a first address, and sometimes a second one, which nobody has without a first."""
        email = f"{number}.{dice.choice(EMAILS)}" if dice.random() < 0.6 else maybe(EMAILS)
        if email is None or dice.random() < 0.7:
            return {"email": email}
        messenger = {"type": "messaging", "subtype_name": "whatsapp", "value": "+31612345678"}
        second = {"type": "email", "value": "Ada@example.com"}
        return {"email": email, "identities": [second, messenger]}

    return nobody + [
        user(
            **addresses(number),
            name=dice.choice(WORDS),
            id=1002 + number,
            role=dice.choice(["end-user"] * 6 + ["agent", "admin"]),
            phone=maybe(PHONES),
            tags=[tag for tag in TAGS if dice.random() < 0.3],
            organization_ids=dice.sample([10, 11, 12], dice.choice([0, 0, 1, 2])),
            external_id=maybe(["", "A-1", "a_2", "A:3"]),
            notes=maybe(WORDS),
            details=maybe(WORDS),
            locale=dice.choice(["nl", "en-US"]),
            verified=dice.random() < 0.5,
            suspended=dice.random() < 0.2,
            active=dice.random() < 0.9,
            created_at=moment(),
            updated_at=moment(),
            last_login_at=moment() if dice.random() < 0.5 else None,
            user_fields={
                "plan": maybe(["pro", "team", "pro-max"]),
                "newsletter": maybe([True, False]),
                "seats": maybe([0, 1, 5, -3, 1_000_000]),
                "balance": maybe([0, 2.5, -0.01, 5.0]),
                "renewal": f"{day}T00:00:00+00:00" if (day := maybe(DAYS)) else None,
                "motto": maybe(WORDS),
                "remarks": maybe([*WORDS, "one\ntwo ada"]),
                "contract": maybe(["C-10", "C-11"]),
                "colours": maybe([["red"], ["red", "green"], []]),
                "manager": maybe(["7", "8"]),
                "priority": maybe(WORDS),
            },
        )
        for number in range(NUMBER_OF_PEOPLE)
    ]


class Account:
    """One account, served and mirrored; what was asked once is remembered."""

    def __init__(self, zendesk: Zendesk, mirror: Database) -> None:
        self.zendesk = zendesk
        self.mirror = mirror
        self.catalogue: Catalogue = catalogue(mirror)
        self.asked: dict[str, frozenset[int]] = {}

    def found(self, query: str) -> frozenset[int]:
        """Return whom Zendesk finds, over HTTP."""
        if query not in self.asked:
            page = self.zendesk.export_page(query, None)
            assert not page.meta.has_more
            self.asked[query] = frozenset(each.id for each in page.results)
        return self.asked[query]

    def matched(
        self, tree: ClauseTree, *, end_users: bool = False, active: bool = False
    ) -> set[int]:
        """Return whom the SQL matches in the mirror."""
        wanted = predicate(tree, now=NOW, zone=AMSTERDAM)
        text = f"SELECT p.id FROM people p WHERE p.active AND ({wanted.text})"  # noqa: S608 - values are bound
        text += " AND p.role = 'end-user'" if end_users else ""
        text += " AND NOT p.suspended" if active else ""
        return set(self.mirror.table(text, wanted.values).column("id").to_pylist())


@pytest.fixture(scope="module")
def account(tmp_path_factory) -> Iterator[Account]:
    world = account_of(
        {
            "organizations": [{"id": id_, "name": f"Company {id_}"} for id_ in (10, 11, 12)],
            "user_fields": FIELDS,
            "users": people(),
        }
    ).world
    folder = tmp_path_factory.mktemp("agreement")
    with outside(world) as running, open_database(folder / "relay.duckdb") as mirror:
        sync(
            mirror,
            source=running.zendesk,
            region="NL",
            clock=lambda: NOW,
            report=lambda _: None,
            anew=False,
        )
        yield Account(running.zendesk, mirror)


def agreed(account: Account, json: dict[str, Any], *, implied: bool = True) -> Compilation:
    """Assert that both name the same people, and return how Zendesk was asked."""
    tree = understood(tree_from_json(json), catalogue=account.catalogue)
    plan = compiled(tree, now=NOW, zone=AMSTERDAM, end_users_only=implied, active_only=implied)
    wanted = account.matched(tree, end_users=implied, active=implied)
    if plan.exactness is Exactness.MIRROR:
        assert plan.queries == ()
        assert account.matched(plan.residual) == wanted
        return plan
    found = frozenset().union(*map(account.found, plan.queries))
    assert wanted <= found, plan.queries
    assert found & account.matched(plan.residual) == wanted, plan
    if plan.exactness is Exactness.EXACT:
        assert found == wanted, plan.queries
    return plan


E, S = Exactness.EXACT, Exactness.SUPERSET
REFERENCE = [
    # field, operator, value, and what a query finds that has the condition in its "all of"
    ("tags", "has_any_of", ["vip", "x"], E),
    ("tags", "has_any_of", ["vip-gold"], E),
    ("tags", "has_all_of", ["vip", "x"], E),
    ("tags", "has_none_of", ["vip", "vip_gold"], E),
    ("tags", "is_empty", None, E),
    ("tags", "is_not_empty", None, S),
    ("tags", "starts_with", "vip", S),
    ("tags", "has_any_of", ["none"], S),
    ("tags", "has_any_of", ["a b", 'c"d', "e*"], S),
    ("role", "is_any_of", ["end-user", "agent"], E),
    ("role", "is_none_of", ["agent"], E),
    ("organization", "is_any_of", [10, 11], E),
    ("organization", "is_none_of", [10], E),
    ("organization", "is_empty", None, E),
    ("organization", "is_not_empty", None, S),
    *[
        (field, op, value, E)
        for field in ("created", "updated")
        for op, value in (
            ("before", "2026-03-29"),
            ("on_or_before", "2026-03-29"),
            ("on", "2026-03-29"),
            ("on_or_after", "2026-03-29"),
            ("after", "2026-03-29"),
            ("between", ["2026-03-28", "2026-03-30"]),
            ("before", "2026-03-31T10:30:00+00:00"),
            ("on", "2026-03-31T12:30:00+02:00"),
            ("after", "2026-03-31T10:30:00.500+00:00"),
            ("in_last", [2, "hours"]),
            ("in_last", [2, "days"]),
            ("more_than_ago", [1, "months"]),
            ("in_next", [12, "hours"]),
            ("in_next", [30, "days"]),
        )
    ],
    ("created", "not_between", ["2026-03-28", "2026-03-30"], S),
    ("created", "anniversary_in_next", [30, "days"], S),
    ("created", "is_empty", None, S),
    *[
        (field, op, value, S)
        for field in ("name", "notes", "details", "uf.motto", "uf.remarks", "uf.priority")
        for op, value in (
            ("contains_word", "ADA"),
            ("contains_word", "安"),
            ("contains_word", "none"),
            ("not_contains_word", "ada"),
            ("contains_phrase", "ada lovelace"),
            ("contains_phrase", "café noir"),
            ("word_starts_with", "jan"),
            ("is", 'O\'Neil "the" one'),
            ("is", "Ольга Ада"),
            ("is", "none"),
            ("contains_text", "nss"),
            ("is_not_empty", None),
        )
    ],
    ("name", "is_empty", None, S),
    ("notes", "is_empty", None, S),
    ("details", "is_empty", None, S),
    ("email", "is", "ADA@example.com", S),
    ("email", "is", "o'neil@example.org", S),
    ("email", "domain_is", "example.com", S),
    ("email", "is_empty", None, E),
    ("email", "is_not_empty", None, S),
    ("phone", "is", "+31612345678", S),
    ("phone", "is_empty", None, E),
    ("phone", "is_not_empty", None, S),
    ("phone", "country_code_is", "31", S),
    ("phone", "country_is_any_of", ["NL", "US"], S),
    ("phone", "is_valid_mobile", None, S),
    ("phone", "is_shared", None, Exactness.MIRROR),
    ("external_id", "is", "a-1", E),
    ("external_id", "is", "A:3", S),
    ("external_id", "is_empty", None, E),
    ("external_id", "is_not_empty", None, S),
    ("verified", "is", True, E),
    ("verified", "is", False, E),
    ("suspended", "is", True, E),
    ("suspended", "is", False, E),
    ("locale", "is_any_of", ["nl"], S),
    ("time_zone", "is_none_of", ["Etc/UTC"], S),
    ("last_login", "in_last", [3, "days"], S),
    ("last_login", "is_empty", None, S),
    ("whatsapp", "is_empty", None, S),
    ("uf.plan", "is_any_of", ["pro", "team"], E),
    ("uf.plan", "is_none_of", ["pro"], E),
    ("uf.plan", "is_empty", None, E),
    ("uf.plan", "is_not_empty", None, S),
    ("uf.newsletter", "is_checked", None, E),
    ("uf.newsletter", "is_not_checked", None, E),
    *[
        (field, op, value, E)
        for field, one in (("uf.seats", -3), ("uf.seats", 5), ("uf.balance", 2.5))
        for op, value in (
            *[(op, one) for op in ("=", "!=", ">", ">=", "<", "<=")],
            ("between", [one, one + 2]),
            ("is_empty", None),
        )
    ],
    ("uf.seats", "is_not_empty", None, S),
    ("uf.seats", "<", 1e300, S),
    *[
        ("uf.renewal", op, value, E)
        for op, value in (
            ("before", "2026-03-29"),
            ("on_or_before", "2026-03-29"),
            ("on", "2026-03-29"),
            ("on_or_after", "2026-03-29"),
            ("after", "2026-03-29"),
            ("between", ["2026-03-28", "2026-03-30"]),
            ("in_last", [3, "days"]),
            ("more_than_ago", [1, "months"]),
            ("in_next", [1, "months"]),
            ("is_empty", None),
        )
    ],
    ("uf.renewal", "not_between", ["2026-03-28", "2026-03-30"], S),
    ("uf.renewal", "anniversary_in_next", [40, "days"], S),
    ("uf.motto", "is_empty", None, E),
    ("uf.contract", "contains_phrase", "C 10", S),
    ("uf.colours", "has_any_of", ["red"], S),
    ("uf.colours", "is_empty", None, S),
    ("uf.manager", "is", "7", S),
    ("uf.manager", "is_empty", None, S),
    ("relay.last_message", "is_empty", None, S),
    ("relay.channel", "is_none_of", ["twilio"], S),
    ("relay.open_ticket", "is", True, S),
]


class TestACondition:
    @pytest.mark.parametrize(("field", "op", "value", "exactness"), REFERENCE)
    def test_finds_the_same_people(self, account, field, op, value, exactness) -> None:
        condition = (field, op, value)

        plan = agreed(account, conditions([condition]), implied=field not in {"role", "suspended"})

        assert plan.exactness == exactness

    @pytest.mark.parametrize(("field", "op", "value", "exactness"), REFERENCE)
    def test_that_must_not_hold_finds_everybody_else(
        self, account, field, op, value, exactness
    ) -> None:
        plan = agreed(account, conditions(none=[(field, op, value)]), implied=False)

        if exactness is Exactness.MIRROR:
            assert plan.exactness is exactness

    @pytest.mark.parametrize(("field", "op", "value", "exactness"), REFERENCE)
    def test_that_is_an_alternative_finds_the_same_people(
        self, account, field, op, value, exactness
    ) -> None:
        others = [("tags", "has_any_of", ["x"]), ("uf.seats", "=", 5)]

        plan = agreed(account, conditions([others[0]], [(field, op, value), others[1]]))

        if exactness is E and field not in {"tags", "role", "suspended"}:
            assert plan.exactness is E


FIELD_OPS = {
    (field, op): [c for c in REFERENCE if c[:2] == (field, op)] for field, op, _, _ in REFERENCE
}
ONE = st.sampled_from(list(FIELD_OPS)).flatmap(lambda key: st.sampled_from(FIELD_OPS[key]))
CONDITION = ONE.map(lambda row: row[:3])


class TestATree:
    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(CONDITION, max_size=4),
        st.lists(CONDITION, max_size=4),
        st.lists(CONDITION, max_size=3),
        st.booleans(),
    )
    def test_finds_the_same_people(self, account, all_, any_, none, implied) -> None:
        agreed(account, conditions(all_, any_, none), implied=implied)

    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def test_on_few_fields_finds_the_same_people(self, account, data) -> None:
        keys = data.draw(
            st.lists(st.sampled_from([f for f, _ in FIELD_OPS]), min_size=1, max_size=2)
        )
        few = st.sampled_from([row[:3] for row in REFERENCE if row[0] in keys])
        groups = [data.draw(st.lists(few, max_size=3)) for _ in range(3)]

        agreed(account, conditions(*groups))
