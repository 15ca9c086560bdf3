"""Setup: connect an account step by step, each step tested live."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from pages._checks import VERDICTS, show_checks
from pages._runtime import called, connect
from pages._setup_messaging import draw_messaging
from pages._setup_mirroring import draw_mirroring, try_mirroring
from pages._setup_receipts import draw_receipts, try_receipts
from pages._setup_rules import draw_rules
from pages._setup_talk import try_talk
from pages._setup_zendesk import draw_zendesk
from pages._ui import Permission, actor, explaining_errors, flash, flashing_errors, relay, require
from pages._words import plain
from relay_core.setup.check import Check, Step
from relay_core.setup.progress import progress, worst

require(Permission.ADMINISTER)

_CHECKED: Final = "setup_checks"
_STEPS: Final = (
    Step.ZENDESK,
    Step.MESSAGING,
    Step.RECEIPTS,
    Step.TALK,
    Step.RULES,
    Step.MIRRORING,
)
_TO_SET: Final[dict[Step, Callable[[], None]]] = {
    Step.ZENDESK: draw_zendesk,
    Step.MESSAGING: draw_messaging,
    Step.RECEIPTS: draw_receipts,
    Step.RULES: draw_rules,
    Step.MIRRORING: draw_mirroring,
}
_TO_TRY: Final[dict[Step, Callable[[], None]]] = {
    Step.RECEIPTS: try_receipts,
    Step.TALK: try_talk,
    Step.MIRRORING: try_mirroring,
}
_Found = dict[Step, tuple[datetime, list[Check]]]


def _found() -> _Found:
    """Return what each step was found to be; what was not looked at is looked at now."""
    found: _Found = st.session_state.setdefault(_CHECKED, {})
    if missing := [step for step in _STEPS if step not in found]:
        with st.spinner("Asking Zendesk and Sunshine Conversations"):
            for step in missing:
                found[step] = (datetime.now(UTC), relay().doctor(step=step))
    return found


def _test_again(step: Step) -> None:
    st.session_state.get(_CHECKED, {}).pop(step, None)


def _use() -> None:
    with flashing_errors():
        if relay().settings.is_connected:
            changed = relay().use_new_credentials(actor=actor())
            flash(f"In use now: {', '.join(changed)}." if changed else "Nothing has changed.")
        else:
            relay().ensure_connectable()
            connect()
            flash("Connected.")
        st.session_state.pop(_CHECKED, None)


def _show_step(number: int, step: Step, checks: Sequence[Check], *, is_next: bool) -> None:
    verdict = worst(checks)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(f"{number}. {step.words}")
        if verdict is not None:
            word, color, icon = VERDICTS[verdict]
            st.badge(word, icon=icon, color=color)
    if checks:
        show_checks(checks)
        if step in _TO_TRY:
            _TO_TRY[step]()
        st.button(
            "Test again",
            key=f"test_{step}",
            icon=":material/refresh:",
            on_click=_test_again,
            args=(step,),
        )
    else:
        st.caption("Tested once Zendesk and Sunshine Conversations are set.")
    if step in _TO_SET:
        with st.expander("What to set", expanded=is_next, icon=":material/edit_note:"):
            _TO_SET[step]()
    if step is Step.MESSAGING:
        _show_use()


def _show_use() -> None:
    missing = relay().still_missing()
    with st.container(border=True):
        if missing:
            st.markdown("Still missing: " + ", ".join(f"`{name}`" for name in missing))
        st.button(
            "Use the new credentials",
            key="use_credentials",
            type="primary",
            icon=":material/key:",
            disabled=bool(missing),
            on_click=_use,
        )
        st.caption(
            "They are tried out first. What is being sent at this moment ends with the old ones, "
            "and nothing is sent twice."
        )
        if missing:
            st.button("Look again", key="look_again", icon=":material/refresh:")


def _draw() -> None:
    st.title("Setup")
    if relay().settings.sandbox_url:
        st.info(
            "This is a rehearsal against the sandbox: nothing has to be set. For a real account, "
            "set RELAY_DATA_DIR to a new folder and what the steps below name, take "
            f"{called('RELAY_SANDBOX_URL')} out where you set it, and restart.",
            icon=":material/science:",
        )
    found = _found()
    so_far = progress({step: found[step][1] for step in _STEPS})
    st.write(plain(so_far.said))
    for number, step in enumerate(_STEPS, start=1):
        _show_step(number, step, found[step][1], is_next=step is so_far.following)
    st.caption(f"As of {max(at for at, _ in found.values()):%H:%M:%S} UTC.")


with explaining_errors():
    _draw()
