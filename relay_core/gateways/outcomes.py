"""The five ends of one send attempt.

All five are expected, so they are values. A reader of the sender sees every case in one `match`,
and mypy refuses a sixth that nobody handles.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """The channel took the message. It is on its way, not yet on a phone."""

    channel_id: str
    """The channel's own id; receipts carry it."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The channel will not take it, and nothing was sent."""

    code: str
    reason: str
    lane_fault: bool = False
    """True when the sender itself is refused (credentials, integration): every other message
    of the lane would end the same way, so the lane must stop instead of burning through them."""


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too fast; nothing was sent and no attempt is counted."""

    retry_after_s: float | None
    """Seconds the channel asked for, if it did."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """It is certain that no request left. Safe to try again."""

    reason: str


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """The request left and no usable answer came. A blind retry could message a person twice."""

    reason: str


SendOutcome = Accepted | Rejected | Throttled | Unreachable | OutcomeUnknown
