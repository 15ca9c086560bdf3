"""What channels and people say afterwards: receipts and replies, read from a webhook's body."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from pydantic import TypeAdapter, ValidationError

from relay_core.delivery.opt_out_words import Understood, Wish, understood
from relay_core.gateways.sunco_records import DeliveryEvent, ReplyEvent

_BY_NUMBER: Final = frozenset({"whatsapp", "twilio", "messagebird"})
"""Platforms on which Sunco's id of a client is a phone number."""
_E164: Final = re.compile(r"\+?([1-9][0-9]{6,14})")

_EVENT: Final[TypeAdapter[DeliveryEvent | ReplyEvent]] = TypeAdapter(DeliveryEvent | ReplyEvent)


class ReceiptKind(StrEnum):
    """What a receipt says."""

    CHANNEL = "channel"  # the provider took it
    USER = "user"  # it is on the phone
    FAILURE = "failure"  # it will not get there


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One report on one message."""

    channel_id: str
    kind: ReceiptKind
    happened_at: datetime
    """By the vendor's clock."""
    integration_id: str | None
    phone: str | None
    conversation_id: str | None
    code: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a person wrote back."""

    message_id: str
    conversation_id: str
    body: str
    happened_at: datetime
    phone: str | None = None
    """Where the channel itself says from which number it came."""
    payload: str | None = None
    """Of the button that was tapped, if one was."""

    @property
    def wish(self) -> Understood | None:
        """The wish that the whole message is, by its text or by its button."""
        return wish_of(self.body, self.payload)

    @property
    def is_stop(self) -> bool:
        """Whether the whole message is an opt-out keyword."""
        said = self.wish
        return said is not None and said.wish is Wish.STOP


def wish_of(body: str, payload: str | None) -> Understood | None:
    """Return the wish that a whole message is, by its text or by the button that was tapped."""
    return understood(body) or understood(payload or "")


def read_event(body: bytes, *, now: datetime) -> list[Receipt | Reply] | None:
    """Read a webhook's body.

    Returns:
        What it says; nothing for a kind that Relay does not use; None when it is not an event.
    """
    try:
        event = _EVENT.validate_json(body)
    except ValidationError:
        return None
    if isinstance(event, DeliveryEvent):
        return _receipts(event, now=now)
    return _replies(event, now=now)


def _receipts(event: DeliveryEvent, *, now: datetime) -> list[Receipt | Reply]:
    error, match, destination = event.error, event.matchResult, event.destination
    phone = destination.destinationId if destination else None
    # Sunco calls every failure "uncategorized_error"; what the carrier said is underneath.
    underlying = error.underlyingError if error else None
    code = underlying.code if underlying and underlying.code is not None else None
    code = error.code if code is None and error else code
    return [
        Receipt(
            channel_id=event.notification.id,
            kind=ReceiptKind(event.trigger.rsplit(":", 1)[1]),
            happened_at=_moment(event.timestamp, now=now),
            integration_id=destination.integrationId if destination else None,
            phone=f"+{phone.lstrip('+')}" if phone else None,
            conversation_id=match.conversation.id or None if match and match.conversation else None,
            code=None if code is None else str(code),
            reason=(underlying and underlying.message) or (error.message if error else None),
        )
    ]


def _replies(event: ReplyEvent, *, now: datetime) -> list[Receipt | Reply]:
    client = event.client
    known = _E164.fullmatch(client.externalId or "") if client else None
    by_number = client is not None and client.platform in _BY_NUMBER
    return [
        Reply(
            message_id=message.id,
            conversation_id=event.conversation.id if event.conversation else "",
            body=message.text or "",
            happened_at=_moment(message.received or event.timestamp, now=now),
            phone=f"+{known[1]}" if known and by_number else None,
            payload=message.payload,
        )
        for message in event.messages
    ]


def _moment(seconds: float | None, *, now: datetime) -> datetime:
    """Return a vendor's moment; ours where it gives none, or one beyond the calendar."""
    try:
        return now if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return now
