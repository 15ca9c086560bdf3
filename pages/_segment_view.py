"""One segment: what it asks, how large it is, what changed since its last use, its versions."""

import json
from functools import partial
from typing import Final

import streamlit as st

from pages._opening import show_in_audiences
from pages._segment_deeds import confirm_delete, duplicate, rename
from pages._segment_difference import show_difference
from pages._segment_size import counted_now, show_size, show_uses
from pages._ui import actor, explaining_errors, flash, flashing_errors, relay
from pages._words import plain, said_moment
from relay_core.audience.conditions.definition import definition_data
from relay_core.audience.conditions.fields import Catalogue
from relay_core.audience.english.definitions import in_words, in_words_or_broken
from relay_core.audience.segments.history import SegmentVersion
from relay_core.audience.segments.saved import Segment

_RECENT: Final = 5
"""Versions that are shown at once."""


def show_segment(name: str) -> None:
    """Draw everything about one segment.

    Raises:
        NotFound: There is none of that name.
    """
    segment = relay().segment(name)
    catalogue = Catalogue(relay().fields(for_picking=False))
    st.title(plain(segment.name))
    st.caption(f"Version {segment.version}, of {said_moment(segment.updated_at)}")
    is_usable = False
    with explaining_errors():
        st.markdown(plain(in_words(segment.definition, catalogue=catalogue)))
        is_usable = True
    _deeds(segment)
    with st.expander("Definition", icon=":material/data_object:"):
        st.code(
            json.dumps(definition_data(segment.definition), ensure_ascii=False, indent=2),
            language="json",
        )
    st.header("Size now")
    found = counted_now(segment) if is_usable else None
    if found:
        show_size(segment, found)
    elif not is_usable:
        st.caption("It can be counted again once it is corrected. Open it in Audiences.")
    uses = relay().segment_uses(segment.name)
    if uses:
        st.header("Size over time")
        show_uses(uses)
    if found:
        st.header("Since the last use")
        show_difference(found.difference, segment)
    st.header("Versions")
    _versions(segment, catalogue)


def _deeds(segment: Segment) -> None:
    desk = relay()  # the file is made later, by a thread that draws no page
    with st.container(horizontal=True):
        if st.button(
            "Open in Audiences",
            key="segment_open",
            type="primary",
            icon=":material/edit:",
            help="See the people, and change who this is.",
        ):
            show_in_audiences(segment.definition, segment.name)
        st.button("Rename", key="segment_rename", on_click=partial(rename, segment.name))
        st.button("Duplicate", key="segment_duplicate", on_click=partial(duplicate, segment.name))
        st.download_button(
            "Export",
            lambda: desk.export_segments([segment.name]),
            file_name="segment.json",
            mime="application/json",
            key="segment_export",
            help="A file with this segment and those it refers to.",
            on_click="ignore",
        )
        st.button(
            "Delete",
            key="segment_delete",
            type="tertiary",
            on_click=partial(confirm_delete, segment.name),
        )


def _versions(segment: Segment, catalogue: Catalogue) -> None:
    versions = relay().segment_versions(segment.name)
    for version in versions[:_RECENT]:
        _version(version, segment, catalogue)
    if earlier := versions[_RECENT:]:
        with st.expander(f"Earlier versions ({len(earlier):,})"):
            for version in earlier:
                _version(version, segment, catalogue)


def _version(version: SegmentVersion, segment: Segment, catalogue: Catalogue) -> None:
    is_present = version.number == segment.version
    with st.container(border=True, key=f"version_{version.number}"):
        now = ", the present one" if is_present else ""
        st.markdown(f"**Version {version.number}**{now}")
        st.markdown(plain(in_words_or_broken(version.definition, catalogue=catalogue)))
        st.caption(f"{said_moment(version.saved_at)} by {plain(version.saved_by)}")
        if not is_present:
            st.button(
                "Restore",
                key=f"version_{version.number}_restore",
                icon=":material/history:",
                on_click=_restore,
                args=(segment.name, version.number),
            )


def _restore(name: str, number: int) -> None:
    with flashing_errors():
        segment = relay().restore_segment(name, number=number, actor=actor())
        flash(f"Version {number} is back, as version {segment.version}.")
