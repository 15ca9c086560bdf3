"""The routes beside the pages: receipts from the outside, commands from this machine, health."""

import hmac
from collections.abc import Callable
from typing import Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.control import ControlDesk
from relay_core.desk.webhook import WEBHOOK_PATH
from relay_core.health import health_routes
from relay_core.log import log
from relay_core.metrics import Metrics, WebhookEnd
from relay_core.reports.vitals import Vitals

_LARGEST_BODY: Final = 1_000_000
"""Bytes; Sunco's own limit for JSON is 100 kB."""


def routes(desk: Callable[[], ControlDesk]) -> list[Route]:
    """Return the routes of the process that owns the file.

    Args:
        desk: The control desk, with the front desk behind it; it may come after the routes.
    """

    def measured() -> Vitals:
        return desk().relay.vitals()

    metrics = Metrics(measured)

    async def sunco(request: Request) -> Response:
        """Take a receipt or a reply. No work happens before the key is checked."""
        secret = desk().relay.webhook_secret
        if secret is None:  # not known yet; a refusal would not be repeated, "later" is
            metrics.webhook_ended(WebhookEnd.TOO_EARLY)
            return JSONResponse({"error": "starting"}, status_code=503)
        given = request.headers.get("x-api-key", "")
        if not (secret and hmac.compare_digest(given.encode(), secret.encode())):
            log().warning("event.refused", has_key=bool(given))
            metrics.webhook_ended(WebhookEnd.REFUSED)
            return JSONResponse({"error": "unauthorized"}, status_code=401)
        body = await _body(request)
        if body is None:
            log().warning("event.too_large", most_bytes=_LARGEST_BODY)
            metrics.webhook_ended(WebhookEnd.TOO_LARGE)
            return JSONResponse({"error": "too large"}, status_code=413)
        understood = await anyio.to_thread.run_sync(lambda: desk().relay.hear(body))
        metrics.webhook_ended(WebhookEnd.ACCEPTED if understood else WebhookEnd.UNREADABLE)
        return JSONResponse({"ok": understood}, status_code=200 if understood else 400)

    async def control(request: Request) -> Response:
        """Let a command on this machine use the front desk of the owner."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not desk().opens(given):
            return JSONResponse({"error": "unauthorized"}, status_code=401)
        body = await _body(request)
        if body is None:
            return JSONResponse({"error": "too large"}, status_code=413)
        status, answer = await anyio.to_thread.run_sync(lambda: desk().serve(body))
        return Response(answer, status_code=status, media_type="application/json")

    async def not_allowed(_request: Request) -> Response:
        return JSONResponse({"error": "method not allowed"}, status_code=405)

    # Streamlit answers what no route takes with its own page, so each other method is refused here.
    other = ["GET", "PUT", "PATCH", "DELETE"]
    return [
        Route(WEBHOOK_PATH, sunco, methods=["POST"]),
        Route(WEBHOOK_PATH, not_allowed, methods=other),
        Route("/control", control, methods=["POST"]),
        Route("/control", not_allowed, methods=other),
        *health_routes(desk, metrics),
    ]


async def _body(request: Request) -> bytes | None:
    """Read the body; None once it is too large."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_BODY:
            return None
    return body
