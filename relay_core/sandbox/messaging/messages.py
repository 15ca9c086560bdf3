"""Messages in the stand-in world: what was accepted, what reached a phone, what went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relay_core.sandbox.messaging.integrations import Integration


@dataclass(frozen=True, slots=True, kw_only=True)
class TextContent:
    """Plain text, as SMS takes it."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateContent:
    """A request to fill an approved WhatsApp template."""

    name: str
    language: str
    components: Sequence[Mapping[str, Any]]


Content = TextContent | TemplateContent


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A well-formed request to notify one destination."""

    integration: Integration
    destination: str
    content: Content
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A vendor's reason for not delivering: its own code and words."""

    code: int
    title: str
    blames_phone: bool = False
    """True when the provider took the message and only the phone could not be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A send that was answered 201, whatever became of it."""

    id: str
    at: datetime
    received_at: float
    outgoing: Outgoing
    refusal: Refusal | None

    def as_json(self) -> dict[str, Any]:
        """Say it as the controls list it."""
        return {
            "notification_id": self.id,
            "at": instant(self.at),
            "received_at": self.received_at,
            "destination": self.outgoing.destination,
            "integration_id": self.outgoing.integration.id,
            "metadata": dict(self.outgoing.metadata),
            "failure": self.refusal.code if self.refusal else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedPhone:
    """A message that a phone shows."""

    at: datetime
    """Sandbox time of its acceptance."""

    received_at: float
    """Real seconds since 1970 of its acceptance, never running backwards, to measure rates."""

    destination: str
    text: str
    integration_id: str
    notification_id: str | None
    """None for Talk Text, whose messages are no notifications."""

    def as_json(self) -> dict[str, Any]:
        """Say it as the controls list it."""
        return {
            "at": instant(self.at),
            "received_at": self.received_at,
            "destination": self.destination,
            "text": self.text,
            "integration_id": self.integration_id,
            "notification_id": self.notification_id,
        }


def instant(at: datetime) -> str:
    """Write a UTC moment as ISO 8601 with milliseconds and a Z."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
