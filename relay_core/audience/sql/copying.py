"""A bound query as one text with its values written into it, to be read or run elsewhere.

Relay itself never runs such a text: it binds values.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from relay_core.audience.sql.predicates import Predicate

_PIECES: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\$(\w+)""")
"""Texts, quoted names and comments, in which nothing is bound; then a bound name."""


def with_literals(query: Predicate) -> str:
    """Return the text of a query with its values in it.

    Raises:
        KeyError: A name in the text has no value.
        TypeError: A value is of a sort that no query of Relay binds.
    """
    return _PIECES.sub(lambda piece: _piece(piece, query.values), query.text)


def literal(value: object) -> str:  # noqa: PLR0911 - one return for each sort of value
    """Return a value as DuckDB reads it.

    Raises:
        TypeError: The value is of a sort that no query of Relay binds.
    """
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            # A bare 0.1 would be a decimal, which compares otherwise.
            return f"{_quoted(repr(value))}::DOUBLE"
        case str():
            return _quoted(value)
        case datetime():
            naive = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            return f"TIMESTAMP {_quoted(naive.isoformat(sep=' '))}"
        case date():
            return f"DATE {_quoted(value.isoformat())}"
        case list() | tuple():
            return f"[{', '.join(literal(each) for each in value)}]"
        case _:
            raise TypeError(f"no literal for {type(value).__name__}")


def _piece(piece: re.Match[str], values: Mapping[str, object]) -> str:
    name = piece[1]
    return piece[0] if name is None else literal(values[name])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
