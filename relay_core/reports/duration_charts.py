"""Charts of how long delivery and replies took, as `charts` has the others."""

from collections.abc import Callable
from functools import cache, partial
from typing import Final

import pyarrow as pa

from relay_core.reports.charts import RunChart, Spec, bars, rows_of_bars
from relay_core.reports.durations import DurationBin, Durations, said_duration
from relay_core.reports.run_report import RunReport
from relay_core.reports.shown_sql import Figure

BIN: Final = "bin"
"""Name of the selection, and of the column it is by: labels of bins."""

_Times = Callable[[RunReport], Durations | None]


@cache
def _spec() -> Spec:
    return rows_of_bars(bars(BIN, share_title="Of all measured"))


def _table(report: RunReport, *, times: _Times, meaning: str) -> pa.Table:
    found = times(report)
    bins = found.bins if found else ()
    measured = found.messages if found else 0
    return pa.table(
        {
            BIN: pa.array([bin_label(b) for b in bins], pa.string()),
            "label": pa.array([f"{bin_label(b)}: {b.messages:,}" for b in bins], pa.string()),
            "meaning": pa.array([meaning] * len(bins), pa.string()),
            "messages": pa.array([b.messages for b in bins], pa.int64()),
            "share": pa.array([b.messages / measured for b in bins], pa.float64()),
        }
    )


def _alt(report: RunReport, *, times: _Times, what: str) -> str:
    return said_times(times(report), what=what)


def said_times(times: Durations | None, *, what: str) -> str:
    """Return median and 95th percentile in a sentence.

    Args:
        times: What was measured.
        what: What had happened to the messages by then, as in "Half were on the phone within".
    """
    if times is None:
        return "Nothing to measure."
    if times.messages == 1:
        return f"The one that was measured was {what} after {said_duration(times.median_s)}."
    return (
        f"Half were {what} within {said_duration(times.median_s)}, 95 % within "
        f"{said_duration(times.p95_s)}."
    )


def bin_label(each: DurationBin) -> str:
    """Return what an axis calls a bin."""
    if each.up_to_s is None:
        return f"over {said_duration(each.above_s)}"
    return f"up to {said_duration(each.up_to_s)}"


def _delivery(report: RunReport) -> Durations | None:
    return report.delivery_times


def _reply(report: RunReport) -> Durations | None:
    return report.reply_times


ON_THE_PHONE: Final = "on the phone"
ANSWERED: Final = "answered"
TO_DELIVERY: Final = RunChart(
    title="Time to delivery",
    figure=Figure.TO_DELIVERY,
    spec=_spec,
    table=partial(_table, times=_delivery, meaning="Delivered"),
    alt=partial(_alt, times=_delivery, what=ON_THE_PHONE),
    selections=(BIN,),
)
TO_REPLY: Final = RunChart(
    title="Time to the first reply",
    figure=Figure.TO_REPLY,
    spec=_spec,
    table=partial(_table, times=_reply, meaning="Replied"),
    alt=partial(_alt, times=_reply, what=ANSWERED),
    selections=(BIN,),
)
DURATION_CHARTS: Final = (TO_DELIVERY, TO_REPLY)
