"""How long delivery and replies of a run took; a bar opens the people behind it."""

from functools import partial

import streamlit as st

from pages._people_behind import choose_group
from pages._report_chart import show_chart
from pages._words import counted, said_duration
from relay_core.reports.duration_charts import BIN, TO_DELIVERY, TO_REPLY, bin_label
from relay_core.reports.durations import Durations
from relay_core.reports.narrowing import Took
from relay_core.reports.people_behind import Group
from relay_core.reports.run_report import RunReport


def show_times(report: RunReport) -> None:
    """Draw both distributions, as far as there is anything to measure."""
    columns = st.columns(2, gap="large")
    for column, chart, group, times in zip(
        columns,
        (TO_DELIVERY, TO_REPLY),
        (Group.DELIVERED, Group.REPLIED),
        (report.delivery_times, report.reply_times),
        strict=True,
    ):
        if times is None:
            continue
        with column:
            st.header(chart.title)
            half = f"Half within {said_duration(times.median_s)}, 95 % within "
            st.caption(
                f"{half if times.messages > 1 else 'Within '}{said_duration(times.p95_s)}; "
                f"{counted(times.messages, 'message')} measured."
            )
            key = f"report_{chart.figure.name.lower()}"
            show_chart(
                report, chart, key=key, chosen=partial(_bin_chosen, key, report.run, group, times)
            )


def _bin_chosen(key: str, run: int, group: Group, times: Durations) -> None:
    picked = st.session_state[key]["selection"].get(BIN)
    if not picked:
        return
    found = next((b for b in times.bins if bin_label(b) == picked[0][BIN]), None)
    if found:
        choose_group(run, group, narrowed=Took(found.above_s, found.up_to_s))
