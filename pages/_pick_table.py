"""A table whose rows open something: any cell of a row chooses it."""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import streamlit as st

_MOST_SHOWN: Final = 25
"""Rows; a longer table scrolls inside its own frame."""
_TALL_PX: Final = 900


def pick_row(
    table: pa.Table, *, key: str, alt: str, columns: Mapping[str, Any] | None = None
) -> int | None:
    """Draw the table; return the index of the row that was chosen, in the table as given."""
    event = st.dataframe(
        table,
        key=key,
        height="content" if table.num_rows <= _MOST_SHOWN else _TALL_PX,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        column_config=columns,
        placeholder="",
        alt=alt,
    )
    cells = event["selection"]["cells"]
    return int(cells[0][0]) if cells else None
