"""A CSV file before it is kept: its columns, its first rows, and what they look like."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from relay_core.audience.uploads.csv_files import FileRow, read_csv_file
from relay_core.people.identifying import ReadAs, likely

_SHOWN: Final = 50
"""Rows of a preview."""
_SPOKEN: Final[Sequence[tuple[ReadAs, tuple[str, ...]]]] = (
    ("id", ("id", "user id", "user_id", "zendesk id", "zendesk_id", "requester id")),
    ("email", ("email", "e-mail", "mail", "email address", "e-mail address")),
    ("phone", ("phone", "mobile", "telephone", "phone number", "tel", "whatsapp")),
)
"""What people call the columns that say who; the surest kind first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPreview:
    """A file before it is kept."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[FileRow, ...]
    """The first of them."""
    file_rows: int
    encoding: str
    delimiter: str
    notices: tuple[str, ...]
    """What was guessed or mended, for a person to look at."""
    proposals: dict[str, ReadAs]
    """By column: what its values look like."""
    column: str
    """The one that most likely says who."""


def read_csv(content: bytes, name: str, *, region: str) -> UploadPreview:
    """Show what a file holds. Nothing is kept.

    Args:
        content: The file.
        name: What the file, and then the upload, is called.
        region: Country of phone numbers written without a plus sign, ISO 3166.

    Raises:
        AudienceError: The file cannot be used; see
            `relay_core.audience.uploads.csv_files.read_csv_file`.
    """
    file = read_csv_file(content)
    rows = file.rows[:_SHOWN]
    proposals: dict[str, ReadAs] = {
        column: likely((row.cell(position) for row in rows), region=region)
        for position, column in enumerate(file.columns)
    }
    return UploadPreview(
        name=name,
        columns=file.columns,
        rows=rows,
        file_rows=len(file.rows),
        encoding=file.encoding,
        delimiter=file.delimiter,
        notices=file.notices,
        proposals=proposals,
        column=_likely_column(proposals),
    )


def _likely_column(proposals: Mapping[str, ReadAs]) -> str:
    """Return the column to propose: by what it is called, else by what is in it."""
    by_name = {column.casefold(): column for column in proposals}
    called: Iterable[str] = (
        by_name[name]
        for kind, names in _SPOKEN
        for name in names
        if name in by_name and proposals[by_name[name]] == kind
    )
    looking: Iterable[str] = (
        column
        for wanted in ("email", "phone")
        for column, kind in proposals.items()
        if kind == wanted
    )
    return next(iter([*called, *looking, *proposals]))
