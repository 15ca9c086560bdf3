"""What a run is for: a campaign, a test to oneself, or another try."""

from enum import StrEnum
from typing import Final, Self

TESTER: Final = -1
"""Whom a test goes to, as a person: nobody. Only messages to persons count as sent to somebody."""


class RunKind(StrEnum):
    """What a run is for. Values are stored."""

    CAMPAIGN = "campaign"  # everybody whom the campaign reaches
    TEST = "test"  # one message to somebody's own number; counts nowhere
    RETRY = "retry"  # some of the people of an earlier run


class Retried(StrEnum):
    """Which people of an earlier run a retry tries again. Values are stored."""

    label: str
    """What a page calls them."""

    def __new__(cls, value: str, label: str = "") -> Self:
        """Make a member that is its stored word."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    FAILED = "failed", "those who failed"
    NOT_REACHED = "not_reached", "those who were not reached"
    NO_REPLY = "no_reply", "those who did not reply"
