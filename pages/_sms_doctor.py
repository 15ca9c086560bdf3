"""The SMS of an audience: how many parts, who tips over and why, what forces UCS-2."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import altair as alt
import pyarrow as pa
import streamlit as st

from pages._pick_table import pick_row
from pages._ui import explaining_errors, relay
from pages._words import counted, plain
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.sms_doctor import Forcing, SmsDoctor
from relay_core.campaigns.tipping import Tipped
from relay_core.campaigns.variants import asked_values, language_name

_PERSON_PAGE: Final = Path(__file__).parent / "person.py"
_BAR_STEP_PX: Final = 28
_MOST_FORCING: Final = 10
_MOST_CHARACTERS: Final = 6


def sms_doctor_section(
    campaign: Campaign, *, static_values: Mapping[str, str], kept: str, key: str
) -> None:
    """Draw it inside a part of the page that is opened for it.

    Args:
        campaign: Whose texts are looked at.
        static_values: Value key to text of this run.
        kept: What the figures belong to; they are worked out once for each.
        key: Of the widgets.
    """
    opened = st.expander(
        "SMS doctor: how many parts, who tips over, and why",
        icon=":material/stethoscope:",
        key=key,
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened, explaining_errors():
        memory = f"{key}_found"
        if st.session_state.get(memory, (None,))[0] != kept:
            with st.spinner("Measuring everybody's text"):
                found = relay().sms_doctor(campaign.name, static_values=static_values)
            st.session_state[memory] = (kept, found)
        _show(st.session_state[memory][1], campaign=campaign, key=key)


def _show(found: SmsDoctor, *, campaign: Campaign, key: str) -> None:
    if not found.people:
        st.caption("Nobody will receive this, so there is nothing to measure.")
        return
    with st.container(horizontal=True):
        st.metric("SMS parts", found.parts, format="localized", border=True)
        st.metric("People who tip over", found.tipped, format="localized", border=True)
        st.metric("Texts in UCS-2", found.ucs2, format="localized", border=True)
    st.markdown("**Parts of a text**")
    rows = _rows(found)
    st.vega_lite_chart(
        rows,
        _bars(),
        key=f"{key}_parts",
        alt="; ".join(str(label) for label in rows["label"].to_pylist()),
    )
    for each in found.languages:
        st.caption(
            f"{language_name(each.language)}: with the template's examples "
            f"{counted(each.example, 'part')}; half of {counted(each.people, 'person', 'people')} "
            f"get at most {counted(each.median, 'part')}."
        )
    said = {each.value.key: each.value.example for each in asked_values(campaign.variants)}
    _forcing(found, said=said, key=key)
    _tipping(found, said=said, campaign=campaign.name, key=key)


def _forcing(found: SmsDoctor, *, said: Mapping[str, str], key: str) -> None:
    if not found.forcing:
        return
    st.markdown("**Characters that SMS writes only in UCS-2**")
    st.caption("One of them is enough: a text of one part then holds 70 characters instead of 160.")
    shown = found.forcing[:_MOST_FORCING]
    st.dataframe(
        pa.table(
            {
                "Character": [each.character for each in shown],
                "Texts": pa.array([each.people for each in shown], pa.int64()),
                "Comes from": [_whence(each, said) for each in shown],
                "Nearest in GSM-7": [_instead(each) for each in shown],
            }
        ),
        key=f"{key}_forcing",
        hide_index=True,
        height="content",
        alt="Each character, how many texts hold it, and where it comes from.",
    )
    if len(found.forcing) > _MOST_FORCING:
        st.caption(f"And {counted(len(found.forcing) - _MOST_FORCING, 'other character')}.")


def _tipping(found: SmsDoctor, *, said: Mapping[str, str], campaign: str, key: str) -> None:
    st.markdown("**Who tips over**")
    if not found.tipped:
        st.caption("Nobody: no text takes more parts than is usual.")
        return
    by = ", ".join(
        f"{plain(said.get(value, value))} for {people:,}"
        for value, people in found.tipped_by.items()
    )
    people = counted(found.tipped, "person takes", "people take")
    st.caption(
        f"{people} more parts than the example, or than half of the people. The value that makes "
        f"it so: {by}. Choose a row to see the person."
        if by
        else f"{people} more parts than the example, or than half of the people."
    )
    row = pick_row(
        pa.table(
            {
                "Name": [each.name for each in found.tipping],
                "Parts": pa.array([each.parts for each in found.tipping], pa.int64()),
                "Usual": pa.array([each.usual for each in found.tipping], pa.int64()),
                "Value": [said.get(each.value or "", "") for each in found.tipping],
                "It says": [each.said for each in found.tipping],
                "Why": [_why(each) for each in found.tipping],
            }
        ),
        key=f"{key}_tipping",
        alt=f"{people} more parts than is usual.",
    )
    if found.tipped > len(found.tipping):
        st.caption(f"The first {len(found.tipping):,} of {found.tipped:,}.")
    if row is not None and row < len(found.tipping):
        chosen = found.tipping[row]
        st.page_link(
            _PERSON_PAGE,
            label=f"Explain {plain(chosen.name)}",
            icon=":material/person_search:",
            query_params={"person": str(chosen.person_id), "campaign": campaign},
        )


def _why(each: Tipped) -> str:
    if not each.characters:
        return "long"
    more = " …" if len(each.characters) > _MOST_CHARACTERS else ""
    return f"UCS-2: {' '.join(each.characters[:_MOST_CHARACTERS])}{more}"


def _whence(each: Forcing, said: Mapping[str, str]) -> str:
    values = (said.get(key, key) for key in each.values)
    return ", ".join((*(("the template",) if each.in_template else ()), *values))


def _instead(each: Forcing) -> str:
    if each.suggestion is None:
        return "nothing comes close"
    return each.suggestion or "leave it away"


def _rows(found: SmsDoctor) -> pa.Table:
    names = [counted(share.parts, "part") for share in found.shares]
    people = [share.people for share in found.shares]
    return pa.table(
        {
            "name": names,
            "label": [f"{n}  {p:,}" for n, p in zip(names, people, strict=True)],
            "people": pa.array(people, pa.int64()),
        }
    )


@cache
def _bars() -> dict[str, Any]:
    chart = (
        alt.Chart(
            alt.NamedData("rows"),
            height=alt.Step(_BAR_STEP_PX),
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        )
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            x=alt.X("people:Q", title=None, axis=None),
            y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False)),
            tooltip=[
                alt.Tooltip("name:N", title="Text of"),
                alt.Tooltip("people:Q", title="People", format=",d"),
            ],
        )
    )
    spec: dict[str, Any] = chart.to_dict()
    for part in ("$schema", "config", "data", "datasets"):
        spec.pop(part, None)
    return spec
