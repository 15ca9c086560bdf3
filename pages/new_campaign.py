"""Make a campaign: a message, who it comes from, who gets it, and what fills its values."""

from pathlib import Path
from typing import Final

import streamlit as st

from pages._campaign_form import Filled, campaign_form, clear_form
from pages._ui import Permission, actor, explaining_errors, flash, relay, require

require(Permission.SEND)

_CAMPAIGNS: Final = Path(__file__).parent / "campaigns.py"
_TEMPLATES: Final = Path(__file__).parent / "templates.py"
_PREFIX: Final = "new"


def _create(filled: Filled) -> None:
    """Keep the campaign and go to it."""
    campaign = relay().create_campaign(
        filled.name,
        template_id=filled.template_id,
        integration_id=filled.integration_id,
        definition=filled.definition,
        bindings=filled.bindings,
        actor=actor(),
        languages=filled.languages,
        hold_out=filled.hold_out,
    )
    clear_form(_PREFIX)
    flash(f"{campaign.name} is ready. Nothing is sent yet: review it, then send.")
    st.switch_page(_CAMPAIGNS, query_params={"campaign": campaign.name})


def _draw() -> None:
    templates = relay().templates()
    st.title("New campaign")
    st.caption("A campaign can be sent again and again. Nothing is sent here.")
    if not templates:
        st.write("A campaign needs a message. Create a template first.")
        st.page_link(_TEMPLATES, label="Go to templates", icon=":material/article:")
        return
    form = campaign_form(_PREFIX, templates)
    # Not a callback: what was typed last must have been read before anything is kept.
    if st.button("Create campaign", key="create_campaign", type="primary"):
        with explaining_errors():
            _create(form.filled())


_draw()
