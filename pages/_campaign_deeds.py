"""What can be done with one campaign besides sending it: edit, duplicate, put away, delete."""

from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st

from pages._dialog import do_and_close, show_refusal
from pages._ui import actor, flash, flashing_errors, relay
from pages._words import plain
from relay_core.campaigns.campaign import Campaign

_EDIT: Final = Path(__file__).parent / "edit_campaign.py"
_NEW_NAME: Final = "campaign_new_name"
_LONGEST_NAME: Final = 100


def show_deeds(campaign: Campaign) -> None:
    """Draw the buttons; what cannot be done any more says why."""
    key = f"campaign_{campaign.id}"
    was_sent = campaign.runs > 0
    with st.container(horizontal=True, key=f"{key}_deeds"):
        st.button(
            "Edit",
            key=f"{key}_edit",
            icon=":material/edit:",
            disabled=was_sent,
            help="It was sent, so it stays as it is. Duplicate it, and change the copy."
            if was_sent
            else None,
            on_click=partial(st.switch_page, _EDIT, query_params={"campaign": campaign.name}),
        )
        st.button(
            "Duplicate",
            key=f"{key}_copy",
            icon=":material/content_copy:",
            on_click=partial(_duplicate, campaign),
        )
        if campaign.archived_at is None:
            st.button(
                "Archive",
                key=f"{key}_archive",
                icon=":material/archive:",
                help="It is no longer listed, nor sent. Its runs and reports stay.",
                on_click=partial(_archive, campaign),
            )
        st.button(
            "Delete",
            key=f"{key}_delete",
            type="tertiary",
            icon=":material/delete:",
            disabled=was_sent,
            help="It was sent, and its reports name it. Archive it instead." if was_sent else None,
            on_click=partial(_confirm_delete, campaign),
        )


def show_archived(campaign: Campaign) -> None:
    """Say that a campaign was put away, and offer to take it back."""
    st.info(
        f"Archived on {campaign.archived_at:%-d %b %Y}. It is not listed and cannot be sent.",
        icon=":material/archive:",
    )
    st.button(
        "Unarchive",
        key=f"campaign_{campaign.id}_unarchive",
        type="primary",
        icon=":material/unarchive:",
        on_click=partial(_unarchive, campaign),
    )


@st.dialog("Duplicate this campaign")
def _duplicate(campaign: Campaign) -> None:
    """Ask what the copy is called, and open the copy."""

    def deed() -> None:
        copy = relay().duplicate_campaign(
            campaign.name, to=str(st.session_state[_NEW_NAME]), actor=actor()
        )
        st.query_params["campaign"] = copy.name
        flash(f"{copy.name} is a copy of {campaign.name}. Nothing of it was sent yet.")

    st.caption("What was sent, and who was moved by hand, stays with the first.")
    st.text_input(
        "Name", f"{campaign.name} (copy)"[:_LONGEST_NAME], key=_NEW_NAME, max_chars=_LONGEST_NAME
    )
    show_refusal()
    st.button(
        "Duplicate",
        key="campaign_copy_sure",
        type="primary",
        on_click=do_and_close,
        args=(deed,),
    )


@st.dialog("Delete this campaign?")
def _confirm_delete(campaign: Campaign) -> None:
    """Ask once more; a campaign of which something was sent stays."""

    def deed() -> None:
        relay().delete_campaign(campaign.name, actor=actor())
        st.query_params.clear()
        flash(f"Campaign {campaign.name} is deleted.")

    st.markdown(
        f"**{plain(campaign.name)}** will be forgotten, and who was moved into it or out of it. "
        "Its template and segment stay."
    )
    show_refusal()
    st.button(
        "Delete campaign",
        key="campaign_delete_sure",
        type="primary",
        on_click=do_and_close,
        args=(deed,),
    )


def _archive(campaign: Campaign) -> None:
    with flashing_errors():
        relay().archive_campaign(campaign.name, actor=actor())
        flash(f"{campaign.name} is archived. Its reports stay.")


def _unarchive(campaign: Campaign) -> None:
    with flashing_errors():
        relay().unarchive_campaign(campaign.name, actor=actor())
        flash(f"{campaign.name} is listed again.")
