"""Routes that take a body from those who know a secret, and do nothing for anybody else."""

import math
from collections.abc import Awaitable, Callable
from typing import Final

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import request_response
from starlette.types import Receive, Scope, Send

_PATIENCE_S: Final = 20.0
"""Seconds for a whole body to come; Sunco itself waits as long for an answer."""


class OneMethod:
    """An application of one route: every other method is refused, known to HTTP or not."""

    def __init__(self, method: str, answer: Callable[[Request], Awaitable[Response]]) -> None:
        """Answer each request of this method so."""
        self._method = method
        self._app = request_response(answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["method"] == self._method:
            await self._app(scope, receive, send)
            return
        refusal = refused(405, "method not allowed", headers={"Allow": self._method})
        await refusal(scope, receive, send)


def refused(status: int, why: str, *, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return a refusal."""
    return JSONResponse({"error": why}, status_code=status, headers=headers)


def too_many(wait_s: float) -> JSONResponse:
    """Return that it was too often, and after how many seconds it may be tried again."""
    return refused(429, "too many requests", headers={"Retry-After": str(math.ceil(wait_s))})


async def body_of(request: Request, *, most_bytes: int) -> bytes | JSONResponse:
    """Return the body of a request, or the refusal once it is too large, too slow or cut off."""
    body = bytearray()
    try:
        with anyio.fail_after(_PATIENCE_S):
            async for part in request.stream():
                body += part
                if len(body) > most_bytes:
                    return refused(413, "too large")
    except (TimeoutError, ClientDisconnect):
        return refused(408, "too slow")
    return bytes(body)
