"""Talk Text: the phone lines of the account, their message history, and the trigger recipe.

Zendesk has no public call that sends a text. What is proven to work is a trigger: a ticket with a
public comment and a marker tag makes the account text the requester. The account has the triggers
that somebody made; see `triggers.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from relay_core.sandbox.messaging.phones import E164
from relay_core.sandbox.messaging.triggers import Order

LONGEST_TEXT: Final = 1600
"""Characters; a longer text fails. Source: Zendesk support article 4408836060954."""

HANDSET_DELAY: Final = timedelta(seconds=3)
PRICE: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the account."""

    id: int
    number: str
    display_number: str
    nickname: str
    country_code: str
    texts: bool
    speaks: bool

    def as_json(self) -> dict[str, Any]:
        """Say it as the Talk API does."""
        return {
            "id": self.id,
            "number": self.number,
            "display_number": self.display_number,
            "name": self.nickname,
            "nickname": self.nickname,
            "country_code": self.country_code,
            "toll_free": False,
            "capabilities": {"sms": self.texts, "mms": False, "voice": self.speaks},
            "sms_enabled": self.texts,
            "sms_group_id": None,
            "voice_enabled": self.speaks,
            "outbound_enabled": True,
            "priority": 0,
            "line_type": "phone",
        }


LINES: Final = (
    Line(
        id=17,
        number="+33757690000",
        display_number="+33 7 57 69 00 00",
        nickname="SMS France",
        country_code="FR",
        texts=True,
        speaks=False,
    ),
    Line(
        id=18,
        number="+12025550143",
        display_number="+1 (202) 555-0143",
        nickname="SMS United States",
        country_code="US",
        texts=True,
        speaks=True,
    ),
    Line(
        id=19,
        number="+442079460018",
        display_number="+44 20 7946 0018",
        nickname="Front desk London",
        country_code="GB",
        texts=False,
        speaks=True,
    ),
)

DIGITAL_LINE: Final = {
    "id": 20,
    "nickname": "Call button on the web site",
    "line_type": "digital",
    "line_id": "7f1c2d3e-0a4b-4c5d-8e6f-9a0b1c2d3e4f",
    "brand_id": None,
    "priority": 0,
    "outbound_enabled": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketText:
    """A text that a ticket makes a line send."""

    line: Line
    destination: str
    text: str
    ticket_id: int | None
    agent_id: int | None
    customer_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One text that came or went."""

    id: int
    sender: str
    recipient: str
    direction: str
    status: str
    ticket_id: int | None
    agent_id: int | None
    customer_id: int | None
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """Say it as the message history does."""
        return {
            "id": self.id,
            "from": self.sender,
            "to": self.recipient,
            "direction": self.direction,
            "status": self.status,
            "agent_id": self.agent_id,
            "customer_id": self.customer_id,
            "ticket_id": self.ticket_id,
            "price": PRICE,
            "created_at": _second(self.at),
            "updated_at": _second(self.at + HANDSET_DELAY),
            "localized_created_at": _second(self.at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A text that a phone sent to a line, as a ticket's comment."""

    number: str
    text: str
    ticket_id: int | None
    """The ticket that it answers, if it answers one."""
    customer_id: int | None


class MessageHistory:
    """Every text of every line, newest first when listed."""

    def __init__(self) -> None:
        """Begin empty."""
        self._entries: list[HistoryEntry] = []

    def newest_first(self) -> Sequence[HistoryEntry]:
        """Return all entries."""
        return self._entries[::-1]

    def add_outbound(self, text: TicketText, *, status: str, at: datetime) -> None:
        """Note a text that a line tried to send."""
        self._entries.append(
            HistoryEntry(
                id=len(self._entries) + 1,
                sender=text.line.number,
                recipient=text.destination,
                direction="outbound",
                status=status,
                ticket_id=text.ticket_id,
                agent_id=text.agent_id,
                customer_id=text.customer_id,
                at=at,
            )
        )

    def last_to(self, number: str) -> HistoryEntry | None:
        """Return the last text that a phone was sent, if there was one."""
        return next((each for each in self.newest_first() if each.recipient == number), None)

    def add_inbound(
        self,
        line: Line,
        number: str,
        *,
        ticket_id: int | None,
        customer_id: int | None,
        at: datetime,
    ) -> None:
        """Note a text that a phone sent to a line."""
        entry = HistoryEntry(
            id=len(self._entries) + 1,
            sender=number,
            recipient=line.number,
            direction="inbound",
            status="delivered",
            ticket_id=ticket_id,
            agent_id=None,
            customer_id=customer_id,
            at=at,
        )
        self._entries.append(entry)


def text_of_ticket(
    ticket: Mapping[str, Any], requester: Mapping[str, Any] | None, order: Order
) -> TicketText | None:
    """Return the text that a trigger asked for, or None where nothing can leave.

    The comment must hold something, the line must be able to text, and the requester's first phone
    number must be in E.164 form.
    """
    phone = str(requester.get("phone") or "") if requester is not None else ""
    line = line_with_id(order.line_id)
    if not E164.fullmatch(phone) or not order.text.strip() or line is None or not line.texts:
        return None
    return TicketText(
        line=line,
        destination=phone,
        text=order.text,
        ticket_id=ticket.get("id"),
        agent_id=ticket.get("submitter_id"),
        customer_id=requester.get("id") if requester is not None else None,
    )


def line_with_id(line_id: str) -> Line | None:
    """Return a line by its id written as text, or None."""
    return next((each for each in LINES if str(each.id) == line_id), None)


def public_comment(ticket: Mapping[str, Any]) -> str:
    """Return what a new or changed ticket says publicly; "" when that is nothing."""
    comment = ticket.get("comment")
    if not isinstance(comment, Mapping):
        is_public = ticket.get("is_public", True)
        return str(ticket.get("description") or "") if is_public else ""
    if not comment.get("public", True):
        return ""
    return str(comment.get("body") or "")


def _second(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
