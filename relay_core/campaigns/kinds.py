"""What a run is for: a campaign, a test to oneself, or another try."""

from enum import StrEnum
from typing import Final

from relay_core.worded import WordedEnum

TESTER: Final = -1
"""Whom a test goes to, as a person: nobody. Only messages to persons count as sent to somebody."""


class RunKind(StrEnum):
    """What a run is for. Values are stored."""

    CAMPAIGN = "campaign"  # everybody whom the campaign reaches
    TEST = "test"  # one message to somebody's own number; counts nowhere
    RETRY = "retry"  # some of the people of an earlier run


class Retried(WordedEnum):
    """Which people of an earlier run a retry tries again. Values are stored."""

    FAILED = "failed", "those who failed"
    NOT_REACHED = "not_reached", "those who were not reached"
    NO_REPLY = "no_reply", "those who did not reply"
