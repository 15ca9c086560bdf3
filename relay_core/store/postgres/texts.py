"""Texts as PostgreSQL can hold them: it has no U+0000, which then stands as U+FFFD."""

from typing import Final

NUL: Final = "\0"
INSTEAD: Final = "\ufffd"
_BACKSLASH: Final = "\x01"
"""Stands for an escaped backslash meanwhile; JSON never holds this character as it is."""


def held(value: object) -> object:
    """Return a value as the ledger holds it."""
    match value:
        case str():
            return value.replace(NUL, INSTEAD)
        case list():
            return [held(each) for each in value]
        case _:
            return value


def held_json(text: str) -> str:
    """Return JSON as the ledger holds it; there U+0000 is always escaped."""
    if r"\u0000" not in text:
        return text
    whole = text.replace("\\\\", _BACKSLASH).replace(r"\u0000", INSTEAD)
    return whole.replace(_BACKSLASH, "\\\\")


def held_sql(value: str) -> str:
    """Return DuckDB's expression of `held` for a text."""
    return f"replace({value}, chr(0), chr(65533))"


def held_json_sql(value: str) -> str:
    """Return DuckDB's expression of `held_json` for a text."""
    whole = rf"replace(replace({value}, '\\', chr(1)), '\u0000', chr(65533))"
    return rf"replace({whole}, chr(1), '\\')"
