"""What is looked at when Relay is set up, step by step, and how it was found."""

from dataclasses import dataclass
from enum import StrEnum

from relay_core.worded import WordedEnum


class Step(WordedEnum):
    """One part of setting Relay up, in the order in which a person does them."""

    ZENDESK = "zendesk", "Zendesk"
    MESSAGING = "messaging", "Sunshine Conversations"
    RECEIPTS = "receipts", "Receipts and replies"
    TALK = "talk", "Talk Text"
    RULES = "rules", "Rules"
    MIRRORING = "mirroring", "What agents see in Zendesk"
    FILE = "file", "Data folder"


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"  # Relay works, but something will be missing
    PROBLEM = "problem"  # something does not work until it is corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    step: Step
    name: str
    verdict: Verdict
    found: str
    advice: str = ""
    """What to do, in a sentence or two; empty when all is well."""
    details: tuple[str, ...] = ()
    """What there is to say of each part, for whoever wants to know."""
