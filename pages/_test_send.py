"""A test to oneself: the number, the press, and what became of it."""

from collections.abc import Mapping
from uuid import uuid4

import streamlit as st

from pages._ui import actor, relay
from pages._words import plain, said_moment
from relay_core.campaigns.campaign import Campaign
from relay_core.delivery.runs import RunStatus
from relay_core.errors import RelayError

_EVERY_S = 1


def test_section(campaign: Campaign, static_values: Mapping[str, str]) -> bool:
    """Draw the way to a test, and the last one; return whether the campaign may be sent.

    Args:
        campaign: What is tested.
        static_values: Texts of the run that is being prepared.
    """
    key = f"test_{campaign.id}"
    untested = relay().untested(campaign.name)
    with st.container(border=True, key=key):
        st.markdown("**Test on your own phone**")
        if untested:
            st.markdown(f":orange[:material/lock:] {plain(untested)}")
        st.caption(
            "Sends what the first recipient would read. It counts nowhere as a message to a person."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                "Your number",
                relay().tester(actor=actor()) or "",
                key=f"{key}_phone",
                placeholder="+31 6 12345678",
                type="phone",
                width=260,
            )
            # Drawn with the button, so that a double press carries the same one.
            request = st.session_state.setdefault(f"{key}_request", uuid4().hex)
            st.button(
                "Send me a test",
                key=f"{key}_send",
                icon=":material/phone_iphone:",
                on_click=_send,
                args=(campaign.name, key, static_values, request),
            )
        if wrong := st.session_state.pop(f"{key}_wrong", None):
            st.error(plain(wrong), icon=":material/error:")
        if (run_id := st.session_state.get(f"{key}_run")) is not None:
            _last(run_id)
    return untested is None


def _last(run_id: int) -> None:
    begun = relay().run(run_id)

    def live() -> None:
        test = relay().run(run_id)
        _outcome(test)
        if begun.is_active and not test.is_active:
            st.rerun()  # what waited for the test looks again

    st.fragment(live, run_every=_EVERY_S if begun.is_active else None)()


def _outcome(test: RunStatus) -> None:
    if test.failed:
        for cause in relay().report(test.run).failures:
            st.error(plain(f"{cause.meaning} {cause.advice}"), title="The test failed")
    elif test.unknown:
        st.warning(
            "Nobody knows whether the test left. If it is on your phone, it did.",
            icon=":material/help:",
        )
    elif test.cancelled:
        st.warning("The test did not leave: this number asked for no messages meanwhile.")
    elif test.delivered:
        st.success("The test is on your phone.", icon=":material/check:")
    elif test.accepted:
        st.success("The channel took the test. Look at your phone.", icon=":material/check:")
    elif test.note:
        st.warning(plain(test.note), title="The test waits")
    else:
        held = relay().held_back(test.run)
        until = f" until {said_moment(held[0].until)}" if held and held[0].until else ""
        st.caption(f"The test is on its way; it waits for its turn{until}.")


def _send(name: str, key: str, static_values: Mapping[str, str], request: str) -> None:
    try:
        run = relay().send_test(
            name,
            static_values=static_values,
            request_id=request,
            actor=actor(),
            phone=str(st.session_state.get(f"{key}_phone") or ""),
        )
    except RelayError as error:
        st.session_state[f"{key}_wrong"] = error.advice
        return
    st.session_state.pop(f"{key}_request", None)
    st.session_state[f"{key}_run"] = run.run
