"""The report of one run: headline numbers, charts, why messages failed, and who stands behind."""

from functools import partial
from typing import Final

import streamlit as st

from pages._people_behind import choose_group, show_people_behind
from pages._report_chart import show_chart
from pages._report_durations import show_times
from pages._report_failures import show_failures
from pages._report_outcome import show_outcome
from pages._report_parts import show_parts, show_past, show_run_cost, show_skipped
from pages._report_time import show_over_time
from pages._ui import relay
from pages._words import channel_name, counted, plain, said_moment
from relay_core.reports.charts import FUNNEL, has_intervals
from relay_core.reports.forgotten_words import removed_in_words
from relay_core.reports.intervals import Proportion
from relay_core.reports.paper import as_html
from relay_core.reports.people_behind import Group
from relay_core.reports.run_report import RunReport, to_json

_FUNNEL_KEY: Final = "report_funnel"


def show_report(run_id: int) -> None:
    """Draw the report as it is at this moment."""
    report = relay().report(run_id)
    _head(report)
    _headline(report)
    left, right = st.columns(2, gap="large")
    with left:
        st.header(FUNNEL.title)
        _funnel(report)
    with right:
        show_over_time(report)
    show_times(report)
    show_failures(report)
    show_skipped(report)
    show_parts(report)
    show_run_cost(report)
    show_outcome(report)
    show_past(report)
    if report.planned or report.skipped:
        st.header("The people behind each number")
        show_people_behind(report)


def _head(report: RunReport) -> None:
    st.title(plain(report.campaign))
    channel = f"{channel_name(report.channel)}, {report.integration}"
    st.caption(
        f"Run {report.run} · {plain(report.template)} · {plain(channel)} · {report.state} · "
        f"begun {said_moment(report.created_at)} · as of {report.as_of:%H:%M:%S} UTC"
    )
    with st.container(horizontal=True):
        st.download_button(
            "Page for the printer",
            lambda: as_html(report),
            file_name=f"run-{report.run}.html",
            mime="text/html",
            key="report_html",
            icon=":material/print:",
            on_click="ignore",
        )
        st.download_button(
            "Every figure (JSON)",
            lambda: to_json(report),
            file_name=f"run-{report.run}.json",
            mime="application/json",
            key="report_json",
            icon=":material/download:",
            on_click="ignore",
        )
    if report.forgotten_at:
        st.info(removed_in_words(report.forgotten_at), icon=":material/auto_delete:")
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


def _funnel(report: RunReport) -> None:
    if not report.planned:
        st.caption("This run has no messages.")
        return
    show_chart(report, FUNNEL, key=_FUNNEL_KEY, chosen=partial(_step_chosen, report.run))
    intervals = " Lines under bars: 95 % intervals." if has_intervals(report) else ""
    st.caption(f"Select a bar to see its people below.{intervals}")
    if waiting := report.queued + report.sending:
        st.markdown(f"- {counted(waiting, 'message is', 'messages are')} waiting to be sent.")
    _certainty(report)


def _certainty(report: RunReport) -> None:
    lines = [
        f"{step.label}: **{_share(step.of_sent)}** of those sent."
        for step in report.funnel
        if step.of_sent
    ]
    if report.opted_out:
        people = counted(report.opted_out, "person", "people")
        lines.append(f"{people} answered to opt out: **{_share(report.opted_out_of_sent)}**.")
    receipts = report.receipts
    if receipts.expected:
        lines.append(
            f"{counted(receipts.expected, 'receipt is', 'receipts are')} still expected: "
            f"**{_share(receipts.expected_share)}** of those sent. A phone that is off can "
            f"confirm for {receipts.patience_days} days."
        )
    if receipts.unconfirmed > receipts.expected:
        silent = receipts.unconfirmed - receipts.expected
        lines.append(f"{counted(silent, 'message')} will not be confirmed any more.")
    for line in lines:
        st.markdown(f"- {line}")
    if lines:
        st.caption(
            "In brackets: where the true share lies with a certainty of 95 %. Whether a message "
            "was read, no channel says: not confirmed is not unread."
        )


def _share(part: Proportion | None) -> str:
    return f"{part.share:.1%} ({part.low:.1%} to {part.high:.1%})" if part else "none"


def _step_chosen(run: int) -> None:
    picked = st.session_state[_FUNNEL_KEY]["selection"].get("step")
    if picked:
        choose_group(run, Group(picked[0]["step"]))
