"""Opening a stored audience on the Audiences page, where it can be looked at and changed."""

from pathlib import Path
from typing import Final, assert_never

import streamlit as st

from pages._conditions import load_conditions
from pages._query import load_query
from pages._ui import flashing_errors, relay
from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    ByQuery,
    resolved,
)

PREFIX: Final = "audience"
"""What the keys of the widgets on the Audiences page begin with."""
NAME: Final = "audience_name"
BY: Final = "audience_by"
BY_CONDITIONS: Final = "Conditions"
BY_QUERY: Final = "Zendesk query"

_PAGE: Final = Path(__file__).parent / "audiences.py"


def open_definition(definition: AudienceDefinition, name: str = "") -> None:
    """Put a definition where the Audiences page finds it; not while that page is drawn.

    Args:
        definition: What to show; one that stands for another segment shows that one's question.
        name: The segment that a press on Save gives a new version; empty for a new one.
    """
    with flashing_errors():
        question = resolved(definition, load=lambda other: relay().segment(other).definition)
        st.session_state[NAME] = name
        match question:
            case ByConditions(tree):
                load_conditions(PREFIX, tree, relay().fields())
                st.session_state[BY] = BY_CONDITIONS
            case ByQuery(query):
                load_query(PREFIX, query)
                st.session_state[BY] = BY_QUERY
            case _:
                assert_never(question)


def show_in_audiences(definition: AudienceDefinition, name: str = "") -> None:
    """Open a definition and go there; the arguments are `open_definition`'s.

    Not for callbacks: they run before the pages are known in this drawing.
    """
    open_definition(definition, name)
    st.switch_page(_PAGE)
