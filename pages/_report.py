"""The report of one run: headline numbers, charts, why messages failed, and who stands behind."""

from collections.abc import Callable, Sequence
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._people_behind import choose_group, show_people_behind
from pages._ui import relay
from pages._words import channel_name, counted, plain, said_duration, said_moment
from relay_core.reports.causes import Cause
from relay_core.reports.charts import FAILURES, FUNNEL, OVER_TIME, RunChart
from relay_core.reports.people_behind import Group
from relay_core.reports.run_report import RunReport, Slice

_FUNNEL_KEY: Final = "report_funnel"
_FAILURES_KEY: Final = "report_failures"


def show_report(run_id: int) -> None:
    """Draw the report as it is at this moment."""
    report = relay().report(run_id)
    _head(report)
    _headline(report)
    left, right = st.columns(2, gap="large")
    with left:
        st.header(FUNNEL.title)
        _chart(report, FUNNEL, key=_FUNNEL_KEY, chosen=_step_chosen)
        st.caption("Select a bar to see its people below.")
    with right:
        st.header(OVER_TIME.title)
        if report.timeline.buckets:
            _chart(report, OVER_TIME, key="report_over_time")
        else:
            st.caption("Nothing has left yet.")
        _times(report)
    _causes(report)
    _skipped(report)
    _places(report)
    st.header("The people behind each number")
    show_people_behind(report)


def _head(report: RunReport) -> None:
    st.title(plain(report.campaign))
    channel = f"{channel_name(report.channel)}, {report.integration}"
    st.caption(
        f"Run {report.run} · {plain(report.template)} · {plain(channel)} · {report.state} · "
        f"begun {said_moment(report.created_at)} · as of {report.as_of:%H:%M:%S} UTC"
    )
    if report.note:
        st.warning(plain(report.note), title="Paused", icon=":material/pause_circle:")


def _headline(report: RunReport) -> None:
    with st.grid(6, min_column_width=120):
        for label, number, meaning in (
            ("Planned", report.planned, "Messages that were frozen when the run was made."),
            ("Sent", report.sent, "Taken by the channel, whatever came of it since."),
            ("Delivered", report.delivered, "The phone confirmed it. The rest may follow."),
            ("Replied", report.replied, "Messages that got an answer."),
            ("Failed", report.failed, "Did not get there; the reasons are below."),
            ("Unknown", report.unknown, "May have been sent. Never repeated by itself."),
        ):
            st.metric(label, number, format="localized", border=True, help=meaning)
    if report.opted_out:
        st.caption(f"{counted(report.opted_out, 'person', 'people')} answered to opt out.")


def _chart(
    report: RunReport, chart: RunChart, *, key: str, chosen: Callable[[], None] | None = None
) -> None:
    st.vega_lite_chart(
        chart.table(report),
        chart.spec(),
        key=key,
        on_select=chosen or "ignore",
        selection_mode=chart.selection if chosen else None,
        alt=chart.alt(report),
    )


def _times(report: RunReport) -> None:
    lines = []
    if report.pace and report.pace.per_second:
        lines.append(f"{report.pace.per_second:.1f} messages per second.")
    if report.delivery_times:
        times = report.delivery_times
        lines.append(
            f"Half were on the phone within {said_duration(times.median_s)}, "
            f"95 % within {said_duration(times.p95_s)}."
        )
    if lines:
        st.caption(" ".join(lines))


def _causes(report: RunReport) -> None:
    if report.failures:
        st.header(FAILURES.title)
        _chart(report, FAILURES, key=_FAILURES_KEY, chosen=_cause_chosen)
        _cause_table(report.failures, key="report_failure_table")
    if report.doubts:
        st.header("Why some are unknown")
        _cause_table(report.doubts, key="report_doubt_table")
    if report.cancellations:
        st.header("Cancelled before their turn")
        _cause_table(report.cancellations, key="report_cancel_table")


def _cause_table(causes: Sequence[Cause], *, key: str) -> None:
    st.dataframe(
        pa.table(
            {
                "What": pa.array([c.title for c in causes]),
                "Messages": pa.array([c.deliveries for c in causes], pa.int64()),
                "What to do": pa.array([c.advice for c in causes]),
                "What it means": pa.array([c.meaning for c in causes]),
                "Code": pa.array([c.code for c in causes]),
                "In the channel's words": pa.array([c.reason for c in causes], pa.string()),
            }
        ),
        key=key,
        hide_index=True,
        placeholder="",
        alt="; ".join(f"{c.title}: {c.deliveries:,}. {c.advice}" for c in causes),
    )


def _skipped(report: RunReport) -> None:
    if not report.skipped:
        return
    st.header("Left out")
    st.dataframe(
        pa.table(
            {
                "Reason": pa.array([s.label for s in report.skipped]),
                "People": pa.array([s.people for s in report.skipped], pa.int64()),
                "What can be done": pa.array([s.advice for s in report.skipped]),
            }
        ),
        key="report_skipped",
        hide_index=True,
        placeholder="",
        alt="; ".join(f"{s.label}: {s.people:,}" for s in report.skipped),
    )


def _places(report: RunReport) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.header("By country")
        _slices(report.by_country, "Country", key="report_countries")
    with right:
        st.header("By language")
        _slices(report.by_language, "Language", key="report_languages")


def _slices(slices: Sequence[Slice], name: str, *, key: str) -> None:
    st.dataframe(
        pa.table(
            {
                name: pa.array([s.key or "Not known" for s in slices], pa.string()),
                "Planned": pa.array([s.planned for s in slices], pa.int64()),
                "Sent": pa.array([s.sent for s in slices], pa.int64()),
                "Delivered": pa.array([s.delivered for s in slices], pa.int64()),
                "Failed": pa.array([s.failed for s in slices], pa.int64()),
                "Replied": pa.array([s.replied for s in slices], pa.int64()),
            }
        ),
        key=key,
        hide_index=True,
        placeholder="",
        alt="; ".join(f"{s.key or 'Not known'}: {s.planned:,} planned" for s in slices),
    )


def _step_chosen() -> None:
    picked = st.session_state[_FUNNEL_KEY]["selection"].get("step")
    if picked:
        choose_group(Group(picked[0]["step"]))


def _cause_chosen() -> None:
    picked = st.session_state[_FAILURES_KEY]["selection"].get("code")
    if picked:
        choose_group(Group.FAILED, detail=picked[0]["code"])
