"""Uploaded lists: all of them, one with what was left over, or a new one."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._dialog import do_and_close, show_refusal
from pages._opening import show_in_audiences
from pages._pick_table import pick_row
from pages._ui import actor, explaining_errors, flash, relay
from pages._upload_new import READ_AS_WORDS, new_upload
from pages._words import counted, plain, said_moment
from relay_core.audience.conditions.definition import ByConditions
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.audience.segments.references import UPLOAD
from relay_core.audience.uploads.kept import Upload
from relay_core.reports.export import as_csv

_OPENED: Final = "uploads_opened"
"""The name of the list that is shown; empty for a new one."""
_MOST_SHOWN: Final = 1_000
"""Rows on the page; the file has all of them."""
_LONG: Final = 10
"""Rows from which on a table scrolls inside its own frame."""
_TABLE_HEIGHT_PX: Final = 420


def uploads_section() -> None:
    """Draw the uploads of the account, the one that was opened, or the form for a new one."""
    with explaining_errors():
        opened = st.session_state.get(_OPENED)
        kept = relay().uploads()
        shown = next((upload for upload in kept if upload.name == opened), None)
        if opened == "":
            _back_button()
            new_upload(done=_open)
        elif shown is not None:
            _back_button()
            _one(shown)
        else:
            _all(kept)


def _open(name: str | None) -> None:
    st.session_state[_OPENED] = name


def _back_button() -> None:
    st.button(
        "All uploads",
        key="uploads_back",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=_open,
        args=(None,),
    )


def _all(kept: Sequence[Upload]) -> None:
    st.header("Uploads")
    st.caption(
        "A CSV file as a list of people: each row is matched to a person in Zendesk by id, e-mail, "
        "phone number or external id. Conditions can then name the list."
    )
    st.button(
        "New upload",
        key="uploads_new",
        type="primary",
        icon=":material/upload_file:",
        on_click=_open,
        args=("",),
    )
    if not kept:
        st.write("No list yet. Upload a CSV file whose first row names its columns.")
        return
    index = pick_row(
        pa.table(
            {
                "List": [upload.name for upload in kept],
                "People": pa.array([upload.people for upload in kept], pa.int64()),
                "Rows": pa.array([upload.file_rows for upload in kept], pa.int64()),
                "Left over": pa.array([upload.leftovers for upload in kept], pa.int64()),
                "Read as": [READ_AS_WORDS[upload.read_as] for upload in kept],
                "Uploaded": [said_moment(upload.created_at) for upload in kept],
                "By": [upload.created_by for upload in kept],
            }
        ),
        key="uploads_table",
        columns={"List": st.column_config.TextColumn(width=220)},
        alt=f"{counted(len(kept), 'upload')}, newest first.",
    )
    st.caption(f"{counted(len(kept), 'upload')}. Click a row to open it.")
    if index is not None:
        _open(kept[index].name)
        st.rerun()


def _one(upload: Upload) -> None:
    st.header(plain(upload.name))
    st.caption(
        f"Uploaded {said_moment(upload.created_at)} by {plain(upload.created_by)}; the column "
        f"“{plain(upload.column)}” read as {READ_AS_WORDS[upload.read_as].lower()}"
    )
    with st.container(horizontal=True):
        st.metric("Rows in the file", upload.file_rows, format="localized", border=True)
        st.metric("People found", upload.people, format="localized", border=True)
        st.metric("Rows left over", upload.leftovers, format="localized", border=True)
    with st.container(horizontal=True):
        if st.button(
            "Use it as an audience",
            key="upload_use",
            type="primary",
            icon=":material/group:",
            disabled=not upload.people,
        ):
            show_in_audiences(_audience(upload.name))
        st.button(
            "Delete",
            key="upload_delete",
            type="tertiary",
            on_click=partial(_confirm_delete, upload.name),
        )
    _leftovers(upload)


def _audience(name: str) -> ByConditions:
    return ByConditions(ConditionTree(all=(Condition(UPLOAD, Op.IS_ANY_OF, (name,)),)))


def _leftovers(upload: Upload) -> None:
    st.header("Rows left over")
    if not upload.leftovers:
        st.caption("None: every row names somebody.")
        return
    rows = relay().upload_leftovers(upload.name)
    rows = rows.select(["row", "reason", "content"]).rename_columns(["Row", "Why", "In the file"])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{counted(upload.leftovers, 'row')} name nobody new. Correct them in the file and "
            "upload it again under another name."
        )
        st.download_button(
            "CSV",
            lambda: as_csv(rows),
            file_name=f"upload-{upload.id}-left-over.csv",
            mime="text/csv",
            key="upload_leftovers_csv",
            icon=":material/download:",
            on_click="ignore",
        )
    st.dataframe(
        rows.slice(0, _MOST_SHOWN),
        key="upload_leftovers",
        hide_index=True,
        height=_TABLE_HEIGHT_PX if rows.num_rows > _LONG else "auto",
        column_config={
            "Row": st.column_config.NumberColumn(format="%d", width=70),
            "Why": st.column_config.TextColumn(width=340),
            "In the file": st.column_config.TextColumn(width=420),
        },
        alt=f"{counted(rows.num_rows, 'row')} left over, each with its number and the reason.",
    )
    if rows.num_rows > _MOST_SHOWN:
        st.caption(f"Showing {_MOST_SHOWN:,} of {rows.num_rows:,}. The file has all of them.")


@st.dialog("Delete this upload?")
def _confirm_delete(name: str) -> None:
    st.markdown(f"The list **{plain(name)}** will be forgotten. Runs that used it are kept.")
    show_refusal()
    st.button(
        "Delete upload",
        key="upload_delete_sure",
        type="primary",
        on_click=do_and_close,
        args=(partial(_delete, name),),
    )


def _delete(name: str) -> None:
    relay().delete_upload(name, actor=actor())
    _open(None)
    flash(f"The list {name} is deleted.")
