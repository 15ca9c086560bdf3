"""`relay audience …`: see who would be reached, before anything is sent."""

from pathlib import Path
from typing import Annotated

import typer

from relay_core.audience.definition import (
    AudienceDefinition,
    ByQuery,
    BySegment,
    definition_from_json,
)
from relay_core.cli.output import ACTOR, AsJson, print_json, print_table, remark, say, settings
from relay_core.errors import AudienceError
from relay_core.serving import front_desk

app = typer.Typer(no_args_is_help=True)

Query = Annotated[str | None, typer.Option("--query", help="A Zendesk search query.")]
SegmentName = Annotated[str | None, typer.Option("--segment", help="A saved segment's name.")]
Conditions = Annotated[
    Path | None,
    typer.Option("--conditions", help="A JSON file with conditions.", dir_okay=False, exists=True),
]


def chosen(
    *, query: str | None, segment: str | None, conditions: Path | None
) -> AudienceDefinition:
    """Return the one definition that was given.

    Raises:
        AudienceError: None was, or more than one.
    """
    if sum(given is not None for given in (query, segment, conditions)) != 1:
        raise AudienceError(
            "one definition is needed",
            advice="Say exactly one of --query, --segment and --conditions.",
        )
    if conditions is not None:
        try:
            return definition_from_json(conditions.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise AudienceError(
                "unreadable file", advice=f"{conditions} cannot be read as text."
            ) from error
    return ByQuery(query) if query is not None else BySegment(segment or "")


@app.command()
def preview(
    *,
    query: Query = None,
    segment: SegmentName = None,
    conditions: Conditions = None,
    as_json: AsJson = False,
) -> None:
    """Say who is matched, who is left out and why, and who would receive."""
    definition = chosen(query=query, segment=segment, conditions=conditions)
    with front_desk(settings()) as relay:
        seen = relay.preview_audience(definition)
    if as_json:
        print_json(
            {
                "matched": seen.matched,
                "will_receive": seen.will_receive,
                "left_out": {step.reason.value: step.count for step in seen.steps},
                "explanation": seen.explanation,
                "searched": seen.searched,
                "counted": seen.counted,
                "complete": seen.complete,
                "notices": list(seen.notices),
                "people": seen.people.select(["id", "name", "decision"]).to_pylist(),
            }
        )
        return
    say(seen.explanation)
    print_table(
        ("", "People", "Left"),
        [
            ("Matched", f"{seen.matched:,}", f"{seen.matched:,}"),
            *((s.reason.label, f"-{s.count:,}", f"{s.left:,}") for s in seen.steps if s.count),
            ("Will receive", "", f"{seen.will_receive:,}"),
        ],
    )
    for notice in seen.notices:
        remark(notice)


@app.command()
def save(
    name: str,
    *,
    query: Query = None,
    conditions: Conditions = None,
) -> None:
    """Keep an audience as a segment, evaluated again at each use."""
    definition = chosen(query=query, segment=None, conditions=conditions)
    with front_desk(settings()) as relay:
        segment = relay.save_segment(name, definition, actor=ACTOR)
    say(f"Segment {segment.name} saved.")


@app.command()
def segments(*, as_json: AsJson = False) -> None:
    """List the saved segments."""
    with front_desk(settings()) as relay:
        saved = relay.segments()
    if as_json:
        print_json(saved)
    else:
        print_table(
            ("Name", "Changed"), ((s.name, f"{s.updated_at:%Y-%m-%d %H:%M}") for s in saved)
        )
