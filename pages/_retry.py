"""Another try for some people of a run: who they are, a review, and the press."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import streamlit as st

from pages._audience_view import advice_lines
from pages._review import acceptance, show_review, show_whom_it_reaches
from pages._ui import actor, flash, relay
from pages._words import counted, plain
from relay_core.campaigns.kinds import Retried, RunKind, said_retried
from relay_core.campaigns.retrying import RetryChoice
from relay_core.campaigns.reviewing import Review
from relay_core.delivery.runs import RunStatus
from relay_core.delivery.states import RunState
from relay_core.errors import RelayError
from relay_core.reports.causes import Cause

_PAGE: Final = Path(__file__).parent / "run.py"
_OVER: Final = frozenset({RunState.FINISHED, RunState.CANCELLED})
_SENT: Final = "retried_run"
CAUSE: Final = "code"
"""In an address of a run: the cause whose people another try is looked at for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviewed:
    """What was looked at, and the request that sending it will carry."""

    retried: Retried
    causes: tuple[str, ...]
    review: Review
    request_id: str

    @property
    def whom(self) -> str:
        """Whom it is for, in words."""
        return said_retried(self.retried, self.causes)


def retry_section(run: RunStatus) -> None:
    """Draw whom another try could be for; nothing while the run goes on, nor for a test."""
    if (sent := st.session_state.pop(_SENT, None)) is not None:
        st.switch_page(_PAGE, query_params={"run": str(sent)})
    if run.state not in _OVER or run.kind is RunKind.TEST:
        return
    reviewed = st.session_state.get(_kept(run.run))
    choices = [] if reviewed else relay().retry_choices(run.run)
    if not (reviewed or choices):
        return
    st.header("Try again")
    if wrong := st.session_state.pop(f"{_kept(run.run)}_wrong", None):
        st.error(plain(wrong), icon=":material/error:")
    if reviewed:
        _confirm(run, reviewed)
        return
    st.caption(
        "A new run with the same texts, to some of these people, screened anew. Nobody whose "
        "message is in doubt is among them."
    )
    for choice in choices:
        _choice(run, choice)


def _causes(failures: Sequence[Cause], *, key: str) -> tuple[str, ...]:
    """Ask whose failures it is for; none: those of all."""
    titles = {
        each.code: f"{plain(each.title)} ({plain(each.code)}): {each.deliveries:,}"
        for each in failures
        if each.is_for_another_try
    }
    asked = st.query_params.get(CAUSE)
    if asked is not None:
        del st.query_params[CAUSE]
        if asked in titles:
            st.session_state[key] = [asked]
    if lasting := [plain(each.title) for each in failures if not each.is_for_another_try]:
        st.caption(
            f"Another try alone would not help: {'; '.join(lasting)}. The report says what would."
        )
    if not titles:
        return ()
    picked = st.pills(
        "Only those who failed for",
        list(titles),
        selection_mode="multi",
        format_func=titles.__getitem__,
        key=key,
    )
    return tuple(picked)


def _choice(run: RunStatus, choice: RetryChoice) -> None:
    key = f"retry_{run.run}_{choice.retried}"
    causes: tuple[str, ...] = ()
    with st.container(border=True, key=key):
        if choice.retried is Retried.FAILED:
            causes = _causes(relay().run_failures(run.run), key=f"{key}_causes")
            if causes:
                choice = relay().retry_choice(run.run, choice.retried, causes=causes)
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(gap=None):
                st.markdown(f"**To {choice.retried.words}**")
                st.caption(
                    f"Reaches {choice.will_receive:,} of "
                    f"{counted(choice.people, 'person', 'people')}."
                )
            st.button(
                "Review…",
                key=f"{key}_review",
                disabled=not choice.will_receive,
                on_click=_review,
                args=(run.run, choice.retried, causes),
            )
        if choice.left_out:
            with st.expander("Why not the others", type="compact"):
                for line in advice_lines(choice.left_out):
                    st.markdown(line)


def _review(run_id: int, retried: Retried, causes: tuple[str, ...]) -> None:
    try:
        review = relay().review_retry(run_id, retried, causes=causes)
    except RelayError as error:
        st.session_state[f"{_kept(run_id)}_wrong"] = error.advice
        return
    st.session_state[_kept(run_id)] = _Reviewed(
        retried=retried, causes=causes, review=review, request_id=uuid4().hex
    )


def _confirm(run: RunStatus, reviewed: _Reviewed) -> None:
    review = reviewed.review
    st.markdown(f"**To {plain(reviewed.whom)}**")
    show_review(review, key=f"retry_{run.run}")
    show_whom_it_reaches(review)
    if review.untested:
        st.warning(plain(review.untested), icon=":material/phone_iphone:")
    agreed = acceptance(review.warnings, key=f"accepted_{reviewed.request_id}")
    messages = counted(review.total, "message")
    with st.container(horizontal=True):
        st.button(
            f"Ask for approval of {messages}" if review.needs_approval else f"Send {messages}",
            key=f"retry_{run.run}_send",
            type="primary",
            disabled=not (review.total and agreed and not review.untested and not review.unstated),
            on_click=_send,
            args=(run.run, reviewed),
        )
        st.button("Back", key=f"retry_{run.run}_back", on_click=_forget, args=(run.run,))


def _send(run_id: int, reviewed: _Reviewed) -> None:
    try:
        made = relay().retry_run(
            run_id,
            reviewed.retried,
            causes=reviewed.causes,
            request_id=reviewed.request_id,
            actor=actor(),
            reviewed=reviewed.review.manifest,
            accepted=bool(st.session_state.get(f"accepted_{reviewed.request_id}")),
        )
    except RelayError as error:
        st.session_state[f"{_kept(run_id)}_wrong"] = error.advice
        return
    finally:
        _forget(run_id)
    flash(f"Sending {counted(made.planned, 'message')} to {reviewed.whom}.")
    st.session_state[_SENT] = made.run


def _forget(run_id: int) -> None:
    st.session_state.pop(_kept(run_id), None)


def _kept(run_id: int) -> str:
    return f"retry_reviewed_{run_id}"
