"""`relay sql`: a question of one's own to the facts."""

from typing import Annotated

import typer

from relay_core.cli.output import AsJson, print_answer, print_json, print_table, remark, settings
from relay_core.reports.facts import FactView
from relay_core.reports.plain_values import json_rows
from relay_core.reports.sql_answers import MOST_ROWS
from relay_core.serving import front_desk


def sql(
    query: Annotated[
        str | None,
        typer.Argument(help="One SELECT, in quotes. Without it: what can be queried."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Query the facts: runs, messages, attempts, receipts, replies. Nothing can be changed."""
    with front_desk(settings()) as relay:
        if query is None:
            _print_facts(relay.facts(), as_json=as_json)
            return
        answer = relay.query_facts(query)
    rows = json_rows(answer.table)
    if as_json:
        columns = [{"name": f.name, "type": str(f.type)} for f in answer.table.schema]
        print_json({"columns": columns, "rows": rows, "cut": answer.is_cut})
    else:
        print_answer(answer.table.column_names, [tuple(row.values()) for row in rows])
    if answer.is_cut:
        remark(
            f"These are the first {len(rows):,} rows; {MOST_ROWS:,} at most are shown. "
            "For everything: relay export DIR --parquet"
        )


def _print_facts(facts: list[FactView], *, as_json: bool) -> None:
    if as_json:
        print_json(facts)
        return
    print_table(
        ("View", "Column", "Type", "Meaning"),
        (
            row
            for view in facts
            for row in (
                (view.name, "", "", view.meaning),
                *(("", column.name, column.type, column.meaning) for column in view.columns),
            )
        ),
    )
