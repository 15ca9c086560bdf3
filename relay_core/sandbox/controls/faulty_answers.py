"""The layer around the app that makes answers late, wrong or absent, as the faults say."""

import asyncio
import re
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from relay_core.sandbox.faults import ACCEPT_THEN_TIMEOUT, IntegrationFaults
from relay_core.sandbox.faults import Scope as FaultScope
from relay_core.sandbox.messaging.exchange import Messaging

SEND_PATH_ENDINGS: Final = ("/notifications", "/tickets", "/tickets/create_many")

TEMPLATE_PATH: Final = re.compile(r"/integrations/([^/]+)/messageTemplates(?:/[^/]+)?$")

GATEWAY_STATUSES: Final = frozenset({502, 503, 504})
"""What a proxy answers in a vendor's name: HTML, whatever the caller accepts."""

GATEWAY_PAGE: Final = (
    "<html>\r\n<head><title>{status} {phrase}</title></head>\r\n<body>\r\n"
    "<center><h1>{status} {phrase}</h1></center>\r\n<hr><center>nginx</center>\r\n"
    "</body>\r\n</html>\r\n"
)

LONGEST_RETRY_AFTER_S: Final = 3


class FaultyAnswers:
    """ASGI middleware; reads the faults of `app.state.world.messaging` at every request."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, unless this request is struck."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        messaging = Messaging.of(request)
        struck = _template_fault(request, messaging)
        if struck is not None:
            wrong, habits = struck
            if wrong == ACCEPT_THEN_TIMEOUT:
                await self._accept_unheard(scope, receive, send, messaging)
            else:
                answer = _refused_template(int(wrong), habits)
                await answer(scope, receive, send)
            return
        if not _is_touched(request, messaging.faults.scope):
            await self._app(scope, receive, send)
            return
        fault = messaging.faults.drawn(messaging.fault_dice.random())
        latency_s = messaging.faults.latency_ms / 1000
        if fault is None:
            await self._app(scope, receive, _late(send, latency_s))
        elif fault == ACCEPT_THEN_TIMEOUT:
            await self._accept_unheard(scope, receive, send, messaging)
        else:
            await asyncio.sleep(latency_s)
            answer = _refusal(request.url.path, int(fault), messaging)
            await answer(scope, receive, send)

    async def _accept_unheard(
        self, scope: Scope, receive: Receive, send: Send, messaging: Messaging
    ) -> None:
        """Do what is asked, and never say so."""
        await self._app(scope, receive, _unheard)
        await _hold(receive, messaging.faults.hold_s)
        await _drop_connection(send)


def _template_fault(request: Request, messaging: Messaging) -> tuple[str, IntegrationFaults] | None:
    """Return what strikes a call to one integration's templates, or None."""
    found = TEMPLATE_PATH.search(request.url.path)
    habits = messaging.faults.integrations.get(found[1]) if found else None
    if habits is None:
        return None
    match request.method:
        case "POST":
            fault = habits.create
        case "GET":
            fault = habits.list
        case "DELETE":
            fault = habits.delete
        case _:
            fault = None
    return None if fault is None else (fault, habits)


def _refused_template(status: int, habits: IntegrationFaults) -> Response:
    phrase = HTTPStatus(status).phrase
    if status in GATEWAY_STATUSES:
        return HTMLResponse(GATEWAY_PAGE.format(status=status, phrase=phrase), status)
    error = {"code": _code(phrase), "description": habits.reason or phrase}
    is_wait = status == HTTPStatus.TOO_MANY_REQUESTS
    headers = {"Retry-After": str(habits.retry_after_s)} if is_wait else {}
    return JSONResponse({"error": error}, status, headers)


def _is_touched(request: Request, scope: FaultScope) -> bool:
    path = request.url.path.removesuffix(".json")
    match scope:
        case FaultScope.SENDS:
            return request.method == "POST" and path.endswith(SEND_PATH_ENDINGS)
        case FaultScope.ALL:
            return not path.startswith("/_sandbox")


def _late(send: Send, latency_s: float) -> Send:
    async def send_late(message: Message) -> None:
        if latency_s and message["type"] == "http.response.start":
            await asyncio.sleep(latency_s)
        await send(message)

    return send_late


async def _unheard(message: Message) -> None:
    """Take an answer and tell nobody."""


async def _hold(receive: Receive, hold_s: float) -> None:
    """Wait until the caller hangs up, at most `hold_s` real seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(hold_s):
            while (await receive())["type"] != "http.disconnect":
                pass


async def _drop_connection(send: Send) -> None:
    # ASGI has no word for hanging up. A header that no server may write ends the exchange
    # after it counts as begun, so the server closes the connection without one byte.
    with suppress(Exception):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"\0", b"")]})


def _refusal(path: str, status: int, messaging: Messaging) -> Response:
    phrase = HTTPStatus(status).phrase
    if status in GATEWAY_STATUSES:
        return HTMLResponse(GATEWAY_PAGE.format(status=status, phrase=phrase), status)
    headers = {}
    if status == HTTPStatus.TOO_MANY_REQUESTS and messaging.fault_dice.random() < 1 / 2:
        wait_s = messaging.fault_dice.randint(1, LONGEST_RETRY_AFTER_S)
        headers["Retry-After"] = str(wait_s)
    return JSONResponse(_envelope(path, phrase), status, headers)


def _envelope(path: str, phrase: str) -> dict[str, Any]:
    code = _code(phrase)
    if path.startswith("/api/"):
        return {"error": phrase.replace(" ", ""), "description": phrase}
    if "/v2/" in path:
        return {"errors": [{"code": code, "title": phrase}]}
    return {"error": {"code": code, "description": phrase}}


def _code(phrase: str) -> str:
    return phrase.lower().replace(" ", "_")
