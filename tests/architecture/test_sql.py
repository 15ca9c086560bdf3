"""Every named query: explained, understood by DuckDB, and used."""

import re
from pathlib import Path

import duckdb
import pytest

from relay_core.store.migrations import migrate
from relay_core.store.queries import queries

CORE = Path(__file__).parents[2] / "relay_core"


@pytest.fixture(scope="module")
def schema():
    with duckdb.connect(":memory:") as connection:
        migrate(connection)
        yield connection


@pytest.fixture(scope="module")
def source():
    return "\n".join(p.read_text(encoding="utf-8") for p in CORE.rglob("*.py"))


@pytest.mark.parametrize("name", queries())
class TestAQuery:
    def test_begins_with_a_comment_that_explains_it(self, name):
        assert re.match(r"-- [A-Z\"'`].{10,}", queries()[name])

    def test_is_prepared_by_duckdb_against_the_migrated_schema(self, name, schema):
        text = re.sub(r"\$(\w+)", r"$\1", queries()[name])

        schema.execute(f"PREPARE checked AS {text}")
        schema.execute("DEALLOCATE checked")

    def test_is_used(self, name, source):
        assert f'"{name}"' in source
