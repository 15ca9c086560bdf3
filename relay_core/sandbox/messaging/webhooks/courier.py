"""Posts webhooks the way a distant service does: late, twice, out of order, and again on errors."""

import asyncio
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

import httpx

from relay_core.sandbox.faults import WebhookFaults
from relay_core.sandbox.messaging.agenda import Agenda
from relay_core.sandbox.messaging.webhooks.registry import Webhook, WebhookRegistry

MOST_AT_ONCE: Final = 32
MOST_ATTEMPTS: Final = 5
TIMEOUT_S: Final = 20.0

BACKOFF_FACTOR: Final = 4

FINAL_STATUSES: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.NOT_ACCEPTABLE,
    }
)
"""Answers after which an event is not posted again."""

FORGED_KEY: Final = "0" * 40

LONGEST_HOLD_BACK_S: Final = 6.0
"""Sandbox seconds; longer than a phone takes, so a later event can really overtake."""

LONGEST_ECHO_S: Final = 3.0
"""Sandbox seconds between an event and its duplicate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One event on its way to one webhook."""

    webhook: Webhook
    """As it was when the event came about; once it is removed, this is still how it is posted."""
    body: dict[str, Any]
    is_forged: bool = False
    attempt: int = 1


@dataclass(slots=True)
class Tally:
    """What has become of the posts so far."""

    delivered: int = 0
    retried: int = 0
    given_up: int = 0


class WebhookCourier:
    """Carries events to their webhooks, at most 32 at a time."""

    def __init__(
        self,
        *,
        agenda: Agenda,
        registry: WebhookRegistry,
        dice: random.Random,
        faults: Callable[[], WebhookFaults],
    ) -> None:
        """Carry nothing yet; `faults` is asked anew for every event."""
        self._agenda = agenda
        self._registry = registry
        self._dice = dice
        self._faults = faults
        self._due: asyncio.Queue[Post] = asyncio.Queue()
        self.tally = Tally()

    def send(self, webhook: Webhook, body: dict[str, Any]) -> None:
        """Take an event; it leaves when the faults let it."""
        faults = self._faults()
        post = Post(webhook=webhook, body=body)
        delay_s = faults.delay_ms / 1000
        if self._dice.random() < faults.disorder:
            delay_s += self._dice.uniform(LONGEST_HOLD_BACK_S / 2, LONGEST_HOLD_BACK_S)
        self._leave(post, after_s=delay_s)
        if self._dice.random() < faults.duplicates:
            self._leave(post, after_s=delay_s + self._dice.uniform(0, LONGEST_ECHO_S))
        if self._dice.random() < faults.forged:
            self._leave(replace(post, is_forged=True), after_s=delay_s)
        if "notification" in body and self._dice.random() < faults.unknown:
            stranger = {"_id": str(uuid.UUID(int=self._dice.getrandbits(128), version=4))}
            strange = replace(post, body={**body, "notification": stranger})
            self._leave(strange, after_s=delay_s)

    async def run(self) -> None:
        """Carry what is due until cancelled."""
        limits = httpx.Limits(max_connections=MOST_AT_ONCE)
        async with (
            httpx.AsyncClient(limits=limits, timeout=TIMEOUT_S, trust_env=False) as client,
            asyncio.TaskGroup() as carriers,
        ):
            for _ in range(MOST_AT_ONCE):
                carriers.create_task(self._carry(client))

    def _leave(self, post: Post, *, after_s: float) -> None:
        if after_s > 0:
            self._agenda.after(after_s, lambda: self._due.put_nowait(post))
        else:
            self._due.put_nowait(post)

    async def _carry(self, client: httpx.AsyncClient) -> None:
        while True:
            post = await self._due.get()
            webhook = self._registry.find(post.webhook.id) or post.webhook
            key = FORGED_KEY if post.is_forged else webhook.secret
            status = await _status_of(client, webhook.target, key=key, body=post.body)
            if post.is_forged:
                continue
            if status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
                self.tally.delivered += 1
            elif status in FINAL_STATUSES or post.attempt == MOST_ATTEMPTS:
                self.tally.given_up += 1
            else:
                self.tally.retried += 1
                wait_s = self._faults().retry_s * BACKOFF_FACTOR ** (post.attempt - 1)
                self._leave(replace(post, attempt=post.attempt + 1), after_s=wait_s)


async def _status_of(
    client: httpx.AsyncClient, target: str, *, key: str, body: dict[str, Any]
) -> int | None:
    """Post once; return the answer's status, or None when there was none."""
    try:
        answer = await client.post(target, json=body, headers={"X-API-Key": key})
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    return answer.status_code
