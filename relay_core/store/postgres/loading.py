"""Rows on their way from a DuckDB file into the shared ledger, as CSV: `copying` the other way."""

from collections.abc import Callable
from io import BytesIO
from typing import Final

import duckdb
import psycopg
import pyarrow as pa
from psycopg import sql
from pyarrow import csv

from relay_core.store.ledger import Row
from relay_core.store.postgres.tables import Table
from relay_core.store.postgres.texts import held_json_sql, held_sql

_AT_ONCE: Final = 50_000
"""Rows in memory."""


def load_table(
    cursor: duckdb.DuckDBPyConnection,
    connection: psycopg.Connection[Row],
    table: Table,
    *,
    moved: Callable[[int], None],
) -> None:
    """Append all rows of the file's table to the ledger's table of the same name.

    Args:
        cursor: Of the file.
        connection: Of the ledger, in a transaction.
        table: Which one.
        moved: Told how many rows have gone since it was told last.
    """
    told = ", ".join(f'{_told(name, kind)} AS "{name}"' for name, kind in table.columns.items())
    names = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table.name), names
    )
    pieces: pa.RecordBatchReader = cursor.sql(f"SELECT {told} FROM {table.name}").to_arrow_reader(
        _AT_ONCE
    )
    with connection.cursor() as writing, writing.copy(statement) as copy:
        for piece in pieces:
            copy.write(_as_csv(piece))
            moved(piece.num_rows)


def _as_csv(piece: pa.RecordBatch) -> memoryview:
    """Return rows as CSV: each text in quotes, also an empty one, which tells it from none."""
    written = BytesIO()
    csv.write_csv(piece, written, csv.WriteOptions(include_header=False))
    return written.getbuffer()


def _told(name: str, kind: str) -> str:
    """Return a value as the ledger reads it."""
    value = f'"{name}"'
    if kind.endswith("[]"):
        member = held_sql("CAST(member AS VARCHAR)")
        escaped = rf"""replace(replace({member}, '\', '\\'), '"', '\"')"""
        members = (
            f"list_transform({value}, lambda member: coalesce('\"' || {escaped} || '\"', 'NULL'))"
        )
        return f"'{{' || array_to_string({members}, ',') || '}}'"
    match kind:
        case "VARCHAR":
            return held_sql(value)
        case "VARIANT":
            return held_json_sql(f"CAST(CAST({value} AS JSON) AS VARCHAR)")
        case "TIMESTAMP" | "DATE":
            # The ledger says it at the end.
            text = f"CAST({value} AS VARCHAR)"
            before_christ = f"replace({text}, ' (BC)', '') || ' BC'"
            return f"CASE WHEN contains({text}, ' (BC)') THEN {before_christ} ELSE {text} END"
        case _:
            return f"CAST({value} AS VARCHAR)"
