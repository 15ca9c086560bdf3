"""How a run leaves: when, how fast, how many, and what stops it."""

from typing import Final, Literal

from pydantic import BaseModel, Field

PACE_CEILING: Final = 50.0
"""Messages per second above which Relay refuses to run a lane; no vendor allows nearly as much."""


class SendingOptions(BaseModel):
    """Hours, amounts, paces and patience of what is sent."""

    quiet_hours: bool | None = Field(
        None,
        description="Send only within the hours of each recipient's country; others wait. Unless "
        "set, on for an account and off in a rehearsal.",
    )
    quiet_hours_channels: tuple[Literal["sms", "whatsapp"], ...] = Field(
        ("sms", "whatsapp"), description="Where quiet hours hold."
    )
    quiet_hours_by_country: dict[str, dict[str, str | None]] = Field(
        {},
        description="Hours instead of the built-in ones, by country (ISO 3166; * for all others), "
        'e.g. {"NL": {"weekdays": "9:00-20:00", "sundays": null}}; also saturdays and holidays.',
    )
    daily_quota: int = Field(
        0,
        description="Most messages of one integration in a day of the account; 0 is off.",
        ge=0,
    )
    warm_up_start: int = Field(
        0,
        description="Most messages of an integration on the first day it is used; 0 is off.",
        ge=0,
    )
    warm_up_growth: float = Field(
        2.0, description="How many times as many each next day may bring.", ge=1, le=100
    )
    canary_size: int = Field(
        0,
        description="Messages with which a run begins before it looks how they end; 0 is off.",
        ge=0,
    )
    canary_wait_s: int = Field(
        300, description="Seconds to wait for receipts of these messages.", ge=0
    )
    canary_failures: float = Field(
        0.2, description="Share of them that may fail; above it the run pauses.", ge=0, le=1
    )
    failure_limit: float = Field(
        0.5,
        description="Share of a run's latest 50 messages that may fail for the same cause; above "
        "it the run pauses. 0 is off.",
        ge=0,
        le=1,
    )
    audience_cap: int = Field(
        20_000, description="Largest audience; a larger one is refused, never cut.", ge=1
    )
    people_max_age_s: float = Field(
        300.0,
        description="Seconds after which people are read from Zendesk again before a review or a "
        "send, so that recent opt-outs count.",
        ge=0,
    )
    sunco_pace: float = Field(
        8.0, description="Messages per second of one Conversations integration.", gt=0
    )
    talk_pace: float = Field(
        4.0,
        description="Messages per second of one Zendesk Talk line; each is a ticket, and counts "
        "against the account's request limit.",
        gt=0,
    )
    talk_poll_s: float = Field(
        15.0,
        description="Shortest time in seconds between two looks at Talk's message history while "
        "something is awaited from it; 0 is off.",
        ge=0,
    )
    pace_guard_s: float = Field(
        0.02, description="Seconds added to each one-second window against jitter.", ge=0, le=1
    )
    send_timeout_s: float = Field(
        20.0,
        description="Seconds to wait for a channel's answer before it counts as unknown.",
        gt=0,
    )
    read_timeout_s: float = Field(
        30.0, description="Seconds to wait for an answer to a read.", gt=0
    )
    max_attempts: int = Field(
        8,
        description="Tries of one delivery when it is certain that nothing left; then runs pause.",
        ge=1,
    )
    approval_above: int = Field(
        0,
        description="Recipients above which somebody else has to approve a run before anything "
        "leaves; 0 is off. People are told apart by how they sign in.",
        ge=0,
    )
    test_required: bool = Field(
        default=False,
        description="Send a campaign only once a test of it, as it is now, was accepted.",
    )
    schedule_grace_s: float = Field(
        900.0,
        description="Seconds by which a scheduled campaign may be late, because Relay was not "
        "running or Zendesk did not answer; after that it is held and a person decides.",
        ge=60,
    )
    template_poll_s: float = Field(
        300.0,
        description="Shortest time in seconds between two looks at Meta's decisions while one is "
        "awaited; 0 is off.",
        ge=0,
    )

    def faults_of_paces(self) -> list[str]:
        """Return which paces no vendor allows."""
        return [
            f"RELAY_{name.upper()} is above the ceiling of {PACE_CEILING:g} per second"
            for name in ("sunco_pace", "talk_pace")
            if getattr(self, name) > PACE_CEILING
        ]
