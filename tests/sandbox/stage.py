"""A stand-in world on a real port, a receiver of its webhooks, and shorthand to talk to both."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.controls import routes as controls
from relay_core.sandbox.controls.faulty_answers import FaultyAnswers
from relay_core.sandbox.credentials import SUNCO_APP_ID, SUNCO_KEY_ID, SUNCO_KEY_SECRET
from relay_core.sandbox.media import routes as media
from relay_core.sandbox.messaging.exchange import Messaging
from relay_core.sandbox.messaging.integrations import TWILIO
from relay_core.sandbox.sunco import routes as sunco
from relay_core.sandbox.support import talk

START = datetime(2026, 3, 15, 12, tzinfo=UTC)
KEY = (SUNCO_KEY_ID, SUNCO_KEY_SECRET)
APP = f"/v1.1/apps/{SUNCO_APP_ID}"
APP_V2 = f"/v2/apps/{SUNCO_APP_ID}"
PHONE = "+33612345678"

DELIVERY = [
    "notification:delivery:channel",
    "notification:delivery:user",
    "notification:delivery:failure",
]

STEADY_PHONES = {"failure": 0, "reply": 0, "stop": 0}


@dataclass
class People:
    """The one thing that the controls ask of a directory."""

    stored: list[dict[str, Any]] = field(default_factory=list)

    def upsert_user(self, record: dict[str, Any]) -> dict[str, Any]:
        self.stored.append(record)
        return record


@dataclass
class SmallWorld:
    """As much of a world as messaging needs."""

    clock: Clock
    messaging: Messaging
    directory: People = field(default_factory=People)


@dataclass
class Stage:
    """A running world and a client with its key."""

    world: SmallWorld
    client: httpx.Client

    @property
    def messaging(self) -> Messaging:
        return self.world.messaging

    def send(self, body: dict[str, Any]) -> httpx.Response:
        return self.client.post(f"{APP}/notifications", json=body)

    def sent(self) -> list[dict[str, Any]]:
        return self.client.get("/_sandbox/sent").json()

    def set_faults(self, **faults: Any) -> None:
        self.client.post("/_sandbox/faults", json=faults).raise_for_status()

    def listen(self, target: str, triggers: list[str], **more: object) -> dict[str, Any]:
        wanted = {"target": target, "triggers": triggers, **more}
        return self.client.post(f"{APP}/webhooks", json=wanted).json()["webhook"]


@dataclass
class Receiver:
    """Everything that was posted to it, and the statuses that it answers with, in turn."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def triggers(self) -> list[str]:
        return [each["trigger"] for each in self.bodies]

    async def take(self, request: Request) -> Response:
        self.keys.append(request.headers["X-API-Key"])
        self.bodies.append(await request.json())
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)


@contextmanager
def stage(*, speed: float = 20, sends_per_second: float | None = None) -> Iterator[Stage]:
    """Run a world whose phones never fail or answer unless told to."""
    clock = Clock(START, speed)
    world = SmallWorld(clock, Messaging(clock, 7, sends_per_second=sends_per_second))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        world.messaging.start()
        yield
        await world.messaging.stop()

    app = Starlette(
        routes=[*sunco.routes, *talk.routes, *controls.routes, *media.routes],
        middleware=[Middleware(FaultyAnswers)],
        lifespan=lifespan,
    )
    app.state.world = world
    with serving(app) as url, httpx.Client(base_url=url, auth=KEY, timeout=5) as client:
        running = Stage(world, client)
        running.set_faults(phones=STEADY_PHONES)
        yield running


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a server that takes webhooks."""
    receiver = Receiver()
    routes: list[BaseRoute] = [Route("/hook", receiver.take, methods=["POST"])]
    with serving(Starlette(routes=routes)) as url:
        receiver.url = f"{url}/hook"
        yield receiver


class PromptServer(uvicorn.Server):
    """Notices within 10 ms, not 100 ms, that it should end; tests begin and end many."""

    async def main_loop(self) -> None:
        await self.on_tick(0)
        while not self.should_exit:  # noqa: ASYNC110 - the flag is uvicorn's, set by another thread
            await asyncio.sleep(0.01)


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Run an app on a free port of this machine."""
    config = uvicorn.Config(
        app,
        port=0,
        log_level="critical",
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=1,
    )
    server = PromptServer(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def until(is_so: Callable[[], bool], *, within_s: float = 10) -> None:
    """Wait until something has come true."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.005)


def sms(text: str = "Hello", *, to: str = PHONE, integration_id: str = TWILIO.id) -> dict[str, Any]:
    """Ask for a text message."""
    return {
        "destination": {"integrationId": integration_id, "destinationId": to},
        "author": {"role": "appMaker"},
        "message": {"type": "text", "text": text},
    }


def whatsapp(
    name: str,
    *values: str,
    language: str = "en",
    to: str = PHONE,
    parts: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """Ask for a template whose body holds these values."""
    body = {"type": "BODY", "parameters": [{"type": "text", "text": each} for each in values]}
    return {
        "destination": {"integrationId": "5e4af71a81966cfff3ef6550", "destinationId": to},
        "author": {"role": "appMaker"},
        "message": {
            "type": "template",
            "template": {
                "name": name,
                "language": {"policy": "deterministic", "code": language},
                "components": [*([body] if values else []), *parts],
            },
        },
        "messageSchema": "whatsapp",
    }
