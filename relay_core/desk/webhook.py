"""The webhook: registered, tried out, and given another secret."""

import json
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from relay_core.desk.base import Desk
from relay_core.edge.webhook_key import FORMER_KEY_COUNTS, WebhookKey
from relay_core.errors import ConfigurationError, GatewayError, StoreError
from relay_core.gateways.own_webhook import call_webhook
from relay_core.gateways.sunco_records import Webhook
from relay_core.settings import Settings
from relay_core.store.audit import note
from relay_core.store.database import Database

WEBHOOK_PATH: Final = "/webhooks/sunco"
_TEST: Final = "relay:test"
"""A trigger that Sunshine Conversations does not have."""
_FORMER_KEYS: Final = "relay.webhook.json"
"""Beside the file, where fingerprints of former keys are noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTest:
    """A test event that went out and came back."""

    address: str
    seconds: float


class WebhookDesk(Desk):
    """What can be done with the webhook."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._key = WebhookKey(note=settings.data_dir / _FORMER_KEYS, now=now)
        self._own_url: str | None = None
        self._webhook_lock = database.lock("webhook")
        self._awaited: set[str] = set()
        self._returned: set[str] = set()

    @property
    def webhook_key(self) -> WebhookKey:
        """What an event has to bring along to be heard."""
        return self._key

    def test_webhook(self) -> WebhookTest:
        """Send an event to the webhook's address, and see it come back here.

        It is signed as Sunshine Conversations signs, and changes nothing.

        Raises:
            ConfigurationError: This process listens nowhere, or no public address is set.
            GatewayError: It did not come back; says how far it came.
        """
        address = self._listening_at()
        with self._webhook_lock:
            if self._key.current is None:
                self._register(address)
            secret = self._key.current or ""
        nonce = secrets.token_urlsafe(16)
        self._awaited.add(nonce)
        began = time.monotonic()
        try:
            status = call_webhook(
                address,
                secret=secret,
                body=json.dumps({"trigger": _TEST, "nonce": nonce}).encode(),
                timeout_s=self.settings.read_timeout_s,
            )
            if nonce not in self._returned:
                raise _not_returned(address, status)
        finally:
            self._awaited.discard(nonce)
            self._returned.discard(nonce)
        return WebhookTest(address=address, seconds=time.monotonic() - began)

    def rotate_webhook_secret(self, *, actor: str) -> datetime:
        """Let events come with another secret from now on.

        Returns:
            Until when at least the one before still counts, for what is on its way.

        Raises:
            ConfigurationError: This process listens nowhere, or no public address is set.
            GatewayError: Sunshine Conversations refused or did not answer; if the new webhook is
                there already, it is used, and pressing again removes the old one.
            StoreError: The data folder takes no note of it, so the one before stays in use.
        """
        address = self._listening_at()
        now = self._now()

        def use(webhook: Webhook) -> None:
            self._use(webhook)
            self._database.write(
                lambda session: note(
                    session, actor=actor, event="webhook.secret_rotated", subject="webhook", now=now
                )
            )

        with self._webhook_lock:
            self._sunco.replace_webhook(address, use=use)
        return now + FORMER_KEY_COUNTS

    def _ask_for_receipts(self, own_url: str) -> None:
        """Register the webhook where it can be reached; a real account needs a public address."""
        self._own_url = own_url
        address = self._webhook_address()
        if address is not None:
            with self._webhook_lock:
                self._register(address)

    def _register(self, address: str) -> None:
        # A port of this machine is taken over once nobody listens there; only rehearsals have one.
        is_stale = _nobody_listens if self.settings.account().rehearsal else _is_kept
        self._use(self._sunco.ensure_webhook(address, is_stale=is_stale))

    def _use(self, webhook: Webhook) -> None:
        try:
            self._key.change(webhook.secret)
        except OSError as error:
            raise StoreError(
                f"former key not noted: {type(error).__name__}",
                advice="The data folder cannot be written, so the secret stays as it is. Make room "
                "there, and try again.",
            ) from error

    def _webhook_address(self) -> str | None:
        rehearsal = self.settings.account().rehearsal
        base = self._own_url if rehearsal else self.settings.public_url
        return f"{base.rstrip('/')}{self.settings.path_prefix}{WEBHOOK_PATH}" if base else None

    def _listening_at(self) -> str:
        if self._own_url is None:
            raise ConfigurationError(
                "not listening", advice="Start Relay with `relay serve`: only then it listens."
            )
        address = self._webhook_address()
        if address is None:
            raise ConfigurationError(
                "no public address",
                advice="Set RELAY_PUBLIC_URL to the address under which the internet reaches this "
                "Relay, and restart.",
            )
        return address

    def _is_own_test(self, body: bytes) -> bool:
        """Whether an authenticated body is a test that is awaited; notes that it came."""
        if len(body) > len(_TEST) + 100:  # receipts are longer, and need not be read twice
            return False
        try:
            event = json.loads(body)
        except ValueError:
            return False
        if not isinstance(event, dict) or event.get("trigger") != _TEST:
            return False
        nonce = event.get("nonce")
        if nonce not in self._awaited:
            return False
        self._returned.add(nonce)
        return True


def _not_returned(address: str, status: int) -> GatewayError:
    why = (
        "another key is expected there: another Relay, or a copy of this one, may listen"
        if status == HTTPStatus.UNAUTHORIZED
        else "something else than this Relay answers there"
    )
    return GatewayError(
        f"test event: HTTP {status}",
        advice=f"{address} answered {status}, and the test did not arrive here: {why}. Let your "
        "proxy pass the address on to this Relay.",
    )


def _nobody_listens(target: str) -> bool:
    """Whether a webhook of a rehearsal belongs to a process that has ended."""
    address = urlsplit(target)
    if address.hostname != "127.0.0.1" or address.port is None:
        return False
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((address.hostname, address.port)) != 0


def _is_kept(_target: str) -> bool:
    return False
