"""Why messages of a run failed: by class and code, what to do, and the press that does it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final, assert_never

import pyarrow as pa
import streamlit as st

from pages._dialog import do_and_close, show_refusal
from pages._people_behind import choose_group
from pages._report_chart import show_chart, show_table
from pages._retry import CAUSE
from pages._ui import Permission, actor, flash, may, relay
from pages._words import counted, plain, said_moment
from relay_core.audience.policy import ANY_PURPOSE
from relay_core.reports.causes import Cause
from relay_core.reports.charts import FAILURES
from relay_core.reports.failure_classes import Deed
from relay_core.reports.people_behind import Group
from relay_core.reports.run_report import RunReport

_RUN: Final = Path(__file__).parent / "run.py"
_CHART: Final = "report_failures"


def show_failures(report: RunReport) -> None:
    """Draw what failed, what is unknown and what was cancelled, each with its reasons."""
    if report.failures:
        st.header(FAILURES.title)
        kinds = (f"{k.label} {k.deliveries:,} ({k.share:.0%})" for k in report.failure_kinds)
        st.caption(" · ".join(kinds))
        show_chart(report, FAILURES, key=_CHART, chosen=partial(_cause_chosen, report.run))
        _cause_table(report, report.failures, key="report_failure_table")
        _deeds(report)
    if report.doubts:
        st.header("Why some are unknown")
        _cause_table(report, report.doubts, key="report_doubt_table")
    if report.cancellations:
        st.header("Cancelled before their turn")
        _cause_table(report, report.cancellations, key="report_cancel_table")


def _cause_table(report: RunReport, causes: Sequence[Cause], *, key: str) -> None:
    columns = {
        "What": pa.array([c.title for c in causes]),
        "Messages": pa.array([c.deliveries for c in causes], pa.int64()),
    }
    if any(c.nature for c in causes):
        columns["Class"] = pa.array([c.nature.words if c.nature else "" for c in causes])
    columns |= {
        "What to do": pa.array([c.advice for c in causes]),
        "What it means": pa.array([c.meaning for c in causes]),
        "Code": pa.array([c.code for c in causes]),
        "In the channel's words": pa.array([c.reason for c in causes], pa.string()),
    }
    show_table(
        report,
        columns,
        key=key,
        alt="; ".join(f"{c.title}: {c.deliveries:,}. {c.advice}" for c in causes),
    )


def _deeds(report: RunReport) -> None:
    again = [cause for cause in report.failures if cause.is_for_another_try]
    if again and may(Permission.SEND):
        _again(report, again)
    for cause in report.failures:
        if cause.deed is Deed.SUPPRESS and may(Permission.BUILD_AUDIENCES):
            people = counted(cause.deliveries, "person", "people")
            st.button(
                f"Block {people}: {plain(cause.title.lower())}…",
                key=f"report_block_{cause.code}",
                icon=":material/block:",
                on_click=partial(_confirm_block, report.run, cause),
            )


def _again(report: RunReport, causes: Sequence[Cause]) -> None:
    for line in dict.fromkeys(_before_another_try(cause) for cause in causes):
        if line:
            st.caption(line)
    if report.state in {"finished", "cancelled"}:
        for cause in causes:
            people = counted(cause.deliveries, "person", "people")
            st.page_link(
                _RUN,
                label=f"Try {people} again: {plain(cause.title)}",
                icon=":material/replay:",
                query_params={"run": str(report.run), CAUSE: cause.code},
            )
    else:
        st.caption("Those who failed can be tried again once the run is over.")


def _before_another_try(cause: Cause) -> str:
    what = plain(cause.title)
    match cause.deed:
        case Deed.WAIT if cause.wait_until:
            return f"{what}: try again from {said_moment(cause.wait_until)} on."
        case Deed.WAIT:
            return f"{what}: wait before another try."
        case Deed.CORRECT:
            return f"{what}: correct it before another try."
        case Deed.RETRY | Deed.SUPPRESS | Deed.OTHER_CHANNEL | None:
            return ""
        case _:
            assert_never(cause.deed)


@st.dialog("Block these people?")
def _confirm_block(run_id: int, cause: Cause) -> None:
    people = counted(cause.deliveries, "person", "people")
    st.write(
        f"{people} of this run will be left out of every campaign, together with everybody who "
        f"has the same number. Why: {plain(cause.meaning)}"
    )
    st.caption("The block list shows them, and takes them off again.")
    show_refusal()
    st.button(
        f"Block {people}",
        key="report_block",
        type="primary",
        on_click=partial(do_and_close, partial(_block, run_id, cause)),
    )


def _block(run_id: int, cause: Cause) -> None:
    people = relay().people_behind(run_id, group=Group.FAILED, detail=cause.code)
    moved = relay().choose_people(
        [person for person in people["person_id"].to_pylist() if person >= 0],
        choice="excluded",
        purpose=ANY_PURPOSE,
        reason=f"{cause.title} ({cause.code}) in run {run_id}",
        actor=actor(),
    )
    flash(f"{counted(moved.people, 'person is', 'people are')} on the block list.")


def _cause_chosen(run: int) -> None:
    picked = st.session_state[_CHART]["selection"].get("code")
    if picked:
        choose_group(run, Group.FAILED, detail=picked[0]["code"])
