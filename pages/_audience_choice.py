"""Choosing the audience of a campaign: a segment, a Zendesk query, or conditions."""

from typing import Final

import streamlit as st

from pages._audience_view import show_figures, show_waterfall
from pages._conditions import condition_builder, load_conditions
from pages._one_of import one_of
from pages._query import builder_button, load_query, query_editor
from pages._shown_as_query import show_as_query
from pages._ui import explaining_errors, relay
from pages._words import plain
from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    ByQuery,
    BySegment,
    resolved,
)
from relay_core.audience.conditions.tree import ConditionTree
from relay_core.audience.screening.preview import AudiencePreview
from relay_core.errors import RelayError

_PREFIX: Final = "new"
_BY: Final = "new_audience_by"
_SEGMENT: Final = "Segment"
_QUERY: Final = "Zendesk query"
_CONDITIONS: Final = "Conditions"
_COUNTED: Final = "new_counted"


def audience_choice() -> AudienceDefinition | None:
    """Draw the choice; None while nothing usable is chosen."""
    st.session_state.setdefault(_BY, _SEGMENT)
    by = one_of("Audience by", (_SEGMENT, _QUERY, _CONDITIONS), key=_BY, persist_state="session")
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
    with explaining_errors():
        followed = resolved(definition, load=lambda other: relay().segment(other).definition)
        if isinstance(followed, ByConditions):
            _count_now(definition)
        else:
            _count_on_demand(definition)
    return definition


def _query() -> AudienceDefinition | None:
    counted, answer = st.session_state.get(_COUNTED, (None, None))
    is_answered = isinstance(counted, ByQuery) and not isinstance(answer, str)
    typed = query_editor(_PREFIX, answered=counted.query if is_answered else None)
    if typed is None:
        return None
    builder_button(_PREFIX, typed, open_in_builder=_open_in_builder)
    _count_on_demand(ByQuery(typed.query))
    return ByQuery(typed.query)


def _conditions() -> AudienceDefinition | None:
    built = condition_builder(_PREFIX, relay().fields())
    if built.mistakes:
        st.caption("Correct the marked conditions to see who matches.")
        return None
    if built.incomplete:  # an open condition widens the audience without anybody noticing
        st.caption("Finish or remove the condition without a value; then people are counted.")
        return None
    preview = _count_now(ByConditions(built.tree))
    if preview:
        show_as_query(preview, key=_PREFIX, edit=_go_on_as_query)
    return ByConditions(built.tree)


def _open_in_builder(tree: ConditionTree) -> None:
    load_conditions(_PREFIX, tree, relay().fields())
    st.session_state[_BY] = _CONDITIONS


def _go_on_as_query(query: str) -> None:
    load_query(_PREFIX, query)
    st.session_state[_BY] = _QUERY


def _count_now(definition: AudienceDefinition) -> AudiencePreview | None:
    with explaining_errors():
        preview = relay().preview_audience(definition, rows=0)
        show_figures(preview)
        show_waterfall(preview, key="new_waterfall")
        return preview
    return None


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
        st.error(plain(answer), icon=":material/error:")
    else:
        show_figures(answer)
        show_waterfall(answer, key="new_waterfall")


def _count(definition: AudienceDefinition) -> None:
    try:
        st.session_state[_COUNTED] = (definition, relay().preview_audience(definition, rows=0))
    except RelayError as error:
        st.session_state[_COUNTED] = (definition, error.advice)
