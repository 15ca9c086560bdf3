"""Contact pressure: how many messages people got, and who they are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import streamlit as st

from pages._across_chart import said_share, show_chart
from pages._pick_table import pick_row
from pages._save_as import save_table
from pages._ui import relay
from pages._words import counted
from relay_core.reports.across.charts import (
    interval_spec,
    interval_table,
    pressure_spec,
    pressure_table,
)
from relay_core.reports.across.pressure import MOST_PEOPLE, WINDOWS_DAYS, Band
from relay_core.reports.across.shown import AcrossFigure

_PERSON: Final = Path(__file__).parent / "person.py"
_BAND: Final = "across_band"
_CHART: Final = "across_pressure_chart"
"""The key that `show_chart` gives it."""


def show_pressure() -> None:
    """Draw how many people got how many messages, and those of one bar."""
    days = st.selectbox(
        "Period",
        WINDOWS_DAYS,
        index=1,
        format_func=lambda days: f"Last {days} days",
        key="across_pressure_days",
        width=220,
    )
    found = relay().contact_pressure(days=days)
    filled = [band for band in found.bands if band.people]
    if not filled:
        st.info("Nobody got a message in this period. Choose a longer one.")
        return
    st.header("Messages per person")
    show_chart(
        pressure_spec(),
        pressure_table(found),
        title="Messages per person",
        period=f"Last {days} days",
        alt="; ".join(f"{band.label} messages: {band.people:,} people" for band in found.bands),
        name="pressure",
        sql=relay().sql_across(AcrossFigure.PRESSURE, days=days),
        on_select=_chosen,
        selection_mode="least",
    )
    if found.at_cap is not None:
        people = counted(found.at_cap, "person has", "people have")
        st.caption(f"{people} heard as much as the settings allow and would be left out now.")
    st.caption("Messages that may have left count, too. Select a bar to see its people.")
    st.header("The people")
    _people(filled, days)
    st.header("Opt-outs")
    _opt_outs(found.bands, days)


def _people(filled: list[Band], days: int) -> None:
    by_least = {band.least: band for band in filled}
    kept = st.session_state.get(_BAND)
    # Set anew each time, or the browser goes on showing the figure that it first drew.
    st.session_state[_BAND] = kept if kept in by_least else filled[-1].least
    least = st.selectbox(
        "Messages",
        list(by_least),
        format_func=lambda least: f"{by_least[least].label} ({by_least[least].people:,})",
        key=_BAND,
        width=220,
    )
    band = by_least[least]
    people = relay().people_under_pressure(least=band.least, most=band.most, days=days)
    if band.people > MOST_PEOPLE:
        st.caption(f"The first {MOST_PEOPLE:,} of {band.people:,}, most messages first.")
    shown = people.select(["name", "phone", "messages", "last_at"]).rename_columns(
        ["Name", "Phone", "Messages", "Last (UTC)"]
    )
    row = pick_row(shown, key="across_people", alt="People with so many messages.")
    save_table(lambda: people, name="contact-pressure")
    if row is not None:
        person = people["person_id"][row].as_py()
        st.switch_page(_PERSON, query_params={"person": str(person)})


def _opt_outs(bands: Sequence[Band], days: int) -> None:
    shares = [(f"Message {band.label}", band.opted_out) for band in bands]
    known = [(label, part) for label, part in shares if part]
    show_chart(
        interval_spec(),
        interval_table(known),
        title="Opted out, by how many messages they got",
        period=f"Last {days} days",
        alt="; ".join(f"{label}: {said_share(part)} opted out" for label, part in known),
        name="opt-outs",
        sql=relay().sql_across(AcrossFigure.OPT_OUTS, days=days),
    )
    st.caption(
        "Of the first messages that people got in this period, of the second ones and so on: the "
        "share answered with an opt-out, and where it truly lies with a certainty of 95 %."
    )


def _chosen() -> None:
    picked = st.session_state[_CHART]["selection"].get("least")
    if picked:
        st.session_state[_BAND] = picked[0]["least"]
