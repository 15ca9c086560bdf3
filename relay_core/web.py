"""The routes beside the pages: receipts, commands from this machine, sign-ins, health."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

import anyio.to_thread
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from relay_core.consent import consent_routes
from relay_core.control import ControlDesk
from relay_core.desk.webhook import WEBHOOK_PATH
from relay_core.edge.hosts import KnownHosts
from relay_core.edge.posting import OneMethod, body_of, refused
from relay_core.edge.turnstile import Turnstile
from relay_core.errors import RelayError, StoreError
from relay_core.health import health_routes, health_routes_of_all
from relay_core.log import log
from relay_core.metrics import Metrics, WebhookEnd
from relay_core.options.connection import ACCOUNTS_PATH
from relay_core.relay import Relay
from relay_core.reports.vitals import Vitals
from relay_core.settings import Settings

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


def routes(desk: Callable[[], ControlDesk], *, clock: Callable[[], float]) -> list[BaseRoute]:
    """Return the routes of a process that has one account, without a name.

    Args:
        desk: The control desk, with the front desk behind it; it may come after the routes.
        clock: Seconds that never run backwards, for the limits on how often.
    """
    metrics = Metrics(partial(_vitals, desk))
    return [
        *_own_routes(desk, metrics, clock=clock),
        *consent_routes(lambda: (desk(),), clock=clock),
    ]


def routes_of_accounts(
    desk: Callable[[str], ControlDesk],
    *,
    aliases: Sequence[str],
    settings: Settings,
    clock: Callable[[], float],
) -> list[BaseRoute]:
    """Return the routes of a process that has accounts with names: each has its own.

    Args:
        desk: Gives an account's control desk, or refuses while it is not open.
        aliases: What the installation calls them.
        settings: Of the installation.
        clock: As in `routes`.
    """
    mounts: list[BaseRoute] = []
    all_metrics: dict[str, Metrics] = {}

    def open_desks() -> dict[str, ControlDesk]:
        found = {}
        for alias in aliases:
            with suppress(RelayError):
                found[alias] = desk(alias)
        return found

    for alias in aliases:
        own = partial(desk, alias)
        metrics = all_metrics[alias] = Metrics(partial(_vitals, own))
        mounts.append(
            Mount(
                f"{ACCOUNTS_PATH}/{alias}",
                routes=_own_routes(own, metrics, clock=clock),
                middleware=[Middleware(_OnceOpen, desk=own)],
            )
        )
    return [
        *mounts,
        *consent_routes(lambda: tuple(open_desks().values()), clock=clock),
        *health_routes_of_all(open_desks, all_metrics, token=settings.metrics_token),
    ]


def _vitals(desk: Callable[[], ControlDesk]) -> Vitals:
    return desk().relay.vitals()


class _OnceOpen:
    """Lets nothing through to an account that is not open; a channel then tries again."""

    def __init__(self, app: ASGIApp, *, desk: Callable[[], ControlDesk]) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._desk()
        except RelayError:
            await refused(503, "not open")(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _own_routes(
    desk: Callable[[], ControlDesk], metrics: Metrics, *, clock: Callable[[], float]
) -> list[Route]:
    receipts, commands = Turnstile("webhook", clock=clock), Turnstile("control", clock=clock)

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
        return await anyio.to_thread.run_sync(lambda: _kept(desk().relay, body))

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
        *health_routes(desk, metrics),
    ]


def _kept(relay: Relay, body: bytes) -> Response:
    try:
        understood = relay.hear(body)
    except StoreError as error:  # the vendor tries again; by then it may be possible
        log().warning("event.not_kept", error=str(error))
        return refused(503, "not kept")
    return JSONResponse({"ok": understood}, status_code=200 if understood else 400)
