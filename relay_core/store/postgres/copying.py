"""Rows on their way from the shared ledger into a DuckDB file, as CSV: quickly, piece by piece.

PostgreSQL tells an empty text from none by quotes, and so does this reader.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Final

import duckdb
import psycopg
import pyarrow as pa
from pyarrow import csv

from relay_core.store.ledger import Row
from relay_core.store.postgres.changes import as_rows
from relay_core.store.postgres.dialect import type_named
from relay_core.store.postgres.tables import Table

_PIECE_BYTES: Final = 32 * 1024 * 1024
_AT_ONCE: Final = 10_000
"""Keys in one question."""
_INCOMING: Final = "relay_incoming"


def whole_table(connection: psycopg.Connection[Row], table: Table) -> Iterator[pa.Table]:
    """Read all rows of a table, piece by piece."""
    yield from _copied(connection, table, f"SELECT {_told(table)} FROM {table.name} rows")


def rows_named(
    connection: psycopg.Connection[Row], table: Table, keys: Iterable[tuple[object, ...]]
) -> Iterator[pa.Table]:
    """Read the rows that some keys name; nothing comes of a key whose rows are gone."""
    if not table.key:
        yield from whole_table(connection, table)
        return
    named = sorted(keys, key=repr)
    columns = ", ".join(f'"{each}" {type_named(table.columns[each])}' for each in table.key)
    matches = " AND ".join(f'rows."{each}" = named."{each}"' for each in table.key)
    question = (
        f"SELECT {_told(table)} FROM {table.name} rows"
        f" JOIN jsonb_to_recordset(CAST(%(keys)s AS JSONB)) AS named({columns}) ON {matches}"
    )
    for first in range(0, len(named), _AT_ONCE):
        keys_text = as_rows(table, named[first : first + _AT_ONCE])
        yield from _copied(connection, table, question, keys=keys_text)


def take_in(cursor: duckdb.DuckDBPyConnection, table: Table, rows: pa.Table) -> None:
    """Append rows as they were read to the file's table of the same name."""
    names = ", ".join(f'"{name}"' for name in table.columns)
    values = ", ".join(_as_kept(name, kind) for name, kind in table.columns.items())
    cursor.register(_INCOMING, rows)
    try:
        cursor.execute(f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {_INCOMING}")
    finally:
        cursor.unregister(_INCOMING)


def take_out(
    cursor: duckdb.DuckDBPyConnection, table: Table, keys: Iterable[tuple[object, ...]]
) -> None:
    """Remove the rows that some keys name from the file's table of the same name."""
    if not table.key:
        cursor.execute(f"DELETE FROM {table.name}")
        return
    kinds = ", ".join(f'"{each}":"{table.columns[each]}"' for each in table.key)
    matches = " AND ".join(f'{table.name}."{each}" = named."{each}"' for each in table.key)
    cursor.execute(
        f"DELETE FROM {table.name} USING "
        f"(SELECT unnest(from_json($keys, '[{{{kinds}}}]'), recursive := true)) named "
        f"WHERE {matches}",
        {"keys": as_rows(table, keys)},
    )


def _copied(
    connection: psycopg.Connection[Row], table: Table, question: str, **values: str
) -> Iterator[pa.Table]:
    names = list(table.columns)
    parsed = csv.ParseOptions(newlines_in_values=True)
    typed = csv.ConvertOptions(
        column_types=dict.fromkeys(table.columns, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    with psycopg.ClientCursor(connection) as cursor:
        statement = f"COPY ({question}) TO STDOUT (FORMAT csv)".encode()
        with cursor.copy(statement, values or None) as copy:
            for piece in _pieces(copy):
                # No row may be longer than a block, so the whole piece is one.
                read = csv.ReadOptions(column_names=names, use_threads=False, block_size=len(piece))
                yield csv.read_csv(
                    BytesIO(piece), read_options=read, parse_options=parsed, convert_options=typed
                )


def _pieces(rows: Iterable[bytes | bytearray | memoryview]) -> Iterator[bytes]:
    """Put whole rows together; the server sends each in a message of its own."""
    piece = bytearray()
    for row in rows:
        piece += row
        if len(piece) >= _PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


def _told(table: Table) -> str:
    """Return a table's columns as they travel: lists as JSON."""
    return ", ".join(
        f'to_json(rows."{name}") AS "{name}"' if kind.endswith("[]") else f'rows."{name}"'
        for name, kind in table.columns.items()
    )


def _as_kept(name: str, kind: str) -> str:
    """Return the expression that makes the file's value of what travelled."""
    if kind.endswith("[]"):
        return f"""from_json("{name}", '["{kind.removesuffix("[]")}"]')"""
    if kind == "VARIANT":
        return f'CAST(CAST("{name}" AS JSON) AS VARIANT)'
    if kind in {"TIMESTAMP", "DATE"}:
        # The file says it after the day.
        before_christ = rf"""regexp_replace("{name}", '^(\S+)(.*) BC$', '\1 (BC)\2')"""
        return f"CAST({before_christ} AS {kind})"
    return f'CAST("{name}" AS {kind})'
