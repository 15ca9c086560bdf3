"""`relay trail`: who did what, when, and on what."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from relay_core.cli.output import AsJson, print_json, print_table, remark, settings
from relay_core.reports.trail import TrailFilter, trail_csv
from relay_core.serving import front_desk


def trail(
    *,
    actor: Annotated[str, typer.Option(help="Only what this person did.")] = "",
    event: Annotated[str, typer.Option(help="Only this, e.g. run.started, or run.")] = "",
    subject: Annotated[str, typer.Option(help="Only on what has this in its name.")] = "",
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%d %H:%M"], help="In UTC.")
    ] = None,
    most: Annotated[int, typer.Option(help="How many, the latest first.", min=1)] = 1000,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV for a spreadsheet.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say who did what, when, and on what, with old and new values; the latest first."""
    which = TrailFilter(
        actor=actor,
        event=event,
        subject=subject,
        since=since.replace(tzinfo=UTC) if since else None,
    )
    with front_desk(settings()) as relay:
        entries = relay.trail(which, most=most)
    if as_json:
        print_json(entries)
    elif as_csv:
        typer.echo(trail_csv(entries), nl=False)
    else:
        print_table(
            ("When (UTC)", "Who", "What", "On what", "Detail"),
            (
                (f"{e.happened_at:%Y-%m-%d %H:%M:%S}", e.actor, e.event, e.subject, e.detail)
                for e in entries
            ),
        )
    if len(entries) == most:
        remark(f"These are the latest {most:,}. For more: --most")
