"""Where Procrastinate keeps its jobs: in the ledger's database, in a schema of its own."""

from typing import Any, Final

import psycopg
from procrastinate.schema import SchemaManager

from relay_core.store.postgres.connecting import NOT_STANDING_STILL, connecting, own_schema

_OF_THE_ONLY_ACCOUNT: Final = "relay"


def queue_options(url: str) -> dict[str, Any]:
    """Return what libpq is given for each connection that Procrastinate uses."""
    known = connecting(url, schema=_schema(url))
    return known | {"options": f"{known['options']} -c {NOT_STANDING_STILL}"}


def make_queue(connection: psycopg.Connection, url: str) -> None:
    """Make Procrastinate's tables and functions in an open transaction, if there are none yet."""
    schema = _schema(url)
    found = connection.execute("SELECT to_regnamespace(%s)", [schema]).fetchone()
    if found is not None and found[0] is not None:
        return
    connection.execute(f"CREATE SCHEMA {schema}")
    connection.execute(f"SET LOCAL search_path TO {schema}")
    connection.execute(SchemaManager.get_schema().encode())
    connection.execute("SET LOCAL search_path TO DEFAULT")


def _schema(url: str) -> str:
    """Return where the jobs are: nothing else than letters, digits and one underscore."""
    return f"{own_schema(url) or _OF_THE_ONLY_ACCOUNT}_queue"
