"""Shows the SQL of a chart, and takes it to the page where it can be changed."""

from pathlib import Path
from typing import Final

import streamlit as st

from relay_core.reports.shown_sql import Figure, shown_sql

ASKED: Final = "sql_asked"
"""The query that the SQL page shows and answers."""
_PAGE: Final = Path(__file__).parent / "sql.py"


def show_sql(figure: Figure, *, run: int, step_s: int = 60) -> None:
    """Offer the query that returns what a chart of this run shows, in steps of so many seconds."""
    offer_sql(shown_sql(figure, run=run, step_s=step_s), key=figure)


def offer_sql(sql: str, *, key: str) -> None:
    """Offer a query; no other of the page may have its key."""
    # A highlighted query costs the browser more than the chart above it: only while it is open.
    with st.popover(
        "Show the SQL",
        icon=":material/database:",
        type="tertiary",
        key=f"shown_{key}",
        on_change="rerun",
    ) as menu:
        if not menu.open:
            return
        st.code(sql, language="sql")
        if st.button("Open in SQL", key=f"open_{key}", icon=":material/open_in_new:"):
            st.session_state[ASKED] = sql
            st.switch_page(_PAGE)
