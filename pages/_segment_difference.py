"""Who entered a segment and who left it since its last use, and which condition did it."""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from pages._words import counted, plain, said_moment
from relay_core.audience.comparing.segment_difference import Difference
from relay_core.audience.segments.saved import Segment
from relay_core.reports.export import as_csv

_MOST_SHOWN: Final = 1_000
"""People on the page; the file has all of them."""
_LONG: Final = 10
"""Rows from which on a table scrolls inside its own frame."""
_TABLE_HEIGHT_PX: Final = 420
_EVERYBODY: Final = "Everybody who moved"
_ENTERED: Final = "Entered"
_LEFT: Final = "Left"
_MOVED: Final = {"entered": _ENTERED, "left": _LEFT}
_HEADINGS: Final = {"name": "Name", "moved": "Moved", "cause": "Why", "id": "Zendesk id"}


def show_difference(difference: Difference | None, segment: Segment) -> None:
    """Draw the figures, the causes, and the people; or what to do where there is no last use."""
    if difference is None:
        st.caption(
            "Nothing to compare with yet. Press Remember as of now; the next look then says who "
            "entered and who left. Every run of a campaign with this segment does the same."
        )
        return
    st.caption(
        f"Compared with {said_moment(difference.since)} ({plain(difference.purpose)}, version "
        f"{difference.version})."
        + (" It says something else since then." if difference.definition_changed else "")
    )
    with st.container(horizontal=True):
        st.metric(_ENTERED, difference.entered, format="localized", border=True)
        st.metric(_LEFT, difference.left, format="localized", border=True)
    if not difference.by_cause:
        st.caption("Nobody entered or left.")
        return
    _causes(difference)
    st.fragment(_people)(difference, segment)


def _causes(difference: Difference) -> None:
    causes = difference.by_cause
    st.dataframe(
        pa.table(
            {
                _ENTERED: pa.array([cause.entered for cause in causes], pa.int64()),
                _LEFT: pa.array([cause.left for cause in causes], pa.int64()),
                "Why": [_as_sentence(cause.sentence) for cause in causes],
            }
        ),
        key="segment_causes",
        hide_index=True,
        column_config={"Why": st.column_config.TextColumn(width=420)},
        alt=f"{counted(len(causes), 'cause')}, those that moved most people first.",
    )


def _people(difference: Difference, segment: Segment) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = st.selectbox(
            "People", (_EVERYBODY, _ENTERED, _LEFT), key="segment_moved", width=320
        )
        people = _as_shown(difference.people)
        if shown != _EVERYBODY:
            people = people.filter(pc.equal(people["Moved"], shown))
        st.download_button(
            "CSV",
            lambda: as_csv(people),
            file_name=f"segment-{segment.id}-changes.csv",
            mime="text/csv",
            key="segment_moved_csv",
            icon=":material/download:",
            on_click="ignore",
        )
    st.dataframe(
        people.slice(0, _MOST_SHOWN),
        key="segment_moved_people",
        hide_index=True,
        placeholder="",
        height=_TABLE_HEIGHT_PX if people.num_rows > _LONG else "auto",
        column_config={"Why": st.column_config.TextColumn(width=420)},
        alt=f"{shown}: {counted(people.num_rows, 'person', 'people')}.",
    )
    if people.num_rows > _MOST_SHOWN:
        st.caption(f"Showing {_MOST_SHOWN:,} of {people.num_rows:,}. The file has everybody.")


def _as_shown(people: pa.Table) -> pa.Table:
    moved = pa.array([_MOVED[each] for each in people["moved"].to_pylist()], pa.string())
    shown = {
        "name": people["name"],
        "moved": moved,
        "cause": pa.array(map(_as_sentence, people["cause"].to_pylist()), pa.string()),
        "id": people["id"].cast(pa.string()),  # an id is no quantity: no separators, no sums
    }
    return pa.table({_HEADINGS[key]: column for key, column in shown.items()})


def _as_sentence(cause: str) -> str:
    return f"{cause[:1].upper()}{cause[1:]}"
