"""Each message to one person: what it said, what it rested on, what became of it, the answers."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from pages._words import channel_name, counted, plain, said_duration, said_moment
from relay_core.delivery.forgotten import Forgotten
from relay_core.privacy.history import Heard, PersonMessage
from relay_core.reports.skips import skip_label

_MOST: Final = 20
_KINDS: Final = {
    "channel": "the channel has it",
    "user": "on the phone",
    "failure": "did not get there",
}
_REMOVED: Final = {
    Forgotten.ASKED: "Name, number and text were erased on request.",
    Forgotten.AGED: "Name, number and text were removed for their age (RELAY_RETENTION_DAYS).",
}


def history_section(messages: Sequence[PersonMessage]) -> None:
    """Draw the latest messages, each with everything that is known of it."""
    if not messages:
        return
    with st.expander("Texts, receipts and answers", icon=":material/forum:"):
        for message in messages[:_MOST]:
            _one(message)
        if len(messages) > _MOST:
            rest = counted(len(messages) - _MOST, "earlier message")
            st.caption(f"{rest} more; the file with everything has them.")


def _one(message: PersonMessage) -> None:
    with st.container(border=True, gap="small"):
        when = said_moment(message.sent_at or message.planned_at)
        planned = "" if message.sent_at else "planned "
        head = f"**{plain(message.state.capitalize())}**, {planned}{when}"
        st.markdown(f"{head}: {plain(message.template)}, run {message.run_id}")
        if message.removed is not None:
            st.caption(_REMOVED[message.removed])
        elif message.text:
            st.text(message.text)
        st.caption(plain(" ".join(_facts(message))))
        if message.receipts:
            st.caption("  \n".join(plain(_receipt(receipt)) for receipt in message.receipts))
        for reply in message.replies:
            said = f"“{reply.text}”" if reply.text else "(text removed)"
            moment = said_moment(reply.happened_at)
            st.markdown(f":material/reply: {plain(said)} :gray[{moment}]")


def _facts(message: PersonMessage) -> list[str]:
    facts = [f"{channel_name(message.channel)}." if message.channel else ""]
    if message.delivered_after_s is not None:
        facts.append(f"On the phone after {said_duration(message.delivered_after_s)}.")
    as_of = f", people as of {said_moment(message.people_as_of)}" if message.people_as_of else ""
    facts.append(f"Consent: {message.consent}{as_of}.")
    if message.held_for:
        facts.append(f"Held for {message.held_for.replace('_', ' ')}.")
    if message.reason or message.code:
        facts.append(f"Why: {message.reason or skip_label(str(message.code))}")
    return [fact for fact in facts if fact]


def _receipt(receipt: Heard) -> str:
    why = f" ({receipt.reason})" if receipt.reason else ""
    return f"{said_moment(receipt.happened_at)}: {_KINDS[receipt.kind]}{why}"
