"""What a newcomer does first, in order, with the next step at hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from pages._people_sync import is_syncing, start_sync
from pages._ui import relay
from pages._words import counted

_HERE: Final = Path(__file__).parent
_DONE: Final = ":green[:material/check_circle:]"
_OPEN: Final = ":material/radio_button_unchecked:"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    title: str
    done: bool
    said: str
    """What there is already, or what the step is about."""
    button: str
    press: Callable[[], None]
    waits: bool = False
    """Whether it is under way, so that pressing again would do nothing."""


def show_first_steps() -> None:
    """Draw the way to the first campaign."""
    st.header("First steps")
    steps = tuple(_steps())
    following = next((step for step in steps if not step.done), None)
    with st.container(border=True):
        for number, step in enumerate(steps, start=1):
            _show(step, number, is_next=step is following)


def _show(step: _Step, number: int, *, is_next: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.markdown(f"{_DONE if step.done else _OPEN} **{step.title}**")
            st.caption(step.said)
        st.button(
            step.button,
            key=f"first_step_{number}",
            type="primary" if is_next else "tertiary",
            disabled=step.waits,
            on_click=step.press,
        )


def _steps() -> Iterator[_Step]:
    known = relay().people_counts()["end_users"]
    syncing = is_syncing()
    yield _Step(
        title="Bring in your people",
        done=known > 0 and not syncing,
        said="Reading them from Zendesk now."
        if syncing
        else f"{counted(known, 'person', 'people')} read from Zendesk."
        if known
        else "Relay keeps a copy of your Zendesk users, to find and check them fast.",
        button="Sync again" if known else "Sync people",
        press=start_sync,
        waits=syncing,
    )
    segments = relay().segments()
    yield _Step(
        title="Say who to reach",
        done=bool(segments),
        said=f"{counted(len(segments), 'segment')} saved."
        if segments
        else "Choose people by conditions, see who is left out and why, save them as a segment.",
        button="Open audiences",
        press=_opening("audiences.py"),
    )
    usable = [t for t in relay().templates() if any(i.is_sendable for i in t.integrations)]
    yield _Step(
        title="Have a message",
        done=bool(usable),
        said=f"{counted(len(usable), 'template')} can be sent."
        if usable
        else "Write it once; see it as WhatsApp and as text message.",
        button="Open templates",
        press=_opening("templates.py"),
    )
    campaigns = relay().campaigns()
    yield _Step(
        title="Put them together",
        done=bool(campaigns),
        said=f"{counted(len(campaigns), 'campaign')} made."
        if campaigns
        else "A campaign is a message, an integration, an audience, and what fills its values.",
        button="New campaign",
        press=_opening("new_campaign.py"),
    )
    yield _Step(
        title="Review and send",
        done=False,
        said="See ten real messages and everybody left out before anything leaves.",
        button="Open campaigns",
        press=_opening("campaigns.py"),
    )


def _opening(page: str) -> Callable[[], None]:
    return lambda: st.switch_page(_HERE / page)
