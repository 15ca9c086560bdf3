"""Arrow tables of any query, made of types that tables, CSV and JSON can show."""

import json
import math
from collections import Counter
from datetime import timedelta
from typing import Any

import pyarrow as pa


def plain_table(table: pa.Table) -> pa.Table:
    """Return the same rows with distinct headings and plain types.

    Whole numbers of 128 bits, as sums are, become 64 bits where they fit; intervals, lists,
    structures and bytes become text.
    """
    return pa.table(
        [_plain(column) for column in table.columns], names=_distinct(table.column_names)
    )


def json_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Return rows as JSON knows them; what is no number there is null, moments are ISO 8601."""
    return [{name: _as_json(value) for name, value in row.items()} for row in table.to_pylist()]


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    kind = column.type
    if pa.types.is_decimal(kind) and kind.scale == 0:
        try:
            return column.cast(pa.int64())
        except pa.ArrowInvalid:
            return column
    if pa.types.is_dictionary(kind):
        return column.cast(pa.string())
    if pa.types.is_primitive(kind) and kind != pa.month_day_nano_interval():
        return column
    if pa.types.is_decimal(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column
    return pa.array([_as_text(value) for value in column.to_pylist()], pa.string())


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, pa.MonthDayNano):
        months, days, nanoseconds = value
        rest = str(timedelta(days=days, microseconds=nanoseconds // 1000))
        return f"{months} months, {rest}" if months else rest
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value.hex() if isinstance(value, bytes) else str(value)


def _as_json(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _distinct(names: list[str]) -> list[str]:
    seen: Counter[str] = Counter()
    told = []
    for name in names:
        seen[name] += 1
        told.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return told if len(set(told)) == len(told) else [f"{n}_{i}" for i, n in enumerate(names, 1)]
