"""Conditions as Zendesk would be asked for the same people, and how far it can be."""

import re
from collections.abc import Callable
from typing import Final

import streamlit as st

from pages._words import plain
from relay_core.audience.screening.preview import AudiencePreview
from relay_core.audience.zendesk.compiling import Exactness

_MOMENT: Final = re.compile(r"\dT\d\d:")
_FOUND: Final = {
    Exactness.EXACT: "Zendesk can be asked for exactly these people.",
    Exactness.SUPERSET: "Zendesk can be asked for these people and some others; Relay checks the "
    "rest itself.",
    Exactness.MIRROR: "Zendesk's search cannot say this. Relay answers from its own copy of the "
    "people.",
}


def show_as_query(
    preview: AudiencePreview, *, key: str, edit: Callable[[str], None] | None = None
) -> None:
    """Offer the queries of conditions, to copy or to go on with.

    Args:
        preview: Of conditions; a typed query has no plan, and nothing is drawn.
        key: Names the widgets.
        edit: Called with the query where one alone finds exactly these people.
    """
    if preview.plan is None:
        return
    with st.expander("Show as query"):
        st.markdown(_FOUND[preview.plan])
        for reason in preview.reasons:
            st.markdown(f"- {plain(reason)}")
        if len(preview.queries) > 1:
            st.caption(f"{len(preview.queries)} queries: whoever one of them finds counts, once.")
        for query in preview.queries:
            st.code(query, language=None, wrap_lines=True)
        if edit and preview.plan is Exactness.EXACT and len(preview.queries) == 1:
            st.button(
                "Go on as a query",
                key=f"{key}_edit_query",
                icon=":material/edit:",
                type="tertiary",
                on_click=edit,
                args=preview.queries,
            )
            if any(map(_MOMENT.search, preview.queries)):
                st.caption("Times in it stand as of now: a query does not move along with the day.")
