"""Campaigns side by side: how far their messages came, each share with its interval."""

from dataclasses import dataclass
from datetime import datetime

from relay_core.reports.intervals import Proportion, proportion
from relay_core.store.ledger import Ledger, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFigures:
    """The runs of one campaign with their retries.

    Within a run and its retries a person counts once, with the best that became of any of the
    messages: failed means that none got through.
    """

    campaign_id: int
    campaign: str
    runs: int
    """Retries not counted: they belong to the run that they follow."""
    planned: int
    sent: int
    delivered: int
    failed: int
    replied: int
    opted_out: int
    messages: int
    """Taken by the channel, every retry counted."""
    delivered_share: Proportion | None
    """Of the people sent to; None when nothing was sent. So are those below."""
    replied_share: Proportion | None
    opted_out_share: Proportion | None
    failed_share: Proportion | None
    """Of the people planned."""


def compare(ledger: Ledger, *, since: datetime) -> tuple[CampaignFigures, ...]:
    """Return every campaign with a run made since a moment (aware), the most sent first."""
    return tuple(_figures(row) for row in ledger.rows("across.campaigns", since=since))


def _figures(row: Row) -> CampaignFigures:
    planned, sent = row["planned"], row["sent"]
    return CampaignFigures(
        **row,
        delivered_share=proportion(row["delivered"], sent),
        replied_share=proportion(row["replied"], sent),
        opted_out_share=proportion(row["opted_out"], sent),
        failed_share=proportion(row["failed"], planned),
    )
