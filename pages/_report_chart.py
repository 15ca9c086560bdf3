"""A chart of a run's report, drawn with its words; a selected bar may call back."""

from collections.abc import Callable

import streamlit as st

from relay_core.reports.charts import RunChart
from relay_core.reports.run_report import RunReport


def draw(
    report: RunReport, chart: RunChart, *, key: str, chosen: Callable[[], None] | None = None
) -> None:
    """Draw a chart; `chosen` is called when a bar is selected."""
    st.vega_lite_chart(
        chart.table(report),
        chart.spec(),
        key=key,
        on_select=chosen or "ignore",
        selection_mode=chart.selection if chosen else None,
        alt=chart.alt(report),
    )
