"""`relay segment …`: saved audiences, their history, and taking them elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from relay_core.audience.conditions.definition import definition_data
from relay_core.cli.output import ACTOR, AsJson, print_json, print_table, say, settings
from relay_core.errors import AudienceError
from relay_core.serving import front_desk

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The segment's name.")]


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the saved segments."""
    with front_desk(settings()) as relay:
        saved = relay.segments()
    if as_json:
        print_json([{"name": s.name, "version": s.version, "changed": s.updated_at} for s in saved])
    else:
        print_table(
            ("Name", "Version", "Changed"),
            ((s.name, s.version, f"{s.updated_at:%Y-%m-%d %H:%M}") for s in saved),
        )


@app.command()
def show(name: Name, *, as_json: AsJson = False) -> None:
    """Say what a segment asks, how large it was at each use, and what changed since the last."""
    with front_desk(settings()) as relay:
        segment = relay.segment(name)
        versions = relay.segment_versions(name)
        uses = relay.segment_uses(name)
        seen = relay.preview_audience(segment.definition, rows=0)
        difference = relay.segment_difference(name)
    if as_json:
        print_json(
            {
                "name": segment.name,
                "version": segment.version,
                "definition": definition_data(segment.definition),
                "explanation": seen.explanation,
                "matched": seen.matched,
                "will_receive": seen.will_receive,
                "versions": [
                    {"number": v.number, "saved_at": v.saved_at, "saved_by": v.saved_by}
                    for v in versions
                ],
                "uses": uses,
                "difference": difference
                and {
                    "since": difference.since,
                    "entered": difference.entered,
                    "left": difference.left,
                    "by_cause": difference.by_cause,
                },
            }
        )
        return
    say(seen.explanation)
    say(f"{seen.matched:,} matched, {seen.will_receive:,} would receive.")
    if difference:
        say(
            f"Since {difference.since:%Y-%m-%d %H:%M} ({difference.purpose}): "
            f"{difference.entered:,} entered, {difference.left:,} left."
        )
        for cause in difference.by_cause:
            say(f"  {cause.sentence}: {cause.entered:,} entered, {cause.left:,} left")
    print_table(
        ("Used", "For", "Version", "Matched", "Would receive"),
        (
            (f"{u.used_at:%Y-%m-%d %H:%M}", u.purpose, u.version, u.matched, u.will_receive)
            for u in uses
        ),
    )


@app.command()
def export(
    names: Annotated[list[str] | None, typer.Argument(help="Which; all without a name.")] = None,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", help="Where to; standard output without it.")
    ] = None,
) -> None:
    """Write segments, and those they depend on, as JSON."""
    with front_desk(settings()) as relay:
        text = relay.export_segments(names or [segment.name for segment in relay.segments()])
    if file is None:
        typer.echo(text)
        return
    try:
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise AudienceError("file not writable", advice=f"{file} cannot be written.") from error


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="An export.", dir_okay=False, exists=True)],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give segments of the same name a new version.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Keep the segments of an export: all of them, or none."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AudienceError("unreadable file", advice=f"{file} cannot be read as text.") from error
    with front_desk(settings()) as relay:
        arrived = relay.import_segments(text, replacing=replace, actor=ACTOR)
    if as_json:
        print_json(arrived)
    else:
        print_table(("Segment", "Now"), ((name, how.value) for name, how in arrived.items()))
