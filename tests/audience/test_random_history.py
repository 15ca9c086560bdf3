"""Random pasts: what is asked of them in SQL agrees with a plain reading of each person's own."""

from datetime import UTC, date, datetime, timedelta
from hashlib import md5
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relay_core.audience.conditions.clauses import understood
from relay_core.audience.conditions.fields import RELAY_FIELDS, Catalogue, Field, Option
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.sql.conditions import predicate
from relay_core.store.ledger import stored
from relay_core.store.migrations import migrate
from relay_core.store.queries import query
from relay_core.store.session import as_json
from tests.audience.past import CAMPAIGNS, LEFT, WAITS, Message, Reply, prepare, remember
from tests.audience.plain_reading import NOW, compared, in_window
from tests.audience.population import AMSTERDAM, conditions, person

PHONES = ["+31612345678", "+12025550123", "+31699999999"]
CATALOGUE = Catalogue(
    Field(field.key, field.label, field.kind, tuple(Option(n, n) for n in names))
    for field in RELAY_FIELDS
    for names in [
        {
            "relay.template": ["Greeting", "Reminder"],
            "relay.campaign": list(CAMPAIGNS),
            "relay.channel": ["whatsapp", "twilio", "talk"],
        }.get(field.key, [])
    ]
)

DAYS = st.sampled_from(
    [
        date(2024, 2, 29),
        date(2025, 4, 2),
        date(2026, 2, 28),
        date(2026, 3, 1),
        date(2026, 3, 28),  # the clocks change in the night that follows
        date(2026, 3, 29),
        date(2026, 3, 30),
        date(2026, 3, 31),
    ]
)
MOMENTS = st.builds(
    lambda day, minute: min(
        NOW, datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    ),
    DAYS,
    st.sampled_from([0, 600, 630, 660, 1320, 1350, 1380, 1410]),
)
MESSAGES = st.builds(
    Message,
    person=st.integers(1, 4),
    phone=st.sampled_from(PHONES),
    begun=MOMENTS,
    state=st.sampled_from([*LEFT, WAITS, "failed", "failed", "cancelled"]),
    changed=st.none() | MOMENTS,
    campaign=st.sampled_from(list(CAMPAIGNS)),
)
REPLIES = st.builds(Reply, phone=st.none() | st.sampled_from(PHONES), happened=MOMENTS)
PEOPLE = st.lists(st.sampled_from([None, "oops", *PHONES[:2]]), min_size=1, max_size=4).map(
    lambda phones: [
        person(
            id_,
            phone=phone,
            phone_state={None: "missing", "oops": "invalid"}.get(phone, "valid"),
        )
        for id_, phone in enumerate(phones, start=1)
    ]
)

ISO = DAYS.map(str) | MOMENTS.map(lambda moment: moment.isoformat())
LASTS = st.sampled_from(["relay.last_message", "relay.last_failure", "relay.last_reply"])
AMOUNTS = st.tuples(
    st.sampled_from([1, 2, 3, 13, 30]),
    st.sampled_from(["hours", "days", "weeks", "months", "years"]),
)
SENT = st.sampled_from(
    [
        ("relay.template", ["Greeting"]),
        ("relay.template", ["Greeting", "Reminder"]),
        ("relay.campaign", ["Summer"]),
        ("relay.campaign", ["Spring", "Autumn"]),
        ("relay.channel", ["twilio"]),
        ("relay.channel", ["talk", "whatsapp"]),
    ]
)
CONDITION = st.one_of(
    st.tuples(LASTS, st.sampled_from(["is_empty", "is_not_empty"])),
    st.tuples(
        LASTS, st.sampled_from(["before", "on_or_before", "on", "on_or_after", "after"]), ISO
    ),
    st.tuples(
        LASTS,
        st.sampled_from(["between", "not_between"]),
        st.lists(DAYS.map(str), min_size=2, max_size=2).map(sorted),
    ),
    st.tuples(LASTS, st.sampled_from(["in_last", "more_than_ago", "in_next"]), AMOUNTS.map(list)),
    st.tuples(
        LASTS,
        st.just("anniversary_in_next"),
        AMOUNTS.filter(lambda amount: amount[1] != "hours").map(list),
    ),
    st.tuples(SENT, st.sampled_from(["is_any_of", "is_none_of"])).map(
        lambda part: (part[0][0], part[1], part[0][1])
    ),
    st.tuples(SENT, AMOUNTS).map(
        lambda part: (part[0][0], "is_any_of_in_last", [*part[1], *part[0][1]])
    ),
    st.tuples(
        st.just("relay.sample"),
        st.just("<="),
        st.tuples(st.sampled_from([0.001, 25, 50, 99.999, 100]), st.sampled_from(["", "é"])).map(
            list
        ),
    ),
)


def last(row: dict[str, Any], field: str, past: tuple[list[Message], list[Reply]]) -> Any:
    """Return the moment of the last event of a person; None when there was none."""
    messages, replies = past
    match field:
        case "relay.last_message":
            moments = [m.moment(NOW) for m in messages if m.moment(NOW) and concerns(m, row)]
        case "relay.last_failure":
            failed = [m for m in messages if m.state == "failed" and concerns(m, row)]
            moments = [m.changed or m.begun for m in failed]
        case _:
            moments = [r.happened for r in replies if r.phone and r.phone == row["phone_e164"]]
    return max(moments, default=None)


def concerns(message: Message, row: dict[str, Any]) -> bool:
    return message.person == row["id"] or message.phone == row["phone_e164"]


def holds(row: dict[str, Any], condition: tuple[Any, ...], past: Any) -> bool:  # noqa: PLR0911 - a plain list
    field, op, *rest = condition
    given = rest[0] if rest else None
    if field == "relay.sample":
        percent, seed = given
        digits = md5(f"{seed}:{row['id']}".encode(), usedforsecurity=False).hexdigest()
        return int(digits[:8], 16) < round(percent / 100 * 2**32)
    if field in {"relay.template", "relay.campaign", "relay.channel"}:
        mine = [m for m in past[0] if m.moment(NOW) and concerns(m, row)]
        if op == "is_any_of_in_last":
            amount, unit, *names = given
            mine = [m for m in mine if in_window(m.moment(NOW), "in_last", amount, unit)]
            return any(m.names[field] in names for m in mine)
        return any(m.names[field] in given for m in mine) is (op == "is_any_of")
    moment = last(row, field, past)
    if op in {"is_empty", "is_not_empty"}:
        return (moment is None) is (op == "is_empty")
    if moment is None:
        return op == "not_between"
    if op in {"between", "not_between"}:
        inside = compared(moment, "on_or_after", given[0]) and compared(
            moment, "on_or_before", given[1]
        )
        return inside is (op == "between")
    if op in {"in_last", "in_next", "more_than_ago", "anniversary_in_next"}:
        return in_window(moment, op, *given)
    return compared(moment, op, given)


@pytest.fixture(scope="module")
def file():
    connection = duckdb.connect(config={"python_enable_replacements": False})
    migrate(connection)
    prepare(connection)
    yield connection
    connection.close()


def truths(file: Any, trees: list[Any]) -> list[list[Any]]:
    """Return what the SQL of each tree is of each person, by id; all in one query."""
    read = [understood(tree_from_json(tree), catalogue=CATALOGUE) for tree in trees]
    wanted = [
        predicate(tree, now=NOW, zone=AMSTERDAM, prefix=f"t{number}_")
        for number, tree in enumerate(read)
    ]
    values = {name: stored(value) for one in wanted for name, value in one.values.items()}
    columns = ", ".join(f"({one.text})" for one in wanted)
    rows = file.execute(f"SELECT {columns} FROM people p ORDER BY p.id", values).fetchall()  # noqa: S608 - under test
    return [list(column) for column in zip(*rows, strict=True)]


class TestSql:
    @settings(
        max_examples=50,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        print_blob=True,
    )
    @given(
        rows=PEOPLE,
        messages=st.lists(MESSAGES, max_size=8),
        replies=st.lists(REPLIES, max_size=4),
        asked=st.lists(CONDITION, min_size=4, max_size=8),
    )
    def test_is_true_of_whom_a_plain_reading_is_and_never_unknown(
        self, file, rows, messages, replies, asked
    ):
        file.execute("DELETE FROM people")
        file.execute(query("people.upsert"), {"rows": as_json(rows)})
        remember(file, messages, replies)

        said = truths(file, [conditions(any_=[condition]) for condition in asked])
        denied = truths(file, [conditions(none=[condition]) for condition in asked])

        for condition, yes, no in zip(asked, said, denied, strict=True):
            plainly = [holds(row, condition, (messages, replies)) for row in rows]
            assert (condition, yes) == (condition, plainly)
            assert no == [not true for true in plainly]
