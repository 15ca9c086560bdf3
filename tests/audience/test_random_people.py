"""Random conditions over random people: the SQL agrees with a plain reading of the operators."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relay_core.audience.conditions.clauses import understood
from relay_core.audience.conditions.fields import SYSTEM_FIELDS, Catalogue, Field, Option
from relay_core.audience.conditions.operators import Kind, Op
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.sql.conditions import predicate
from relay_core.errors import AudienceError
from relay_core.store.ledger import stored
from relay_core.store.migrations import migrate
from relay_core.store.queries import query
from relay_core.store.session import as_json
from tests.audience.plain_reading import NOW, TODAY, holds
from tests.audience.population import AMSTERDAM, conditions, person

COLOURS = ("red", "green", "blue")
CATALOGUE = Catalogue(
    (
        *SYSTEM_FIELDS,
        Field("uf.plan", "Plan", Kind.CHOICE, (Option("pro", "Pro"), Option("team", "Team"))),
        Field("uf.newsletter", "Newsletter", Kind.CHECKBOX),
        Field("uf.seats", "Seats", Kind.NUMBER),
        Field("uf.renewal", "Renewal", Kind.DATE),
        Field("uf.motto", "Motto", Kind.TEXT),
        Field("uf.colours", "Colours", Kind.CHOICES, tuple(Option(c, c) for c in COLOURS)),
        Field("uf.manager", "Manager", Kind.ID),
    )
)

# Small worlds, so that conditions and people meet.
TAGS = st.lists(st.sampled_from(["vip", "vip_gold", "x"]), max_size=3, unique=True)
WORDS = st.sampled_from(
    ["", "Ada", "ada lovelace", "Jan-Piet ada", "Élan, vital!", "安 ada", "a_b", "cafe\u0301 noir"]
)
DAYS = st.sampled_from(
    [
        date(2024, 2, 29),
        date(2025, 3, 31),
        date(2025, 12, 31),
        date(2026, 1, 1),
        date(2026, 2, 28),
        date(2026, 3, 1),
        date(2026, 3, 28),  # the clocks change in the night that follows
        date(2026, 3, 29),
        TODAY - timedelta(days=1),
        TODAY,
        TODAY + timedelta(days=1),
        TODAY + timedelta(days=30),
    ]
)
MOMENTS = st.builds(
    lambda day, minute: (
        datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    ),
    DAYS,
    st.sampled_from([0, 600, 630, 660, 690, 1320, 1350, 1380, 1410]),
)
NUMBERS = st.sampled_from([0, 1, 2.5, 5, -3])


@st.composite
def people(draw: Any) -> list[dict[str, Any]]:
    made = []
    for id_ in range(1, draw(st.integers(1, 8)) + 1):
        phone = draw(st.sampled_from([None, "oops", "+31612345678", "+12025550123"]))
        fields = {
            "plan": draw(st.sampled_from([None, "pro", "team", ""])),
            "newsletter": draw(st.sampled_from([None, True, False])),
            "seats": draw(st.none() | NUMBERS | st.just("5")),
            "renewal": draw(st.none() | DAYS.map(lambda d: f"{d}T00:00:00+00:00")),
            "motto": draw(st.none() | WORDS),
            "colours": draw(st.none() | st.lists(st.sampled_from(COLOURS), unique=True)),
            "manager": draw(st.sampled_from([None, "7", 8])),
        }
        made.append(
            person(
                id_,
                draw(WORDS),
                email=draw(st.sampled_from([None, "Ada@example.com", "bob@mail.example.com"])),
                role=draw(st.sampled_from(["end-user", "agent"])),
                phone=phone,
                phone_state={None: "missing", "oops": "invalid"}.get(phone, "valid"),
                phone_country={"+31612345678": "NL", "+12025550123": "US"}.get(phone),
                phone_mobile=draw(st.sampled_from([None, True, False])),
                locale=draw(st.sampled_from([None, "nl", "en-US"])),
                time_zone=draw(st.sampled_from([None, "London"])),
                organization_ids=draw(st.lists(st.sampled_from([10, 11]), unique=True)),
                tags=draw(TAGS),
                fields={key: value for key, value in fields.items() if value is not None},
                notes=draw(st.none() | WORDS),
                details=draw(st.none() | WORDS),
                external_id=draw(st.sampled_from([None, "", "A-1"])),
                verified=draw(st.booleans()),
                suspended=draw(st.booleans()),
                active=draw(st.booleans()),
                last_login_at=draw(st.none() | MOMENTS),
                whatsapp=draw(st.sampled_from([None, "31612345678"])),
                created_at=draw(MOMENTS),
                updated_at=draw(MOMENTS),
            )
        )
    return made


LISTS = {
    "tags": ["vip", "vip_gold", "gone"],
    "uf.colours": ["red", "green", "blue"],
}
CHOICES = {
    "role": ["end-user", "agent", "admin"],
    "organization": [10, 11, 12],
    "locale": ["nl", "en-US"],
    "time_zone": ["London", "Paris"],
    "uf.plan": ["pro", "team"],
}
ISO = DAYS.map(str) | MOMENTS.map(lambda moment: moment.isoformat())
UNITS = ["hours", "days", "weeks", "months", "years"]


def one_of(field: Any, op: Any, value: Any = None) -> Any:
    parts = [st.sampled_from([field] if isinstance(field, str) else field), st.sampled_from(op)]
    return st.tuples(*parts, *([] if value is None else [value]))


def some(values: list[Any]) -> Any:
    return st.lists(st.sampled_from(values), min_size=1, unique=True)


EVERY_FIELD = [field.key for field in CATALOGUE.fields]
MEETING = st.one_of(
    *[one_of(k, ["has_any_of", "has_all_of", "has_none_of"], some(v)) for k, v in LISTS.items()],
    one_of(list(LISTS), ["starts_with"], st.sampled_from(["vi", "re", "z"])),
    *[one_of(k, ["is_any_of", "is_none_of"], some(v)) for k, v in CHOICES.items()],
    one_of(EVERY_FIELD, ["is_empty", "is_not_empty"]),
    one_of(
        ["created", "updated", "last_login"],
        ["before", "on_or_before", "on", "on_or_after", "after"],
        ISO,
    ),
    one_of(
        "uf.renewal",
        ["before", "on_or_before", "on", "on_or_after", "after"],
        DAYS.map(str),
    ),
    one_of(
        ["created", "last_login", "uf.renewal"],
        ["between", "not_between"],
        st.lists(DAYS.map(str), min_size=2, max_size=2).map(sorted),
    ),
    one_of(
        ["created", "last_login", "uf.renewal"],
        ["in_last", "more_than_ago", "in_next", "anniversary_in_next"],
        st.tuples(st.sampled_from([1, 2, 3, 13, 30, 400]), st.sampled_from(UNITS)).map(list),
    ),
    one_of(
        ["name", "notes", "details", "uf.motto"],
        ["contains_word", "not_contains_word", "word_starts_with", "contains_text"],
        st.sampled_from(["ADA", "lovelace", "él", "élan", "安", "a_b", "piet", "cafe", "noir"]),
    ),
    one_of(
        ["name", "uf.motto"],
        ["is", "contains_phrase"],
        st.sampled_from(["ada lovelace", "Élan, vital!", "jan piet"]),
    ),
    one_of("email", ["is"], st.sampled_from(["ada@EXAMPLE.com", "eve@example.com"])),
    one_of("email", ["domain_is"], st.sampled_from(["example.com", "mail.example.com"])),
    one_of("phone", ["is"], st.sampled_from(["+31612345678", "+31612345679"])),
    one_of("phone", ["country_code_is"], st.sampled_from(["31", "+1", "DE"])),
    one_of("phone", ["country_is_any_of"], st.sampled_from([["NL"], ["US", "DE"]])),
    one_of("phone", ["is_shared", "is_valid_mobile"]),
    one_of(["external_id", "uf.manager"], ["is"], st.sampled_from(["a-1", "7", 8])),
    one_of(["verified", "suspended"], ["is"], st.booleans()),
    one_of("uf.seats", ["=", "!=", ">", ">=", "<", "<="], NUMBERS),
    one_of("uf.seats", ["between"], st.lists(NUMBERS, min_size=2, max_size=2).map(sorted)),
    one_of("uf.newsletter", ["is_checked", "is_not_checked"]),
)
WILD = st.tuples(
    st.sampled_from(EVERY_FIELD),
    st.sampled_from([str(op) for op in Op]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | ISO,
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=3,
    ),
)


@pytest.fixture(scope="module")
def mirror():
    connection = duckdb.connect(config={"python_enable_replacements": False})
    migrate(connection)
    yield connection
    connection.close()


def settle(mirror: Any, rows: list[dict[str, Any]]) -> None:
    mirror.execute("DELETE FROM people")
    mirror.execute(query("people.upsert"), {"rows": as_json(rows)})


def truths(mirror: Any, tree: Any) -> list[Any]:
    """Return what the SQL is of each person, by id."""
    wanted = predicate(tree, now=NOW, zone=AMSTERDAM)
    values = {name: stored(value) for name, value in wanted.values.items()}
    sql = f"SELECT {wanted.text} FROM people p ORDER BY p.id"  # noqa: S608 - under test
    return [row[0] for row in mirror.execute(sql, values).fetchall()]


def found(mirror: Any, tree: Any) -> list[int]:
    wanted = predicate(tree, now=NOW, zone=AMSTERDAM)
    values = {name: stored(value) for name, value in wanted.values.items()}
    sql = f"SELECT p.id FROM people p WHERE {wanted.text} ORDER BY p.id"  # noqa: S608 - under test
    return [row[0] for row in mirror.execute(sql, values).fetchall()]


def acceptable(condition: tuple[Any, ...]) -> bool:
    try:
        understood(tree_from_json(conditions([condition])), catalogue=CATALOGUE)
    except AudienceError:
        return False
    return True


MANY = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
CONDITIONS = st.lists(MEETING.filter(acceptable), max_size=3)


class TestSql:
    @MANY
    @given(rows=people(), all_=CONDITIONS, any_=CONDITIONS, none=CONDITIONS)
    def test_finds_whom_a_plain_reading_finds(self, mirror, rows, all_, any_, none):
        tree = tree_from_json(conditions(all_, any_, none))
        settle(mirror, rows)

        ids = found(mirror, understood(tree, catalogue=CATALOGUE))

        assert ids == [
            row["id"]
            for row in rows
            if all(holds(row, condition, rows) for condition in all_)
            and (not any_ or any(holds(row, condition, rows) for condition in any_))
            and not any(holds(row, condition, rows) for condition in none)
        ]

    @settings(MANY, max_examples=20)
    @given(rows=people(), asked=st.lists(MEETING.filter(acceptable), min_size=20, max_size=40))
    def test_is_true_or_false_of_each_person_and_never_unknown(self, mirror, rows, asked):
        settle(mirror, rows)

        for condition in asked:
            tree = understood(tree_from_json(conditions([condition])), catalogue=CATALOGUE)
            assert (condition, truths(mirror, tree)) == (
                condition,
                [holds(row, condition, rows) for row in rows],
            )

    @MANY
    @given(condition=WILD)
    def test_can_be_run_for_whatever_was_accepted(self, mirror, condition):
        try:
            tree = understood(tree_from_json(conditions([condition])), catalogue=CATALOGUE)
        except AudienceError:
            return

        settle(mirror, [person(1)])

        assert truths(mirror, tree) in ([True], [False])
