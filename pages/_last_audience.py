"""The audience that was looked at last on Audiences, for pages that compare with it."""

from typing import Final

import streamlit as st

from relay_core.audience.conditions.definition import AudienceDefinition

_KEPT: Final = "last_audience"


def remember_audience(definition: AudienceDefinition) -> None:
    """Keep a definition for the rest of the session."""
    st.session_state[_KEPT] = definition


def last_audience() -> AudienceDefinition | None:
    """Return what was kept, if anything was."""
    kept: AudienceDefinition | None = st.session_state.get(_KEPT)
    return kept
