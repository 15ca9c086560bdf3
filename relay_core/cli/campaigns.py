"""`relay campaign …` and `relay send`: prepare, review, and let it go."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer

from relay_core.audience.conditions.definition import definition_to_json
from relay_core.campaigns.bindings import bindings_to_json, read_binding
from relay_core.campaigns.control_group import MOST_PERCENT
from relay_core.cli.audience import Conditions, Query, SegmentName, chosen
from relay_core.cli.output import AsJson, print_json, print_table, say, settings
from relay_core.cli.pressing import Agreed, how_to_send, person, press
from relay_core.cli.reviewed import print_review
from relay_core.cli.runs import print_status
from relay_core.delivery.runs import RunStatus
from relay_core.errors import CampaignError
from relay_core.relay import Relay
from relay_core.serving import front_desk

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The campaign's name.")]
HoldOutPercent = Annotated[
    int | None,
    typer.Option(
        "--hold-out",
        min=0,
        max=MOST_PERCENT,
        metavar="PERCENT",
        help="Of 100 people who would receive it, so many get nothing, drawn by lot, so that the "
        "report can compare. Default: as the campaign says, for a new one nobody.",
    ),
]


@app.command()
def create(
    name: Name,
    *,
    template: Annotated[str, typer.Option(help="Its name, or name:language.")],
    integration: Annotated[str, typer.Option(help="Id of the integration to send from.")],
    query: Query = None,
    segment: SegmentName = None,
    conditions: Conditions = None,
    bind: Annotated[
        list[str] | None,
        typer.Option(help="KEY=field:FIELD, KEY=field:FIELD|fallback or KEY=static; repeatable."),
    ] = None,
    languages: Annotated[
        list[str] | None,
        typer.Option(
            "--language",
            help="Each person gets their own language; this one stands in for what there is not. "
            "Repeatable, in order.",
        ),
    ] = None,
    hold_out: HoldOutPercent = None,
    as_json: AsJson = False,
) -> None:
    """Prepare a campaign. Nothing is sent."""
    definition = chosen(query=query, segment=segment, conditions=conditions)
    bindings = {key: read_binding(text) for key, text in pairs(bind or [], "--bind")}
    with front_desk(settings()) as relay:
        if not relay.templates():
            relay.refresh_templates()
        campaign = relay.create_campaign(
            name,
            template_id=relay.template(template).id,
            integration_id=integration,
            definition=definition,
            bindings=bindings,
            actor=person(),
            languages=languages or (),
            hold_out=hold_out or 0,
        )
    if as_json:
        print_json({"id": campaign.id, "name": campaign.name})
    else:
        say(f"Campaign {campaign.name} is ready. Next: {how_to_send(campaign)}")


@app.command("list")
def list_(
    *,
    archived: Annotated[
        bool, typer.Option("--archived", help="Those that were put away, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the campaigns, newest first."""
    with front_desk(settings()) as relay:
        listed = relay.campaigns(archived=archived)
    if as_json:
        print_json([{"id": c.id, "name": c.name, "runs": c.runs} for c in listed])
    else:
        print_table(
            ("Name", "Template", "Channel", "Runs"),
            ((c.name, c.template.label, c.integration.name, c.runs) for c in listed),
        )


@app.command()
def show(name: Name, *, as_json: AsJson = False) -> None:
    """Show what a campaign sends, from where, in which languages, and what fills its values."""
    with front_desk(settings()) as relay:
        campaign = relay.campaign(name)
    if as_json:
        print_json(
            {
                "id": campaign.id,
                "name": campaign.name,
                "template": campaign.template.template.name,
                "language": campaign.template.template.language,
                "languages": list(campaign.languages),
                "variants": [v.template.language for v in campaign.variants],
                "integration": campaign.integration.id,
                "definition": json.loads(definition_to_json(campaign.definition)),
                "bindings": json.loads(bindings_to_json(campaign.bindings)),
                "hold_out": campaign.hold_out,
                "runs": campaign.runs,
                "last_run": campaign.last_run,
                "archived_at": campaign.archived_at,
            }
        )
        return
    say(f"{campaign.name}: {campaign.template.label} from {campaign.integration.name}")
    if campaign.languages:
        there = ", ".join(v.template.language for v in campaign.variants)
        say(f"Each person's own language of {there}; else {', '.join(campaign.languages)}.")
    if campaign.hold_out:
        say(f"{campaign.hold_out} % of the people are held out to compare with.")
    for key, binding in json.loads(bindings_to_json(campaign.bindings)).items():
        empty = f", else {binding['fallback']!r}" if binding.get("fallback") else ""
        source = f"the field {binding['field']}{empty}" if "field" in binding else "asked at a send"
        say(f"  {key}: {source}")


@app.command("review")
def review_(
    name: Name,
    *,
    values: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=text of this run; repeatable.")
    ] = None,
    hold_out: HoldOutPercent = None,
    as_json: AsJson = False,
) -> None:
    """Show who would get what in which language, and what it costs. Nothing is sent."""
    with front_desk(settings()) as relay:
        seen = relay.review(
            name, static_values=dict(pairs(values or [], "--set")), hold_out=hold_out
        )
    if as_json:
        print_json(seen)
    else:
        print_review(seen, to=say)


def send(
    name: Name,
    *,
    values: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=text of this run; repeatable.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Send without asking.")] = False,
    accept_warnings: Annotated[
        bool,
        typer.Option(
            "--accept-warnings", help="Send even if the audience is doubtful; see the review."
        ),
    ] = False,
    test: Annotated[
        str | None,
        typer.Option(help="Send what the first recipient would read to this number alone."),
    ] = None,
    canary: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Begin with so many messages and look how they end; 0 for none. "
            "Default: RELAY_CANARY_SIZE.",
        ),
    ] = None,
    hold_out: HoldOutPercent = None,
    receipts_s: Annotated[
        float, typer.Option("--receipts", help="Seconds to wait for receipts at the end.")
    ] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Review a campaign, send it at the pace of its integration, and follow it."""
    static_values = dict(pairs(values or [], "--set"))

    def sent(relay: Relay, agreed: Agreed) -> RunStatus:
        if test is not None:
            return relay.send_test(
                name,
                static_values=static_values,
                request_id=agreed.request_id,
                actor=person(),
                phone=test,
            )
        return relay.send(
            name,
            static_values=static_values,
            request_id=agreed.request_id,
            actor=person(),
            reviewed=agreed.reviewed,
            accepted=agreed.accepted,
            canary=canary,
            hold_out=hold_out,
        )

    status = press(
        lambda relay: relay.review(
            name, static_values=static_values, canary=canary, hold_out=hold_out
        ),
        sent,
        yes=yes or test is not None,
        accept_warnings=accept_warnings,
        receipts_s=receipts_s,
    )
    print_status(status, as_json=as_json)


def pairs(texts: Sequence[str], option: str) -> list[tuple[str, str]]:
    """Read `KEY=VALUE` as it was typed.

    Raises:
        CampaignError: There is no `=`, or a key is given twice.
    """
    pairs: list[tuple[str, str]] = []
    for text in texts:
        key, equals, value = text.partition("=")
        if not (key and equals):
            raise CampaignError(
                f"{option} without =", advice=f"Write {option} KEY=VALUE, e.g. monday=Tuesday."
            )
        if key.strip() in dict(pairs):
            raise CampaignError(
                f"{option} repeated", advice=f"{option} {key.strip()} is given twice. Say it once."
            )
        pairs.append((key.strip(), value))
    return pairs
