"""SQL: a question of one's own to the facts, and its answer as a table or a file."""

from typing import Final

import pyarrow as pa
import streamlit as st

from pages._shown_sql import ASKED
from pages._ui import Permission, explaining_errors, relay, require
from pages._words import counted, plain
from relay_core.reports.export import as_csv, as_parquet
from relay_core.reports.sql_answers import MOST_ROWS, TIMEOUT_S, Answer
from relay_core.reports.sql_examples import examples

require(Permission.SEE_PHONES)

_TEXT: Final = "sql_text"
_ANSWER: Final = "sql_answer"
_EDITOR_HEIGHT_PX: Final = 240
_TABLE_HEIGHT_PX: Final = 420
_LONG: Final = 10


def _draw() -> None:
    st.title("SQL")
    st.caption(
        "Ask the facts in DuckDB's SQL. Nothing can be changed; numbers of people are masked; "
        f"{TIMEOUT_S:.0f} seconds and {MOST_ROWS:,} rows at most; moments are UTC."
    )
    _show_examples()
    st.session_state.setdefault(_TEXT, st.session_state.get(ASKED, examples()[0].sql))
    text = st.text_area("Query", key=_TEXT, height=_EDITOR_HEIGHT_PX)
    if st.button("Run", key="sql_run", type="primary", icon=":material/play_arrow:"):
        st.session_state[ASKED] = text
    if asked := st.session_state.get(ASKED):
        with explaining_errors(), st.spinner("Asking"):
            _show_answer(_answer(asked))
    _show_facts()


def _show_examples() -> None:
    with st.container(horizontal=True):
        for number, example in enumerate(examples()):
            st.button(
                example.title,
                key=f"sql_example_{number}",
                type="tertiary",
                icon=":material/lightbulb:",
                on_click=_ask,
                args=(example.sql,),
            )


def _ask(sql: str) -> None:
    st.session_state[_TEXT] = st.session_state[ASKED] = sql
    st.session_state.pop(_ANSWER, None)


def _answer(sql: str) -> Answer:
    """Return the answer, asking once for each press: a download draws the page again."""
    known = st.session_state.get(_ANSWER)
    if known is None or known[0] != sql or st.session_state.get("sql_run"):
        st.session_state.pop(_ANSWER, None)
        known = st.session_state[_ANSWER] = (sql, relay().query_facts(sql))
    return known[1]


def _show_answer(answer: Answer) -> None:
    rows = answer.table.num_rows
    with st.container(horizontal=True, vertical_alignment="center"):
        if answer.is_cut:
            st.warning(
                f"The first {counted(rows, 'row')}; there are more. For everything: "
                "`relay export DIR --parquet`.",
                icon=":material/content_cut:",
            )
        else:
            st.caption(f"{counted(rows, 'row')} in {answer.took_s:.2f} s.")
        _download("CSV", answer.table, "text/csv")
        _download("Parquet", answer.table, "application/vnd.apache.parquet")
    st.dataframe(
        answer.table,
        key="sql_rows",
        hide_index=True,
        placeholder="",
        height=_TABLE_HEIGHT_PX if rows > _LONG else "auto",
        alt=f"{counted(rows, 'row')} with {', '.join(answer.table.column_names)}.",
    )


def _download(kind: str, table: pa.Table, mime: str) -> None:
    written = as_csv if kind == "CSV" else as_parquet
    st.download_button(
        f"Download {kind}",
        lambda: written(table),
        file_name=f"relay-sql.{kind.lower()}",
        mime=mime,
        key=f"sql_{kind.lower()}",
        icon=":material/download:",
        on_click="ignore",
    )


def _show_facts() -> None:
    st.header("What can be asked")
    for view in relay().facts():
        with st.expander(f"`{view.name}` {plain(view.meaning)}"):
            st.table(
                pa.table(
                    {
                        "Column": [column.name for column in view.columns],
                        "Type": [column.type for column in view.columns],
                        "Meaning": [column.meaning for column in view.columns],
                    }
                ),
                hide_index=True,
            )


with explaining_errors():
    _draw()
