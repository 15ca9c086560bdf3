"""A run's first messages: who goes first, and whether the rest may follow. Pure rules."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from relay_core.worded import counted


class CanaryState(StrEnum):
    """How far a canary is. Values are stored.

    chosen ──▶ leading ──▶ passed      the rest follows
                  └──────▶ stopped     the run pauses; once resumed, the rest follows
    """

    CHOSEN = "chosen"  # the run is to begin with one
    LEADING = "leading"  # the first are on their way, the rest waits
    PASSED = "passed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A queued delivery that might go first."""

    delivery_id: int
    country: str | None
    may_leave: bool
    """Whether no other gate holds it now."""


def leaders(candidates: Sequence[Candidate], size: int) -> frozenset[int]:
    """Return who goes first: one of each country in turn, in an order that chance cannot change.

    Args:
        candidates: What is queued; of each country at least `size`, where there are so many.
        size: How many.

    Returns:
        Ids of deliveries; those that may leave now before those that may not.
    """
    ranks: dict[tuple[bool, str | None], int] = defaultdict(int)
    ranked = []
    for each in sorted(candidates, key=lambda c: sha256(str(c.delivery_id).encode()).digest()):
        group = (each.may_leave, each.country)
        ranked.append((not each.may_leave, ranks[group], each.country or "", each.delivery_id))
        ranks[group] += 1
    return frozenset(delivery_id for *_, delivery_id in sorted(ranked)[:size])


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What has become of the first messages."""

    waiting: int
    """Not sent yet, or no answer yet."""
    sent: int
    """Whose turn has come, whatever its end."""
    delivered: int
    failed: int
    unheard: int
    """Taken by the channel, and a receipt may follow."""
    last_change: datetime | None


def decide(figures: Figures, *, wait_s: float, most_failures: float, now: datetime) -> CanaryState:
    """Return whether the rest may follow.

    Args:
        figures: What has become of the first messages.
        wait_s: Seconds to wait for receipts after the last of them changed.
        most_failures: Share of failed ones up to which the run goes on.
        now: When (aware).
    """
    if figures.sent and figures.failed > most_failures * (figures.sent + figures.waiting):
        return CanaryState.STOPPED
    if figures.waiting:
        return CanaryState.LEADING
    patience = timedelta(seconds=wait_s)
    overdue = figures.last_change is None or now >= figures.last_change + patience
    return CanaryState.PASSED if overdue or not figures.unheard else CanaryState.LEADING


def verdict_in_words(figures: Figures) -> str:
    """Return what a person reads on a run that its first messages stopped."""
    share = figures.failed / max(1, figures.sent)
    return (
        f"Of the first {counted(figures.sent, 'message')} {figures.failed} failed ({share:.0%}), "
        f"{figures.delivered} arrived. The rest waits. Look at the failures; resume to send the "
        "rest all the same."
    )
