"""Where sequences go on: beyond every number ever given, in whichever engine comes next."""

import re
from typing import Final

import duckdb
import psycopg
from psycopg import sql

from relay_core.store.ledger import Row
from relay_core.store.postgres.tables import Schema

_NUMBERED: Final = re.compile(r"""^"(\w+)" .*DEFAULT nextval\('(\w+)'\)""")
_GIVEN: Final = """
SELECT sequence_name, coalesce(last_value + 1, start_value) FROM duckdb_sequences()"""


def next_in_file(cursor: duckdb.DuckDBPyConnection, schema: Schema) -> dict[str, int]:
    """Return the next number of each sequence, beyond what tables hold too."""
    found = dict(cursor.execute(_GIVEN).fetchall())
    return _next(found, dict(cursor.execute(_highest(schema)).fetchall()), schema)


def next_in_ledger(connection: psycopg.Connection[Row], schema: Schema) -> dict[str, int]:
    """Return the same of the ledger."""
    found = {}
    for name in schema.sequences:
        query = sql.SQL("SELECT last_value + CAST(is_called AS INTEGER) AS next FROM {}")
        [row] = connection.execute(query.format(sql.Identifier(name))).fetchall()
        found[name] = row["next"]
    highest = connection.execute(_highest(schema).encode()).fetchall()
    return _next(found, {row["name"]: row["highest"] for row in highest}, schema)


def continue_in_file(cursor: duckdb.DuckDBPyConnection, following: dict[str, int]) -> None:
    """Let the file's sequences go on from there: numbers before are taken and thrown away."""
    given = dict(cursor.execute(_GIVEN).fetchall())
    for name, wanted in following.items():
        cursor.execute(f"SELECT count(nextval('{name}')) FROM range({wanted - given[name]})")


def continue_in_ledger(connection: psycopg.Connection[Row], following: dict[str, int]) -> None:
    """Let the ledger's sequences go on from there."""
    for name, wanted in following.items():
        connection.execute("SELECT setval(%s, %s, false)", [name, wanted])


def _highest(schema: Schema) -> str:
    """Return the question for the highest number in each table that a sequence numbers."""
    return " UNION ALL ".join(
        f"SELECT '{found[2]}' AS name, coalesce(max({found[1]}), 0) AS highest FROM {table.name}"
        for table in schema.tables.values()
        for part in table.parts
        if (found := _NUMBERED.match(part))
    )


def _next(found: dict[str, int], highest: dict[str, int], schema: Schema) -> dict[str, int]:
    return {name: max(found[name], highest.get(name, 0) + 1) for name in schema.sequences}
