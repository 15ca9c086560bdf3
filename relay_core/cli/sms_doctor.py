"""`relay campaign doctor`: how the text messages of a campaign turn out, before they are sent."""

from typing import Annotated, Final

import typer

from relay_core.campaigns.sms_doctor import Forcing, SmsDoctor
from relay_core.campaigns.variants import language_name
from relay_core.cli.campaigns import Name, app, pairs
from relay_core.cli.output import AsJson, print_json, print_table, say, settings
from relay_core.cli.reviewed import print_cost
from relay_core.serving import front_desk
from relay_core.worded import counted

_MOST_NAMED: Final = 20


@app.command()
def doctor(
    name: Name,
    *,
    values: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=text of this run; repeatable.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count the SMS parts of everybody's text, who tips over and why, and the cost."""
    with front_desk(settings()) as relay:
        found = relay.sms_doctor(name, static_values=dict(pairs(values or [], "--set")))
    if as_json:
        print_json(found)
    else:
        _print(found)


def _print(found: SmsDoctor) -> None:
    everybody = counted(found.people, "person", "people")
    say(f"{found.template}: {everybody}, {counted(found.parts, 'SMS part')}.")
    print_table(("Parts", "People"), ((s.parts, f"{s.people:,}") for s in found.shares))
    for each in found.languages:
        say(
            f"{language_name(each.language)}: {counted(each.people, 'person', 'people')}, "
            f"{counted(each.parts, 'part')}; the example takes {each.example}, half of the "
            f"people at most {each.median}."
        )
    if found.ucs2:
        texts = counted(found.ucs2, "text travels", "texts travel")
        say(f"{texts} as UCS-2, which has less than half the room, for:")
        for forcing in found.forcing[:_MOST_NAMED]:
            say(f"  {forcing.character!r} in {counted(forcing.people, 'text')}, {_whence(forcing)}")
    if found.tipped:
        take = counted(found.tipped, "person takes", "people take")
        say(f"{take} more parts than is usual.")
        for key, people in found.tipped_by.items():
            say(f"  {people:,} because of {key}")
        print_table(
            ("Person", "Name", "Parts", "Usual", "Value", "It says"),
            (
                (t.person_id, t.name, t.parts, t.usual, t.value, t.said)
                for t in found.tipping[:_MOST_NAMED]
            ),
        )
    print_cost(found.cost, to=say)
    for notice in found.notices:
        say(notice)


def _whence(forcing: Forcing) -> str:
    places = [*(["the template"] if forcing.in_template else []), *forcing.values]
    instead = {None: "nothing comes close", "": "leave it away"}.get(
        forcing.suggestion, f"{forcing.suggestion!r} is near"
    )
    return f"from {', '.join(places)}; {instead}"
