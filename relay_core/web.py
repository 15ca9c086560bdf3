"""The routes beside the pages: receipts, commands from this machine, sign-ins, health."""

from collections.abc import Callable
from typing import Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.consent import consent_routes
from relay_core.control import ControlDesk
from relay_core.desk.webhook import WEBHOOK_PATH
from relay_core.edge.hosts import KnownHosts
from relay_core.edge.posting import OneMethod, body_of, refused
from relay_core.edge.turnstile import Turnstile
from relay_core.health import health_routes
from relay_core.log import log
from relay_core.metrics import Metrics, WebhookEnd
from relay_core.reports.vitals import Vitals

_LARGEST_BODY: Final = 1_000_000
"""Bytes; Sunco's own limit for JSON is 100 kB."""
_ENDS: Final = {
    200: WebhookEnd.ACCEPTED,
    400: WebhookEnd.UNREADABLE,
    401: WebhookEnd.REFUSED,
    408: WebhookEnd.TOO_SLOW,
    413: WebhookEnd.TOO_LARGE,
    429: WebhookEnd.PUT_OFF,
    503: WebhookEnd.TOO_EARLY,
}


def routes(desk: Callable[[], ControlDesk], *, clock: Callable[[], float]) -> list[Route]:
    """Return the routes of the process that owns the file.

    Args:
        desk: The control desk, with the front desk behind it; it may come after the routes.
        clock: Seconds that never run backwards, for the limits on how often.
    """
    receipts, commands = Turnstile("webhook", clock=clock), Turnstile("control", clock=clock)

    def measured() -> Vitals:
        return desk().relay.vitals()

    metrics = Metrics(measured)

    async def sunco(request: Request) -> Response:
        """Take a receipt or a reply, and count what became of it."""
        answer = await heard(request)
        metrics.webhook_ended(_ENDS[answer.status_code])
        return answer

    async def heard(request: Request) -> Response:
        """Take a receipt or a reply. No work happens before the key is checked."""
        key = desk().relay.webhook_key
        if key.current is None:  # not known yet; a refusal would not be repeated, "later" is
            return refused(503, "starting")
        given = request.headers.get("x-api-key", "")
        if refusal := receipts.refusal(knows_secret=key.opens(given)):
            return refusal
        body = await body_of(request, most_bytes=_LARGEST_BODY)
        if isinstance(body, Response):
            log().warning("event.not_read", status=body.status_code)
            return body
        understood = await anyio.to_thread.run_sync(lambda: desk().relay.hear(body))
        return JSONResponse({"ok": understood}, status_code=200 if understood else 400)

    async def control(request: Request) -> Response:
        """Let a command on this machine use the front desk of the owner."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if refusal := commands.refusal(knows_secret=scheme == "Bearer" and desk().opens(given)):
            return refusal
        body = await body_of(request, most_bytes=_LARGEST_BODY)
        if isinstance(body, Response):
            return body
        status, answer = await anyio.to_thread.run_sync(lambda: desk().serve(body))
        return Response(answer, status_code=status, media_type="application/json")

    # Streamlit answers what no route takes with its own page, so each other method is refused here.
    return [
        Route(WEBHOOK_PATH, OneMethod("POST", sunco)),
        # By this machine's own names only, whatever name a browser was made to take for it.
        Route("/control", KnownHosts(OneMethod("POST", control), known=frozenset, everybodys=())),
        *consent_routes(desk, clock=clock),
        *health_routes(desk, metrics),
    ]
