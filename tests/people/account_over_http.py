"""A stand-in account over real HTTP, and Relay's gateway to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from relay_core.gateways.zendesk import Zendesk, zendesk
from relay_core.sandbox.app import build
from relay_core.sandbox.world import World
from relay_core.settings import Settings
from tests.sandbox.small_account import ADMIN
from tests.sandbox.stage import serving


@dataclass
class Outside:
    """A running world, and the gateway that reads it."""

    world: World
    url: str
    zendesk: Zendesk

    def change(self, id_: int, **attributes: Any) -> None:
        self.world.directory.upsert_user({"id": id_, **attributes})

    def ticket(self, requester_id: int, **attributes: Any) -> int:
        """Make a ticket and return its id."""
        made = self.world.tickets.open(
            {"subject": "Help", **attributes}, requester_id=requester_id, submitter_id=requester_id
        )
        return int(made["ticket"]["id"])

    def fail(self, status: int, *, share: float = 1.0) -> None:
        """Answer this share of all requests with an error."""
        self._faults({str(status): share})

    def recover(self) -> None:
        self._faults({})

    def _faults(self, error_mix: dict[str, float]) -> None:
        messaging = self.world.messaging
        messaging.faults = messaging.faults.merged({"error_mix": error_mix, "scope": "all"})


@contextmanager
def outside(world: World) -> Iterator[Outside]:
    """Serve a world to a gateway with the administrator's credentials."""
    with serving(build(world)) as url, gateway(url) as admin:
        yield Outside(world, url, admin)


@contextmanager
def gateway(url: str, *, basic: tuple[str, str] = ADMIN) -> Iterator[Zendesk]:
    """Reach a world with these credentials."""
    account = replace(Settings.load(sandbox_url=url).account(), zendesk_basic=basic)
    found = zendesk(account, timeout_s=30)
    try:
        yield found
    finally:
        found.close()
