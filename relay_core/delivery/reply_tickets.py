"""In which ticket a reply is: Zendesk is asked for each conversation, soon and a few times at most.

It tells of a ticket only while that is open and its messaging session goes on, so what is asked too
late is never known, and reports then go by the time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from relay_core.errors import GatewayError
from relay_core.gateways.zendesk_records import Ticket
from relay_core.log import log
from relay_core.store.ledger import Ledger, Session

_LATELY: Final = timedelta(days=3)
"""An older reply's session is over as a rule."""
_TRIES: Final = 3
_MOST: Final = 100
"""Conversations at once; the latest come first, and the others next time."""
_PAUSE_S: Final = 0.25
"""Between two questions: 240 a minute, where the smallest plan allows 400 of everything."""


class Conversations(Protocol):
    """The part of Zendesk that knows which ticket a conversation is in."""

    def ticket_of_conversation(self, conversation_id: str) -> Ticket | None:
        """Return the ticket that it is in now, if it is in one."""
        ...


def learn_reply_tickets(
    ledger: Ledger,
    *,
    source: Conversations,
    clock: Callable[[], datetime],
    wait: Callable[[float], None],
) -> int:
    """Ask for the tickets of the latest replies of which none is known.

    A refusal ends it in silence but for the log: nothing else depends on it.

    Args:
        ledger: Where the replies are.
        source: Zendesk.
        clock: Now, with a time zone.
        wait: Lets so many seconds pass.

    Returns:
        How many conversations it was asked about.
    """
    since = clock() - _LATELY
    waiting = ledger.rows("reply_tickets.to_ask", since=since, tries=_TRIES, most=_MOST)
    for asked, row in enumerate(waiting):
        if asked:
            wait(_PAUSE_S)
        conversation, asked_at = row["conversation_id"], clock()
        try:
            ticket = source.ticket_of_conversation(conversation)
        except GatewayError as error:
            log().warning("reply_tickets.not_read", error=type(error).__name__, asked=asked)
            return asked
        _keep(ledger, conversation, ticket, since=since, asked_at=asked_at)
    return len(waiting)


def _keep(
    ledger: Ledger,
    conversation_id: str,
    ticket: Ticket | None,
    *,
    since: datetime,
    asked_at: datetime,
) -> None:
    """Note the ticket with the replies that are in it, and with the others that it was asked."""
    which = {"conversation_id": conversation_id, "since": since, "asked_at": asked_at}

    def work(session: Session) -> None:
        if ticket is not None and ticket.created_at is not None:
            session.run(
                "reply_tickets.note_ticket",
                ticket_id=ticket.id,
                opened_at=ticket.created_at,
                **which,
            )
        session.run("reply_tickets.note_asked", **which)

    ledger.write(work)
