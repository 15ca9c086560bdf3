"""From planned to replied: how many messages came how far, and what is still expected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from relay_core.reports.intervals import Proportion, proportion
from relay_core.store.ledger import Row

_PATIENCE: Final = {"whatsapp": timedelta(days=30)}
"""For how long Meta tries to hand a message to a phone that is off."""
_NETWORKS_PATIENCE: Final = timedelta(days=3)
"""The same of mobile networks and SMS, at the longest."""
GOT_THROUGH: Final = ("accepted", "delivered")


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelStep:
    """How many messages came this far."""

    step: str
    """planned, sent, delivered or replied; also the name of the group of people behind it."""
    label: str
    messages: int
    of_planned: Proportion | None
    """None when nothing was planned."""
    of_sent: Proportion | None
    """None for the steps before, and when nothing was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """What phones have confirmed, and what they may still confirm."""

    unconfirmed: int
    """Accepted without a receipt from the phone. Not confirmed is not undelivered."""
    expected: int
    """Those of them that are so recent that the channel still tries."""
    expected_share: Proportion | None
    """Of all sent; None when nothing was sent."""
    patience_days: int
    """For how long after the request a receipt is expected."""
    read: None
    """No channel of Relay's says whether a message was read; not confirmed is not unread."""


def patience(channel: str) -> timedelta:
    """Return for how long a channel tries to hand a message to a phone."""
    return _PATIENCE.get(channel, _NETWORKS_PATIENCE)


def deliveries(rows: Iterable[Row], *states: str) -> int:
    """Sum the cube of the query `reports.counts` over states."""
    return sum(row["deliveries"] for row in rows if row["state"] in states)


def funnel(*, planned: int, sent: int, delivered: int, replied: int) -> tuple[FunnelStep, ...]:
    """Lay the steps out. Whoever replied was sent to, whether or not the phone confirmed it."""
    steps = [("planned", planned), ("sent", sent), ("delivered", delivered), ("replied", replied)]
    return tuple(
        FunnelStep(
            step=step,
            label=step.capitalize(),
            messages=messages,
            of_planned=proportion(messages, planned),
            of_sent=proportion(messages, sent) if step in {"delivered", "replied"} else None,
        )
        for step, messages in steps
    )


def receipts(*, sent: int, unconfirmed: int, expected: int, channel: str) -> Receipts:
    """Say what is not confirmed yet."""
    return Receipts(
        unconfirmed=unconfirmed,
        expected=expected,
        expected_share=proportion(expected, sent),
        patience_days=patience(channel).days,
        read=None,
    )
