"""Everything between an accepted message and the phone, and the way back."""

import asyncio
import logging
import random
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.requests import HTTPConnection

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.faults import Faults, TemplateFaults
from relay_core.sandbox.messaging import integrations
from relay_core.sandbox.messaging.agenda import Agenda
from relay_core.sandbox.messaging.integrations import Channel, Integration
from relay_core.sandbox.messaging.messages import (
    Notification,
    Outgoing,
    ReachedPhone,
    Refusal,
    TemplateContent,
    TextContent,
)
from relay_core.sandbox.messaging.meta.accounts import WhatsAppAccounts
from relay_core.sandbox.messaging.meta.rendering import render
from relay_core.sandbox.messaging.meta.seeding import Seed
from relay_core.sandbox.messaging.meta.seeds import SEEDS
from relay_core.sandbox.messaging.phones import BLOCKED, Phones, Wish, wish
from relay_core.sandbox.messaging.send_limit import SendLimit
from relay_core.sandbox.messaging.talk_text import (
    LONGEST_TEXT,
    Arrival,
    MessageHistory,
    TicketText,
    line_with_id,
    public_comment,
    text_of_ticket,
)
from relay_core.sandbox.messaging.triggers import Triggers
from relay_core.sandbox.messaging.webhooks.courier import WebhookCourier
from relay_core.sandbox.messaging.webhooks.receipts import Receipts
from relay_core.sandbox.messaging.webhooks.registry import WebhookRegistry

ANSWER_AFTER_S: Final = (3.0, 8.0)
"""Sandbox seconds until a person answers, at least and at most."""

OPEN_WINDOW: Final = timedelta(hours=24)
"""How long after a person's message WhatsApp takes free text."""

WINDOW_CLOSED: Final = Refusal(code=131047, title="Re-engagement message")
TOO_LONG: Final = Refusal(
    code=21617, title="The concatenated message body exceeds the 1600 character limit"
)

_logger: Final = logging.getLogger(__name__)


class Messaging:
    """The senders, templates, webhooks and phones of one stand-in world."""

    def __init__(
        self,
        clock: Clock,
        seed: int,
        *,
        sends_per_second: float | None = None,
        template_faults: TemplateFaults | None = None,
    ) -> None:
        """Begin a quiet world.

        Args:
            clock: The world's time.
            seed: Decides every chance: phones, webhook secrets, ids, faults.
            sends_per_second: What an integration takes in any sliding second; None is unlimited.
            template_faults: The limits of templates to begin with; None is none.
        """
        self._clock = clock
        self._started_at = time.time() - time.perf_counter()
        self._id_dice = random.Random(f"{seed}:ids")
        self._answer_dice = random.Random(f"{seed}:answers")
        self.fault_dice: Final = random.Random(f"{seed}:faults")
        self.faults = Faults(templates=template_faults or TemplateFaults())
        self.integrations: Final[dict[str, Integration]] = {}
        self.accounts: Final = WhatsAppAccounts(clock)
        for each in integrations.ALL:
            self.admit(each, SEEDS)
        self.webhooks: Final = WebhookRegistry(random.Random(f"{seed}:webhooks"))
        self.send_limit: Final = SendLimit(sends_per_second)
        self.history: Final = MessageHistory()
        self.triggers: Final = Triggers(clock)
        self.take_arrival: Callable[[Arrival], tuple[int | None, int | None]] = _nowhere
        """Makes an incoming text a ticket's comment; returns the ids of ticket and person."""
        self.take_message: Callable[[Integration, str, str], None] = _in_no_ticket
        """Puts what a phone says to an integration into the ticket of its conversation."""
        self.accepted: Final[list[Notification]] = []
        self.sent: Final[list[ReachedPhone]] = []
        self.agenda: Final = Agenda(clock)
        self.courier: Final = WebhookCourier(
            agenda=self.agenda,
            registry=self.webhooks,
            dice=random.Random(f"{seed}:posts"),
            faults=lambda: self.faults.webhooks,
        )
        self._receipts = Receipts(
            clock=clock,
            agenda=self.agenda,
            registry=self.webhooks,
            courier=self.courier,
            dice=random.Random(f"{seed}:receipts"),
        )
        self._phones = Phones(seed=seed)
        self._blocked: set[tuple[str, str]] = set()
        self._heard_at: dict[tuple[str, str], datetime] = {}
        self._last_sender: dict[str, str] = {}
        self._work: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, connection: HTTPConnection) -> "Messaging":
        """Return the messaging of the world that a request came to."""
        found = connection.app.state.world.messaging
        if not isinstance(found, cls):
            raise TypeError("the world of this app has no messaging")
        return found

    def admit(self, integration: Integration, seeds: tuple[Seed, ...] = ()) -> None:
        """Add an integration or change one; a WhatsApp account new to the world gets `seeds`."""
        self.integrations[integration.id] = integration
        self.accounts.open(integration, seeds)

    def start(self) -> None:
        """Let things happen from now on; needs a running event loop."""
        self._work = asyncio.create_task(self._let_things_happen())
        self._work.add_done_callback(_log_bug)

    async def stop(self) -> None:
        """End what `start` began; what was still to happen is kept."""
        work, self._work = self._work, None
        if work is None:
            return
        work.cancel()
        await asyncio.wait({work})

    def accept(self, outgoing: Outgoing) -> Notification:
        """Take a well-formed message; what becomes of it is told by webhooks."""
        shown = self._shown_text(outgoing)
        notification = Notification(
            id=str(uuid.UUID(int=self._id_dice.getrandbits(128), version=4)),
            at=self._clock.now(),
            received_at=self.real_now(),
            outgoing=outgoing,
            refusal=shown if isinstance(shown, Refusal) else None,
        )
        self.accepted.append(notification)
        self._last_sender[outgoing.destination] = outgoing.integration.id
        if isinstance(shown, Refusal):
            self._receipts.expect_failure(notification, shown)
            return notification
        self.sent.append(
            ReachedPhone(
                at=notification.at,
                received_at=notification.received_at,
                destination=outgoing.destination,
                text=shown,
                integration_id=outgoing.integration.id,
                notification_id=notification.id,
            )
        )
        self._receipts.expect_delivery(notification)
        self._expect_answer(outgoing.destination, outgoing.integration.id)
        return notification

    def ticket_changed(
        self, ticket: Mapping[str, Any], requester: Mapping[str, Any] | None, *, is_new: bool
    ) -> None:
        """Let the account's triggers look at a ticket: a marked one becomes an SMS."""
        comment = public_comment(ticket)
        for order in self.triggers.texts_for(ticket, comment=comment, is_new=is_new):
            text = text_of_ticket(ticket, requester, order)
            if text is not None:
                self._text(text)

    def _text(self, text: TicketText) -> None:
        at = self._clock.now()
        status = self._talk_status(text)
        self.history.add_outbound(text, status=status, at=at)
        if status != "delivered":
            return
        line_id = str(text.line.id)
        self._last_sender[text.destination] = line_id
        self.sent.append(
            ReachedPhone(
                at=at,
                received_at=self.real_now(),
                destination=text.destination,
                text=text.text,
                integration_id=line_id,
                notification_id=None,
            )
        )
        self._expect_answer(text.destination, line_id)

    def hear(self, destination: str, text: str, *, integration_id: str | None = None) -> bool:
        """Let a phone say something.

        Args:
            destination: The phone, as it was written to.
            text: What it says.
            integration_id: To whom: an integration or the id of a Talk line; the one that wrote
                last when None, and WhatsApp when nobody has written.

        Returns:
            False when there is no such integration or line.
        """
        sender_id = integration_id or self._last_sender.get(destination, integrations.WHATSAPP.id)
        integration = self.integrations.get(sender_id)
        line = line_with_id(sender_id)
        if integration is not None:
            self._note_wish(integration.channel, (sender_id, destination), text)
            self._receipts.pass_on(integration, destination, text)
            self.take_message(integration, destination, text)
        elif line is not None:
            self._note_wish(Channel.TWILIO, (sender_id, destination), text)
            last = self.history.last_to(destination)
            ticket_id, customer_id = self.take_arrival(
                Arrival(
                    number=destination,
                    text=text,
                    ticket_id=last.ticket_id if last else None,
                    customer_id=last.customer_id if last else None,
                )
            )
            self.history.add_inbound(
                line,
                destination,
                ticket_id=ticket_id,
                customer_id=customer_id,
                at=self._clock.now(),
            )
        else:
            return False
        return True

    def real_now(self) -> float:
        """Return real Unix seconds that never run backwards."""
        return self._started_at + time.perf_counter()

    async def _let_things_happen(self) -> None:
        async with asyncio.TaskGroup() as work:
            work.create_task(self.agenda.run())
            work.create_task(self.courier.run())

    def _shown_text(self, outgoing: Outgoing) -> str | Refusal:
        """Return what the phone shows, or why it shows nothing."""
        channel, number = outgoing.integration.channel, outgoing.destination
        match outgoing.content:
            case TemplateContent() as content:
                book = self.accounts.book_of(outgoing.integration)
                template = book.find(content.name, content.language) if book else None
                shown = render(template, content)
            case TextContent(text=text):
                shown = self._text_refusal(outgoing, text) or text
        if isinstance(shown, Refusal):
            return shown
        return self._phones.failure(number, channel, self.faults.phones) or shown

    def _text_refusal(self, outgoing: Outgoing, text: str) -> Refusal | None:
        key = (outgoing.integration.id, outgoing.destination)
        match outgoing.integration.channel:
            case Channel.WHATSAPP:
                heard_at = self._heard_at.get(key)
                is_open = heard_at is not None and self._clock.now() - heard_at < OPEN_WINDOW
                return None if is_open else WINDOW_CLOSED
            case Channel.TWILIO:
                if key in self._blocked:
                    return BLOCKED
                return TOO_LONG if len(text) > LONGEST_TEXT else None
            case Channel.MESSAGEBIRD:
                return None

    def _talk_status(self, text: TicketText) -> str:
        if len(text.text) > LONGEST_TEXT or (str(text.line.id), text.destination) in self._blocked:
            return "failed"
        refusal = self._phones.failure(text.destination, Channel.TWILIO, self.faults.phones)
        return "undelivered" if refusal else "delivered"

    def _expect_answer(self, destination: str, sender_id: str) -> None:
        answer = self._phones.reply(destination, self.faults.phones)
        if answer is None:
            return
        self.agenda.after(
            self._answer_dice.uniform(*ANSWER_AFTER_S),
            lambda: self._answer(destination, answer, sender_id),
        )

    def _answer(self, destination: str, text: str, sender_id: str) -> None:
        self.hear(destination, text, integration_id=sender_id)

    def _note_wish(self, channel: Channel, key: tuple[str, str], text: str) -> None:
        self._heard_at[key] = self._clock.now()
        if channel is not Channel.TWILIO:
            return
        match wish(text):
            case Wish.STOP:
                self._blocked.add(key)
            case Wish.START:
                self._blocked.discard(key)
            case Wish.TALK:
                pass


def _nowhere(arrival: Arrival) -> tuple[int | None, int | None]:
    """Keep an incoming text nowhere, in a world without tickets."""
    return arrival.ticket_id, arrival.customer_id


def _in_no_ticket(integration: Integration, destination: str, text: str) -> None:
    """Keep what a phone says nowhere, in a world without tickets."""


def _log_bug(work: asyncio.Task[None]) -> None:
    """Say at once that nothing will happen any more; whoever waits for receipts has to know."""
    if not work.cancelled() and (bug := work.exception()) is not None:
        _logger.critical("a bug has stopped the messages of this world", exc_info=bug)
