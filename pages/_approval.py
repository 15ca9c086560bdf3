"""A run that waits for a second person: the review its maker saw, and their word."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

import streamlit as st

from pages._dialog import do_and_close, show_refusal
from pages._review import acceptance, show_review, show_whom_it_reaches
from pages._ui import Permission, actor, flash, flashing_errors, may, relay
from pages._words import counted, plain, said_moment
from relay_core.delivery.runs import RunStatus
from relay_core.desk.approving import FrozenReview

_REASON: Final = "reject_reason"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was looked at, and when."""

    frozen: FrozenReview
    seen_at: datetime


def approval_section(run: RunStatus) -> None:
    """Draw what waits, and who may let it leave."""
    is_mine = run.created_by.strip().casefold() == actor().strip().casefold()
    if is_mine:
        st.info(
            "You asked for this. Nothing leaves before somebody else approves it: send them the "
            "address of this page.",
            icon=":material/how_to_reg:",
        )
    else:
        st.info(
            f"{plain(run.created_by)} asks for approval. Nothing has left. What you see was frozen "
            "then; exactly this leaves, or nothing.",
            icon=":material/how_to_reg:",
        )
    seen = _look(run.run)
    review = seen.frozen.review
    st.markdown(f"**Template** {plain(review.template)} **from** {plain(review.integration)}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Looked at {said_moment(seen.seen_at)}.")
        st.button(
            "Look again",
            key=f"approval_{run.run}_again",
            type="tertiary",
            icon=":material/refresh:",
            on_click=_forget,
            args=(run.run,),
        )
    if seen.frozen.changes:
        listed = "\n".join(f"- {plain(change)}" for change in seen.frozen.changes)
        st.error(
            f"Since it was made:\n{listed}\n\nGive it up, and send the campaign again.",
            title="This can no longer be approved",
            icon=":material/block:",
        )
    show_review(review, key=f"approval_{run.run}")
    if run.cancelled:
        st.caption(
            f"{counted(run.cancelled, 'message')} of these will not leave: the people opted out "
            "or were left out since."
        )
    if is_mine and may(Permission.SEND):
        _press_to_withdraw(run)
    if is_mine or not may(Permission.APPROVE):
        return
    show_whom_it_reaches(review)
    agreed = acceptance(review.warnings, key=f"approval_{run.run}_accepted")
    with st.container(horizontal=True):
        st.button(
            f"Approve and send {counted(run.queued, 'message')}",
            key=f"approval_{run.run}_approve",
            type="primary",
            disabled=bool(seen.frozen.changes) or not agreed,
            on_click=_approve,
            args=(run.run, review.manifest),
        )
        st.button(
            "Reject…",
            key=f"approval_{run.run}_reject",
            on_click=partial(_confirm_reject, run.run),
        )


def _press_to_withdraw(run: RunStatus) -> None:
    st.button(
        "Withdraw",
        key=f"approval_{run.run}_withdraw",
        help="Gives it up; nothing of it has left.",
        on_click=_withdraw,
        args=(run.run,),
    )


def _look(run_id: int) -> _Seen:
    key = _kept(run_id)
    if key not in st.session_state:
        with st.spinner("Looking at what was frozen"):
            st.session_state[key] = _Seen(relay().review_frozen(run_id), datetime.now(UTC))
    seen: _Seen = st.session_state[key]
    return seen


def _approve(run_id: int, manifest: str) -> None:
    _forget(run_id)
    with flashing_errors():
        run = relay().approve_run(run_id, manifest=manifest, actor=actor())
        flash(f"Approved: {counted(run.queued, 'message')} on the way.")


def _withdraw(run_id: int) -> None:
    with flashing_errors():
        relay().cancel_run(run_id, actor=actor())
        flash(f"Run {run_id} is withdrawn. Nothing of it has left.")


@st.dialog("Reject this run?")
def _confirm_reject(run_id: int) -> None:
    st.write("Nothing of it has left, and nothing will. It can be sent anew after a review.")
    st.text_input("Why", key=_REASON, placeholder="What should be different", max_chars=200)
    show_refusal()
    st.button(
        "Reject the run",
        key="reject_sure",
        type="primary",
        on_click=do_and_close,
        args=(partial(_reject, run_id),),
    )


def _reject(run_id: int) -> None:
    relay().reject_run(run_id, actor=actor(), reason=str(st.session_state.get(_REASON) or ""))
    flash(f"Run {run_id} is rejected.")


def _forget(run_id: int) -> None:
    st.session_state.pop(_kept(run_id), None)


def _kept(run_id: int) -> str:
    return f"frozen_{run_id}"
