"""`relay segment …`: saved audiences, their history, and taking them elsewhere."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Final

import typer

from relay_core.audience.comparing.segment_difference import Difference
from relay_core.audience.conditions.definition import definition_data
from relay_core.audience.conditions.fields import Catalogue
from relay_core.audience.english.definitions import in_words_or_broken
from relay_core.audience.screening.preview import AudiencePreview
from relay_core.audience.segments.history import SegmentUse, SegmentVersion
from relay_core.audience.segments.saved import Segment
from relay_core.cli.complaining import complain
from relay_core.cli.output import (
    ACTOR,
    AsJson,
    print_json,
    print_table,
    say,
    settings,
)
from relay_core.errors import AudienceError, RelayError
from relay_core.relay import Relay
from relay_core.serving import front_desk

app = typer.Typer(no_args_is_help=True)

_MOMENT: Final = "%Y-%m-%d %H:%M"

Name = Annotated[str, typer.Argument(help="The segment's name.")]


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the saved segments."""
    with front_desk(settings()) as relay:
        saved = relay.segments()
        catalogue = Catalogue(relay.fields(for_picking=False))
    said = {s.name: in_words_or_broken(s.definition, catalogue=catalogue) for s in saved}
    if as_json:
        print_json(
            [
                {
                    "name": s.name,
                    "version": s.version,
                    "changed": s.updated_at,
                    "sentence": said[s.name],
                }
                for s in saved
            ]
        )
    else:
        print_table(
            ("Name", "Who this is", "Version", "Changed"),
            ((s.name, said[s.name], s.version, f"{s.updated_at:{_MOMENT}}") for s in saved),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What is known of a segment; what it comes to now is not, where something it names is gone."""

    segment: Segment
    versions: list[SegmentVersion]
    uses: list[SegmentUse]
    seen: AudiencePreview | None = None
    difference: Difference | None = None
    problem: str | None = None


@app.command()
def show(name: Name, *, as_json: AsJson = False) -> None:
    """Say what a segment asks, how large it was at each use, and what changed since the last.

    Exit code 1 when it cannot be evaluated; its history is told all the same.
    """
    with front_desk(settings()) as relay:
        shown = _shown(relay, name)
    if as_json:
        print_json(_as_data(shown))
    else:
        _tell(shown)
    if shown.problem is not None:
        complain(shown.problem)
        sys.exit(1)


def _shown(relay: Relay, name: str) -> _Shown:
    shown = _Shown(
        segment=relay.segment(name),
        versions=relay.segment_versions(name),
        uses=relay.segment_uses(name),
    )
    try:
        seen = relay.preview_audience(shown.segment.definition, rows=0)
        return replace(shown, seen=seen, difference=relay.segment_difference(name))
    except RelayError as error:
        return replace(shown, problem=error.advice)


def _as_data(shown: _Shown) -> dict[str, object]:
    difference, seen = shown.difference, shown.seen
    return {
        "name": shown.segment.name,
        "version": shown.segment.version,
        "definition": definition_data(shown.segment.definition),
        "explanation": seen and seen.explanation,
        "matched": seen and seen.matched,
        "will_receive": seen and seen.will_receive,
        "versions": [
            {"number": v.number, "saved_at": v.saved_at, "saved_by": v.saved_by}
            for v in shown.versions
        ],
        "uses": shown.uses,
        "difference": difference
        and {
            "since": difference.since,
            "entered": difference.entered,
            "left": difference.left,
            "by_cause": difference.by_cause,
        },
        "problem": shown.problem,
    }


def _tell(shown: _Shown) -> None:
    difference = shown.difference
    if shown.seen:
        say(shown.seen.explanation)
        say(f"{shown.seen.matched:,} matched, {shown.seen.will_receive:,} would receive.")
    if difference:
        say(
            f"Since {difference.since:{_MOMENT}} ({difference.purpose}): "
            f"{difference.entered:,} entered, {difference.left:,} left."
        )
        for cause in difference.by_cause:
            say(f"  {cause.sentence}: {cause.entered:,} entered, {cause.left:,} left")
    print_table(
        ("Version", "Saved", "By"),
        ((v.number, f"{v.saved_at:{_MOMENT}}", v.saved_by) for v in shown.versions),
    )
    if shown.uses:
        print_table(
            ("Used", "For", "Version", "Matched", "Would receive"),
            (
                (f"{u.used_at:{_MOMENT}}", u.purpose, u.version, u.matched, u.will_receive)
                for u in shown.uses
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
