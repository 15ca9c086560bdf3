"""How templates and integrations do: shares with intervals, and the same week by week."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._across_chart import (
    NOTHING,
    days_column,
    said_share,
    show_chart,
    show_intervals,
    show_table,
)
from pages._one_of import one_of
from pages._words import plain
from relay_core.reports.across.quality import Quality, shares
from relay_core.reports.across.weekly_chart import weekly_spec, weekly_table

_SHARES: Final = ("delivered", "replied", "opted out", "failed")


def show_quality(found: Sequence[Quality], what: str, *, period: str, sql: str) -> None:
    """Draw each template or integration, and one of them by weeks.

    Args:
        found: Them, the most sent first.
        what: "Template" or "Integration".
        period: Of when it is, in words.
        sql: Returns the weeks of each.
    """
    if not found:
        st.info(NOTHING)
        return
    for each in found:
        for change in each.changes:
            st.markdown(f"- **{plain(each.label)}**: {plain(change)}")
    share = one_of("Share", _SHARES, key="across_quality_share", format_func=str.capitalize)
    show_intervals(
        share.capitalize(),
        [(each.label, shares(each.counts)[share]) for each in found],
        period=period,
        name=f"{what.lower()}s",
        sql=sql,
    )
    show_table(
        pa.table(
            {
                what: [each.label for each in found],
                "Sent": [each.counts.sent for each in found],
                "Delivered": [said_share(each.delivered) for each in found],
                "Replied": [said_share(each.replied) for each in found],
                "Opted out": [said_share(each.opted_out) for each in found],
                "Failed": [said_share(each.failed) for each in found],
            }
        ),
        name=f"{what.lower()}s",
    )
    st.header("Week by week")
    _weeks(found, what, share=share, period=period, sql=sql)


def _weeks(found: Sequence[Quality], what: str, *, share: str, period: str, sql: str) -> None:
    names = list(dict.fromkeys(each.name for each in found))
    chosen = st.selectbox(what, names, key=f"across_{what.lower()}", width=320)
    own = [each for each in found if each.name == chosen]
    rows = weekly_table(own, share=share)
    said = f"{share.capitalize()}, {chosen}, by week"
    show_chart(
        weekly_spec(),
        rows,
        title=said,
        period=period,
        alt=f"{said}: "
        + "; ".join(f"{row['when']} {row['share']:.1%}" for row in rows.to_pylist()),
        name=f"{what.lower()}s-by-week",
        sql=sql,
    )
    st.caption(
        "The thick line is where the true share lies with a certainty of 95 %. The axis begins "
        "where it has to, not at 0 %."
    )
    weeks = [(each.label, week) for each in own for week in each.weeks]
    show_table(
        pa.table(
            {
                what: [label for label, _ in weeks],
                "Week from": days_column([week.start for _, week in weeks]),
                "Sent": [week.counts.sent for _, week in weeks],
                "Delivered": [week.counts.delivered for _, week in weeks],
                "Replied": [week.counts.replied for _, week in weeks],
                "Opted out": [week.counts.opted_out for _, week in weeks],
                "Failed": [week.counts.failed for _, week in weeks],
            }
        ),
        name=f"{what.lower()}s-by-week",
    )
