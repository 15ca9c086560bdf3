"""The tables of the file, as its own catalogue tells them after a migration."""

from dataclasses import dataclass
from functools import cache
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
    SELECT table_name, constraint_type, constraint_text, constraint_column_names
      FROM duckdb_constraints()
     WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'CHECK')
     ORDER BY table_name, constraint_index"""
_VIEWS: Final = "SELECT sql FROM duckdb_views() WHERE view_name = 'tickets_by_person'"
"""The only view that transactions ask; the others are for reports."""
_SEQUENCES: Final = "SELECT sequence_name FROM duckdb_sequences() ORDER BY sequence_name"
_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "attempts": ("delivery_id",),
    "audit": ("happened_at",),
    "exclusions": ("run_id", "person_id"),
    "mirrored": ("kind", "id"),
    "receipts": ("channel_id",),
    "segment_marks": ("segment_id",),
    "sharers": ("phone_number",),
    "upload_leftovers": ("upload_id",),
}
"""What rows of a table without a primary key are found by, several at once. Tables that are neither
here nor have one hold a handful of rows, which are read together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the schema."""

    name: str
    columns: dict[str, str]
    """DuckDB's type of each column, in their order."""
    key: tuple[str, ...]
    """Columns whose values name rows that change together; none: all rows do."""
    parts: tuple[str, ...]
    """Its columns and constraints, as PostgreSQL takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Everything that a ledger consists of."""

    number: int
    """Of its last migration."""
    tables: dict[str, Table]
    sequences: tuple[str, ...]
    views: tuple[str, ...]
    """The statements that make them."""
    first_rows: dict[str, list[tuple[object, ...]]]
    """What migrations themselves put into tables."""

    def statements(self) -> list[str]:
        """Return the statements that make it in PostgreSQL."""
        return [
            *(f"CREATE SEQUENCE {name}" for name in self.sequences),
            *(
                f"CREATE TABLE {each.name} ({', '.join(each.parts)})"
                for each in self.tables.values()
            ),
            *self.views,
        ]


def schema(number: int | None = None) -> Schema:
    """Return the schema after a migration; None is the latest."""
    return _schema(max(migrations()) if number is None else number)


@cache
def _schema(number: int) -> Schema:
    with duckdb.connect() as catalogue:
        for each, text in sorted(migrations().items()):
            if each <= number:
                catalogue.execute(text)
        return _schema_of(catalogue, number=number)


def _schema_of(catalogue: duckdb.DuckDBPyConnection, *, number: int) -> Schema:
    columns: dict[str, dict[str, str]] = {}
    parts: dict[str, list[str]] = {}
    for table, name, kind, is_nullable, default in catalogue.execute(_COLUMNS).fetchall():
        columns.setdefault(table, {})[name] = kind
        required = "" if is_nullable else " NOT NULL"
        given = "" if default is None else f" DEFAULT {default}"
        parts.setdefault(table, []).append(f'"{name}" {type_named(kind)}{required}{given}')
    keys = dict(_KEYS)
    for table, kind, text, names in catalogue.execute(_CONSTRAINTS).fetchall():
        parts[table].append(text)
        if kind == "PRIMARY KEY":
            keys[table] = tuple(names)
    return Schema(
        number=number,
        tables={
            name: Table(name=name, columns=known, key=keys.get(name, ()), parts=tuple(parts[name]))
            for name, known in columns.items()
        },
        sequences=tuple(name for (name,) in catalogue.execute(_SEQUENCES).fetchall()),
        views=tuple(text for (text,) in catalogue.execute(_VIEWS).fetchall()),
        first_rows={
            name: rows for name in columns if (rows := catalogue.execute(f"FROM {name}").fetchall())
        },
    )
