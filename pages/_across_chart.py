"""A chart or a table over many runs, with what can be done with it: save it, see its SQL."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa
import streamlit as st

from pages._save_as import save_chart, save_table
from pages._shown_sql import offer_sql
from relay_core.reports.across.charts import interval_spec, interval_table
from relay_core.reports.charts import Spec
from relay_core.reports.intervals import Proportion
from relay_core.reports.pictures import whole_spec

NOTHING = "No message left in this period. Choose a longer one, or send a campaign."


def show_chart(
    spec: Spec,
    rows: pa.Table,
    *,
    title: str,
    period: str,
    alt: str,
    name: str,
    sql: str,
    **how: Any,  # noqa: ANN401 - what else st.vega_lite_chart takes
) -> None:
    """Draw a chart, and what can be done with it.

    Args:
        spec: As the core authors it.
        rows: What it draws.
        title: Of its picture.
        period: What its picture says below the title.
        alt: What it says, in a sentence.
        name: Of its files, and of its key.
        sql: Returns what it shows.
        how: More of `st.vega_lite_chart`.
    """
    st.vega_lite_chart(rows, spec, key=f"across_{name}_chart", alt=alt, **how)
    picture = partial(
        whole_spec, spec, rows, title={"text": title, "subtitle": period}, description=alt
    )
    with st.container(horizontal=True):
        save_chart(picture, lambda: rows, name=f"{name}-chart")
        offer_sql(sql, key=name)


def show_intervals(
    what: str, shares: Sequence[tuple[str, Proportion | None]], *, period: str, name: str, sql: str
) -> None:
    """Draw shares with their intervals, highest first."""
    known = sorted(
        ((label, part) for label, part in shares if part), key=lambda each: -each[1].share
    )
    show_chart(
        interval_spec(),
        interval_table(known),
        title=what,
        period=period,
        alt=f"{what}: " + "; ".join(f"{label} {said_share(part)}" for label, part in known),
        name=name,
        sql=sql,
    )
    if len(known) > 1:
        st.caption(f"{what}, highest first. Lines that overlap much may differ by chance alone.")


def show_table(table: pa.Table, *, name: str) -> None:
    """Draw a table, and what it can be saved as."""
    st.dataframe(
        table,
        key=f"across_{name}",
        hide_index=True,
        placeholder="",
        alt=f"The figures of {name.replace('-', ' ')}, {table.num_rows} rows.",
    )
    save_table(lambda: table, name=name)


def said_share(part: Proportion | None) -> str:
    """Return a share and its interval as tables say them."""
    return f"{part.share:.1%} ({part.low:.1%} to {part.high:.1%})" if part else ""


def days_column(days: Sequence[date]) -> pa.Array:
    """Return days as a column."""
    return pa.array(days, pa.date32())
