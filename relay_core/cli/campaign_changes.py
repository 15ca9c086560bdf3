"""`relay campaign edit|duplicate|archive|unarchive|delete`: what becomes of a campaign."""

from typing import Annotated

import typer

from relay_core.campaigns.bindings import Binding, read_binding
from relay_core.campaigns.changing import Edit
from relay_core.cli.audience import Conditions, Query, SegmentName, chosen
from relay_core.cli.campaigns import HoldOutPercent, Name, app, pairs
from relay_core.cli.output import say, settings
from relay_core.cli.pressing import how_to_send, person
from relay_core.errors import CampaignError
from relay_core.relay import Relay
from relay_core.serving import front_desk


@app.command()
def edit(
    name: Name,
    *,
    to: Annotated[str | None, typer.Option("--name", help="Its new name.")] = None,
    template: Annotated[
        str | None, typer.Option(help="Its name, or name:language; say every --bind anew.")
    ] = None,
    integration: Annotated[
        str | None, typer.Option(help="Id of the integration to send from.")
    ] = None,
    query: Query = None,
    segment: SegmentName = None,
    conditions: Conditions = None,
    bind: Annotated[
        list[str] | None,
        typer.Option(help="KEY=field:FIELD, KEY=field:FIELD|fallback or KEY=static; repeatable."),
    ] = None,
    languages: Annotated[
        list[str] | None,
        typer.Option("--language", help="As in `create`; repeatable, in order."),
    ] = None,
    one_language: Annotated[
        bool, typer.Option("--one-language", help="Everybody gets the template itself.")
    ] = False,
    hold_out: HoldOutPercent = None,
) -> None:
    """Change a campaign that was never run; what is not said stays as it is."""
    if languages and one_language:
        raise CampaignError(
            "two wishes", advice="Say either --language or --one-language, not both."
        )
    asked = any(each is not None for each in (query, segment, conditions))
    definition = chosen(query=query, segment=segment, conditions=conditions) if asked else None
    given = {key: read_binding(text) for key, text in pairs(bind or [], "--bind")}
    with front_desk(settings()) as relay:
        changed = relay.edit_campaign(
            name,
            Edit(
                name=to,
                template_id=None if template is None else relay.template(template).id,
                integration_id=integration,
                definition=definition,
                bindings=_bindings(relay, name, given, anew=template is not None),
                languages=[] if one_language else languages,
                hold_out=hold_out,
            ),
            actor=person(),
        )
    say(f"Campaign {changed.name} is changed. Next: relay campaign review {changed.name!r}")


@app.command()
def duplicate(name: Name, *, to: Annotated[str, typer.Option(help="Name of the copy.")]) -> None:
    """Copy a campaign. What was sent, and who was moved by hand, stays with the first."""
    with front_desk(settings()) as relay:
        copy = relay.duplicate_campaign(name, to=to, actor=person())
    say(f"Campaign {copy.name} is ready. Next: {how_to_send(copy)}")


@app.command()
def archive(name: Name) -> None:
    """Put a campaign away: it is no longer listed, nor sent. Its reports stay."""
    with front_desk(settings()) as relay:
        relay.archive_campaign(name, actor=person())
    say(f"Campaign {name} is archived. Take it back with: relay campaign unarchive {name!r}")


@app.command()
def unarchive(name: Name) -> None:
    """List a campaign again, and let it be sent."""
    with front_desk(settings()) as relay:
        relay.unarchive_campaign(name, actor=person())
    say(f"Campaign {name} is listed again.")


@app.command()
def delete(name: Name) -> None:
    """Delete a campaign of which nothing was ever sent."""
    with front_desk(settings()) as relay:
        relay.delete_campaign(name, actor=person())
    say(f"Campaign {name} is deleted.")


def _bindings(
    relay: Relay, name: str, given: dict[str, Binding], *, anew: bool
) -> dict[str, Binding] | None:
    """Return what fills the values from now on; those of another template begin anew."""
    if anew:
        return given
    return {**relay.campaign(name).bindings, **given} if given else None
