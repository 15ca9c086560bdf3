"""A review, drawn for whoever decides about it: who sends, who tries again, who approves."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import streamlit as st

from pages._audience_view import advice_lines
from pages._cost import cost_metrics, show_cost
from pages._departures import said_length, show_departures
from pages._languages import show_shares
from pages._notices import show_notices
from pages._ui import Permission, may
from pages._words import channel_name, counted, plain
from relay_core.audience.screening.notices import NoticeKind
from relay_core.campaigns.reviewing import Review

_SAMPLE_WIDTH_PX: Final = 260
_MOST_CHANGES: Final = 50
_SETUP: Final = Path(__file__).parent / "setup.py"


def show_review(
    review: Review, *, key: str, about_texts: Callable[[], None] = lambda: None
) -> None:
    """Draw everything but what has to be accepted, which stands at the press that it holds back.

    Args:
        review: What was looked at.
        key: Beginning of the widgets' keys.
        about_texts: Draws what else there is to say of them.
    """
    _figures(review, key=key)
    show_departures(review.departures, key=f"{key}_departures")
    st.markdown(plain(review.audience))
    show_rules(review)
    show_notices([each for each in review.notices if each.kind is not NoticeKind.WARNING])
    _changes(review.changes)
    if review.skipped:
        left_out = sum(review.skipped.values())
        people = counted(left_out, "person is", "people are")
        with st.expander(f"{people} left out: why, and what can be done"):
            for line in advice_lines(review.skipped):
                st.markdown(line)
    show_shares(review.variants)
    if not review.variants:
        _samples(review, key=key)
    about_texts()


def show_rules(review: Review) -> None:
    """Say which rules decide about people, and what has to be stated before anything leaves."""
    if review.unstated is None:
        st.caption(plain(" ".join(review.rules)))
        return
    st.error(plain(review.unstated), title="Not yet", icon=":material/rule:")
    if may(Permission.ADMINISTER):
        st.page_link(_SETUP, label="Open Setup", icon=":material/construction:")


def show_whom_it_reaches(review: Review) -> None:
    """Say whether somebody's phone will ring."""
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


def acceptance(warnings: Sequence[str], *, key: str) -> bool:
    """Draw what has to be accepted; return whether nothing is left to accept."""
    if not warnings:
        return True
    listed = "\n".join(f"- {plain(warning)}" for warning in warnings)
    st.warning(listed, title="Are these the right people?", icon=":material/warning:")
    return st.checkbox("I have read this, and these are the right people", key=key)


def _figures(review: Review, *, key: str) -> None:
    """Draw how many messages, how long, how many parts, and what they cost."""
    with st.container(horizontal=True):
        st.metric("Messages", review.total, format="localized", border=True)
        st.metric("Channel", channel_name(review.channel), border=True)
        st.metric(
            "Takes about",
            said_length(review.departures, at_full_pace_s=review.duration_s),
            border=True,
        )
        if review.parts:
            st.metric("SMS parts", review.parts, format="localized", border=True)
            st.metric("Longest text, parts", review.longest_parts, border=True)
        cost_metrics(review.cost)
    show_cost(review.cost, key=f"{key}_cost")


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


def _samples(review: Review, *, key: str) -> None:
    if not review.samples:
        return
    st.markdown(f"**What {counted(len(review.samples), 'person', 'people')} will read**")
    with st.grid(min_column_width=_SAMPLE_WIDTH_PX):
        for sample in review.samples:
            with st.container(border=True, key=f"{key}_sample_{sample.person_id}"):
                st.caption(plain(sample.name))
                st.text(sample.body)
