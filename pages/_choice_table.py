"""What was decided by hand about people, as a table: who, when, and why."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import streamlit as st

from relay_core.audience.screening.choices import Choice

WHEN: Final = {"When": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")}
"""How a table shows the moment of each row."""
_TALL_PX: Final = 420
_MOST_SHOWN: Final = 10


def choices_table(choices: Sequence[Choice], *, of_person: bool = False) -> pa.Table:
    """Return one row for each choice.

    Args:
        choices: In the order of the rows.
        of_person: They are all about one person, so that the campaign is told instead.
    """
    whom = (
        {
            "Where": [
                each.campaign.capitalize() if _blocks(each) else each.campaign for each in choices
            ],
            "Choice": [each.choice.capitalize() for each in choices],
        }
        if of_person
        else {"Name": [each.person_name for each in choices]}
    )
    columns = whom | {
        "Why": [each.reason for each in choices],
        "By": [each.actor for each in choices],
    }
    table = {name: pa.array(texts, pa.string()) for name, texts in columns.items()}
    table["When"] = pa.array([each.chosen_at for each in choices], pa.timestamp("us", tz="UTC"))
    if not of_person:
        ids = [str(each.person_id) for each in choices]
        table["Zendesk id"] = pa.array(ids, pa.string())
    return pa.table(table)


def pick_choices(choices: Sequence[Choice], *, key: str, alt: str) -> list[int]:
    """Draw the choices; return the ids of the people whose rows are selected."""
    event = st.dataframe(
        choices_table(choices),
        key=key,
        hide_index=True,
        height=_TALL_PX if len(choices) > _MOST_SHOWN else "content",
        on_select="rerun",
        selection_mode="multi-row",
        column_config=WHEN,
        placeholder="",
        alt=alt,
    )
    rows = event["selection"]["rows"]
    return [choices[row].person_id for row in rows if row < len(choices)]


def _blocks(choice: Choice) -> bool:
    return choice.campaign_id is None
