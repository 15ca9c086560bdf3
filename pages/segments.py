"""Segments: all of them, one with its history, or a file of them to be kept."""

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._opening import show_in_audiences
from pages._pick_table import pick_row
from pages._segment_import import import_segments
from pages._segment_view import show_segment
from pages._ui import Permission, explaining_errors, relay, require
from pages._words import counted, plain
from relay_core.audience.conditions.definition import ByConditions, BySegment
from relay_core.audience.conditions.fields import Catalogue
from relay_core.audience.conditions.tree import ConditionTree
from relay_core.audience.english.definitions import in_words_or_broken
from relay_core.audience.segments.saved import Segment
from relay_core.errors import RelayError

require(Permission.BUILD_AUDIENCES)

_ONE: Final = "segment"
_IMPORT: Final = "import"
_SIZES: Final = "segments_sizes"
_DAY: Final = "D MMM YYYY"
_MOMENT: Final = pa.timestamp("ms", tz="UTC")


def _show_all() -> None:
    st.query_params.clear()


def _begin_import() -> None:
    st.query_params.from_dict({_IMPORT: "1"})


def _draw_all() -> None:
    segments = relay().segments()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Segments")
        if segments:
            _export_button(segments)
        st.button("Import", key="segments_import", icon=":material/upload:", on_click=_begin_import)
        if st.button("New segment", key="segments_new", type="primary", icon=":material/add:"):
            show_in_audiences(ByConditions(ConditionTree()))
    st.caption("A segment keeps a question, not people: it is asked again at each use.")
    if not segments:
        st.write("No segment yet. Build an audience and save it, or import a file of segments.")
        return
    chosen = _chosen(segments)
    if chosen is not None:
        st.query_params.from_dict({_ONE: chosen.name})
        st.rerun()


def _export_button(segments: Sequence[Segment]) -> None:
    desk = relay()  # the file is made later, by a thread that draws no page
    st.download_button(
        "Export all",
        lambda: desk.export_segments([segment.name for segment in segments]),
        file_name="segments.json",
        mime="application/json",
        key="segments_export",
        icon=":material/download:",
        on_click="ignore",
    )


def _chosen(segments: Sequence[Segment]) -> Segment | None:
    """Draw the list; return the segment somebody clicked."""
    catalogue = Catalogue(relay().fields(for_picking=False))
    said = {s.name: in_words_or_broken(s.definition, catalogue=catalogue) for s in segments}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input("Search", key="segments_words", type="search", live=True) or ""
        kept = [s for s in segments if _has(f"{s.name} {said[s.name]}", words)]
        st.button(
            "Count now",
            key="segments_count",
            icon=":material/tag:",
            help="Ask how many people each of these is at this moment.",
            disabled=not kept,
            on_click=_count,
            args=([segment.name for segment in kept],),
        )
    if not kept:
        st.caption("No segment has these words in its name or its sentence.")
        return None
    index = pick_row(
        _table(kept, said),
        key="segments_table",
        columns={
            "Segment": st.column_config.TextColumn(width=200),
            "Who this is": st.column_config.TextColumn(width=360),
            "Last used": st.column_config.DatetimeColumn(format=_DAY),
            "Changed": st.column_config.DatetimeColumn(format=_DAY),
        },
        alt=f"{counted(len(kept), 'segment')}, each with who it is and when it was used.",
    )
    of_all = f" of {len(segments):,}" if len(kept) < len(segments) else ""
    st.caption(f"{counted(len(kept), 'segment')}{of_all}. Click a row to open it.")
    for name, size in _sizes().items():
        if isinstance(size, str) and name in said:
            st.error(size, title=plain(name), icon=":material/error:")
    return None if index is None else kept[index]


def _table(segments: Sequence[Segment], said: Mapping[str, str]) -> pa.Table:
    uses = relay().last_segment_uses()
    last = [uses.get(s.name) for s in segments]
    columns = {"Segment": pa.array([s.name for s in segments], pa.string())}
    sizes = [_sizes().get(s.name) for s in segments]
    if any(size is not None for size in sizes):
        now = [size if isinstance(size, tuple) else (None, None) for size in sizes]
        columns["Matched now"] = pa.array([matched for matched, _ in now], pa.int64())
        columns["Would receive now"] = pa.array([left for _, left in now], pa.int64())
    columns["Who this is"] = pa.array([said[s.name] for s in segments], pa.string())
    columns["At last use"] = pa.array([u.matched if u else None for u in last], pa.int64())
    columns["Last used"] = pa.array([u.used_at if u else None for u in last], _MOMENT)
    columns["Changed"] = pa.array([s.updated_at for s in segments], _MOMENT)
    return pa.table(columns)


def _sizes() -> dict[str, tuple[int, int] | str]:
    """Return what was counted in this visit: matched and would receive, or why it is not known."""
    kept: dict[str, tuple[int, int] | str] = st.session_state.setdefault(_SIZES, {})
    return kept


def _count(names: Sequence[str]) -> None:
    """Count these segments anew; those that are queries ask Zendesk."""
    st.session_state[_SIZES] = {}
    for name in names:
        try:
            seen = relay().preview_audience(BySegment(name), rows=0)
        except RelayError as error:
            _sizes()[name] = error.advice
        else:
            _sizes()[name] = (seen.matched, seen.will_receive)


def _has(text: str, words: str) -> bool:
    return all(word in text.casefold() for word in words.casefold().split())


def _back_button() -> None:
    st.button(
        "All segments",
        key="segments_back",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=_show_all,
    )


with explaining_errors():
    if _IMPORT in st.query_params:
        _back_button()
        import_segments()
    elif _ONE in st.query_params:
        _back_button()
        show_segment(st.query_params[_ONE])
    else:
        _draw_all()
