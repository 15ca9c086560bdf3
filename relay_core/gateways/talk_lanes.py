"""Zendesk Talk's lines as lanes, the tags that lead a ticket to them, and how long keys live."""

from datetime import timedelta
from typing import Final

TALK: Final = "talk"
"""The type of an integration that is a line of Zendesk Talk."""
MARKER_TAG: Final = "relay_sms"
"""On every ticket that shall become a text, until the trigger takes it off."""
TICKET_PREFIX: Final = "relay-"
"""What the external ids begin with of tickets that Relay made to text somebody."""
LONGEST_TEXT: Final = 1600
"""Characters; a longer text fails as a whole. Source: Zendesk support article 4408836060954."""
KEY_LIFE: Final = timedelta(hours=2)
"""How long Zendesk knows an idempotency key. Source: Zendesk API reference, Ticketing,
"Idempotency"."""
REPEATABLE_FOR: Final = KEY_LIFE - timedelta(minutes=10)
"""How long after its first use Relay repeats a request with its key: within the key's life by more
than clocks differ and answers take."""

_PREFIX: Final = f"{TALK}:"


def lane_of(line_id: int) -> str:
    """Return the lane of a line, by the line's id in Zendesk Talk."""
    return f"{_PREFIX}{line_id}"


def line_of(lane: str) -> int | None:
    """Return the line of a lane; None for a lane of another channel."""
    number = lane.removeprefix(_PREFIX)
    return int(number) if lane.startswith(_PREFIX) and number.isdecimal() else None


def is_talk(lane: str) -> bool:
    """Whether a lane is a line of Zendesk Talk."""
    return line_of(lane) is not None


def line_tag(line_id: int) -> str:
    """Return the tag that picks a line; it stays on the ticket."""
    return f"relay_line_{line_id}"
