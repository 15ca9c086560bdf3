"""What a table holds, in one number that both engines work out alike, each from its own rows.

Each row is told as one text, the same in both by construction: a text by its length and itself, a
moment by its microseconds, a fraction by its bits. The texts' hashes are added up, so that the
order of rows means nothing. Numbers within JSON are compared as fractions of 53 bits.
"""

from dataclasses import dataclass
from typing import Final

import duckdb
import psycopg

from relay_core.store.ledger import Row
from relay_core.store.postgres.tables import Table
from relay_core.store.postgres.texts import held_json_sql, held_sql

_DEEPEST: Final = 3
"""Levels of JSON that are looked into: an object, its lists, and one more."""
_HEX_DIGITS: Final = 15
"""Of each hash: as many as a BIGINT holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What a table holds, in short."""

    rows: int
    total: int
    """The sum of its rows' hashes."""


def file_fingerprint(cursor: duckdb.DuckDBPyConnection, table: Table) -> tuple[Fingerprint, int]:
    """Return what the file's table holds, and how many of its values have a U+0000.

    Those count as the ledger holds them.
    """
    row = " || ".join(_in_file(f'"{name}"', kind) for name, kind in table.columns.items())
    zeros = " + ".join(_zeros(f'"{name}"', kind) for name, kind in table.columns.items())
    rows, total, with_zero = cursor.execute(
        f"SELECT count(*), coalesce(sum(CAST('0x' || substr(md5({row}), 1, {_HEX_DIGITS})"
        f" AS BIGINT)), 0), coalesce(sum({zeros}), 0) FROM {table.name}"
    ).fetchall()[0]
    return Fingerprint(rows=rows, total=int(total)), int(with_zero)


def ledger_fingerprint(connection: psycopg.Connection[Row], table: Table) -> Fingerprint:
    """Return what the ledger's table of the same name holds."""
    row = " || ".join(_in_ledger(f'"{name}"', kind) for name, kind in table.columns.items())
    bits = 4 * _HEX_DIGITS
    [found] = connection.execute(
        f"SELECT count(*) AS rows, coalesce(sum(CAST(CAST('x' || substr("
        f"md5(convert_to({row}, 'UTF8')), 1, {_HEX_DIGITS}) AS BIT({bits})) AS BIGINT)), 0)"
        f" AS total FROM {table.name}".encode()
    ).fetchall()
    return Fingerprint(rows=found["rows"], total=int(found["total"]))


def _in_file(value: str, kind: str) -> str:
    if kind.endswith("[]"):
        told = _in_file("member", kind.removesuffix("[]"))
        members = f"array_to_string(list_transform({value}, lambda member: {told}), '')"
        return f"coalesce('[' || {members} || ']', '-')"
    match kind:
        case "VARCHAR":
            told = _text(held_sql(value))
        case "TIMESTAMP":
            told = _moment(value, f"epoch_us({value})")
        case "DATE":
            told = _moment(value, f"{value} - DATE '1970-01-01'")
        case "DOUBLE":
            told = f"coalesce({_file_bits(value)} || ';', '-')"
        case "VARIANT":
            json = f"CAST({held_json_sql(f'CAST(CAST({value} AS JSON) AS VARCHAR)')} AS JSON)"
            told = f"coalesce({_file_json(json)}, '-')"
        case _:
            told = _plain(value, kind)
    return told


def _in_ledger(value: str, kind: str) -> str:
    if kind.endswith("[]"):
        told = _in_ledger("member", kind.removesuffix("[]"))
        members = (
            f"(SELECT coalesce(string_agg({told}, '' ORDER BY place), '')"
            f" FROM unnest({value}) WITH ORDINALITY AS members(member, place))"
        )
        return f"CASE WHEN {value} IS NULL THEN '-' ELSE '[' || {members} || ']' END"
    match kind:
        case "VARCHAR":
            told = _text(value)
        case "TIMESTAMP":
            told = _moment(value, f"CAST(extract(epoch FROM {value}) * 1000000 AS BIGINT)")
        case "DATE":
            told = _moment(value, f"{value} - DATE '1970-01-01'")
        case "DOUBLE":
            told = f"coalesce({_ledger_bits(value)} || ';', '-')"
        case "VARIANT":
            told = f"coalesce({_ledger_json(value)}, '-')"
        case _:
            told = _plain(value, kind)
    return told


def _plain(value: str, kind: str) -> str:
    match kind:
        case "BIGINT" | "INTEGER" | "UBIGINT" | "BOOLEAN":
            return f"coalesce(CAST({value} AS TEXT) || ';', '-')"
        case _:
            raise NotImplementedError(kind)


def _text(value: str) -> str:
    return f"coalesce(length({value}) || ':' || {value}, '-')"


def _moment(value: str, number: str) -> str:
    """Tell a moment or a day by a number; what is infinite by its name."""
    return (
        f"CASE WHEN isfinite({value}) THEN CAST({number} AS TEXT) || ';'"
        f" ELSE coalesce(CAST({value} AS TEXT) || ';', '-') END"
    )


def _file_bits(value: str) -> str:
    return f"CASE WHEN isnan({value}) THEN 'nan' ELSE CAST(CAST({value} AS BIT) AS TEXT) END"


def _ledger_bits(value: str) -> str:
    bits = f"CAST(CAST('x' || encode(float8send({value}), 'hex') AS BIT(64)) AS TEXT)"
    return f"CASE WHEN {value} = 'NaN' THEN 'nan' ELSE {bits} END"


def _file_json(value: str, depth: int = 0) -> str:
    """Tell JSON; one that is null counts as none."""
    if depth == _DEEPEST:
        return "'…'"
    entry, member = f"entry_{depth}", f"member_{depth}"
    of_key = _file_json(f"{entry}.value", depth + 1)
    fields = (
        f"""list_transform(list_sort(map_entries(from_json({value}, '"MAP(VARCHAR, JSON)"'))),"""
        f" lambda {entry}: length({entry}.key) || ':' || {entry}.key || coalesce({of_key}, '-'))"
    )
    members = (
        f"""list_transform(from_json({value}, '["JSON"]'), lambda {member}: """
        f"coalesce({_file_json(member, depth + 1)}, '-'))"
    )
    text = f"json_extract_string({value}, '$')"
    # Zero has no sign in the ledger's JSON.
    number = _file_bits(f"(CAST({value} AS DOUBLE) + 0.0)")
    return (
        f"CASE json_type({value}) WHEN 'OBJECT' THEN '{{' || array_to_string({fields}, '') || '}}'"
        f" WHEN 'ARRAY' THEN '[' || array_to_string({members}, '') || ']'"
        f" WHEN 'VARCHAR' THEN length({text}) || ':' || {text}"
        f" WHEN 'BOOLEAN' THEN CAST({value} AS TEXT) || ';'"
        f" WHEN 'NULL' THEN NULL ELSE {number} || ';' END"
    )


def _ledger_json(value: str, depth: int = 0) -> str:
    """Tell the same in the same way."""
    if depth == _DEEPEST:
        return "'…'"
    key, member, place = f"key_{depth}", f"member_{depth}", f"place_{depth}"
    told = f"coalesce({_ledger_json(member, depth + 1)}, '-')"
    fields = (
        f"(SELECT coalesce(string_agg(length({key}) || ':' || {key} || {told}, ''"
        f""" ORDER BY {key} COLLATE "C"), '')"""
        f" FROM jsonb_each({value}) AS fields_{depth}({key}, {member}))"
    )
    members = (
        f"(SELECT coalesce(string_agg({told}, '' ORDER BY {place}), '')"
        f" FROM jsonb_array_elements({value}) WITH ORDINALITY AS list_{depth}({member}, {place}))"
    )
    text = f"({value} #>> '{{}}')"
    number = _ledger_bits(f"(CAST({value} AS DOUBLE PRECISION) + 0.0)")
    return (
        f"CASE jsonb_typeof({value}) WHEN 'object' THEN '{{' || {fields} || '}}'"
        f" WHEN 'array' THEN '[' || {members} || ']'"
        f" WHEN 'string' THEN length({text}) || ':' || {text}"
        f" WHEN 'boolean' THEN CAST({value} AS TEXT) || ';'"
        f" WHEN 'number' THEN {number} || ';' END"
    )


def _zeros(value: str, kind: str) -> str:
    """Count values with a U+0000."""
    match kind:
        case "VARCHAR":
            found = f"contains({value}, chr(0))"
        case "VARCHAR[]":
            found = f"contains(array_to_string({value}, ''), chr(0))"
        case "VARIANT":
            text = f"CAST(CAST({value} AS JSON) AS VARCHAR)"
            found = f"{text} <> {held_json_sql(text)}"
        case _:
            return "0"
    return f"CAST(coalesce({found}, false) AS INTEGER)"
