"""A CSV file before it is kept: its columns, its first rows, and which column says who."""

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._ui import actor, explaining_errors, flash, flashing_errors, relay
from pages._words import counted, plain
from relay_core.audience.uploads.csv_files import MOST_BYTES, MOST_ROWS
from relay_core.audience.uploads.preview import UploadPreview, read_csv
from relay_core.errors import RelayError
from relay_core.people.identifying import ReadAs

READ_AS_WORDS: Final[Mapping[ReadAs, str]] = {
    "id": "Zendesk id",
    "email": "E-mail address",
    "phone": "Phone number",
    "external_id": "External id",
}

_FILE: Final = "upload_file"
_READ: Final = "upload_read"
_NAME: Final = "upload_name"
_COLUMN: Final = "upload_column"
_LONGEST_NAME: Final = 100
_LONG: Final = 8
"""Rows from which on a table scrolls inside its own frame."""
_TABLE_HEIGHT_PX: Final = 320
_ROW: Final = "Row"


def new_upload(*, done: Callable[[str], None]) -> None:
    """Draw the form.

    Args:
        done: Called with the name of the list that was kept, before the page is drawn again.
    """
    st.header("New upload")
    st.file_uploader(
        "CSV file",
        type=["csv", "txt", "tsv"],
        key=_FILE,
        max_upload_size=MOST_BYTES // 1_000_000,
        help=f"The first row names the columns. At most {MOST_ROWS:,} rows.",
        on_change=_read,
    )
    if st.session_state[_FILE] is None:
        st.caption("Nothing is kept before you have seen what is in it.")
        return
    read = st.session_state.get(_READ)
    if isinstance(read, str):
        st.error(plain(read), icon=":material/error:")
    elif isinstance(read, UploadPreview):
        with explaining_errors():
            _form(read, done)


def _read() -> None:
    """Read the file once, when it arrives: drawing the page again must not read it again."""
    file = st.session_state[_FILE]
    if file is None:
        return
    stem = PurePath(file.name).stem
    try:
        found = read_csv(file.getvalue(), stem, region=relay().settings.default_region)
    except RelayError as error:
        st.session_state[_READ] = error.advice
    else:
        st.session_state[_READ] = found
        st.session_state[_COLUMN] = found.column
        st.session_state[_NAME] = stem[:_LONGEST_NAME]


def _form(found: UploadPreview, done: Callable[[str], None]) -> None:
    for notice in found.notices:
        st.warning(plain(notice), icon=":material/info:")
    # A column of the file may be called what the page calls the number of a row.
    number = _ROW if _ROW not in found.columns else f"{_ROW} of the file"
    st.dataframe(
        _first_rows(found, number),
        key="upload_rows",
        hide_index=True,
        height=_TABLE_HEIGHT_PX if len(found.rows) > _LONG else "auto",
        column_config={number: st.column_config.NumberColumn(format="%d", width=60)},
        alt=f"The first {counted(len(found.rows), 'row')} of the file.",
    )
    shown = "" if len(found.rows) == found.file_rows else f", the first {len(found.rows):,} shown"
    st.caption(
        f"{counted(found.file_rows, 'row')}{shown} · {counted(len(found.columns), 'column')} · "
        f"{found.encoding}, cells parted by {found.delimiter}"
    )
    with st.grid(3, min_column_width=180):
        column = st.selectbox("Column that says who", found.columns, key=_COLUMN)
        kinds = tuple(READ_AS_WORDS)
        st.selectbox(
            "Read it as",
            kinds,
            index=kinds.index(found.proposals[column]),
            format_func=lambda kind: READ_AS_WORDS[kind],
            key=_kind_key(found, column),
            help="Proposed from what is in the column.",
        )
        st.text_input("Name of the list", key=_NAME, max_chars=_LONGEST_NAME)
    st.button(
        "Keep this list",
        key="upload_keep",
        type="primary",
        icon=":material/check:",
        on_click=_keep,
        args=(found, done),
    )


def _keep(found: UploadPreview, done: Callable[[str], None]) -> None:
    column = st.session_state[_COLUMN]
    with flashing_errors():
        upload = relay().keep_upload(
            st.session_state[_NAME],
            content=st.session_state[_FILE].getvalue(),
            column=column,
            read_as=st.session_state[_kind_key(found, column)],
            actor=actor(),
        )
        done(upload.name)
        flash(f"{counted(upload.people, 'person', 'people')} found in {upload.name}.")


def _kind_key(found: UploadPreview, column: str) -> str:
    """Return a key for each column of each file: another one brings its own proposal."""
    file = st.session_state[_FILE].file_id
    return f"upload_read_as_{file}_{found.columns.index(column)}"


def _first_rows(found: UploadPreview, number: str) -> pa.Table:
    columns = {number: pa.array([row.number for row in found.rows], pa.int64())}
    for position, name in enumerate(found.columns):
        columns[name] = pa.array([row.cell(position) for row in found.rows], pa.string())
    return pa.table(columns)
