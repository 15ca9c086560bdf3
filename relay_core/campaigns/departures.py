"""When the messages of a plan are expected to leave, as a review shows it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time in which messages leave at an even pace."""

    begins_at: datetime
    ends_at: datetime
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A time in which nothing leaves although something waits."""

    begins_at: datetime
    ends_at: datetime
    why: str
    """The end of a sentence that begins with a number of messages."""
    messages: int
    """How many wait at its beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departures:
    """A whole run, foreseen."""

    stretches: tuple[Stretch, ...]
    waits: tuple[Wait, ...]
    ends_at: datetime | None
    """When the last message leaves; None if that is more than a year away."""
