"""A stand-in Zendesk on a real port, the people who consent there, and a wire that can be cut."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from relay_core.sandbox.account.people.loading import fill
from relay_core.sandbox.app import build
from relay_core.sandbox.world import World, made
from tests.sandbox.small_account import NOW, user
from tests.sandbox.stage import serving

ADDRESS = "http://127.0.0.1:8501"
"""Under which somebody has Relay open; the stand-in's public client knows it."""
CLIENT_ID = "relay-public"
ADMIN = "admin@sandbox.example"
AGENT = "ed@acme.example"
GRANTS = "/oauth/tokens"


@dataclass
class Wire:
    """Carries requests to a world, counts those for tokens, and loses answers when told to."""

    app: ASGIApp
    grants: int = 0
    is_cut: bool = False
    delay_s: float = 0.0
    """So long whoever asks as well may come in between."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != GRANTS:
            await self.app(scope, receive, send)
            return
        self.grants += 1
        await asyncio.sleep(self.delay_s)
        if not self.is_cut:
            await self.app(scope, receive, send)
            return

        async def unheard(_message: object) -> None:
            """Zendesk has done it, and nobody hears of that."""

        await self.app(scope, receive, unheard)
        with suppress(Exception):  # no server may write this header, so it hangs up
            await send({"type": "http.response.start", "status": 200, "headers": [(b"\0", b"")]})


@dataclass(frozen=True)
class StandIn:
    """One account of Zendesk."""

    url: str
    world: World
    wire: Wire

    def consented(self, address: str, *, email: str = ADMIN, decision: str = "allow") -> str:
        """Press a button of the page that an address leads to; return where that leads."""
        said = {"email": email, "decision": decision}
        answer = httpx.post(address, data=said, trust_env=False)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def later(self, **time: float) -> None:
        self.world.clock.advance(timedelta(**time))


@contextmanager
def stand_in(*, seed: int = 7) -> Iterator[StandIn]:
    """Run an account with an administrator and an agent."""
    content = {"users": [user("Ed", role="agent", email=AGENT)]}
    world = made(lambda directory: fill(directory, content, now=NOW), start=NOW, seed=seed)
    wire = Wire(build(world))
    with serving(wire) as url:
        yield StandIn(url, world, wire)


def brought_back(address: str) -> dict[str, str]:
    """Return what an address brings to Relay."""
    return dict(parse_qsl(urlsplit(address).query))
