"""Change a campaign that was never run: the same form, filled with what is kept."""

from pathlib import Path
from typing import Final

import streamlit as st

from pages._campaign_form import Filled, campaign_form, clear_form, load_campaign
from pages._send import forget_review
from pages._ui import Permission, actor, explaining_errors, flash, relay, require
from pages._words import plain
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.changing import Edit

require(Permission.SEND)

_CAMPAIGNS: Final = Path(__file__).parent / "campaigns.py"


def _save(campaign: Campaign, prefix: str, filled: Filled) -> None:
    """Keep the changes and go back to the campaign."""
    changed = relay().edit_campaign(
        campaign.name,
        Edit(
            name=filled.name,
            template_id=filled.template_id,
            integration_id=filled.integration_id,
            definition=filled.definition,
            bindings=filled.bindings,
            languages=filled.languages,
            hold_out=filled.hold_out,
        ),
        actor=actor(),
    )
    clear_form(prefix)
    forget_review(campaign.id)
    flash(f"{changed.name} is changed. Review it before you send it.")
    st.switch_page(_CAMPAIGNS, query_params={"campaign": changed.name})


def _draw(name: str) -> None:
    campaign = relay().campaign(name)
    there = {"campaign": campaign.name}
    st.page_link(
        _CAMPAIGNS, label=plain(campaign.name), icon=":material/arrow_back:", query_params=there
    )
    st.title(f"Edit {plain(campaign.name)}")
    if campaign.runs:
        st.write("It was sent, so it stays as it is. Duplicate it, and change the copy.")
        return
    prefix = f"edit_{campaign.id}"
    # Somebody else may have changed it since it was opened here.
    kept = (
        campaign.name,
        campaign.template.id,
        campaign.integration.id,
        campaign.definition,
        dict(campaign.bindings),
        campaign.languages,
        campaign.hold_out,
    )
    if st.session_state.get(f"{prefix}_loaded") != kept:
        load_campaign(prefix, campaign)
        st.session_state[f"{prefix}_loaded"] = kept
    st.caption("Nothing is sent here. A test of what it said before no longer counts.")
    form = campaign_form(prefix, relay().templates())
    # Not a callback: what was typed last must have been read before anything is kept.
    if st.button("Save changes", key="edit_save", type="primary"):
        _save(campaign, prefix, form.filled())


with explaining_errors():
    _draw(st.query_params.get("campaign", ""))
