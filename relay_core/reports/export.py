"""Tables as files: CSV that a spreadsheet opens without harm, and Parquet for other programs."""

from io import BytesIO
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
"""Without it, Excel reads UTF-8 as the local code page."""
_FORMULA: Final = r"^\s*[=+\-@＝＋－＠\t\r\n]"  # noqa: RUF001 - the full-width forms are meant
"""What makes a spreadsheet evaluate a cell instead of showing it.

Source: OWASP, "CSV Injection".
"""
_PHONE: Final = r"^\+[0-9]{1,3}(?:[0-9]{4,14}|…[0-9]{2})$"
"""A phone number, whole or masked. It stays as it is: evaluated, it is at most a number, and an
apostrophe before each would make the column useless to other programs."""
_BETWEEN: Final = ", "
"""What parts the texts of a list, such as tags, in one cell."""


def as_csv(table: pa.Table) -> bytes:
    """Return a table as CSV: UTF-8 with a byte order mark, header first, moments in UTC.

    A text that a spreadsheet would take for a formula gets an apostrophe in front, phone numbers
    excepted; headings too, as the account names them. Lists become one text. Moments are written
    to the millisecond.
    """
    columns = [_plain(column) for column in table.columns]
    headings = _defused(pa.chunked_array([table.column_names], pa.string())).to_pylist()
    content = BytesIO(_BYTE_ORDER_MARK)
    content.seek(0, 2)
    pyarrow.csv.write_csv(pa.table(columns, names=headings), content)
    return content.getvalue()


def as_parquet(table: pa.Table) -> bytes:
    """Return a table as Parquet, every column in its own type.

    Nothing is defused: no program evaluates what a Parquet file holds.
    """
    content = BytesIO()
    pyarrow.parquet.write_table(table, content, compression="zstd")
    return content.getvalue()


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("ms", tz=kind.tz), safe=False)
    if pa.types.is_list(kind):
        return _defused(pc.binary_join(column.cast(pa.list_(pa.string())), _BETWEEN))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _defused(column.cast(pa.string()))
    return column


def _defused(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    harmful = pc.and_not(
        pc.match_substring_regex(texts, _FORMULA), pc.match_substring_regex(texts, _PHONE)
    )
    return pc.if_else(harmful, pc.binary_join_element_wise("'", texts, ""), texts)
