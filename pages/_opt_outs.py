"""What somebody asked for by message: no more of them, or messages again."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._choice_table import WHEN
from pages._words import counted, plain
from relay_core.delivery.opt_out_words import Wish
from relay_core.delivery.opting_out import OptOut, TagChange

_ASKED: Final = {Wish.STOP: "No more messages", Wish.START: "Messages again"}


def opt_outs_section(wishes: Sequence[OptOut], tags: Sequence[TagChange]) -> None:
    """Draw the history of a number, if it has one, and what Zendesk has not been told yet."""
    if not wishes:
        return
    st.header("Asked for by message")
    st.dataframe(
        pa.table(
            {
                "When": pa.array(
                    [each.happened_at for each in wishes], pa.timestamp("us", tz="UTC")
                ),
                "Asked for": pa.array([_ASKED[each.wish] for each in wishes], pa.string()),
                "Word": pa.array([each.word for each in wishes], pa.string()),
            }
        ),
        key="person_opt_outs",
        hide_index=True,
        column_config=WHEN,
        placeholder="",
        alt="Each message from this number that asked for no more messages, or for messages again.",
    )
    waiting = [each for each in tags if each.ended_at is None]
    if waiting:
        trouble = next((each.trouble for each in waiting if each.trouble), None)
        said = f" {plain(trouble)}" if trouble else ""
        st.caption(f"{counted(len(waiting), 'change')} of tags in Zendesk still to be made.{said}")
