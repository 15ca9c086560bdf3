"""Who of a run gets nothing, to compare with: a draw that stays, and what it can show."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

from relay_core.errors import CampaignError

HELD_OUT: Final = "held_out"
"""The reason of those who are held out, beside those of the screening."""
MOST_PERCENT: Final = 50
_STEPS: Final = 2**64
_Z_95: Final = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""
_USUAL_SHARE: Final = 0.1
"""How many open a ticket within days, where nobody knows yet: of ten people, one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOut:
    """The draw of one run.

    It depends on nothing but the seed and the number: neither on who else is there, nor on the
    order in which people come, nor on the profile that a number stands on.
    """

    percent: int
    """1 to `MOST_PERCENT`."""
    seed: str

    def holds(self, phone: str) -> bool:
        """Return whether whoever has this number (E.164) gets nothing."""
        digest = hashlib.sha256(f"{self.seed}:{phone}".encode()).digest()
        return int.from_bytes(digest[:8]) * 100 < self.percent * _STEPS

    def as_json(self) -> Mapping[str, object]:
        """Return the draw as the manifest holds it."""
        return {"percent": self.percent, "seed": self.seed}


def draw(percent: int, *, seed: str) -> HoldOut | None:
    """Return the draw of a run; None where nobody is held out.

    Raises:
        CampaignError: The share is not 0 to `MOST_PERCENT`.
    """
    return HoldOut(percent=percent, seed=seed) if checked_percent(percent) else None


def checked_percent(percent: int) -> int:
    """Return a share that can be held out.

    Raises:
        CampaignError: It is not 0 to `MOST_PERCENT`.
    """
    if not 0 <= percent <= MOST_PERCENT:
        raise CampaignError(
            f"hold out {percent} %",
            advice=f"Hold out between 0 and {MOST_PERCENT} % of the people; 0 is nobody.",
        )
    return percent


def remark(*, held_out: int, recipients: int) -> str:
    """Return what to say of a control group before anything leaves, in sentences.

    Args:
        held_out: People in it.
        recipients: People who are sent to.
    """
    said = f"{held_out:,} of {held_out + recipients:,} are held out to compare with."
    least = smallest_difference(held_out=held_out, recipients=recipients)
    if least is None or least >= _USUAL_SHARE:
        return (
            f"{said} That is too few to say anything: where one in ten opens a ticket, it would "
            "hardly show if the message kept all of them from it. Hold out more people, or nobody."
        )
    points = f"{least * 100:.1f}".removesuffix(".0")
    return (
        f"{said} Differences below about {points} in 100 people will not show, where one in ten "
        "opens a ticket."
    )


def smallest_difference(*, held_out: int, recipients: int) -> float | None:
    """Return the difference of two shares, 0 to 1, whose 95 % interval just leaves out nothing.

    Reckoned by the normal approximation where one person in ten opens a ticket; smaller shares
    show smaller differences. None where one of the groups is empty.
    """
    if not (held_out and recipients):
        return None
    variance = _USUAL_SHARE * (1 - _USUAL_SHARE) * (1 / held_out + 1 / recipients)
    return _Z_95 * sqrt(variance)
