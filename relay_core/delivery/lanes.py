"""What a lane has sent so far, for limits by the day."""

from datetime import datetime
from zoneinfo import ZoneInfo

from relay_core.delivery.quota import day_of
from relay_core.delivery.timeline import LaneToday
from relay_core.store.ledger import Ledger, one


def account_zone(ledger: Ledger) -> ZoneInfo:
    """Return in which time zone the account's days are; UTC until Zendesk was asked."""
    row = one(ledger.rows("account.name"))
    return ZoneInfo(row["time_zone"]) if row and row["time_zone"] else ZoneInfo("UTC")


def lane_today(ledger: Ledger, lane: str, *, now: datetime) -> LaneToday:
    """Return what a lane has sent so far.

    Args:
        ledger: Where deliveries are.
        lane: Id of the integration.
        now: When (aware).
    """
    zone = account_zone(ledger)
    first = ledger.rows("gates.first_message", lane=lane)[0]["at"]
    counted = one(ledger.rows("gates.messages_on", lane=lane, day=day_of(now, zone).date))
    return LaneToday(
        zone=zone,
        first_day=day_of(first, zone).date if first else None,
        messages=counted["messages"] if counted else 0,
    )
