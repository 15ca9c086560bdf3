"""A run over time: its chart, and one period of it, brushed on the chart or chosen by its ends."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import streamlit as st

from pages._people_behind import (
    DRAWN,
    EVENTS,
    choose_group,
    chosen_group,
    clock,
    narrow,
    narrowed_by,
)
from pages._report_chart import show_chart
from relay_core.reports.narrowing import Period
from relay_core.reports.over_time_chart import (
    MOMENT,
    OVER_TIME,
    PERIOD,
    over_time_table,
    said_nothing,
)
from relay_core.reports.people_behind import Group
from relay_core.reports.periods import edges, happened_within, whole_steps
from relay_core.reports.run_report import RunReport

_FROM: Final = "report_from"
_UNTIL: Final = "report_until"
_BRUSHED: Final = "report_brushed"
"""How often a period came from the chart, which begins the two pickers of its ends anew."""
_SEEN: Final = "report_over_time_seen"


def show_over_time(report: RunReport) -> None:
    """Draw what happened when; a period of it narrows the people behind."""
    st.header(OVER_TIME.title)
    if not report.timeline.buckets:
        st.caption(said_nothing(report))
        return
    asked = narrowed_by(report.run)
    period = whole_steps(report.timeline, asked) if isinstance(asked, Period) else None
    key = _chart_key()
    show_chart(
        report,
        OVER_TIME,
        key=key,
        chosen=partial(_selected, key, report),
        table=over_time_table(report, period=period),
    )
    later = report.timeline.later
    if later:
        st.caption(
            f"After that: {later.delivered:,} delivered, {later.failed:,} failed, "
            f"{later.replied:,} replied."
        )
    if report.pace and report.pace.per_second:
        st.caption(f"{report.pace.per_second:.1f} messages per second.")
    _ends(report, period)
    if period:
        _figures(report, period)


def _ends(report: RunReport, period: Period | None) -> None:
    """Offer the ends of a period, for whoever cannot brush or wants to be exact."""
    ends = edges(report.timeline)
    if len(ends) == 2:  # noqa: PLR2004 - one step has nothing to choose from
        return
    form = clock(ends[0], ends[-1])
    keys = _keys_of_ends()
    kept: list[datetime | None] = [st.session_state.get(key) for key in keys]
    if period and not any(key in st.session_state for key in keys):
        kept = [period.start, period.end]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for label, key, end, offered in zip(
            ("From (UTC)", "Until (UTC)"), keys, kept, (ends[:-1], ends[1:]), strict=True
        ):
            moments = sorted({*offered, end} if end else offered)
            st.selectbox(
                label,
                moments,
                index=moments.index(end) if end else None,
                key=key,
                format_func=lambda moment: f"{moment:{form}}",
                placeholder="First" if key == keys[0] else "Last",
                on_change=_typed,
                args=(report, keys),
                width=200,
            )
        if period:
            st.button(
                "Whole run",
                key="report_period_away",
                icon=":material/close:",
                on_click=narrow,
                args=(report.run, None),
            )
        else:
            st.caption("Brush the chart, or choose two times, to look at a part of the run.")


def _figures(report: RunReport, period: Period) -> None:
    found = happened_within(report.timeline, period)
    with st.grid(4, min_column_width=90):
        for label, number in (
            ("Sent then", found.sent),
            ("Delivered then", found.delivered),
            ("Failed then", found.failed),
            ("Replied then", found.replied),
        ):
            st.metric(label, number, format="localized", border=True)


def _selected(key: str, report: RunReport) -> None:
    """Follow what changed on the chart: a point that was pressed, or a stretch that was brushed."""
    if key != _chart_key():  # sent by the browser before it heard that the chart is gone
        return
    now: Mapping[str, Any] = st.session_state[key]["selection"]
    before: Mapping[str, Any] = st.session_state.get(_SEEN, {})
    st.session_state[_SEEN] = dict(now)
    pressed, brushed = now.get(MOMENT), now.get(PERIOD)
    if pressed and pressed != before.get(MOMENT):
        _begin_ends_anew()
        start = _moment(pressed[0]["start"])
        step = timedelta(seconds=report.timeline.bucket_s)
        choose_group(
            report.run,
            Group(pressed[0]["meaning"].lower()),
            narrowed=Period(start, start + step),
        )
    elif brushed:
        _begin_ends_anew()
        _choose(report, Period(*(_moment(end) for end in brushed["start"])))
    elif isinstance(narrowed_by(report.run), Period):
        narrow(report.run, None)


def _begin_ends_anew() -> None:
    st.session_state[_BRUSHED] = st.session_state.get(_BRUSHED, 0) + 1


def _chart_key() -> str:
    return f"report_over_time_{st.session_state.get(DRAWN, 0)}"


def _keys_of_ends() -> tuple[str, str]:
    anew = f"{st.session_state.get(DRAWN, 0)}_{st.session_state.get(_BRUSHED, 0)}"
    return f"{_FROM}_{anew}", f"{_UNTIL}_{anew}"


def _typed(report: RunReport, keys: tuple[str, str]) -> None:
    if keys != _keys_of_ends():
        return
    start, until = (st.session_state[key] for key in keys)
    if start is None and until is None:
        narrow(report.run, None)
        return
    ends = edges(report.timeline)
    step = timedelta(seconds=report.timeline.bucket_s)
    begin = start or ends[0]
    end = max(until or ends[-1], begin + step)
    if (begin, end) != (start, until):
        _begin_ends_anew()
    _choose(report, Period(begin, end))


def _choose(report: RunReport, period: Period) -> None:
    group = chosen_group()
    narrowed = whole_steps(report.timeline, period)
    choose_group(report.run, group if group in EVENTS else Group.SENT, narrowed=narrowed)


def _moment(epoch_ms: float) -> datetime:
    return datetime.fromtimestamp(epoch_ms / 1000, UTC)
