"""Sending a campaign: the texts of this run, a review of everything, then one press."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

import streamlit as st

from pages._first_messages import chosen_first_messages, first_messages_choice
from pages._hold_out import chosen_hold_out, hold_out_choice
from pages._review import acceptance, show_review, show_whom_it_reaches
from pages._sms_doctor import sms_doctor_section
from pages._test_send import test_section
from pages._ui import actor, flash, relay
from pages._words import advised, counted, said_moment
from relay_core.campaigns.bindings import Static
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.reviewing import Review
from relay_core.campaigns.variants import asked_values
from relay_core.delivery.states import RunState
from relay_core.errors import RelayError

_SENT: Final = "sent_run"
_RUN: Final = Path(__file__).parent / "run.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviewed:
    """What was looked at, and the request that sending it will carry."""

    review: Review
    static_values: Mapping[str, str]
    request_id: str
    """Made once for each review, so that a double press sends once."""
    reviewed_at: datetime
    canary: int | None
    """Messages to begin with; None: as the settings say."""
    hold_out: int
    """Of 100 people, how many get nothing."""


def send_section(campaign: Campaign) -> None:
    """Draw the way to a run: texts, then the review, then the press that sends."""
    if sent := st.session_state.pop(_SENT, None):
        messages = counted(sent.planned, "message")
        flash(
            f"{messages} wait for approval by somebody else. Nothing has left."
            if sent.state is RunState.AWAITING
            else f"Sending {messages}. You may close this page."
        )
        st.switch_page(_RUN, query_params={"run": str(sent.run)})
    reviewed = st.session_state.get(_kept(campaign.id))
    if reviewed is None:
        _prepare(campaign)
    else:
        _confirm(campaign, reviewed)


def _prepare(campaign: Campaign) -> None:
    examples = {each.value.key: each.value.example for each in asked_values(campaign.variants)}
    asked = [key for key, bound in campaign.bindings.items() if isinstance(bound, Static)]
    if asked:
        st.caption("These texts are the same for everybody and are asked at each send.")
    for key in asked:
        st.text_input(
            f"Text in place of {examples.get(key, key)}",
            key=_typed(campaign.id, key),
            persist_state="session",
        )
    with st.container(horizontal=True):
        first_messages_choice(_first(campaign.id))
        hold_out_choice(_share(campaign.id), percent=campaign.hold_out)
    if wrong := st.session_state.pop(f"{_kept(campaign.id)}_wrong", None):
        st.error(advised(wrong), icon=":material/error:")
    st.button(
        "Review before sending",
        key=f"review_{campaign.id}",
        type="primary",
        on_click=_review,
        args=(campaign.name, campaign.id, tuple(asked)),
    )


def _review(name: str, campaign_id: int, keys: tuple[str, ...]) -> None:
    texts = {key: str(st.session_state.get(_typed(campaign_id, key)) or "") for key in keys}
    canary = chosen_first_messages(_first(campaign_id))
    hold_out = chosen_hold_out(_share(campaign_id))
    try:
        review = relay().review(name, static_values=texts, canary=canary, hold_out=hold_out)
    except RelayError as error:
        st.session_state[f"{_kept(campaign_id)}_wrong"] = error.advice
        return
    st.session_state[_kept(campaign_id)] = _Reviewed(
        review=review,
        static_values=texts,
        request_id=uuid4().hex,
        reviewed_at=datetime.now(UTC),
        canary=canary,
        hold_out=hold_out,
    )


def _confirm(campaign: Campaign, reviewed: _Reviewed) -> None:
    review = reviewed.review
    st.caption(f"As of {said_moment(reviewed.reviewed_at)}. Nothing has been sent.")
    show_review(
        review, key=f"review_{campaign.id}", about_texts=lambda: _sms_doctor(campaign, reviewed)
    )
    tested = test_section(campaign, reviewed.static_values)
    show_whom_it_reaches(review)
    if review.needs_approval:
        st.info(
            "It goes to so many people that somebody else has to approve it. Nothing leaves before "
            "they did.",
            icon=":material/how_to_reg:",
        )
    if wrong := st.session_state.pop(f"{_kept(campaign.id)}_wrong", None):
        st.error(advised(wrong), icon=":material/error:")
    agreed = acceptance(review.warnings, key=_accepted(reviewed))
    messages = counted(review.total, "message")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Ask for approval of {messages}" if review.needs_approval else f"Send {messages}",
            key=f"send_{campaign.id}",
            type="primary",
            disabled=not (review.total and agreed and tested) or review.unstated is not None,
            help=None if tested else "Send yourself a test first; it is required here.",
            on_click=_send,
            args=(campaign.name, campaign.id, reviewed),
        )
        st.button("Back", key=f"back_{campaign.id}", on_click=forget_review, args=(campaign.id,))


def _sms_doctor(campaign: Campaign, reviewed: _Reviewed) -> None:
    if reviewed.review.parts:
        sms_doctor_section(
            campaign,
            static_values=reviewed.static_values,
            kept=reviewed.request_id,
            key=f"doctor_{campaign.id}",
        )


def _send(name: str, campaign_id: int, reviewed: _Reviewed) -> None:
    try:
        run = relay().send(
            name,
            static_values=reviewed.static_values,
            request_id=reviewed.request_id,
            actor=actor(),
            reviewed=reviewed.review.manifest,
            accepted=bool(st.session_state.get(_accepted(reviewed))),
            canary=reviewed.canary,
            hold_out=reviewed.hold_out,
        )
    except RelayError as error:
        st.session_state[f"{_kept(campaign_id)}_wrong"] = error.advice
        return
    forget_review(campaign_id)
    st.session_state[_SENT] = run


def forget_review(campaign_id: int) -> None:
    """Drop what was looked at, so that sending begins with a new review."""
    st.session_state.pop(_kept(campaign_id), None)


def _kept(campaign_id: int) -> str:
    return f"reviewed_{campaign_id}"


def _first(campaign_id: int) -> str:
    return f"first_messages_{campaign_id}"


def _share(campaign_id: int) -> str:
    return f"hold_out_{campaign_id}"


def _accepted(reviewed: _Reviewed) -> str:
    return f"accepted_{reviewed.request_id}"


def _typed(campaign_id: int, key: str) -> str:
    return f"text_{campaign_id}_{key}"
