"""What became of a template that was just submitted, integration by integration, and what next."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st

from pages._template_deeds import write
from pages._template_draft import Purpose
from pages._template_status import failed_on, show_statuses
from pages._template_view import open_template
from pages._words import plain
from relay_core.templates.kept.catalogue import ListedTemplate

_CAMPAIGN: Final = Path(__file__).parent / "new_campaign.py"


def show_result(listed: ListedTemplate) -> None:
    """Draw how it went and the next step."""
    st.title(plain(listed.label))
    st.markdown(_said(listed))
    show_statuses(listed)
    st.header("Next")
    with st.container(horizontal=True):
        _way("Open the template", "open", partial(open_template, listed.id), primary=True)
        _way("Add a language", "translate", partial(write, Purpose.TRANSLATE, listed))
        _way("Write another", "another", partial(write, Purpose.NEW))
        _way("Begin a campaign", "campaign", partial(st.switch_page, _CAMPAIGN))


def _said(listed: ListedTemplate) -> str:
    if failed_on(listed):
        return (
            ":red[:material/error:] It is kept, but did not arrive everywhere. Look at the reason, "
            "then try those again; the others are left as they are."
        )
    if any(status.status == "PENDING" for status in listed.integrations):
        return (
            ":orange[:material/hourglass_empty:] It is kept and submitted. Meta answers within "
            "minutes as a rule, at most a day; its answer stands on Home."
        )
    if any(s.type == "whatsapp" and s.is_sendable for s in listed.integrations):
        return ":green[:material/check:] Meta has approved it. It can be sent."
    return ":green[:material/check:] It is kept and ready for text messages."


def _way(label: str, name: str, press: Callable[[], None], *, primary: bool = False) -> None:
    st.button(
        label,
        key=f"template_next_{name}",
        type="primary" if primary else "secondary",
        on_click=press,
    )
