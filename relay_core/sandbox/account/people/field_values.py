"""What invented people have in the account's custom fields; every field is empty for some."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from relay_core.sandbox.account.records import Record

KEYS: Final = (
    "plan",
    "newsletter",
    "whatsapp_opt_in",
    "sms_opt_out",
    "renewal_date",
    "visits",
    "balance",
    "contract",
    "favourite_store",
    "remarks",
    "interests",
    "account_manager",
)

PLANS: Final = ("bronze", "bronze", "silver", "gold")
STORES: Final = (
    "Paris Opéra",
    "Lyon Part-Dieu",
    "London Soho",
    "Berlin Mitte",
    "大阪 梅田",
    "Online",
)
REMARKS: Final = (
    "Prefers to be called in the morning.",
    "Asked for the red widget,\nand for a blue one later.",
    "Très fidèle ; parle aussi l'anglais.",
    "عميل مهم",
    "担当者に連絡してください。",
    "Complaint about a parcel in May; settled.",
)
INTERESTS: Final = ("cooking", "garden", "travel", "music")

RENEWAL_SPAN_DAYS: Final = 730
"""Renewals lie a year before or after now."""

MOST_VISITS: Final = 60
LOWEST_BALANCE: Final = -100
HIGHEST_BALANCE: Final = 400
CONTRACTS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of all end users whose field is filled, or whose box is ticked."""

    plan: float = 0.55
    box_seen: float = 0.75
    newsletter: float = 0.3
    whatsapp_opt_in: float = 0.6
    sms_opt_out: float = 0.05
    renewal_date: float = 0.5
    visits: float = 0.8
    balance: float = 0.4
    contract: float = 0.3
    favourite_store: float = 0.45
    remarks: float = 0.08
    interests: float = 0.4
    each_interest: float = 0.4
    account_manager: float = 0.1


SHARE: Final = Shares()


def untouched() -> Record:
    """Return the custom fields of somebody nobody ever asked."""
    return dict.fromkeys(KEYS)


def field_values(dice: random.Random, now: datetime, agent_ids: Sequence[int]) -> Record:
    """Return the custom fields of one person."""
    chance = dice.random
    fields = untouched()
    if chance() < SHARE.plan:
        fields["plan"] = PLANS[int(chance() * len(PLANS))]
    fields["newsletter"] = _box(chance(), chance() < SHARE.newsletter)
    fields["whatsapp_opt_in"] = _box(chance(), chance() < SHARE.whatsapp_opt_in)
    fields["sms_opt_out"] = _box(chance(), chance() < SHARE.sms_opt_out)
    if chance() < SHARE.renewal_date:
        distance = int((chance() - 1 / 2) * RENEWAL_SPAN_DAYS)
        fields["renewal_date"] = f"{now.date() + timedelta(days=distance)}T00:00:00+00:00"
    if chance() < SHARE.visits:
        fields["visits"] = int(chance() ** 3 * MOST_VISITS)
    if chance() < SHARE.balance:
        span = HIGHEST_BALANCE - LOWEST_BALANCE
        fields["balance"] = round(LOWEST_BALANCE + chance() * span, 2)
    if chance() < SHARE.contract:
        fields["contract"] = f"C-{int(chance() * CONTRACTS):05}"
    if chance() < SHARE.favourite_store:
        fields["favourite_store"] = STORES[int(chance() * len(STORES))]
    if chance() < SHARE.remarks:
        fields["remarks"] = dice.choice(REMARKS)
    if chance() < SHARE.interests:
        fields["interests"] = [each for each in INTERESTS if chance() < SHARE.each_interest]
    if agent_ids and chance() < SHARE.account_manager:
        fields["account_manager"] = str(dice.choice(agent_ids))
    return fields


def _box(seen: float, is_ticked: bool) -> bool | None:  # noqa: FBT001  # the box itself
    return is_ticked if seen < SHARE.box_seen else None
