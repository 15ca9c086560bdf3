"""A run as it was frozen, read back as the plan it was made from."""

import json
from dataclasses import replace
from typing import Final

from relay_core.campaigns.campaign import campaigns
from relay_core.campaigns.frozen_control import held_out_of, hold_out_of_run
from relay_core.campaigns.planning import Plan
from relay_core.campaigns.spool import Spool
from relay_core.campaigns.writing import Recipient
from relay_core.store.ledger import Ledger, Row
from relay_core.templates.writing.documents import template_from_dict

_PAGE: Final = 1000


def frozen_plan(ledger: Ledger, run: Row) -> Plan:
    """Return what a run would do, whatever has changed since it was made.

    Of those whom it leaves out only who is held out is in it: of the others only their number was
    of interest.

    Args:
        ledger: Where it is kept.
        run: As `runs.one` tells it.
    """
    campaign = next(c for c in campaigns(ledger, archived=True) if c.id == run["campaign_id"])
    template = template_from_dict(json.loads(run["template"]))
    return Plan(
        campaign=replace(campaign, template=replace(campaign.template, template=template)),
        static_values=json.loads(run["static_values"]),
        matched=run["matched"],
        recipients=_recipients(ledger, run["id"]),
        exclusions=held_out_of(ledger, run["id"]),
        hold_out=hold_out_of_run(ledger, run["id"]),
        warnings=tuple(json.loads(run["warnings"])),
        variants={
            row["language"]: template_from_dict(json.loads(row["template"]))
            for row in ledger.rows("runs.frozen_templates", run_id=run["id"])
        },
        rules=json.loads(run["rules"]),
    )


def _recipients(ledger: Ledger, run_id: int) -> Spool[Recipient]:
    """Return them in the order in which their maker saw them."""
    recipients: Spool[Recipient] = Spool()
    after = 0
    while page := ledger.rows("runs.frozen_recipients", run_id=run_id, after=after, most=_PAGE):
        for row in page:
            recipients.append(
                Recipient(
                    person_id=row["person_id"],
                    name=row["person_name"],
                    phone=row["phone"],
                    country=row["country"],
                    language=row["language"],
                    bound=json.loads(row["bound"]),
                    body=row["body"],
                    variant=row["template_language"],
                )
            )
        after = page[-1]["id"]
    return recipients
