"""What is told about messages afterwards: when each report is due, and to whom it goes."""

import random
from typing import Any, Final

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.messaging.agenda import Agenda
from relay_core.sandbox.messaging.integrations import Integration
from relay_core.sandbox.messaging.messages import Notification, Refusal
from relay_core.sandbox.messaging.webhooks import events
from relay_core.sandbox.messaging.webhooks.courier import WebhookCourier
from relay_core.sandbox.messaging.webhooks.registry import WebhookRegistry

SENT_AFTER_S: Final = (0.2, 0.4)
"""Sandbox seconds until the provider reports that it has a message, at least and at most."""

ON_PHONE_AFTER_S: Final = (1.0, 2.0)
"""Sandbox seconds until the phone reports that it shows a message, at least and at most."""


class Receipts:
    """Puts the reports of each message on the agenda, and hands them to the courier when due."""

    def __init__(
        self,
        *,
        clock: Clock,
        agenda: Agenda,
        registry: WebhookRegistry,
        courier: WebhookCourier,
        dice: random.Random,
    ) -> None:
        """Report on nothing yet; the waits come from `dice`."""
        self._clock = clock
        self._agenda = agenda
        self._registry = registry
        self._courier = courier
        self._dice = dice

    def expect_delivery(self, notification: Notification) -> None:
        """Report soon that the provider has the message, then that the phone has it."""
        self._report(notification, events.CHANNEL, SENT_AFTER_S, is_final=False)
        self._report(notification, events.USER, ON_PHONE_AFTER_S, is_final=True)

    def expect_failure(self, notification: Notification, refusal: Refusal) -> None:
        """Report soon that the message failed; at the phone, if that is where it failed."""
        failed_after_s = SENT_AFTER_S
        if refusal.blames_phone:
            self._report(notification, events.CHANNEL, SENT_AFTER_S, is_final=False)
            failed_after_s = ON_PHONE_AFTER_S

        def fail() -> None:
            body = events.failure(notification, refusal, at=self._timestamp())
            self._broadcast(events.FAILURE, body)

        self._agenda.after(self._dice.uniform(*failed_after_s), fail)

    def pass_on(self, integration: Integration, destination: str, text: str) -> None:
        """Tell at once what a phone said."""
        for webhook in self._registry.listening(events.REPLY):
            body = events.reply(
                integration,
                destination,
                text,
                at=self._timestamp(),
                with_client=webhook.include_client,
            )
            self._courier.send(webhook, body)

    def _report(
        self,
        notification: Notification,
        trigger: str,
        after_s: tuple[float, float],
        *,
        is_final: bool,
    ) -> None:
        def report() -> None:
            body = events.delivery(notification, trigger, at=self._timestamp(), is_final=is_final)
            self._broadcast(trigger, body)

        self._agenda.after(self._dice.uniform(*after_s), report)

    def _broadcast(self, trigger: str, body: dict[str, Any]) -> None:
        for webhook in self._registry.listening(trigger):
            self._courier.send(webhook, body)

    def _timestamp(self) -> float:
        return self._clock.now().timestamp()
