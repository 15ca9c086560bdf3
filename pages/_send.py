"""Sending a campaign: the texts of this run, a review of everything, then one press."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

import streamlit as st

from pages._audience_view import advice_lines
from pages._cost import cost_metrics, show_cost
from pages._languages import show_shares
from pages._notices import show_notices
from pages._sms_doctor import sms_doctor_section
from pages._ui import actor, flash, relay
from pages._words import channel_name, counted, plain, said_duration, said_moment
from relay_core.audience.screening.notices import NoticeKind
from relay_core.campaigns.bindings import Static
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.reviewing import Review
from relay_core.campaigns.variants import asked_values
from relay_core.delivery.states import RunState
from relay_core.errors import RelayError

_SENT: Final = "sent_run"
_RUN: Final = Path(__file__).parent / "run.py"
_SAMPLE_WIDTH_PX: Final = 260
_MOST_CHANGES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviewed:
    """What was looked at, and the request that sending it will carry."""

    review: Review
    static_values: Mapping[str, str]
    request_id: str
    """Made once for each review, so that a double press sends once."""
    reviewed_at: datetime


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
    if wrong := st.session_state.pop(f"{_kept(campaign.id)}_wrong", None):
        st.error(wrong, icon=":material/error:")
    st.button(
        "Review before sending",
        key=f"review_{campaign.id}",
        type="primary",
        on_click=_review,
        args=(campaign.name, campaign.id, tuple(asked)),
    )


def _review(name: str, campaign_id: int, keys: tuple[str, ...]) -> None:
    texts = {key: str(st.session_state.get(_typed(campaign_id, key)) or "") for key in keys}
    try:
        review = relay().review(name, static_values=texts)
    except RelayError as error:
        st.session_state[f"{_kept(campaign_id)}_wrong"] = error.advice
        return
    st.session_state[_kept(campaign_id)] = _Reviewed(
        review=review,
        static_values=texts,
        request_id=uuid4().hex,
        reviewed_at=datetime.now(UTC),
    )


def _confirm(campaign: Campaign, reviewed: _Reviewed) -> None:
    review = reviewed.review
    st.caption(f"As of {said_moment(reviewed.reviewed_at)}. Nothing has been sent.")
    _figures(review, key=f"cost_{campaign.id}")
    st.markdown(plain(review.audience))
    # What has to be accepted stands at the press that it holds back.
    show_notices([each for each in review.notices if each.kind is not NoticeKind.WARNING])
    _changes(review.changes)
    if review.skipped:
        left_out = sum(review.skipped.values())
        people = counted(left_out, "person is", "people are")
        with st.expander(f"{people} left out: why, and what can be done"):
            for line in advice_lines(review.skipped):
                st.markdown(line)
    _texts(campaign, reviewed)
    if not review.total:
        st.warning("Nobody would receive this. Change the audience or the values.")
    elif review.rehearsal:
        st.info(
            "This is a rehearsal. Messages go to the sandbox and reach no real phone.",
            icon=":material/science:",
        )
    else:
        st.warning(
            "These messages reach real phones. What has left cannot be called back.",
            icon=":material/warning:",
        )
    if wrong := st.session_state.pop(f"{_kept(campaign.id)}_wrong", None):
        st.error(wrong, icon=":material/error:")
    agreed = _acceptance(review.warnings, key=_accepted(reviewed))
    with st.container(horizontal=True):
        st.button(
            f"Send {counted(review.total, 'message')}",
            key=f"send_{campaign.id}",
            type="primary",
            disabled=not (review.total and agreed),
            on_click=_send,
            args=(campaign.name, campaign.id, reviewed),
        )
        st.button("Back", key=f"back_{campaign.id}", on_click=forget_review, args=(campaign.id,))


def _figures(review: Review, *, key: str) -> None:
    """Draw how many messages, how long, how many parts, and what they cost."""
    with st.container(horizontal=True):
        st.metric("Messages", review.total, format="localized", border=True)
        st.metric("Channel", channel_name(review.channel), border=True)
        st.metric("Takes about", said_duration(review.duration_s), border=True)
        if review.parts:
            st.metric("SMS parts", review.parts, format="localized", border=True)
            st.metric("Longest text, parts", review.longest_parts, border=True)
        cost_metrics(review.cost)
    show_cost(review.cost, key=key)


def _texts(campaign: Campaign, reviewed: _Reviewed) -> None:
    """Draw what people will read, and how it turns out as SMS."""
    review = reviewed.review
    show_shares(review.variants)
    if not review.variants:
        _samples(review)
    if review.parts:
        sms_doctor_section(
            campaign,
            static_values=reviewed.static_values,
            kept=reviewed.request_id,
            key=f"doctor_{campaign.id}",
        )


def _changes(changes: Sequence[str]) -> None:
    """Say what was different when the recipients were read again just now."""
    if not changes:
        return
    with st.expander(
        f"{counted(len(changes), 'change')} in Zendesk since these people were last read",
        icon=":material/sync:",
    ):
        st.caption("The numbers above know of them already.")
        for change in changes[:_MOST_CHANGES]:
            st.markdown(plain(change))
        if len(changes) > _MOST_CHANGES:
            st.caption(f"And {len(changes) - _MOST_CHANGES:,} more.")


def _acceptance(warnings: Sequence[str], *, key: str) -> bool:
    """Draw what has to be accepted; return whether nothing is left to accept."""
    if not warnings:
        return True
    listed = "\n".join(f"- {plain(warning)}" for warning in warnings)
    st.warning(listed, title="Are these the right people?", icon=":material/warning:")
    return st.checkbox("I have read this, and these are the right people", key=key)


def _samples(review: Review) -> None:
    if not review.samples:
        return
    st.markdown(f"**What {counted(len(review.samples), 'person', 'people')} will read**")
    with st.grid(min_column_width=_SAMPLE_WIDTH_PX):
        for sample in review.samples:
            with st.container(border=True, key=f"sample_{sample.person_id}"):
                st.caption(plain(sample.name))
                st.text(sample.body)


def _send(name: str, campaign_id: int, reviewed: _Reviewed) -> None:
    try:
        run = relay().send(
            name,
            static_values=reviewed.static_values,
            request_id=reviewed.request_id,
            actor=actor(),
            reviewed=reviewed.review.manifest,
            accepted=bool(st.session_state.get(_accepted(reviewed))),
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


def _accepted(reviewed: _Reviewed) -> str:
    return f"accepted_{reviewed.request_id}"


def _typed(campaign_id: int, key: str) -> str:
    return f"text_{campaign_id}_{key}"
