"""What carries one message to one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from relay_core.gateways.outcomes import SendOutcome


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, ready to leave."""

    integration_id: str
    phone: str
    """E.164, with the plus sign."""
    message: Mapping[str, Any]
    """The channel's own message object, as built by `relay_core.templates.meta.components`."""
    reference: Mapping[str, str]
    """Our ids, for the channel's metadata. Never personal data."""
    key: str = ""
    """The delivery's own, the same at every try: for channels that know idempotency keys."""
    person_id: int | None = None
    """Whose profile it is in Zendesk: for channels that write to profiles."""


class Channel(Protocol):
    """Carries one message to one person.

    An adapter keeps three promises, checked for all of them by `tests/gateways`:

    1. `send` returns an outcome for everything the network or the vendor can do. It raises only
       on a bug.
    2. `send` makes at most one request. Retrying belongs to the sender, which is durable.
    3. It answers `Unreachable` only when it is certain that no request left.
    """

    def make_ready(self) -> SendOutcome | None:
        """Do what a request needs and what may take its time, such as to sign in.

        Before a message's turn, so that those that waited for it do not leave all at once.

        Returns:
            Why no request can leave; None when one can.
        """
        ...

    def send(self, outgoing: Outgoing) -> SendOutcome:
        """Try once."""
        ...

    def close(self) -> None:
        """Let go of its connections."""
        ...
