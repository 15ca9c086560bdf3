"""The tables of the file, made in PostgreSQL: one schema, told by DuckDB's own catalogue."""

from typing import Final

import duckdb

from relay_core.store.migrations import migrations
from relay_core.store.postgres.dialect import type_named

_COLUMNS: Final = """
    SELECT c.table_name, c.column_name, c.data_type, c.is_nullable, c.column_default
      FROM duckdb_columns() c JOIN duckdb_tables() t USING (table_name)
     WHERE NOT t.internal AND NOT c.internal
     ORDER BY c.table_name, c.column_index"""
_CONSTRAINTS: Final = """
    SELECT table_name, constraint_text FROM duckdb_constraints()
     WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'CHECK')
     ORDER BY table_name, constraint_index"""
_SEQUENCES: Final = "SELECT sequence_name FROM duckdb_sequences() ORDER BY sequence_name"


def table_statements() -> list[str]:
    """Return the statements that make every table as it is after the latest migration."""
    with duckdb.connect() as catalogue:
        for number in sorted(known := migrations()):
            catalogue.execute(known[number])
        sequences = catalogue.execute(_SEQUENCES).fetchall()
        columns = catalogue.execute(_COLUMNS).fetchall()
        constraints = catalogue.execute(_CONSTRAINTS).fetchall()
    tables: dict[str, list[str]] = {}
    for table, name, kind, is_nullable, default in columns:
        required = "" if is_nullable else " NOT NULL"
        given = "" if default is None else f" DEFAULT {default}"
        tables.setdefault(table, []).append(f'"{name}" {type_named(kind)}{required}{given}')
    for table, text in constraints:
        tables[table].append(text)
    return [
        *(f"CREATE SEQUENCE {name}" for (name,) in sequences),
        *(f"CREATE TABLE {name} ({', '.join(parts)})" for name, parts in tables.items()),
    ]
