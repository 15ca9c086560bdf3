"""`relay run …` and `relay report`: follow what is being sent, and read what happened."""

from pathlib import Path
from typing import Annotated

import typer

from relay_core.campaigns.kinds import RunKind, said_retried
from relay_core.cli.following import follow, said_hold
from relay_core.cli.output import ACTOR, AsJson, print_json, print_table, say, settings
from relay_core.cli.printed_report import print_report, write_report
from relay_core.delivery.runs import RunStatus
from relay_core.delivery.states import RunState
from relay_core.errors import OwnerGone
from relay_core.reports.export import as_csv
from relay_core.reports.forgotten_words import removed_in_words
from relay_core.reports.people_behind import Group
from relay_core.reports.skips import skip_label
from relay_core.serving import front_desk

app = typer.Typer(no_args_is_help=True)

RunNumber = Annotated[
    int, typer.Argument(help="The run's number; see `relay run list`.", max=2**63 - 1)
]


@app.command()
def status(run: RunNumber, *, as_json: AsJson = False) -> None:
    """Say how far a run is."""
    with front_desk(settings()) as relay:
        found, held = relay.run(run), relay.held_back(run)
    print_status(found, as_json=as_json)
    if not as_json:
        for each in held:
            say(said_hold(each))


@app.command("list")
def list_(
    *,
    tests: Annotated[bool, typer.Option("--tests", help="Tests, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the runs, newest first."""
    with front_desk(settings()) as relay:
        found = relay.runs(tests=tests)
    if as_json:
        print_json(found)
        return
    print_table(
        ("Run", "Campaign", "State", "Planned", "Accepted", "Delivered", "Failed", "Unknown"),
        (
            (r.run, r.campaign, r.state, r.planned, r.accepted, r.delivered, r.failed, r.unknown)
            for r in found
        ),
    )


@app.command()
def resume(
    run: RunNumber,
    *,
    receipts_s: Annotated[
        float, typer.Option("--receipts", help="Seconds to wait for receipts at the end.")
    ] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Go on with a run that was paused or interrupted, and follow it."""
    loaded = settings()
    while True:
        try:
            with front_desk(loaded, sending=True) as relay:
                found = relay.run(run)
                if found.state is not RunState.FINISHED:
                    relay.resume_run(run, actor=ACTOR)
                    found = follow(relay, run, receipts_s=receipts_s)
        except OwnerGone:
            continue
        break
    print_status(found, as_json=as_json)


@app.command()
def pause(run: RunNumber) -> None:
    """Let nothing new of a run leave."""
    with front_desk(settings()) as relay:
        relay.pause_run(run, actor=ACTOR)
    say(f"Run {run} is paused. Go on with: relay run resume {run}")


@app.command()
def cancel(run: RunNumber) -> None:
    """Give up what has not left. What was sent stays sent."""
    with front_desk(settings()) as relay:
        relay.cancel_run(run, actor=ACTOR)
    say(f"Run {run} is cancelled.")


def report(
    run: RunNumber,
    *,
    as_json: AsJson = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print one line for each person.")] = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write a page for the printer to this file.", dir_okay=False),
    ] = None,
) -> None:
    """Say what happened in a run."""
    with front_desk(settings()) as relay:
        if csv:
            relay.run(run)  # refuses one that there is not
            typer.echo(as_csv(relay.people_behind(run, group=Group.ALL)), nl=False)
            return
        found = relay.report(run)
    if html:
        write_report(found, html)
    if as_json:
        print_json(found)
    elif not html:
        print_report(found)


def print_status(status: RunStatus, *, as_json: bool) -> None:
    """Print a run's figures."""
    if as_json:
        print_json(status)
        return
    what = {RunKind.CAMPAIGN: "Run", RunKind.TEST: "Test", RunKind.RETRY: "Retry"}[status.kind]
    say(f"{what} {status.run}, {status.campaign}: {status.state}")
    if status.forgotten_at:
        say(removed_in_words(status.forgotten_at))
    if status.retried:
        say(f"Of run {status.parent_run}, {said_retried(status.retried, status.causes)}.")
    if status.state is RunState.AWAITING:
        say(
            f"{status.created_by} made it; nothing leaves before somebody else approves it: "
            f"relay run approve {status.run}"
        )
    if status.note:
        say(status.note)
    figures = ("planned", "accepted", "delivered", "failed", "unknown", "queued", "cancelled")
    print_table(figures, [[f"{getattr(status, name):,}" for name in figures]])
    for reason, people in status.skipped.items():
        say(f"left out: {people:,}, {skip_label(reason)}")
    if status.unknown:
        say("Unknown ones may have been sent; they are never repeated by themselves.")
