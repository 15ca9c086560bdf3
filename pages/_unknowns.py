"""Messages of a run in doubt: what is known of each, and what a person decides about them."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._choice_table import WHEN
from pages._dialog import do_and_close, show_refusal
from pages._ui import Permission, actor, explaining_errors, flash, may, relay
from pages._words import counted, plain
from relay_core.delivery.runs import RunStatus
from relay_core.delivery.states import RunState
from relay_core.delivery.unknowns import Decision, Settlement, Unknown

_EVERY_S: Final = 10
"""Between two looks while a run goes on: receipts settle most of them."""
_TALL_PX: Final = 420
_MOST_SHOWN: Final = 10
_GOES_ON: Final = frozenset({RunState.RUNNING, RunState.PAUSED})
_SAID: Final = {
    Decision.SENT: "Taken as sent",
    Decision.AGAIN: "Send again",
    Decision.NOT_SENT: "Taken as not sent",
}
_MEANING: Final = {
    Decision.SENT: "They count as accepted by the channel. A receipt that comes later still counts "
    "more than this decision.",
    Decision.AGAIN: "They are queued again in this run. Whoever has got the first message gets a "
    "second one, which cannot be undone. If a receipt comes before the repeat leaves, it does not.",
    Decision.NOT_SENT: "They count as failed, and a retry for those who failed can try them again.",
}


def unknowns_section(run: RunStatus) -> None:
    """Draw what is in doubt and what was decided; look again while the run goes on."""
    every_s = _EVERY_S if run.is_active else None
    st.fragment(partial(_section, run.run), run_every=every_s)()


def _section(run_id: int) -> None:
    with explaining_errors():
        run = relay().run(run_id)
        found = relay().unknowns(run_id) if run.unknown else []
        settled = relay().settlements(run_id)
        if found or settled:
            st.header("In doubt")
        if found:
            _undecided(run, found)
        if settled:
            _decided(settled)


def _undecided(run: RunStatus, found: Sequence[Unknown]) -> None:
    st.caption(
        f"{counted(len(found), 'message')} may have been sent. A receipt that still comes settles "
        "it; otherwise somebody has to look, or ask, and decide. Relay never does by itself."
    )
    # A list that has changed is another table: a selected row must not come to mean another person.
    mark = hash(tuple(each.delivery for each in found))
    event = st.dataframe(
        _table(found),
        key=f"unknowns_{run.run}_{mark}",
        hide_index=True,
        height=_TALL_PX if len(found) > _MOST_SHOWN else "content",
        on_select="rerun",
        selection_mode="multi-row",
        column_config=WHEN,
        placeholder="",
        alt="Each message in doubt, with what is known. Select rows to decide about some of them.",
    )
    rows = [row for row in event["selection"]["rows"] if row < len(found)]
    chosen = tuple(found[row].delivery for row in rows) or tuple(each.delivery for each in found)
    if not may(Permission.SEND):
        return
    st.caption(f"Decide about {len(rows):,} selected:" if rows else "Decide about all of them:")
    with st.container(horizontal=True):
        for decided in Decision:
            over = decided is Decision.AGAIN and run.state not in _GOES_ON
            st.button(
                f"{_SAID[decided]}…",
                key=f"unknowns_{run.run}_{decided}",
                disabled=over,
                help="The run is over. Take them as not sent, then start a retry."
                if over
                else None,
                on_click=partial(_confirm, run.run, chosen, decided),
            )


def _table(found: Sequence[Unknown]) -> pa.Table:
    return pa.table(
        {
            "Person": pa.array([each.person for each in found], pa.string()),
            "When": pa.array([each.left_at for each in found], pa.timestamp("us", tz="UTC")),
            "What is known": pa.array([each.sentence for each in found], pa.string()),
            "Receipts that may fit": pa.array(
                [", ".join(receipt.kind for receipt in each.receipts) for each in found],
                pa.string(),
            ),
            "Delivery": pa.array([str(each.delivery) for each in found], pa.string()),
        }
    )


@st.dialog("Decide about messages in doubt?")
def _confirm(run_id: int, deliveries: tuple[int, ...], decided: Decision) -> None:
    st.markdown(f"**{_SAID[decided]}: {counted(len(deliveries), 'message')}**")
    st.write(_MEANING[decided])
    show_refusal()
    st.button(
        _SAID[decided],
        key="unknowns_confirm",
        type="primary",
        on_click=do_and_close,
        args=(partial(_settle, run_id, deliveries, decided),),
    )


def _settle(run_id: int, deliveries: tuple[int, ...], decided: Decision) -> None:
    settled = relay().settle_unknown(run_id, list(deliveries), decided=decided, actor=actor())
    missed = f" {len(settled.missed):,} were settled meanwhile." if settled.missed else ""
    flash(f"{_SAID[decided]}: {counted(settled.changed, 'message')}.{missed}")


def _decided(settled: Sequence[Settlement]) -> None:
    twice = [each for each in settled if each.twice]
    if twice:
        names = ", ".join(plain(each.person) for each in twice[:_MOST_SHOWN])
        more = " and others" if len(twice) > _MOST_SHOWN else ""
        st.warning(
            f"Sent twice: {names}{more}. Somebody had the message sent again, and a receipt came "
            "later which shows that the first one had left too.",
            icon=":material/content_copy:",
        )
    with st.expander(f"Decided by hand: {counted(len(settled), 'message')}"):
        st.dataframe(
            pa.table(
                {
                    "Person": pa.array([each.person for each in settled], pa.string()),
                    "Decision": pa.array([_SAID[each.decided] for each in settled], pa.string()),
                    "By": pa.array([each.actor for each in settled], pa.string()),
                    "When": pa.array(
                        [each.decided_at for each in settled], pa.timestamp("us", tz="UTC")
                    ),
                    "Now": pa.array([each.state.capitalize() for each in settled], pa.string()),
                    "Since": pa.array(
                        [
                            "The first had left" if each.arrived_after_all else ""
                            for each in settled
                        ],
                        pa.string(),
                    ),
                }
            ),
            key="unknowns_decided",
            hide_index=True,
            column_config=WHEN,
            placeholder="",
            alt="Each decision about a message in doubt, with who took it and what is known since.",
        )
