"""The people behind a number of a run's report, chosen by a picker or by a bar of a chart.

While a run goes on, the browser sends with each look what its pickers showed a moment ago. So their
labels have no figures that change; what a chart chooses is put into pickers that are new; and what
comes late from pickers that are gone is not listened to.
"""

from datetime import datetime, timedelta
from typing import Final, assert_never

import pyarrow as pa
import streamlit as st

from pages._save_as import save_table
from pages._ui import relay
from pages._words import counted, plain, said_duration
from relay_core.reports.narrowing import Narrowing, Part, Period, Took
from relay_core.reports.people_behind import Group
from relay_core.reports.periods import happened_within, whole_steps
from relay_core.reports.run_report import RunReport

GROUP: Final = "report_group"
DETAIL: Final = "report_detail"
_PICKERS: Final = "report_pickers"
"""How often the pickers were begun anew, because something else chose."""
DRAWN: Final = "report_over_time_drawn"
"""How often the chart over time was begun anew, which takes a brush off it."""
EVENTS: Final = (Group.SENT, Group.DELIVERED, Group.FAILED, Group.REPLIED)
"""Of whom a report says when it happened."""
_NARROWED: Final = "report_narrowed"
_DAY: Final = timedelta(days=1)
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
    narrowed = narrowed_by(report.run)
    if isinstance(narrowed, Period):
        narrowed = whole_steps(report.timeline, narrowed)
    counts = _counts(report, narrowed)
    kept = st.session_state.get(GROUP)
    groups = [g for g in _LABELS if g in counts and (counts[g] or g in {Group.PLANNED, kept})]
    if not groups:
        groups = list(counts)
    group = kept if kept in groups else groups[0]
    pickers = _pickers()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"{GROUP}_{pickers}"
        st.selectbox(
            "People",
            groups,
            index=groups.index(group),
            format_func=_LABELS.__getitem__,
            key=key,
            on_change=_group_picked,
            args=(report.run, key, pickers),
            width=320,
        )
        details = _details(report, group)
        detail = st.session_state.get(DETAIL)
        detail = detail if detail in details else None
        if details:
            key = f"{DETAIL}_{group}_{pickers}"
            st.selectbox(
                "Why",
                list(details),
                index=list(details).index(detail) if detail else None,
                format_func=details.__getitem__,
                placeholder="Every reason",
                key=key,
                on_change=_detail_picked,
                args=(key, pickers),
                width=320,
            )
        narrowed = None if group is Group.SKIPPED else narrowed
        people = relay().people_behind(report.run, group=group, detail=detail, narrowed=narrowed)
        if narrowed:
            st.button(
                plain(_said(narrowed)),
                key="report_part_away",
                icon=":material/close:",
                help="Show everybody again.",
                on_click=narrow,
                args=(report.run, None),
            )
        save_table(lambda: people, name=f"run-{report.run}-people-{group}")
    st.caption(f"{counted(people.num_rows, 'person', 'people')}.")
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


def choose_group(
    run: int, group: Group, *, detail: str | None = None, narrowed: Narrowing | None = None
) -> None:
    """Show this group from the next drawing on. For callbacks of charts and tables."""
    st.session_state[GROUP] = group
    st.session_state[DETAIL] = detail
    st.session_state[_PICKERS] = _pickers() + 1
    narrow(run, narrowed)


def chosen_group() -> Group | None:
    """Return whose people are shown."""
    return st.session_state.get(GROUP)


def narrowed_by(run: int) -> Narrowing | None:
    """Return what narrows the people behind a run."""
    return st.session_state.get(f"{_NARROWED}_{run}")


def narrow(run: int, narrowed: Narrowing | None) -> None:
    """Narrow the people behind a run from the next drawing on; None shows everybody again."""
    before = narrowed_by(run)
    st.session_state[f"{_NARROWED}_{run}"] = narrowed
    if isinstance(before, Period) and not isinstance(narrowed, Period):
        st.session_state[DRAWN] = st.session_state.get(DRAWN, 0) + 1


def said_period(period: Period) -> str:
    """Return a period as a person reads it."""
    form = clock(period.start, period.end)
    return f"{period.start:{form}} to {period.end:{form}} UTC"


def clock(start: datetime, end: datetime) -> str:
    """Return how moments between two are written: with the day where there are several."""
    return "%-d %b %H:%M" if end - start > _DAY else "%H:%M:%S"


def _said(narrowed: Narrowing) -> str:
    match narrowed:
        case Part(side, key):
            return f"{side.capitalize()}: {key or 'not known'}"
        case Period():
            return said_period(narrowed)
        case Took(above_s, None):
            return f"Took over {said_duration(above_s)}"
        case Took(above_s, up_to_s):
            return f"Took {said_duration(above_s)} to {said_duration(up_to_s)}"
        case _:
            assert_never(narrowed)


def _pickers() -> int:
    return int(st.session_state.get(_PICKERS, 0))


def _group_picked(run: int, key: str, pickers: int) -> None:
    if pickers != _pickers():
        return
    st.session_state[GROUP] = st.session_state[key]
    st.session_state[DETAIL] = None
    if isinstance(narrowed_by(run), Took):  # which says how long another group's event took
        narrow(run, None)


def _detail_picked(key: str, pickers: int) -> None:
    if pickers == _pickers():
        st.session_state[DETAIL] = st.session_state[key]


def _as_shown(people: pa.Table) -> pa.Table:
    """Return the columns a reader wants, without those that are empty for this group."""
    kept = [
        name for name in _HEADINGS if name == "name" or people[name].null_count < people.num_rows
    ]
    ids = people["person_id"].cast(pa.string())  # an id is no quantity: no separators, no sums
    people = people.set_column(people.column_names.index("person_id"), "person_id", ids)
    return people.select(kept).rename_columns([_HEADINGS[name] for name in kept])


def _counts(report: RunReport, narrowed: Narrowing | None) -> dict[Group, int]:
    """Return whom there is to choose; in a period, those to whom something happened then."""
    if isinstance(narrowed, Period):
        within = happened_within(report.timeline, narrowed)
        return {group: getattr(within, group.value) for group in EVENTS}
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
            return {s.reason: s.label for s in report.skipped}
        case _:
            return {}
    return {c.code: f"{c.title} ({c.code})" for c in causes}
