"""When the messages of a review would leave: the waits foreseen, and the end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._words import said_duration, said_moment
from relay_core.campaigns.departures import Departures

_TALL_PX: Final = 320
_MOST_SHOWN: Final = 8
_MOMENT_PX: Final = 130


@dataclass(frozen=True, slots=True)
class _Row:
    at: datetime
    leave: int | None
    wait: int | None
    why: str | None


def said_length(departures: Departures | None, *, at_full_pace_s: float) -> str:
    """Return how long it takes from the first moment to the last message, waits included.

    Args:
        departures: What is foreseen, where it was.
        at_full_pace_s: Seconds at the lane's pace, were nothing held back.
    """
    if departures is None or not (departures.stretches or departures.waits):
        return said_duration(at_full_pace_s)
    if departures.ends_at is None:
        return "over a year"
    begun = [s.begins_at for s in departures.stretches] + [w.begins_at for w in departures.waits]
    return said_duration((departures.ends_at - min(begun)).total_seconds())


def show_departures(departures: Departures | None, *, key: str) -> None:
    """Say when the last message leaves, and draw what has to wait until then.

    Args:
        departures: What is foreseen, where it was.
        key: Of the table.
    """
    if departures is None or not (departures.stretches or departures.waits):
        return
    if departures.ends_at is None:
        st.caption("If it begins now, the last messages would leave in more than a year.")
    else:
        st.caption(
            f"If it begins now, the last message leaves about {said_moment(departures.ends_at)}."
        )
    if not departures.waits:
        return
    rows = _rows(departures)
    st.markdown("**When they leave**")
    st.dataframe(
        pa.table(
            {
                "From (UTC)": pa.array([row.at for row in rows], pa.timestamp("us", tz="UTC")),
                "Leave": pa.array([row.leave for row in rows], pa.int64()),
                "Wait then": pa.array([row.wait for row in rows], pa.int64()),
                "Why": pa.array([row.why for row in rows], pa.string()),
            }
        ),
        key=key,
        hide_index=True,
        height=_TALL_PX if len(rows) > _MOST_SHOWN else "content",
        column_config={
            "From (UTC)": st.column_config.DatetimeColumn(
                format="ddd D MMM, HH:mm", timezone="UTC", width=_MOMENT_PX
            ),
            "Leave": st.column_config.NumberColumn(format="localized", width="small"),
            "Wait then": st.column_config.NumberColumn(format="localized", width="small"),
            "Why": st.column_config.TextColumn(width="large"),
        },
        placeholder="",
        alt="Each time at which messages leave, and what the others wait for after it.",
    )


def _rows(departures: Departures) -> list[_Row]:
    """Return each stretch with the wait that follows it; a wait at the beginning stands alone."""
    waits = {wait.begins_at: wait for wait in departures.waits}
    rows = []
    for stretch in departures.stretches:
        after = waits.pop(stretch.ends_at, None)
        rows.append(
            _Row(
                stretch.begins_at,
                stretch.messages,
                after.messages if after else None,
                _sentence(after.why) if after else None,
            )
        )
    rows += [_Row(w.begins_at, None, w.messages, _sentence(w.why)) for w in waits.values()]
    return sorted(rows, key=lambda row: row.at)


def _sentence(why: str) -> str:
    return f"{why[0].upper()}{why[1:]}."
