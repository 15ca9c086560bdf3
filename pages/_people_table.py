"""The people of an audience: whom to show, which columns, and the whole of it as a file."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from pages._ui import relay
from pages._waterfall import EVERYBODY
from pages._words import counted
from relay_core.audience.conditions.definition import AudienceDefinition
from relay_core.audience.policy import ANY_PURPOSE, Purpose
from relay_core.audience.screening.people_columns import Column
from relay_core.audience.screening.preview import AudiencePreview
from relay_core.audience.screening.reasons import WILL_RECEIVE
from relay_core.reports.export import as_csv, as_parquet
from relay_core.reports.skips import skip_advice, skip_label

MOST_SHOWN: Final = 1_000
"""People on the page; a file has all of them."""

_USUAL: Final = (
    "name",
    "decision",
    "phone_e164",
    "phone_country",
    "locale",
    "email",
    "tags",
    "id",
)
_LONG: Final = 10
"""Rows from which on a table scrolls inside its own frame."""
_TABLE_HEIGHT_PX: Final = 420
_PICKER_WIDTH_PX: Final = 320
_CSV: Final = "text/csv"
_PARQUET: Final = "application/vnd.apache.parquet"


def show_people(
    definition: AudienceDefinition,
    preview: AudiencePreview,
    *,
    key: str,
    purpose: Purpose = ANY_PURPOSE,
) -> None:
    """Draw those of one decision, or everybody matched, and offer them as a file.

    Raises:
        RelayError: They cannot be read; its advice is for the page.
    """
    known = relay().audience_columns()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        decision = _choose_decision(preview, key=key)
        columns = _choose_columns(known, key=key)
        if columns:

            def everybody() -> pa.Table:
                people = desk.audience_people(
                    definition, columns=columns, decision=decision, purpose=purpose
                )
                return people_said(people, known)

            desk = relay()  # a file is made later, by a thread that draws no page
            _files(everybody, decision=decision, key=key)
    if decision and (advice := skip_advice(decision)):
        st.caption(advice)
    if not columns:
        st.caption("Choose at least one column.")
        return
    people = relay().audience_people(
        definition, columns=columns, decision=decision, purpose=purpose, limit=MOST_SHOWN
    )
    _table(people, known, total=_people(preview, decision), decision=decision, key=key)


def shown_decision(preview: AudiencePreview, *, key: str) -> str:
    """Return which people are shown: a decision, or `EVERYBODY`."""
    shown = st.session_state.get(_shown(key), EVERYBODY)
    return shown if shown in _decisions(preview) else EVERYBODY


def show_decision(decision: str, *, key: str) -> None:
    """Show these people from the next drawing on. For callbacks of the chart."""
    st.session_state[_shown(key)] = decision


def people_said(people: pa.Table, known: Sequence[Column]) -> pa.Table:
    """Return people with headings instead of keys, and decisions in words."""
    if "decision" in people.column_names:
        number = people.column_names.index("decision")
        people = people.set_column(number, "decision", _decisions_said(people["decision"]))
    return people.rename_columns(headings(people.column_names, known))


def headings(columns: Sequence[str], known: Sequence[Column]) -> list[str]:
    """Return a heading for each column; where two are called the same, with the key."""
    labels = {column.key: column.label for column in known}
    times = Counter(labels.values())
    return [labels[key] if times[labels[key]] == 1 else f"{labels[key]} ({key})" for key in columns]


def _choose_decision(preview: AudiencePreview, *, key: str) -> str | None:
    decisions = _decisions(preview)
    # Set anew each time, or the browser goes on showing the figure that it first drew.
    st.session_state[_shown(key)] = shown_decision(preview, key=key)
    shown = st.selectbox(
        "Show",
        list(decisions),
        format_func=lambda decision: f"{_said(decision)} ({decisions[decision]:,})",
        key=_shown(key),
        width=_PICKER_WIDTH_PX,
    )
    return None if shown == EVERYBODY else shown


def _choose_columns(known: Sequence[Column], *, key: str) -> list[str]:
    kept = f"{key}_columns"
    keys = [column.key for column in known]
    names = dict(zip(keys, headings(keys, known), strict=True))
    chosen = st.session_state.get(kept, _USUAL)
    if gone := [each for each in chosen if each not in names]:  # a field deleted in Zendesk
        st.session_state[kept] = [each for each in chosen if each not in gone]
    with st.popover("Columns", icon=":material/view_column:"):
        return st.multiselect(
            "Columns of the table and of the files",
            keys,
            default=None if kept in st.session_state else _USUAL,
            format_func=lambda column: names.get(column, column),
            key=kept,
            persist_state="session",
        )


def _files(everybody: Callable[[], pa.Table], *, decision: str | None, key: str) -> None:
    name = f"audience-{decision}" if decision else "audience"
    st.download_button(
        "CSV",
        lambda: as_csv(everybody()),
        file_name=f"{name}.csv",
        mime=_CSV,
        key=f"{key}_csv",
        icon=":material/download:",
        help="All of these people, for a spreadsheet.",
        on_click="ignore",
    )
    st.download_button(
        "Parquet",
        lambda: as_parquet(everybody()),
        file_name=f"{name}.parquet",
        mime=_PARQUET,
        key=f"{key}_parquet",
        icon=":material/download:",
        help="All of these people, for pandas, DuckDB and the like; every column has its type.",
        on_click="ignore",
    )


def _table(
    people: pa.Table, known: Sequence[Column], *, total: int, decision: str | None, key: str
) -> None:
    said = people_said(people, known)
    if "id" in people.column_names:  # an id is no quantity: no separators, no sums
        number = people.column_names.index("id")
        said = said.set_column(number, said.column_names[number], people["id"].cast(pa.string()))
    moments = [field.name for field in said.schema if pa.types.is_timestamp(field.type)]
    shown = f"{people.num_rows:,} of {total:,}" if people.num_rows < total else f"all {total:,}"
    st.dataframe(
        said,
        key=f"{key}_people",
        hide_index=True,
        placeholder="",
        height=_TABLE_HEIGHT_PX if said.num_rows > _LONG else "auto",
        column_config={name: _moment_column() for name in moments},
        alt=f"{_said(decision or EVERYBODY)}: {counted(total, 'person', 'people')}.",
    )
    parts = [f"Showing {shown}."]
    if people.num_rows < total:
        parts.append("Sorting and search look at these; the files have everybody.")
    if moments:
        parts.append("Times are in UTC.")
    st.caption(" ".join(parts))


def _moment_column() -> Any:  # noqa: ANN401 - Streamlit names the type only in private
    return st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm")


def _decisions(preview: AudiencePreview) -> dict[str, int]:
    """Return everything that can be shown and how many people it is, in the order of looking."""
    left_out = {step.reason.value: step.count for step in preview.steps if step.count}
    return {EVERYBODY: preview.matched, **left_out, WILL_RECEIVE: preview.will_receive}


def _people(preview: AudiencePreview, decision: str | None) -> int:
    return _decisions(preview)[decision or EVERYBODY]


def _said(decision: str) -> str:
    match decision:
        case _ if decision == EVERYBODY:
            return "Everybody matched"
        case _ if decision == WILL_RECEIVE:
            return "Will receive"
        case _:
            return skip_label(decision)


def _decisions_said(decisions: pa.ChunkedArray) -> pa.ChunkedArray:
    found = decisions.combine_chunks().dictionary_encode()
    said = pa.array([_said(each) for each in found.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([said.take(found.indices)], pa.string())


def _shown(key: str) -> str:
    return f"{key}_shown"
