"""What stands in the database before the first transaction: functions and tables, made once."""

from importlib.resources import files
from typing import Final

import psycopg

from relay_core.errors import StoreError
from relay_core.log import log
from relay_core.store.migrations import migrations
from relay_core.store.postgres.tables import table_statements

_LOCK: Final = 7_237_265
"""Of the transaction that makes or checks the schema; any number that nobody else takes."""


def prepare(url: str) -> None:
    """Make the tables in an empty database, or see that those there are this Relay's.

    Several processes may do so at once; one of them makes them.

    Args:
        url: `postgresql://…`.

    Raises:
        StoreError: They are of another version.
    """
    latest = max(migrations())
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        connection.execute("CREATE TABLE IF NOT EXISTS schema_version (number INTEGER PRIMARY KEY)")
        row = connection.execute("SELECT max(number) FROM schema_version").fetchone()
        found = row[0] if row else None
        if found is None:
            functions = files(__package__).joinpath("functions.sql").read_text("utf-8")
            for statement in (functions, *table_statements()):
                connection.execute(statement.encode())
            connection.execute("INSERT INTO schema_version VALUES (%s)", [latest])
            log().info("ledger.made", number=latest)
        elif found != latest:
            raise StoreError(
                f"schema {found}, not {latest}",
                advice=f"This ledger was made by a {'newer' if found > latest else 'former'} "
                "Relay. Let all processes run the same version.",
            )
