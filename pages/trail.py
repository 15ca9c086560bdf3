"""Trail: who did what, when, and on what, with old and new values."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import streamlit as st

from pages._ui import Permission, explaining_errors, relay, require
from pages._words import counted
from relay_core.reports.trail import TrailFilter, trail_csv, trail_table

require(Permission.ADMINISTER)

_PAGE: Final = 200
_MOST: Final = 100_000
_HEIGHT_PX: Final = 560
_LONG: Final = 14


def _draw() -> None:
    st.title("Trail")
    st.caption(
        "What people did with Relay. Nothing here is ever changed, but for names, addresses and "
        "numbers of people who were erased. Moments are UTC."
    )
    which = _filter()
    page = st.session_state.get("trail_page") or 1
    found = relay().trail(which, most=_PAGE + 1, after=(page - 1) * _PAGE)
    if not found and page == 1:
        st.info(
            "Nobody has done anything yet. Sends, changes and settings will be listed here."
            if which == TrailFilter()
            else "Nothing like that was done. Choose fewer filters, or a longer period."
        )
        return
    shown = found[:_PAGE]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{counted(len(shown), 'entry', 'entries')}, the latest first.")
        st.download_button(
            "Download CSV",
            lambda: trail_csv(relay().trail(which, most=_MOST)),
            file_name="relay-trail.csv",
            mime="text/csv",
            key="trail_csv",
            icon=":material/download:",
            on_click="ignore",
        )
    st.dataframe(
        trail_table(shown),
        key="trail_rows",
        hide_index=True,
        placeholder="",
        height=_HEIGHT_PX if len(shown) > _LONG else "auto",
        column_config={
            "When": st.column_config.DatetimeColumn(
                format="YYYY-MM-DD HH:mm:ss", timezone="UTC", pinned=True
            ),
            "Detail": st.column_config.TextColumn(width="large"),
        },
        alt=f"{counted(len(shown), 'deed')} with when, who, what, on what, and details.",
    )
    if page > 1 or len(found) > _PAGE:
        st.pagination(page + (len(found) > _PAGE), key="trail_page")


def _filter() -> TrailFilter:
    """Return what the filters say."""
    names = relay().trail_names()
    with st.grid(4, min_column_width=200):
        who = st.selectbox(
            "Who", names.actors, None, key="trail_actor", placeholder="Anybody", on_change=_anew
        )
        what = st.selectbox(
            "What", names.events, None, key="trail_event", placeholder="Anything", on_change=_anew
        )
        on_what = st.text_input(
            "On what",
            key="trail_subject",
            placeholder="A name, or a run's number",
            on_change=_anew,
        )
        days = st.date_input("Period", (), key="trail_days", on_change=_anew)
    since, until = _period(days)
    return TrailFilter(
        actor=who or "", event=what or "", subject=on_what or "", since=since, until=until
    )


def _anew() -> None:
    """Begin with the latest of what is meant now."""
    st.session_state.pop("trail_page", None)


def _period(days: tuple[date, ...]) -> tuple[datetime | None, datetime | None]:
    """Return the moments of a first day and a last; while only the first is chosen, of one day."""
    if not days:
        return None, None
    return _midnight(days[0]), _midnight(days[-1] + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


with explaining_errors():
    _draw()
