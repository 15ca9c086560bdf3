"""CSV files as people save them: common encodings and delimiters, rows as spreadsheets count."""

import csv
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Final

from relay_core.errors import AudienceError

MOST_ROWS: Final = 50_000
MOST_BYTES: Final = 10_000_000

_MOST_COLUMNS: Final = 500
_LONGEST_NAME: Final = 100
_LOOKED_AT: Final = 100
"""Rows by which a delimiter is chosen."""
_DELIMITERS: Final[Mapping[str, str]] = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "vertical bar",
}
_SPREADSHEETS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel (new, old) and LibreOffice begin."""
_HINT: Final = re.compile(r'\A"?sep=(.)"?\r?\n', re.IGNORECASE)
"""Excel's own first line, which it does not count as a row."""
_LIKE_DATA: Final = re.compile(r"[^@\s]+@[^@\s]+\.\w+|\+?[\d\s()./-]{5,}")
"""An e-mail, a phone number or an id: nobody calls a column so."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row that has something in it."""

    number: int
    """As a spreadsheet counts: the first row is 1, also empty rows count."""
    cells: tuple[str, ...]

    def cell(self, position: int) -> str:
        """Return one cell; empty where the row is shorter than that."""
        return self.cells[position] if position < len(self.cells) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """What a file says."""

    columns: tuple[str, ...]
    """Every name different; one without a name is called "Column 3"."""
    rows: tuple[FileRow, ...]
    encoding: str
    delimiter: str
    """In words; also of a file with one column."""
    notices: tuple[str, ...]
    """What was guessed or mended, for a person to look at."""


def read_csv_file(content: bytes) -> CsvFile:
    """Read a file whose first row names its columns.

    Raises:
        AudienceError: It is empty, too large, a spreadsheet or otherwise not CSV, or has no names
            of columns. The advice names the row where there is one.
    """
    text, encoding, notices = _decoded(content)
    hint = _HINT.match(text)
    if hint:
        text = text[hint.end() :]
    delimiter = hint[1] if hint and hint[1] in _DELIMITERS else _delimiter(text)
    rows = _rows(text, delimiter)
    header = next(rows, None)
    if header is None:
        raise _unusable("empty", "This file is empty.")
    columns, more = _columns(header)
    found = tuple(islice(rows, MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise _unusable(
            "too many rows",
            f"This file has more than {MOST_ROWS:,} rows. Split it into several files.",
        )
    if not found:
        raise _unusable("no rows", "This file names its columns and has no rows below them.")
    return CsvFile(
        columns=columns,
        rows=found,
        encoding=encoding,
        delimiter=_DELIMITERS[delimiter],
        notices=(*notices, *more),
    )


def as_line(cells: Sequence[str]) -> str:
    """Return cells as a line of CSV."""
    line = StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _decoded(content: bytes) -> tuple[str, str, tuple[str, ...]]:
    if len(content) > MOST_BYTES:
        raise _unusable(
            "too large",
            f"This file has {len(content) / 1e6:,.1f} MB, and the limit is "
            f"{MOST_BYTES // 1_000_000} MB. Leave out columns that are not needed, or split it.",
        )
    if content.startswith(_SPREADSHEETS):
        raise _unusable(
            "a spreadsheet", "This is a spreadsheet. Save it as CSV (UTF-8), then upload that file."
        )
    text, encoding, notices = _as_text(content)
    if "\0" in text:
        raise _unusable(
            "not text", "This file is not text. Save the list as CSV (UTF-8), then upload that."
        )
    return text, encoding, notices


def _as_text(content: bytes) -> tuple[str, str, tuple[str, ...]]:
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        try:
            return content.decode("utf-16"), "UTF-16", ()
        except UnicodeDecodeError as error:
            raise _unusable(
                "broken UTF-16",
                "This file begins as UTF-16 and is not. Save it as CSV (UTF-8), then upload that.",
            ) from error
    try:
        return content.removeprefix(BOM_UTF8).decode("utf-8"), "UTF-8", ()
    except UnicodeDecodeError:
        notice = (
            "This file is not UTF-8, so it was read as Western European (Latin-1). Look whether "
            "accents and names are right; if not, save it as CSV (UTF-8)."
        )
        return content.decode("latin-1"), "Latin-1", (notice,)


def _delimiter(text: str) -> str:
    """Return the delimiter that splits most rows into as many cells as the first."""

    def fitness(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(row.cells) for row in islice(_rows(text, delimiter), _LOOKED_AT)]
        except AudienceError:
            return (0, 0)
        if not widths or widths[0] == 1:
            return (0, 0)
        return (widths.count(widths[0]) / len(widths), widths[0])

    return max(_DELIMITERS, key=fitness)


def _rows(text: str, delimiter: str) -> Iterator[FileRow]:
    # Strict, so that a quotation mark left open is a mistake and not the end of the list.
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = tuple(cell.strip() for cell in next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            raise _unusable(
                f"row {number}: {error}",
                f"Row {number} cannot be read: a quotation mark is not closed, stands in the "
                "middle of a cell, or the cell is very long. Correct the row, or save the list "
                "anew as CSV.",
            ) from error
        if any(cells):
            yield FileRow(number, cells)


def _columns(header: FileRow) -> tuple[tuple[str, ...], tuple[str, ...]]:
    cells = header.cells
    while not cells[-1]:
        cells = cells[:-1]
    if len(cells) > _MOST_COLUMNS:
        raise _unusable("too many columns", f"This file has more than {_MOST_COLUMNS} columns.")
    if any(_LIKE_DATA.fullmatch(cell) for cell in cells):
        raise _unusable(
            "no header",
            f"Row {header.number} looks like data, and the first row has to name the columns. Put "
            "a row above it, for example “phone”.",
        )
    names: list[str] = []
    notices = []
    for position, cell in enumerate(cells, start=1):
        name = cell[:_LONGEST_NAME] or f"Column {position}"
        if name in names:
            notices.append(
                f"Two columns are called “{name}”; the later one is shown with a number."
            )
            name = _numbered(name, {*names, *cells})
        names.append(name)
    return tuple(names), tuple(dict.fromkeys(notices))


def _numbered(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"


def _unusable(what: str, advice: str) -> AudienceError:
    return AudienceError(f"CSV: {what}", advice=advice)
