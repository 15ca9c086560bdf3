"""The chart of a share week by week, with its intervals, where versions can be told apart."""

from collections.abc import Sequence
from functools import cache
from typing import Final

import altair as alt
import pyarrow as pa

from relay_core.reports.across.charts import days_axis, said_day
from relay_core.reports.across.quality import Quality, shares
from relay_core.reports.charts import ROWS, Spec, bare

_ABOVE_PX: Final = 10


@cache
def weekly_spec() -> Spec:
    """Return a line for each version; its intervals decide how wide the axis of shares is."""
    y = alt.Y(
        "share:Q",
        title="Share",
        scale=alt.Scale(zero=False),  # weeks are compared, not lengths from nothing
        axis=alt.Axis(format=".1~%", tickCount=6),
    )
    base = alt.Chart(alt.NamedData(ROWS)).encode(
        x=days_axis(), y=y, color=alt.Color("version:N", legend=None)
    )
    intervals = base.mark_rule(strokeWidth=4, opacity=0.4).encode(
        y=alt.Y("low:Q", title="Share"), y2="high:Q"
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(
        shape=alt.Shape("version:N", legend=None),
        tooltip=[
            alt.Tooltip("when:N", title="Week from"),
            alt.Tooltip("version:N", title="What"),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
            alt.Tooltip("low:Q", title="At least", format=".1%"),
            alt.Tooltip("high:Q", title="At most", format=".1%"),
            alt.Tooltip("messages:Q", title="Messages", format=",d"),
        ],
    )
    begins = base.mark_text(dy=-_ABOVE_PX, align="center").encode(y="high:Q", text="begins:N")
    return bare(alt.layer(intervals, base.mark_line(strokeWidth=2), points, begins))


def weekly_table(versions: Sequence[Quality], *, share: str) -> pa.Table:
    """Return the rows of `weekly_spec`: each week of each version in which a message counts.

    Args:
        versions: Of one template; or one integration.
        share: Its word, as `quality.shares` has it.
    """
    found = [
        (each, week.start, part)
        for each in versions
        for week in each.weeks
        if (part := shares(week.counts)[share])
    ]
    firsts = {
        each.label: min(start for own, start, _ in found if own is each) for each, _, _ in found
    }
    return pa.table(
        {
            "start": pa.array([start for _, start, _ in found], pa.date32()),
            "when": pa.array([said_day(start) for _, start, _ in found], pa.string()),
            "version": pa.array([each.label for each, _, _ in found], pa.string()),
            "begins": pa.array(
                [
                    f"version {each.version}"
                    if each.version is not None and start == firsts[each.label]
                    else ""
                    for each, start, _ in found
                ],
                pa.string(),
            ),
            "share": pa.array([part.share for _, _, part in found], pa.float64()),
            "low": pa.array([part.low for _, _, part in found], pa.float64()),
            "high": pa.array([part.high for _, _, part in found], pa.float64()),
            "messages": pa.array([part.total for _, _, part in found], pa.int64()),
        }
    )
