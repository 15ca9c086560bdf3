"""Choosing the audience of a campaign: a segment, a Zendesk query, or conditions."""

from typing import Final

import streamlit as st

from pages._audience_view import show_figures, show_waterfall
from pages._conditions import condition_builder
from pages._ui import explaining_errors, relay
from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    ByQuery,
    BySegment,
)
from relay_core.errors import RelayError

_SEGMENT: Final = "Segment"
_QUERY: Final = "Zendesk query"
_CONDITIONS: Final = "Conditions"
_COUNTED: Final = "new_counted"


def audience_choice() -> AudienceDefinition | None:
    """Draw the choice; None while nothing usable is chosen."""
    by = st.segmented_control(
        "Audience by",
        (_SEGMENT, _QUERY, _CONDITIONS),
        default=_SEGMENT,
        required=True,
        key="new_audience_by",
        persist_state="session",
    )
    if by == _SEGMENT:
        return _segment()
    return _query() if by == _QUERY else _conditions()


def _segment() -> AudienceDefinition | None:
    segments = {segment.name: segment for segment in relay().segments()}
    if not segments:
        st.caption("No segment is saved yet. Use a query or conditions, or save one in Audiences.")
        return None
    name = st.selectbox(
        "Segment",
        list(segments),
        index=None,
        placeholder="Choose a segment",
        key="new_segment",
        persist_state="session",
    )
    if name is None:
        return None
    definition = BySegment(name)
    if isinstance(segments[name].definition, ByConditions):
        _count_now(definition)
    else:
        _count_on_demand(definition)
    return definition


def _query() -> AudienceDefinition | None:
    typed = st.text_input(
        "Zendesk query",
        key="new_query",
        placeholder="tags:vip created>2026-01-01",
        help="The same words as in Zendesk's own search for users.",
        persist_state="session",
    )
    query = (typed or "").strip()
    if not query:
        return None
    _count_on_demand(ByQuery(query))
    return ByQuery(query)


def _conditions() -> AudienceDefinition | None:
    built = condition_builder("new", relay().fields())
    if built.mistakes:
        return None
    if built.incomplete:  # an open condition widens the audience without anybody noticing
        st.caption("Finish or remove the condition without a value; then people are counted.")
        return None
    _count_now(ByConditions(built.tree))
    return ByConditions(built.tree)


def _count_now(definition: AudienceDefinition) -> None:
    with explaining_errors():
        preview = relay().preview_audience(definition)
        show_figures(preview)
        show_waterfall(preview, key="new_waterfall")


def _count_on_demand(definition: AudienceDefinition) -> None:
    """Offer to ask Zendesk; drawing the page again must not ask again."""
    counted, answer = st.session_state.get(_COUNTED, (None, None))
    if counted != definition:
        st.button(
            "Count people",
            key="new_count",
            icon=":material/group_search:",
            on_click=_count,
            args=(definition,),
        )
    elif isinstance(answer, str):
        st.error(answer, icon=":material/error:")
    else:
        show_figures(answer)
        show_waterfall(answer, key="new_waterfall")


def _count(definition: AudienceDefinition) -> None:
    try:
        st.session_state[_COUNTED] = (definition, relay().preview_audience(definition))
    except RelayError as error:
        st.session_state[_COUNTED] = (definition, error.advice)
