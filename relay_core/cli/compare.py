"""`relay compare`: what happened over many runs."""

from typing import Annotated

import typer

from relay_core.cli.output import AsJson, print_json, print_table, say, settings
from relay_core.reports.across.over_time import Step
from relay_core.reports.across.pressure import WINDOWS_DAYS
from relay_core.reports.intervals import Proportion
from relay_core.serving import front_desk

_LONGEST_DAYS = 3_650


def compare(
    *,
    days: Annotated[
        int, typer.Option("--days", help="How far back.", min=1, max=_LONGEST_DAYS)
    ] = 90,
    as_json: AsJson = False,
) -> None:
    """Compare campaigns, templates and integrations; say how many messages people get."""
    with front_desk(settings()) as relay:
        campaigns = relay.compare_campaigns(days=days)
        if not as_json:
            print_table(
                ("Campaign", "Planned", "Sent", "Delivered", "Replied", "Opted out", "Failed"),
                (
                    (
                        each.campaign,
                        f"{each.planned:,}",
                        f"{each.sent:,}",
                        _said(each.delivered_share),
                        _said(each.replied_share),
                        _said(each.opted_out_share),
                        _said(each.failed_share),
                    )
                    for each in campaigns
                ),
            )
            for template in relay.template_quality(days=days):
                for change in template.changes:
                    say(f"{template.label}: {change}")
            return
        print_json(
            {
                "days": days,
                "campaigns": campaigns,
                "over_time": {
                    step.value: relay.messages_over_time(days=days, step=step) for step in Step
                },
                "templates": relay.template_quality(days=days),
                "integrations": relay.integration_quality(days=days),
                "failures": relay.integration_failures(days=days),
                "pressure": [relay.contact_pressure(days=window) for window in WINDOWS_DAYS],
            }
        )


def _said(part: Proportion | None) -> str:
    return f"{part.share:.1%} ({part.low:.1%} to {part.high:.1%})" if part else ""
