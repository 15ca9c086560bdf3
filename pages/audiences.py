"""Choose who a campaign is for, see who is left out and why, and keep it as a segment."""

from functools import partial
from typing import Final

import streamlit as st

from pages._audience_view import show_preview
from pages._conditions import clear_conditions, condition_builder, load_conditions
from pages._ui import Permission, actor, explaining_errors, flash, flashing_errors, relay, require
from pages._words import plain, said_moment
from relay_core.audience.conditions.clauses import understood
from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    ByQuery,
    BySegment,
)
from relay_core.audience.conditions.fields import Catalogue
from relay_core.audience.english.sentences import sentence
from relay_core.audience.segments.saved import Segment
from relay_core.errors import RelayError

require(Permission.BUILD_AUDIENCES)

_BUILDER: Final = "audience"
_QUERY: Final = "audience_query"
_FOUND: Final = "audience_found"
_NAME: Final = "audience_name"
_BY: Final = "audience_by"
_CONDITIONS: Final = "Conditions"
_ZENDESK: Final = "Zendesk query"
_SAVED: Final = "Saved segments"


@st.fragment
def _by_conditions() -> None:
    built = condition_builder(_BUILDER, relay().fields())
    st.button(
        "Start again",
        key="audience_clear",
        icon=":material/restart_alt:",
        type="tertiary",
        on_click=clear_conditions,
        args=(_BUILDER,),
    )
    st.header("Who this is")
    if built.mistakes:
        st.caption("Correct the marked conditions to see who matches.")
        return
    definition = ByConditions(built.tree)
    with explaining_errors():
        show_preview(relay().preview_audience(definition), key="audience")
        st.caption(f"People as of the sync of {_synced()}.")
        if built.incomplete:  # an open condition widens the audience without anybody noticing
            st.caption("To save this audience, finish or remove the condition without a value.")
        else:
            _save_form(definition)


@st.fragment
def _by_query() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Zendesk query",
            key=_QUERY,
            placeholder='tags:vip created>2026-01-01 organization:"Acme"',
            help="The same words as in Zendesk's own search for users.",
            persist_state="session",
        )
        st.button("Find people", key="audience_find", type="primary", on_click=_find)
    query, found = st.session_state.get(_FOUND, ("", None))
    if isinstance(found, str):
        st.error(found, icon=":material/error:")
        return
    if found is None:
        st.caption(
            "Zendesk answers the query, and everybody it finds is fetched: type it and press "
            "Find people."
        )
        return
    st.header("Who this is")
    if query != st.session_state.get(_QUERY, "").strip():
        st.caption(f"For the query {plain(query)}. Press Find people for the new one.")
    show_preview(found, key="audience_query")
    _save_form(ByQuery(query))


def _find() -> None:
    """Ask Zendesk, and keep the answer: drawing the page again must not ask again."""
    query = st.session_state[_QUERY].strip()
    try:
        st.session_state[_FOUND] = (query, relay().preview_audience(ByQuery(query)))
    except RelayError as error:
        st.session_state[_FOUND] = (query, error.advice)


def _save_form(definition: AudienceDefinition) -> None:
    st.header("Keep it")
    st.caption(
        "A segment keeps the question, not the people: it is asked again at each use. "
        "A name that exists already gets the new question."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Name of the segment",
            key=_NAME,
            placeholder="VIPs in the Netherlands",
            max_chars=100,
            persist_state="session",
        )
        pressed = st.button(
            "Save segment",
            key="audience_save",
            type="primary" if isinstance(definition, ByConditions) else "secondary",
        )
    if pressed:  # not a callback: what was typed last must have been read before it is kept
        with explaining_errors():
            segment = relay().save_segment(st.session_state[_NAME], definition, actor=actor())
            flash(f"Segment {segment.name} is saved. Use it in a campaign.")
            st.rerun()


def _saved() -> None:
    segments = relay().segments()
    if not segments:
        st.caption("No segment yet. Build an audience by conditions or by a query, and save it.")
    for segment in segments:
        with st.container(border=True, key=f"segment_{segment.id}"):
            st.markdown(f"**{plain(segment.name)}**")
            with explaining_errors():
                st.markdown(plain(_in_words(segment.definition)))
            st.caption(f"Last changed {said_moment(segment.updated_at)}")
            with st.container(horizontal=True):
                st.button(
                    "Open",
                    key=f"segment_{segment.id}_open",
                    on_click=_open,
                    args=(segment,),
                    disabled=isinstance(segment.definition, BySegment),
                )
                st.button(
                    "Delete",
                    key=f"segment_{segment.id}_delete",
                    type="tertiary",
                    on_click=partial(_confirm_delete, segment.name),
                )


def _in_words(definition: AudienceDefinition) -> str:
    match definition:
        case ByQuery(query):
            return f"Zendesk query: {query}"
        case BySegment(name):
            return f"The same people as the segment {name}."
        case ByConditions(tree):
            return sentence(understood(tree, catalogue=Catalogue(relay().fields())))


def _open(segment: Segment) -> None:
    st.session_state[_NAME] = segment.name
    match segment.definition:
        case ByConditions(tree):
            load_conditions(_BUILDER, tree, relay().fields())
            st.session_state[_BY] = _CONDITIONS
        case ByQuery(query):
            st.session_state[_QUERY] = query
            st.session_state[_BY] = _ZENDESK
            _find()
        case BySegment():
            flash("This segment stands for another one. Open that one.", failed=True)


@st.dialog("Delete this segment?")
def _confirm_delete(name: str) -> None:
    st.markdown(f"**{plain(name)}** will be forgotten. Runs that used it are kept.")
    st.button(
        "Delete segment", key="segment_delete", type="primary", on_click=_delete, args=(name,)
    )


def _delete(name: str) -> None:
    with flashing_errors():
        relay().delete_segment(name, actor=actor())
        flash(f"Segment {name} is deleted.")
    st.rerun()


def _synced() -> str:
    return said_moment(relay().people_progress().finished_at)


st.title("Audiences")
st.caption("Say who should hear from you. Nothing is sent here.")
by = st.segmented_control(
    "Find people by",
    (_CONDITIONS, _ZENDESK, _SAVED),
    default=_CONDITIONS,
    required=True,
    key=_BY,
    persist_state="session",
)
with explaining_errors():
    if by == _ZENDESK:
        _by_query()
    elif by == _SAVED:
        _saved()
    else:
        _by_conditions()
