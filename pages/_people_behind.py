"""The people behind a number of a run's report, chosen by a picker or by a bar of a chart."""

from typing import Final

import pyarrow as pa
import streamlit as st

from pages._ui import relay
from pages._words import counted, plain
from relay_core.reports.export import as_csv, as_parquet
from relay_core.reports.people_behind import Group, Part
from relay_core.reports.run_report import RunReport

GROUP: Final = "report_group"
DETAIL: Final = "report_detail"
_PART: Final = "report_part"
_LABELS: Final = {
    Group.PLANNED: "Planned",
    Group.SENT: "Sent",
    Group.DELIVERED: "Delivered",
    Group.UNCONFIRMED: "Not confirmed by the phone",
    Group.REPLIED: "Replied",
    Group.OPTED_OUT: "Replied to opt out",
    Group.FAILED: "Failed",
    Group.UNKNOWN: "Unknown",
    Group.QUEUED: "Waiting",
    Group.SENDING: "Being sent",
    Group.CANCELLED: "Cancelled",
    Group.SKIPPED: "Left out",
}
_HEADINGS: Final = {
    "name": "Name",
    "phone": "Phone",
    "state": "State",
    "reason": "Reason",
    "code": "Code",
    "sent_at": "Sent",
    "delivered_at": "Delivered",
    "reply": "Reply",
    "attempts": "Attempts",
    "person_id": "Zendesk id",
}
_LONG: Final = 10
_TABLE_HEIGHT_PX: Final = 420


def show_people_behind(report: RunReport) -> None:
    """Draw the picker, the people it stands for, and their file."""
    counts = _counts(report)
    kept = st.session_state.get(GROUP)
    groups = [g for g in _LABELS if counts[g] or g in {Group.PLANNED, kept}]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        group = st.selectbox(
            "People",
            groups,
            format_func=lambda g: f"{_LABELS[g]} ({counts[g]:,})",
            key=GROUP,
            on_change=_forget_detail,
            width=320,
        )
        details = _details(report, group)
        detail = None
        if details:
            if st.session_state.get(DETAIL) not in details:
                _forget_detail()
            detail = st.selectbox(
                "Why",
                list(details),
                index=None,
                format_func=lambda code: details.get(code, code),
                placeholder="Every reason",
                key=DETAIL,
                width=320,
            )
        part = None if group is Group.SKIPPED else st.session_state.get(_PART)
        people = relay().people_behind(report.run, group=group, detail=detail, part=part)
        if part:
            st.button(
                f"{part.side.capitalize()}: {plain(part.key or 'not known')}",
                key="report_part_away",
                icon=":material/close:",
                help="Show everybody again.",
                on_click=_forget_part,
            )
        st.download_button(
            "Download CSV",
            lambda: as_csv(people),
            file_name=f"run-{report.run}-{group}.csv",
            mime="text/csv",
            key="report_csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "Download Parquet",
            lambda: as_parquet(people),
            file_name=f"run-{report.run}-{group}.parquet",
            mime="application/vnd.apache.parquet",
            key="report_parquet",
            icon=":material/download:",
            on_click="ignore",
        )
    st.dataframe(
        _as_shown(people),
        key="report_people",
        hide_index=True,
        placeholder="",
        height=_TABLE_HEIGHT_PX if people.num_rows > _LONG else "auto",
        column_config={
            "Sent": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss"),
            "Delivered": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss"),
        },
        alt=f"{counted(people.num_rows, 'person', 'people')}: {_LABELS[group]}.",
    )


def choose_group(group: Group, *, detail: str | None = None, part: Part | None = None) -> None:
    """Show this group from the next drawing on. For callbacks of charts and tables."""
    st.session_state[GROUP] = group
    st.session_state[DETAIL] = detail
    st.session_state[_PART] = part


def _forget_part() -> None:
    st.session_state.pop(_PART, None)


def _forget_detail() -> None:
    st.session_state[DETAIL] = None


def _as_shown(people: pa.Table) -> pa.Table:
    """Return the columns a reader wants, without those that are empty for this group."""
    kept = [
        name for name in _HEADINGS if name == "name" or people[name].null_count < people.num_rows
    ]
    ids = people["person_id"].cast(pa.string())  # an id is no quantity: no separators, no sums
    people = people.set_column(people.column_names.index("person_id"), "person_id", ids)
    return people.select(kept).rename_columns([_HEADINGS[name] for name in kept])


def _counts(report: RunReport) -> dict[Group, int]:
    return {
        Group.PLANNED: report.planned,
        Group.SENT: report.sent,
        Group.DELIVERED: report.delivered,
        Group.UNCONFIRMED: report.unconfirmed,
        Group.REPLIED: report.replied,
        Group.OPTED_OUT: report.opted_out,
        Group.FAILED: report.failed,
        Group.UNKNOWN: report.unknown,
        Group.QUEUED: report.queued,
        Group.SENDING: report.sending,
        Group.CANCELLED: report.cancelled,
        Group.SKIPPED: sum(skipped.people for skipped in report.skipped),
    }


def _details(report: RunReport, group: Group) -> dict[str, str]:
    match group:
        case Group.FAILED:
            causes = report.failures
        case Group.UNKNOWN:
            causes = report.doubts
        case Group.CANCELLED:
            causes = report.cancellations
        case Group.SKIPPED:
            return {s.reason: f"{s.label} ({s.people:,})" for s in report.skipped}
        case _:
            return {}
    return {c.code: f"{c.title} ({c.deliveries:,})" for c in causes}
