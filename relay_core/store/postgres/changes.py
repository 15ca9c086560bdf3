"""Which rows have changed, as the shared ledger itself notes it, so that files can follow.

Triggers note the keys of the rows that each statement touched, in the statement's own transaction:
what was rolled back left no note. Whoever follows then reads those rows as they are. A note holds
keys alone, and none is older than a day.

How far somebody has followed is a snapshot of PostgreSQL's: exactly the transactions that it shows
are known. So nothing is missed of a transaction that began early and committed late, and nobody
waits for it either.
"""

import json
from collections.abc import Iterable
from typing import Final

import psycopg

from relay_core.store.ledger import Row
from relay_core.store.postgres.tables import Table

Keys = set[tuple[object, ...]]
"""Values of a table's key columns, as JSON has them; the empty one stands for the whole table."""

_LOG: Final = """
CREATE TABLE changes (
    xid      XID8 NOT NULL DEFAULT pg_current_xact_id(),
    noted_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    relation TEXT NOT NULL,
    keys     JSONB NOT NULL       -- an array of arrays: of each row the values of its key
);
CREATE INDEX changes_by_transaction ON changes (xid);
-- Notes of transactions up to this one may be gone.
CREATE TABLE changes_forgotten (xid XID8 NOT NULL);
INSERT INTO changes_forgotten VALUES ('0');
"""
_SINCE: Final = """
SELECT relation, keys FROM changes
 WHERE xid >= pg_snapshot_xmin(CAST(%(seen)s AS pg_snapshot))
   AND NOT pg_visible_in_snapshot(xid, CAST(%(seen)s AS pg_snapshot))"""
_IS_WHOLE: Final = """
SELECT xid < pg_snapshot_xmin(CAST(%(seen)s AS pg_snapshot))
       -- Else the server was put back to a time before that, and gives the same numbers again.
       AND pg_snapshot_xmax(CAST(%(seen)s AS pg_snapshot))
           <= pg_snapshot_xmax(pg_current_snapshot()) AS is_whole
  FROM changes_forgotten"""
_FORGET: Final = """
WITH gone AS (DELETE FROM changes WHERE noted_at < now() - INTERVAL '1 day' RETURNING xid)
UPDATE changes_forgotten f
   SET xid = greatest(f.xid, (SELECT xid FROM gone ORDER BY xid DESC LIMIT 1))
 WHERE EXISTS (SELECT 1 FROM gone)"""


def log_statements(tables: Iterable[Table]) -> list[str]:
    """Return the statements that make the log, and the triggers that write it."""
    return [_LOG, *(statement for table in tables for statement in _triggers(table))]


def snapshot(connection: psycopg.Connection[Row]) -> str:
    """Return what the open transaction sees, to be followed from."""
    row = connection.execute("SELECT CAST(pg_current_snapshot() AS TEXT) AS seen").fetchone()
    return str(row["seen"]) if row else ""


def changes_since(connection: psycopg.Connection[Row], seen: str) -> dict[str, Keys] | None:
    """Return which rows have changed since a snapshot, up to what the open transaction sees.

    Args:
        connection: In a transaction of one snapshot (`REPEATABLE READ`).
        seen: The snapshot up to which everything is known.

    Returns:
        Keys by table; None where notes of that time are gone, or the server has forgotten that
        time itself, so that all has to be read anew.
    """
    whole = connection.execute(_IS_WHOLE, {"seen": seen}).fetchone()
    if whole is None or not whole["is_whole"]:
        return None
    found: dict[str, Keys] = {}
    for row in connection.execute(_SINCE, {"seen": seen}).fetchall():
        found.setdefault(row["relation"], set()).update(map(tuple, row["keys"]))
    return found


def forget_old(connection: psycopg.Connection[Row]) -> None:
    """Remove notes that nobody needs who followed within the last day."""
    connection.execute(_FORGET)


def _triggers(table: Table) -> list[str]:
    key = ", ".join(f'"{name}"' for name in table.key)
    former, changed = (f"SELECT {key or 1} FROM {rows}" for rows in ("former", "changed"))
    return [
        _function(table, "one", f"SELECT DISTINCT * FROM ({changed}) rows"),
        _function(table, "both", f"{former} UNION {changed}"),
        _trigger(table, "INSERT", "NEW TABLE AS changed", note="one"),
        _trigger(table, "DELETE", "OLD TABLE AS changed", note="one"),
        _trigger(table, "UPDATE", "OLD TABLE AS former NEW TABLE AS changed", note="both"),
    ]


def _function(table: Table, name: str, keys: str) -> str:
    values = ", ".join(f'"{each}"' for each in table.key)
    return f"""
CREATE FUNCTION note_{name}_{table.name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (relation, keys)
    SELECT {_literal(table.name)}, jsonb_agg(jsonb_build_array({values})) FROM ({keys}) rows
    HAVING count(*) > 0;
    RETURN NULL;
END $$"""


def _trigger(table: Table, event: str, rows: str, *, note: str) -> str:
    return (
        f"CREATE TRIGGER note_{event.lower()} AFTER {event} ON {table.name} REFERENCING {rows} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION note_{note}_{table.name}()"
    )


def _literal(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def as_rows(table: Table, keys: Iterable[tuple[object, ...]]) -> str:
    """Return keys as a JSON array of objects by column name."""
    return json.dumps([dict(zip(table.key, key, strict=True)) for key in keys])
