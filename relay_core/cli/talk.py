"""`relay talk …`: the lines of Zendesk Talk that can text, and the triggers that make them."""

from typing import Annotated

import typer

from relay_core.cli.output import ACTOR, AsJson, print_json, print_table, remark, say, settings
from relay_core.delivery.talk_trigger import LineCheck
from relay_core.serving import front_desk

app = typer.Typer(no_args_is_help=True)


@app.command("lines")
def lines(*, as_json: AsJson = False) -> None:
    """List the lines that can text, and what keeps them from being used."""
    with front_desk(settings()) as relay:
        checks = relay.talk_lines()
    if as_json:
        print_json(checks)
        return
    _say_lines(checks)


@app.command("setup")
def setup(
    *,
    number: Annotated[
        int | None,
        typer.Option(help="Id of one line, from `relay talk lines`. Default: all that lack it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the trigger that texts, where there is none. What is there already stays as it is."""
    with front_desk(settings()) as relay:
        done = relay.set_up_talk(line_id=number, actor=ACTOR)
    if as_json:
        print_json(done)
        return
    for each in done.made:
        say(f"The trigger of {each} is made.")
    if not done.made:
        say("No trigger was missing; nothing was changed.")
    _say_lines(done.lines)


def _say_lines(checks: tuple[LineCheck, ...] | list[LineCheck]) -> None:
    print_table(
        ("Id", "Lane", "Name", "Number", "Ready"),
        ((c.id, c.lane, c.name, c.number, "yes" if c.is_ready else "no") for c in checks),
    )
    for check in checks:
        for fault in check.faults:
            remark(f"{check.name}: {fault}")
    mailing = sorted({title for check in checks for title in check.also_mailed})
    if mailing:
        titles = ", ".join(f"“{title}”" for title in mailing)
        remark(
            f"{titles} write to the requester of each new ticket as well, so texted people may "
            "get an e-mail too. Add to them: Tags contain none of relay_sms."
        )
