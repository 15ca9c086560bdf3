"""Choose who a campaign is for, see who is left out and why, and keep it as a segment."""

import time
from typing import Final

import streamlit as st

from pages._audience_view import show_preview
from pages._conditions import Built, clear_conditions, condition_builder
from pages._last_audience import remember_audience
from pages._one_of import one_of
from pages._opening import BY, BY_CONDITIONS, BY_QUERY, NAME, PREFIX, open_definition
from pages._query import builder_button, query_editor, query_text
from pages._shown_as_query import show_as_query
from pages._ui import Permission, actor, explaining_errors, flash, relay, require
from pages._words import plain
from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    ByQuery,
    BySegment,
)
from relay_core.audience.conditions.tree import ConditionTree
from relay_core.audience.resolving.found_people import KEPT_FOR
from relay_core.errors import RelayError

require(Permission.BUILD_AUDIENCES)

_ASKED: Final = "audience_asked"
_SAVED: Final = "audience_saved"
_SAVING: Final = "audience_saving"
_START: Final = "audience_start"
_WIDE_PX: Final = 320


@st.fragment
def _by_conditions() -> None:
    built = condition_builder(PREFIX, relay().fields())
    definition = ByConditions(built.tree)
    with st.container(horizontal=True, vertical_alignment="center"):
        _save_form(definition, hindrance=_hindrance(built), is_primary=True)
        st.button(
            "Start again",
            key="audience_clear",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=_clear,
        )
    as_query = st.container()
    st.header("Who this is")
    if built.mistakes:
        st.caption("Correct the marked conditions to see who matches.")
        return
    remember_audience(definition)
    preview = show_preview(definition, key=PREFIX)
    if preview:
        with as_query:
            show_as_query(preview, key=PREFIX, edit=_go_on_as_query)


def _hindrance(built: Built) -> str | None:
    if built.mistakes:
        return "To save this audience, correct the marked conditions."
    if built.incomplete:  # an open condition widens the audience without anybody noticing
        return "To save this audience, finish or remove the condition without a value."
    return None


@st.fragment
def _by_query() -> None:
    about, refusal, asked_s = st.session_state.get(_ASKED, ("", None, 0.0))
    is_fresh = time.monotonic() - asked_s < KEPT_FOR.total_seconds()
    typed = query_editor(PREFIX, answered=about if is_fresh and not refusal else None)
    is_typed = bool(query_text(PREFIX))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Find people",
            key="audience_find",
            icon=":material/person_search:",
            type="primary",
            disabled=is_typed and typed is None,
            on_click=_find,
        )
        if typed:
            _save_form(ByQuery(typed.query), hindrance=None, is_primary=False)
            builder_button(PREFIX, typed, open_in_builder=_open_in_builder)
    if not about:
        st.caption("Zendesk answers the query, and everybody it finds is fetched. Nothing is sent.")
        return
    if refusal:
        if about == query_text(PREFIX):
            st.error(plain(refusal), icon=":material/error:")
        return
    st.header("Who this is")
    if about != query_text(PREFIX):
        st.caption(f"Found for {plain(about)}. Press Find people for what is typed now.")
    if not is_fresh:
        st.caption("This answer is no longer fresh. Press Find people to ask Zendesk again.")
        return
    remember_audience(ByQuery(about))
    show_preview(ByQuery(about), key="audience_query")


def _find() -> None:
    """Ask Zendesk once; drawing the page again shows the answer that is kept."""
    query, refusal = query_text(PREFIX), None
    if query:
        try:
            relay().preview_audience(ByQuery(query), rows=0)
        except RelayError as error:
            refusal = error.advice
    st.session_state[_ASKED] = (query, refusal, time.monotonic())


def _save_form(definition: AudienceDefinition, *, hindrance: str | None, is_primary: bool) -> None:
    if st.session_state.pop(_SAVED, False):
        st.session_state[_SAVING] = False  # closes what it was saved in
    with st.popover(
        "Save as segment",
        icon=":material/bookmark_add:",
        type="primary" if is_primary and not hindrance else "secondary",
        disabled=hindrance is not None,
        key=_SAVING,
        on_change="rerun",
    ):
        if hindrance is None:
            _name_and_save(definition)
    if hindrance:
        st.caption(hindrance)


def _name_and_save(definition: AudienceDefinition) -> None:
    st.text_input(
        "Name of the segment",
        key=NAME,
        placeholder="VIPs in the Netherlands",
        max_chars=100,
        persist_state="session",
    )
    st.caption(
        "A segment keeps the question, not the people: it is asked again at each use. "
        "A name that exists already gets the new question."
    )
    # Not a callback: what was typed last must have been read before it is kept.
    if st.button("Save segment", key="audience_save"):
        with explaining_errors():
            segment = relay().save_segment(st.session_state[NAME], definition, actor=actor())
            flash(f"Segment {segment.name} is saved. Use it in a campaign.")
            st.session_state[_SAVED] = True
            st.rerun()


def _clear() -> None:
    clear_conditions(PREFIX)
    st.session_state[NAME] = ""


def _open_in_builder(tree: ConditionTree) -> None:
    _go_on(ByConditions(tree))


def _go_on_as_query(query: str) -> None:
    _go_on(ByQuery(query))


def _go_on(definition: AudienceDefinition) -> None:
    """Show the same in the other way; the switch stands outside the part that was pressed."""
    open_definition(definition, st.session_state.get(NAME, ""))
    st.rerun()


def _open_chosen() -> None:
    name, st.session_state[_START] = st.session_state[_START], None
    if name:
        open_definition(BySegment(name), name)


def _draw() -> None:
    if "segment" in st.query_params:  # another page sent the visitor here to change it
        open_definition(BySegment(st.query_params["segment"]), st.query_params["segment"])
        del st.query_params["segment"]
        st.rerun()  # what was refused is said by the frame, which is drawn before the page
    st.title("Audiences")
    st.caption("Say who should hear from you. Nothing is sent here.")
    names = [segment.name for segment in relay().segments()]
    st.session_state.setdefault(BY, BY_CONDITIONS)
    with st.container(horizontal=True):
        by = one_of("Find people by", (BY_CONDITIONS, BY_QUERY), key=BY, persist_state="session")
        if names:
            st.selectbox(
                "Start from a segment",
                names,
                index=None,
                placeholder="Choose a saved segment",
                key=_START,
                on_change=_open_chosen,
                width=_WIDE_PX,
            )
    if by == BY_QUERY:
        _by_query()
    else:
        _by_conditions()


with explaining_errors():
    _draw()
