"""What goes wrong outside while Relay is killed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.town import WHATSAPP

TALK_LANE = "talk:17"
QUIET_WEBHOOKS = {
    "duplicates": 0,
    "disorder": 0,
    "forged": 0,
    "unknown": 0,
    "delay_ms": 0,
    "retry_s": 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Faults of the outside, and the lane that they strike."""

    name: str
    latency_ms: float = 50
    error_mix: Mapping[str, float] = field(default_factory=dict)
    webhooks: Mapping[str, float] = field(default_factory=dict)
    lane: str = WHATSAPP
    people_per_kill: int = 4
    plans_within_s: float = 0.6
    """From a process' beginning to its first message, about."""

    @property
    def faults(self) -> dict[str, Any]:
        """As the sandbox's controls take them."""
        return {
            "latency_ms": self.latency_ms,
            "error_mix": dict(self.error_mix),
            "webhooks": {**QUIET_WEBHOOKS, **self.webhooks},
        }


ERRORS = {"429": 0.01, "502": 0.02, "accept_then_timeout": 0.02}
WILD_RECEIPTS = {
    "duplicates": 0.5,
    "disorder": 0.5,
    "forged": 0.1,
    "unknown": 0.1,
    "delay_ms": 4_000,
    "retry_s": 1,
}
"""Times are of the sandbox's clock, which runs twenty times as fast."""

EVERYTHING = Mix(name="everything", latency_ms=100, error_mix=ERRORS, webhooks=WILD_RECEIPTS)
TALK = Mix(name="texts with keys", latency_ms=100, error_mix=ERRORS, lane=TALK_LANE)
MIXES = (
    Mix(name="nothing wrong"),
    Mix(name="slow answers", latency_ms=600),
    Mix(name="too many requests", error_mix={"429": 0.03}),
    Mix(name="bad gateway", error_mix={"502": 0.05}),
    Mix(name="taken, never answered", error_mix={"accept_then_timeout": 0.05}),
    Mix(name="wild receipts", webhooks=WILD_RECEIPTS),
    Mix(name="many people", people_per_kill=30, plans_within_s=2.0),
    EVERYTHING,
    TALK,
)
