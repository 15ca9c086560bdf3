"""What stands in the database before the first transaction: made once, by one of all processes."""

from importlib.resources import files
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from relay_core.errors import StoreError
from relay_core.log import log
from relay_core.store.migrations import migrations
from relay_core.store.postgres.changes import log_statements
from relay_core.store.postgres.connecting import connecting, explained, own_schema
from relay_core.store.postgres.queue import make_queue
from relay_core.store.postgres.tables import Schema, schema
from relay_core.store.postgres.whereabouts import MOVES, refuse_left

_LOCK: Final = 7_237_265
"""Of the transaction that makes or checks the schema; any number that nobody else takes."""
_READ_AT_ONCE: Final = 1024
"""Places for what a transaction has read, times connections. PostgreSQL's own 64 were used up by
twelve lanes when a worker was cut off in the middle of a transaction."""


def prepare(url: str) -> None:
    """Make the tables in an empty database, or see that those there are this Relay's.

    Several processes may do so at once; one of them makes them.

    Args:
        url: `postgresql://…`.

    Raises:
        StoreError: They are of another version or moved away, the database cannot be reached, or it
            knows no letters but ASCII.
    """
    latest = max(migrations())
    with explained(), psycopg.connect(url, **connecting(url)) as connection:
        _ensure_letters(connection)
        _ensure_room(connection)
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if own := own_schema(url):
            _make_room(connection, own)
        connection.execute("CREATE TABLE IF NOT EXISTS schema_version (number INTEGER PRIMARY KEY)")
        row = connection.execute("SELECT max(number) FROM schema_version").fetchone()
        found = row[0] if row else None
        if found is None:
            functions = files(__package__).joinpath("functions.sql").read_text("utf-8")
            indexes = files(__package__).joinpath("indexes.sql").read_text("utf-8")
            made = schema()
            log_of_changes = log_statements(made.tables.values())
            for statement in (functions, *made.statements(), *log_of_changes, MOVES, indexes):
                connection.execute(statement.encode())
            for table, rows in made.first_rows.items():
                places = sql.SQL(", ").join([sql.Placeholder()] * len(made.tables[table].columns))
                statement_text = sql.SQL("INSERT INTO {} VALUES ({})").format(
                    sql.Identifier(table), places
                )
                connection.cursor().executemany(statement_text, rows)
            make_queue(connection, url)
            connection.execute("INSERT INTO schema_version VALUES (%s)", [latest])
            log().info("ledger.made", number=latest)
        else:
            _check(connection, found)


def _ensure_room(connection: psycopg.Connection) -> None:
    """Refuse a server that cannot remember what many transactions at once have read."""
    row = connection.execute("SHOW max_pred_locks_per_transaction").fetchone()
    if row is None or int(row[0]) < _READ_AT_ONCE:
        raise StoreError(
            "too little room for transactions",
            advice=f"Set max_pred_locks_per_transaction = {_READ_AT_ONCE} for this PostgreSQL "
            "server, and start it again. With less, many at once would stop one another.",
        )


def _make_room(connection: psycopg.Connection, name: str) -> None:
    """Make the schema in which one account's tables are, if there is none yet.

    Raises:
        StoreError: Relay may not make any here.
    """
    found = connection.execute("SELECT to_regnamespace(%s)", [name]).fetchone()
    if found is not None and found[0] is not None:
        return
    try:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreError(
            "no schema",
            advice=f"Each account has a schema of its own in the ledger's database, and Relay may "
            f"not make {name} there. GRANT CREATE ON DATABASE … to Relay's role.",
        ) from error


def _ensure_letters(connection: psycopg.Connection) -> None:
    """Refuse a database in which capitals of other languages are other letters."""
    row = connection.execute("SELECT lower('É') = 'é' AND 'É' ~* 'é'").fetchone()
    if row != (True,):
        raise StoreError(
            "the locale of the database is not UTF-8",
            advice="Make the ledger's database anew: CREATE DATABASE … TEMPLATE template0 "
            "ENCODING 'UTF8' LOCALE 'C.UTF-8'. In this one addresses and names would not be "
            "found by their capitals.",
        )


def ledger_schema(connection: psycopg.Connection[Any]) -> Schema:
    """Return what a ledger consists of: as this Relay made it, or a former one.

    Raises:
        StoreError: It is of a newer Relay, it has moved away, or there is none.
    """
    [(there,)] = _rows(connection, "SELECT to_regclass('schema_version') IS NOT NULL")
    if not there:
        raise StoreError(
            "no ledger", advice="This database holds no ledger of Relay's. Look at its address."
        )
    [(found,)] = _rows(connection, "SELECT max(number) FROM schema_version")
    _refuse_newer(found)
    refuse_left(connection)
    return schema(found)


def _check(connection: psycopg.Connection[Any], found: int) -> None:
    refuse_left(connection)
    _refuse_newer(found)
    if found < (latest := max(migrations())):
        raise StoreError(
            f"schema {found}, not {latest}",
            advice="This ledger was made by a former Relay. Stop every process that uses it, make "
            "a file of it with `relay ledger copy --from`, and copy that to an empty database "
            "with `--to`.",
        )


def _refuse_newer(found: int) -> None:
    if found > (latest := max(migrations())):
        raise StoreError(
            f"schema {found} is newer than {latest}",
            advice="This ledger was made by a newer Relay. Let all processes run that version.",
        )


def _rows(connection: psycopg.Connection[Any], query: LiteralString) -> list[tuple[Any, ...]]:
    return connection.cursor(row_factory=tuple_row).execute(query).fetchall()
