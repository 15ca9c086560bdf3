"""What a run is for: a campaign, a test to oneself, or another try."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, cast

from relay_core.worded import WordedEnum

TESTER: Final = -1
"""Whom a test goes to, as a person: nobody. Only messages to persons count as sent to somebody."""
RETRIED_CAUSES: Final = "retried_causes"
"""Where a retry keeps the codes that it is for: in its rules, beside the settings that decided."""


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


def retried_causes(rules: Mapping[str, object]) -> tuple[str, ...]:
    """Return the codes of failures that a retry is for, in order; none: whatever the cause.

    Args:
        rules: What decided about the run, as it was frozen.
    """
    return tuple(cast("Sequence[str]", rules.get(RETRIED_CAUSES, ())))


def said_retried(retried: Retried, causes: Sequence[str] = ()) -> str:
    """Return whom a retry is for: `those who failed for 131049 or 131056`."""
    return f"{retried.words} for {' or '.join(causes)}" if causes else retried.words
