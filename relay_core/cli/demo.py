"""`relay demo`: the whole way against a sandbox of its own, without a browser."""

import tempfile
import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Final

import httpx
import typer

from relay_core.audience.conditions.definition import ByConditions, BySegment
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.campaigns.bindings import FromField, Static
from relay_core.cli.following import follow
from relay_core.cli.output import ACTOR, say
from relay_core.cli.people import sync_showing
from relay_core.cli.printed_report import print_report
from relay_core.log import configure_log
from relay_core.relay import Relay, open_relay
from relay_core.serving import owning, rehearsal_world
from relay_core.settings import Settings

_SEGMENT: Final = "Recent customers"
_TEMPLATE: Final = "appointment_reminder"
_RECEIPTS_S: Final = 30.0


def demo(
    *,
    people: Annotated[int, typer.Option(min=10, help="People in the sandbox.")] = 2_000,
    messages: Annotated[int, typer.Option(min=1, help="About how many to send.")] = 200,
) -> None:
    """Show the whole way in a sandbox of its own, from the first sync to the report."""
    configure_log(level="ERROR")
    with tempfile.TemporaryDirectory() as folder, rehearsal_world(people=people) as url:
        settings = Settings.load(accounts=(), data_dir=Path(folder), sandbox_url=url)
        relay = open_relay(settings)
        with owning(relay, sending=True):
            sync_showing(relay, anew=False)
            run = _campaign_run(relay, messages=messages)
            status = follow(relay, run, receipts_s=_RECEIPTS_S)
            print_report(relay.report(run))
            reached = len(httpx.get(f"{url}/_sandbox/sent").raise_for_status().json())
    say(f"By the sandbox's own record, {reached:,} messages reached phones.")
    if reached > status.planned:
        raise typer.Exit(1)


def _campaign_run(relay: Relay, *, messages: int) -> int:
    relay.refresh_templates()
    relay.save_segment(_SEGMENT, _newest(relay, wanted=messages), actor=ACTOR)
    template = relay.template(_TEMPLATE)
    whatsapp = next(s for s in template.integrations if s.type == "whatsapp" and s.is_sendable)
    relay.create_campaign(
        "Demo",
        template_id=template.id,
        integration_id=whatsapp.id,
        definition=BySegment(_SEGMENT),
        bindings={"clarice": FromField("first_name", "there"), "monday": Static()},
        actor=ACTOR,
    )
    values = {"monday": "Tuesday"}
    review = relay.review("Demo", static_values=values)
    say(f"{review.audience} {review.total:,} will receive, {sum(review.skipped.values()):,} not.")
    return relay.send("Demo", static_values=values, request_id=str(uuid.uuid4()), actor=ACTOR).run


def _newest(relay: Relay, *, wanted: int) -> ByConditions:
    """Return conditions that about so many people satisfy: the latest to have signed up."""
    earliest, latest = date(2015, 1, 1), date(2035, 1, 1)
    while latest - earliest > timedelta(days=1):
        middle = earliest + (latest - earliest) / 2
        if relay.preview_audience(_since(middle)).will_receive > wanted:
            earliest = middle
        else:
            latest = middle
    return _since(latest)


def _since(day: date) -> ByConditions:
    return ByConditions(ConditionTree(all=(Condition("created", Op.ON_OR_AFTER, day.isoformat()),)))
