"""`relay audience …`: see who would be reached, before anything is sent."""

from pathlib import Path
from typing import Annotated

import typer

from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByQuery,
    BySegment,
    definition_from_json,
)
from relay_core.audience.resolving.matching import Against
from relay_core.audience.screening.notices import NoticeKind, texts_of
from relay_core.audience.screening.preview import AudiencePreview
from relay_core.audience.screening.reasons import WILL_RECEIVE
from relay_core.cli.output import (
    ACTOR,
    AsJson,
    print_json,
    print_table,
    remark_notice,
    say,
    settings,
)
from relay_core.cli.whom import whom
from relay_core.errors import AudienceError
from relay_core.reports.skips import skip_advice, skip_label
from relay_core.serving import front_desk

app = typer.Typer(no_args_is_help=True)

_LOOKED = {True: "yes", False: "no", None: "not looked at"}

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
    include_staff: Annotated[
        bool, typer.Option("--include-staff", help="Look at team members too.")
    ] = False,
    against: Annotated[
        Against, typer.Option(help="Who answers conditions: the mirror, or Zendesk's search.")
    ] = "mirror",
    no_screening: Annotated[
        bool, typer.Option("--no-screening", help="Whom it matches, without deciding about them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say who is matched, who is left out and why, and who would receive."""
    definition = chosen(query=query, segment=segment, conditions=conditions)
    with front_desk(settings()) as relay:
        seen = relay.preview_audience(
            definition,
            include_staff=include_staff,
            against=against,
            screen=not no_screening,
            rows=None if as_json else 0,
        )
    if as_json:
        print_json(_as_data(seen))
        return
    say(seen.explanation)
    decided = [] if no_screening else [("Will receive", "", f"{seen.will_receive:,}")]
    print_table(
        ("", "People", "Left"),
        [
            ("Matched", f"{seen.matched:,}", f"{seen.matched:,}"),
            *((s.reason.label, f"-{s.count:,}", f"{s.left:,}") for s in seen.steps if s.count),
            *decided,
        ],
    )
    for notice in seen.notices:
        remark_notice(notice)


def _as_data(seen: AudiencePreview) -> dict[str, object]:
    return {
        "matched": seen.matched,
        "ids": seen.people.column("id").to_pylist(),
        "plan": seen.plan.value if seen.plan else None,
        "reasons": list(seen.reasons),
        "queries": list(seen.queries),
        "sql": seen.sql,
        "sentence": seen.explanation,
        "will_receive": seen.will_receive,
        "left_out": {step.reason.value: step.count for step in seen.steps},
        "searched": seen.searched,
        "counted": seen.counted,
        "complete": seen.complete,
        "notices": list(texts_of(seen.notices, NoticeKind.INFORMATION, NoticeKind.REFUSED)),
        "warnings": list(seen.warnings),
        "refused": list(texts_of(seen.notices, NoticeKind.REFUSED)),
        "people": seen.people.select(["id", "name", "decision"]).to_pylist(),
    }


@app.command()
def explain(
    person: Annotated[str, typer.Argument(help="A name, phone number, e-mail address or id.")],
    *,
    query: Query = None,
    segment: SegmentName = None,
    conditions: Conditions = None,
    as_json: AsJson = False,
) -> None:
    """Say of one person why they are, or are not, in an audience."""
    definition = chosen(query=query, segment=segment, conditions=conditions)
    with front_desk(settings()) as relay:
        told = relay.explain_person(definition, whom(relay, person))
    if as_json:
        print_json(told)
        return
    say(f"{told.name} ({told.person_id})")
    say(told.explanation)
    print_table(
        ("List", "Condition", "Holds"),
        (
            ("implied" if c.implied else f"{c.group} of", c.sentence, "yes" if c.holds else "no")
            for c in told.conditions
        ),
    )
    print_table(("Rule", "Leaves out"), ((r.reason.label, _LOOKED[r.holds]) for r in told.rules))
    say(f"Decision: {_decided(told.decision)}")


def _decided(decision: str | None) -> str:
    match decision:
        case None:
            return "Not in this audience"
        case _ if decision == WILL_RECEIVE:
            return "Will receive"
        case _:
            return f"Left out. {skip_label(decision)}: {skip_advice(decision)}"


@app.command()
def save(
    name: Annotated[str, typer.Argument(help="Of the segment.")],
    *,
    query: Query = None,
    conditions: Conditions = None,
) -> None:
    """Keep an audience as a segment, evaluated again at each use."""
    definition = chosen(query=query, segment=None, conditions=conditions)
    with front_desk(settings()) as relay:
        segment = relay.save_segment(name, definition, actor=ACTOR)
    say(f"Segment {segment.name} saved.")
