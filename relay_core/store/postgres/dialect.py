"""Named queries as PostgreSQL takes them.

The texts are written in what DuckDB and PostgreSQL share. What differs is one idiom, rows that come
as JSON, names of types, and how values are bound; functions that PostgreSQL lacks are in
`functions.sql`.
"""

import re
from functools import cache
from typing import Final

from relay_core.store.queries import query

TYPES: Final = {
    "VARCHAR": "TEXT",
    "VARCHAR[]": "TEXT[]",
    "DOUBLE": "DOUBLE PRECISION",
    "UBIGINT": "NUMERIC(20)",
    "VARIANT": "JSONB",
}
"""DuckDB's names of types, where PostgreSQL has others."""

RENAMED: Final = {
    "regexp_matches": "re2_matches",
    "regexp_replace": "re2_replace",
    "rowid": "ctid",
}
"""Names that mean something else there, or nothing."""

_COMMENT: Final = re.compile(r"--[^\n]*")
_PARAMETER: Final = re.compile(r"\$([a-z]\w*)")
_NAMED_TYPE: Final = re.compile(r"\b(VARCHAR|DOUBLE|UBIGINT|VARIANT)\b(\[\])?")
_ROWS: Final = re.compile(
    r"\(SELECT unnest\(from_json\((\$\w+),\s*'\[\{(.*?)\}\]'\)\) AS (\w+)\)(?: known)?", re.DOTALL
)
_NAME: Final = re.compile(rf"\b({'|'.join(RENAMED)})\b")
_TRY_CAST: Final = re.compile(r"\btry_cast\((.+?) AS (BIGINT|BOOLEAN)\)", re.DOTALL | re.IGNORECASE)
_FIELD: Final = re.compile(r'"(\w+)":\s*(?:"(\w+)"|\["(\w+)"\])')


def type_named(name: str) -> str:
    """Return PostgreSQL's name of one of DuckDB's types."""
    return TYPES.get(name, name)


@cache
def postgres_query(name: str) -> str:
    """Return a named query for psycopg: values as `%(name)s`.

    Raises:
        KeyError: No file holds a query of that name.
    """
    return postgres_text(query(name))


def postgres_text(text: str) -> str:
    """Return SQL of ours for psycopg."""
    text = _COMMENT.sub("", text).replace("%", "%%")
    text = _ROWS.sub(lambda found: _recordset(found[1], found[2], alias=found[3]), text)
    text = _TRY_CAST.sub(lambda found: f"try_{found[2].lower()}({found[1]})", text)
    text = _NAME.sub(lambda found: RENAMED[found[0]], text)
    text = _NAMED_TYPE.sub(lambda found: type_named(found[0]), text)
    return _PARAMETER.sub(r"%(\1)s", text)


def _recordset(parameter: str, fields: str, *, alias: str) -> str:
    columns = ", ".join(
        f'"{name}" {type_named(single) if single else f"{type_named(several)}[]"}'
        for name, single, several in _FIELD.findall(fields)
    )
    return f"jsonb_to_recordset(CAST({parameter} AS JSONB)) AS {alias}({columns})"
