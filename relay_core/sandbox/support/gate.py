"""What every request to the Support API passes first: its path's suffix, its caller, its limits."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from relay_core.sandbox.account.limits import headers
from relay_core.sandbox.support.answers import Refusal, unauthenticated
from relay_core.sandbox.support.callers import recognise
from relay_core.sandbox.world import World

SUPPORT: Final = "/api/v2/"
OPEN_TO_ALL: Final = frozenset({"/api/v2/users/me"})


class Gate:
    """ASGI middleware around the Support API; other requests go through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http" or not scope["path"].startswith(SUPPORT):
            await self._app(scope, receive, send)
            return
        path = scope["path"].removesuffix(".json")
        scope = {**scope, "path": path, "raw_path": path.encode()}
        connection = HTTPConnection(scope)
        method = scope["method"]
        standings = World.of(connection).limits.count(method, path)
        told = headers(standings)
        answer: Response | None = None
        if any(each.is_exceeded for each in standings):
            answer = JSONResponse(
                {"error": "TooManyRequests", "description": "API rate limit exceeded"},
                status_code=429,
            )
        else:
            try:
                scope["caller"] = recognise(connection, path=path, method=method)
            except Refusal as refusal:
                answer = refusal.response
            else:
                if scope["caller"] is None and path not in OPEN_TO_ALL:
                    answer = unauthenticated()

        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        await (answer or self._app)(scope, receive, send_told)
