"""A chart or a table of a run's report, with what can be done with it: save it, see its SQL."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from pages._save_as import save_chart, save_table
from pages._shown_sql import show_sql
from relay_core.reports.charts import RunChart
from relay_core.reports.pictures import picture_spec
from relay_core.reports.run_report import RunReport
from relay_core.reports.shown_sql import Figure

_FOR_THE_EYE: Final = frozenset({"label", "when", "chosen"})
"""Columns of a chart that only say again what others hold."""


def show_chart(
    report: RunReport,
    chart: RunChart,
    *,
    key: str,
    chosen: Callable[[], None],
    table: pa.Table | None = None,
) -> None:
    """Draw a chart, and what can be done with it.

    Args:
        report: What it shows.
        chart: Which.
        key: Under which what is selected is kept.
        chosen: Called when that changes.
        table: Its rows, where they say more than those of the chart.
    """
    rows = chart.table(report) if table is None else table
    st.vega_lite_chart(
        rows,
        chart.spec(),
        key=key,
        on_select=chosen,
        selection_mode=chart.selections,
        alt=chart.alt(report),
    )
    kept = [name for name in rows.column_names if name not in _FOR_THE_EYE]
    with st.container(horizontal=True):
        save_chart(
            partial(picture_spec, report, chart, table=rows),
            lambda: rows.select(kept),
            name=_file(report, chart.figure.name),
        )
        show_sql(chart.figure, run=report.run, step_s=report.timeline.bucket_s)


def show_table(
    report: RunReport,
    columns: Mapping[str, pa.Array],
    *,
    key: str,
    alt: str,
    figure: Figure | None = None,
    **how: Any,  # noqa: ANN401 - what else st.dataframe takes
) -> None:
    """Draw a table, and what can be done with it.

    Args:
        report: Of which run it is.
        columns: What it holds, by heading.
        key: Of the table; also names its file.
        alt: What it says, in a sentence.
        figure: Which query returns the same; None: none does.
        how: More of `st.dataframe`.
    """
    table = pa.table(dict(columns))
    st.dataframe(table, key=key, hide_index=True, placeholder="", alt=alt, **how)
    with st.container(horizontal=True):
        save_table(lambda: table, name=_file(report, key.removeprefix("report_")))
        if figure:
            show_sql(figure, run=report.run)


def _file(report: RunReport, name: str) -> str:
    return f"run-{report.run}-{name.replace('_', '-').lower()}"
