"""Choosing the audience of a campaign: a segment, a Zendesk query, or conditions."""

from functools import partial
from typing import Final, assert_never

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
from relay_core.audience.policy import Purpose
from relay_core.audience.screening.preview import AudiencePreview
from relay_core.errors import RelayError

_SEGMENT: Final = "Segment"
_QUERY: Final = "Zendesk query"
_CONDITIONS: Final = "Conditions"


def audience_choice(prefix: str, *, purpose: Purpose) -> AudienceDefinition | None:
    """Draw the choice; None while nothing usable is chosen.

    Args:
        prefix: Of the widgets' keys.
        purpose: What it is chosen for: a landline, say, counts only where no SMS is sent.
    """
    st.session_state.setdefault(_by(prefix), _SEGMENT)
    by = one_of(
        "Audience by",
        (_SEGMENT, _QUERY, _CONDITIONS),
        key=_by(prefix),
        persist_state="session",
    )
    if by == _SEGMENT:
        return _segment(prefix, purpose)
    return _query(prefix, purpose) if by == _QUERY else _conditions(prefix, purpose)


def load_audience(prefix: str, definition: AudienceDefinition) -> None:
    """Put a stored audience where the choice is drawn; not while it is."""
    match definition:
        case BySegment(name):
            st.session_state[_by(prefix)] = _SEGMENT
            st.session_state[f"{prefix}_segment"] = name
        case ByQuery(query):
            _go_on_as_query(prefix, query)
        case ByConditions(tree):
            _open_in_builder(prefix, tree)
        case _:
            assert_never(definition)


def _segment(prefix: str, purpose: Purpose) -> AudienceDefinition | None:
    segments = {segment.name: segment for segment in relay().segments()}
    if not segments:
        st.caption("No segment is saved yet. Use a query or conditions, or save one in Audiences.")
        return None
    name = st.selectbox(
        "Segment",
        list(segments),
        index=None,
        placeholder="Choose a segment",
        key=f"{prefix}_segment",
        persist_state="session",
    )
    if name is None:
        return None
    definition = BySegment(name)
    with explaining_errors():
        followed = resolved(definition, load=lambda other: relay().segment(other).definition)
        if isinstance(followed, ByConditions):
            _count_now(prefix, definition, purpose)
        else:
            _count_on_demand(prefix, definition, purpose)
    return definition


def _query(prefix: str, purpose: Purpose) -> AudienceDefinition | None:
    counted, answer = st.session_state.get(f"{prefix}_counted", (None, None))
    asked = counted[0] if counted and not isinstance(answer, str) else None
    typed = query_editor(prefix, answered=asked.query if isinstance(asked, ByQuery) else None)
    if typed is None:
        return None
    builder_button(prefix, typed, open_in_builder=partial(_open_in_builder, prefix))
    _count_on_demand(prefix, ByQuery(typed.query), purpose)
    return ByQuery(typed.query)


def _conditions(prefix: str, purpose: Purpose) -> AudienceDefinition | None:
    built = condition_builder(prefix, relay().fields())
    if built.mistakes:
        st.caption("Correct the marked conditions to see who matches.")
        return None
    if built.incomplete:  # an open condition widens the audience without anybody noticing
        st.caption("Finish or remove the condition without a value; then people are counted.")
        return None
    preview = _count_now(prefix, ByConditions(built.tree), purpose)
    if preview:
        show_as_query(preview, key=prefix, edit=partial(_go_on_as_query, prefix))
    return ByConditions(built.tree)


def _open_in_builder(prefix: str, tree: ConditionTree) -> None:
    load_conditions(prefix, tree, relay().fields())
    st.session_state[_by(prefix)] = _CONDITIONS


def _go_on_as_query(prefix: str, query: str) -> None:
    load_query(prefix, query)
    st.session_state[_by(prefix)] = _QUERY


def _count_now(
    prefix: str, definition: AudienceDefinition, purpose: Purpose
) -> AudiencePreview | None:
    with explaining_errors():
        preview = relay().preview_audience(definition, purpose=purpose, rows=0)
        show_figures(preview)
        show_waterfall(preview, key=f"{prefix}_waterfall")
        return preview
    return None


def _count_on_demand(prefix: str, definition: AudienceDefinition, purpose: Purpose) -> None:
    """Offer to ask Zendesk; drawing the page again must not ask again."""
    counted, answer = st.session_state.get(f"{prefix}_counted", (None, None))
    if counted != (definition, purpose):
        st.button(
            "Count people",
            key=f"{prefix}_count",
            icon=":material/group_search:",
            on_click=_count,
            args=(prefix, definition, purpose),
        )
    elif isinstance(answer, str):
        st.error(plain(answer), icon=":material/error:")
    else:
        show_figures(answer)
        show_waterfall(answer, key=f"{prefix}_waterfall")


def _count(prefix: str, definition: AudienceDefinition, purpose: Purpose) -> None:
    try:
        answer = relay().preview_audience(definition, purpose=purpose, rows=0)
    except RelayError as error:
        answer = error.advice
    st.session_state[f"{prefix}_counted"] = ((definition, purpose), answer)


def _by(prefix: str) -> str:
    return f"{prefix}_audience_by"
