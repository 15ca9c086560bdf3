"""Moves into the ledger and out of it, as the ledger itself notes them.

What has moved away can be written to no more, by whomever: a trigger of each table refuses it.
"""

from collections.abc import Iterable
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from relay_core.errors import StoreError
from relay_core.store.ledger import Row

MOVES: Final = """
CREATE TABLE moves (
    id       TEXT PRIMARY KEY,
    moved_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    place    TEXT NOT NULL,       -- of the file
    has_left BOOLEAN NOT NULL     -- to the file; else it came from there
)"""
_LEFT: Final = """
SELECT place, to_char(moved_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS at
  FROM moves WHERE has_left"""
_REFUSE: Final = """
CREATE FUNCTION refuse_after_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'This ledger was moved to a file; nothing is written to it any more.';
END $$"""
WHICH: Final = """
(SELECT system_identifier FROM pg_control_system()),
(SELECT oid FROM pg_database WHERE datname = current_database()),
CAST(to_regclass('moves') AS OID)"""
"""What tells a ledger from every other one, also from one that was made anew, or restored from a
dump, under its name: numbers that its server gives out once."""
_IDENTITY: Final = f"SELECT concat_ws('/', {WHICH}) AS identity"
_OTHERS: Final = """
SELECT count(*) AS number, string_agg(DISTINCT host(client_addr), ', ') AS hosts
  FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
   AND coalesce(backend_type, 'client backend') = 'client backend'"""


def refuse_left(connection: psycopg.Connection[Any]) -> None:
    """Refuse a ledger that has moved away.

    Raises:
        StoreError: It has; the advice says where.
    """
    left = connection.cursor(row_factory=dict_row).execute(_LEFT).fetchone()
    if left is not None:
        raise StoreError(
            "the ledger has moved away",
            advice=f"This ledger was moved to {left['place']} at {left['at']} UTC, so nothing "
            "is sent from it. Go on there, or move that file to an empty database with "
            "`relay ledger copy --to`.",
        )


def note_arrival(connection: psycopg.Connection[Row], move: str, *, place: str) -> None:
    """Note that everything came from a file."""
    connection.execute("INSERT INTO moves VALUES (%s, DEFAULT, %s, false)", [move, place])


def leave(
    connection: psycopg.Connection[Row], move: str, *, place: str, tables: Iterable[str]
) -> None:
    """Note that everything goes to a file, and let nobody write here any more."""
    connection.execute("INSERT INTO moves VALUES (%s, DEFAULT, %s, true)", [move, place])
    connection.execute(_REFUSE)
    triggers = (
        f"CREATE TRIGGER refuse_after_move BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE"
        f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_after_move()"
        for table in tables
    )
    connection.execute("; ".join(triggers).encode())


def knows(connection: psycopg.Connection[Row], move: str) -> bool:
    """Whether a move was committed, in either direction."""
    return connection.execute("SELECT 1 FROM moves WHERE id = %s", [move]).fetchone() is not None


def others(connection: psycopg.Connection[Row]) -> tuple[int, str]:
    """Return how many others are connected to this database, and from where."""
    connection.execute("SELECT pg_stat_clear_snapshot()")
    row = connection.execute(_OTHERS).fetchone() or {}
    return row.get("number", 0), row.get("hosts") or "this machine"


def identity(connection: psycopg.Connection[Row]) -> str:
    """Return which ledger this is."""
    [row] = connection.execute(_IDENTITY).fetchall()
    return str(row["identity"])
