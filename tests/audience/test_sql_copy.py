"""A query with its values written in: the same answer, whatever the values are."""

from datetime import UTC, date

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.audience.sql.copying import literal, with_literals
from relay_core.audience.sql.predicates import Predicate
from relay_core.store.ledger import stored

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))
VALUES = st.one_of(
    TEXTS,
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1900 < moment.year < 2200),
    st.lists(TEXTS, max_size=4),
    st.none(),
)


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect(":memory:") as opened:
        yield opened


class TestALiteral:
    @given(VALUES)
    def test_is_read_by_duckdb_as_the_value(self, connection, value):
        told = connection.execute(f"SELECT {literal(value)}").fetchone()

        assert told == (stored(value),)

    def test_of_another_sort_is_refused(self):
        with pytest.raises(TypeError, match="bytes"):
            literal(b"x")

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("it's", "'it''s'"),
            (0.1, "'0.1'::DOUBLE"),
            (date(2026, 3, 8), "DATE '2026-03-08'"),
            (["a", 1], "['a', 1]"),
        ],
    )
    def test_can_be_read_by_people(self, value, text):
        assert literal(value) == text


class TestACopiedQuery:
    def test_has_values_only_where_names_are_bound(self, connection):
        query = Predicate(
            """SELECT '$x', 'it''s $x', "$x", $x, $xy -- $x isn't
               FROM (SELECT 3 AS "$x")""",
            {"x": "$xy", "xy": 5},
        )

        told = connection.execute(with_literals(query)).fetchone()

        assert told == ("$x", "it's $x", 3, "$xy", 5)

    def test_is_refused_without_a_value(self):
        with pytest.raises(KeyError):
            with_literals(Predicate("SELECT $x"))
