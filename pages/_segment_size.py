"""How large a segment is: at this moment, and at each of its uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import altair as alt
import pyarrow as pa
import streamlit as st

from pages._notices import show_notices
from pages._ui import flash, flashing_errors, relay
from pages._words import advised, counted, said_moment
from relay_core.audience.comparing.segment_difference import Difference
from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByQuery,
    BySegment,
    dependencies,
)
from relay_core.audience.screening.preview import AudiencePreview
from relay_core.audience.segments.history import SegmentUse
from relay_core.audience.segments.saved import Segment
from relay_core.errors import RelayError

_FOUND: Final = "segment_found"
_HEIGHT_PX: Final = 240
_MEANINGS: Final = ("Matched", "Would receive")


@dataclass(frozen=True, slots=True)
class FoundNow:
    """What a segment came to when it was counted."""

    preview: AudiencePreview
    difference: Difference | None
    counted_at: datetime


def counted_now(segment: Segment) -> FoundNow | None:
    """Return what the segment comes to; None while nobody has asked, and the page says so.

    It is counted once and kept for this visit: a query asks Zendesk, and only when told to.
    """
    mark = (segment.id, segment.version, relay().people_progress().finished_at)
    kept, found = st.session_state.get(_FOUND, (None, None))
    if kept == mark and isinstance(found, FoundNow):
        return found
    if kept == mark and isinstance(found, str):
        st.error(advised(found), icon=":material/error:")
    elif not _asks_zendesk(segment.definition):
        _count(segment, mark)
        return counted_now(segment)
    else:
        st.caption("Zendesk answers this one. It is asked when you press Count now.")
    _count_button("Count now", segment, mark)
    return None


def show_size(segment: Segment, found: FoundNow) -> None:
    """Draw the figures, when they were taken, and the press that remembers them."""
    preview = found.preview
    with st.container(horizontal=True):
        st.metric("Matched", preview.matched, format="localized", border=True)
        st.metric("Would receive", preview.will_receive, format="localized", border=True)
    show_notices(preview.notices)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Remember as of now",
            key="segment_remember",
            icon=":material/bookmark_add:",
            help="Keeps who is in it at this moment, so that the next look says who entered and "
            "who left. Every run does the same.",
            on_click=_remember,
            args=(segment.name,),
        )
        mark = (segment.id, segment.version, relay().people_progress().finished_at)
        _count_button("Count again", segment, mark)
        st.caption(f"Counted {said_moment(found.counted_at)}")


def show_uses(uses: Sequence[SegmentUse]) -> None:
    """Draw the size at each use, as a chart once there are two, and as a table."""
    table = _uses_table(uses)
    if len(uses) > 1:
        st.vega_lite_chart(_rows(uses), _spec(), key="segment_uses_chart", alt=_words(uses))
        with st.expander(f"The {len(uses):,} uses"):
            _draw_table(table)
    else:
        _draw_table(table)


def _draw_table(table: pa.Table) -> None:
    st.dataframe(
        table,
        key="segment_uses",
        hide_index=True,
        alt=f"{counted(table.num_rows, 'use')} of this segment, newest first.",
    )


def _count_button(label: str, segment: Segment, mark: tuple[object, ...]) -> None:
    st.button(
        label,
        key="segment_count",
        icon=":material/refresh:",
        type="secondary" if label == "Count now" else "tertiary",
        on_click=_count,
        args=(segment, mark),
    )


def _count(segment: Segment, mark: tuple[object, ...]) -> None:
    try:
        preview = relay().preview_audience(BySegment(segment.name), rows=0)
        difference = relay().segment_difference(segment.name)
    except RelayError as error:
        st.session_state[_FOUND] = (mark, error.advice)
    else:
        st.session_state[_FOUND] = (mark, FoundNow(preview, difference, datetime.now(UTC)))


def _remember(name: str) -> None:
    with flashing_errors():
        use = relay().remember_segment(name)
        st.session_state.pop(_FOUND, None)
        flash(f"{counted(use.matched, 'person', 'people')} remembered as of now.")


def _asks_zendesk(definition: AudienceDefinition) -> bool:
    """Whether it is a query, or refers to a segment that is one."""

    def load(name: str) -> AudienceDefinition:
        return relay().segment(name).definition

    try:
        needed = dependencies(definition, load=load).values()
    except RelayError:  # counting it says what is wrong
        return False
    return any(isinstance(each, ByQuery) for each in (definition, *needed))


def _uses_table(uses: Sequence[SegmentUse]) -> pa.Table:
    newest = list(reversed(uses))
    return pa.table(
        {
            "Used": [said_moment(use.used_at) for use in newest],
            "For": [use.purpose for use in newest],
            "Version": pa.array([use.version for use in newest], pa.int64()),
            "Matched": pa.array([use.matched for use in newest], pa.int64()),
            "Would receive": pa.array([use.will_receive for use in newest], pa.int64()),
        }
    )


def _rows(uses: Sequence[SegmentUse]) -> pa.Table:
    points = [
        (use, meaning, people)
        for use in uses
        for meaning, people in zip(_MEANINGS, (use.matched, use.will_receive), strict=True)
    ]
    return pa.table(
        {
            "when": pa.array([u.used_at for u, _, _ in points], pa.timestamp("ms", tz="UTC")),
            "said": [said_moment(use.used_at) for use, _, _ in points],
            "purpose": [use.purpose for use, _, _ in points],
            "version": pa.array([use.version for use, _, _ in points], pa.int64()),
            "meaning": [meaning for _, meaning, _ in points],
            "people": pa.array([people for _, _, people in points], pa.int64()),
        }
    )


def _words(uses: Sequence[SegmentUse]) -> str:
    first, last = uses[0], uses[-1]
    return (
        f"People at {counted(len(uses), 'use')}: {first.matched:,} matched on "
        f"{said_moment(first.used_at)}, {last.matched:,} on {said_moment(last.used_at)}, "
        f"{last.will_receive:,} of whom would receive."
    )


@cache
def _spec() -> dict[str, Any]:
    """Return the chart without its data; made once, for it costs more than the page."""
    scale = alt.Scale(domain=list(_MEANINGS))
    base = alt.Chart(alt.NamedData("rows"), height=_HEIGHT_PX).encode(
        x=alt.X(
            "when:T",
            title="Time of use (UTC)",
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(format="%-d %b %H:%M", labelOverlap=True, tickCount=5),
        ),
        y=alt.Y("people:Q", title="People", axis=alt.Axis(tickMinStep=1, format=",d")),
        color=alt.Color(
            "meaning:N",
            title=None,
            scale=scale,
            legend=alt.Legend(orient="top", symbolType="stroke"),
        ),
    )
    lines = base.mark_line(strokeWidth=2)
    points = base.mark_point(filled=True, size=60, opacity=1).encode(
        shape=alt.Shape(
            "meaning:N",
            scale=alt.Scale(domain=list(_MEANINGS), range=["circle", "square"]),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("said:N", title="Used"),
            alt.Tooltip("purpose:N", title="For"),
            alt.Tooltip("version:Q", title="Version"),
            alt.Tooltip("meaning:N", title="What"),
            alt.Tooltip("people:Q", title="People", format=",d"),
        ],
    )
    spec: dict[str, Any] = alt.layer(lines, points).to_dict()
    for part in ("$schema", "config", "data", "datasets"):
        spec.pop(part, None)
    for layer in spec["layer"]:
        layer.pop("data", None)
    return spec
