"""`relay query …`: what Zendesk would make of a search query, before it is relied on."""

import sys
from typing import Annotated

import typer

from relay_core.cli.output import AsJson, print_json, remark, say, settings
from relay_core.serving import front_desk

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _query() -> None:
    """Keep `check` a command of its own while it is the only one."""


# A query may begin with a minus, which is no option.
@app.command(context_settings={"ignore_unknown_options": True})
def check(
    query: Annotated[str, typer.Argument(help="A Zendesk search query, in quotes.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong or doubtful with a query; exit code 1 when it cannot be used."""
    with front_desk(settings()) as relay:
        checked = relay.check_query(query)
    if as_json:
        print_json(
            {
                "valid": checked.valid,
                "diagnostics": [
                    {
                        "code": each.code.value,
                        "severity": each.severity.value,
                        "start": each.start,
                        "end": each.end,
                        "message": each.message,
                        "suggestion": each.suggestion,
                    }
                    for each in checked.diagnostics
                ],
                "explanation": checked.explanation,
                "canonical": checked.canonical,
            }
        )
    else:
        say(checked.explanation)
        for each in checked.diagnostics:
            remark(f"{each.severity.value}: {each.message}")
            if each.suggestion is not None:
                remark(f"  try: {each.suggestion}")
    if not checked.valid:
        sys.exit(1)
