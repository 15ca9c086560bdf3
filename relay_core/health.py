"""What a service manager, a proxy and Prometheus ask: is it alive, is it ready, how is it doing."""

import hmac
import os
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Final

import anyio.to_thread
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.control import ControlDesk
from relay_core.metrics import Metrics, text_of_accounts

_PROXIES_SAY: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""With one of these, a request from this machine may be somebody else's."""


def health_routes(desk: Callable[[], ControlDesk], metrics: Metrics) -> list[Route]:
    """Return the routes that tell nothing of anybody.

    Args:
        desk: The control desk, with the front desk behind it.
        metrics: Of this process.
    """

    def why_not() -> str | None:
        return desk().relay.unready()

    async def health(_request: Request) -> Response:
        """Say that the process is alive; commands find the owner of the file by it."""
        return JSONResponse({"ok": True, "sending": desk().relay.has_begun, "pid": os.getpid()})

    async def ready(_request: Request) -> Response:
        """Say whether pages and commands are answered: the file is open, up to date and written."""
        reason = await anyio.to_thread.run_sync(why_not)
        if reason is None:
            return JSONResponse({"ready": True})
        return JSONResponse({"ready": False, "reason": reason}, status_code=503)

    async def figures(request: Request) -> Response:
        if refusal := _unmeasured(request, token=desk().relay.settings.metrics_token):
            return refusal
        if await anyio.to_thread.run_sync(why_not) is not None:
            return JSONResponse({"error": "not ready"}, status_code=503)
        text = await anyio.to_thread.run_sync(metrics.text)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return [
        Route("/healthz", health, methods=["GET"]),
        Route("/readyz", ready, methods=["GET"]),
        Route("/metrics", figures, methods=["GET"]),
    ]


def health_routes_of_all(
    open_desks: Callable[[], Mapping[str, ControlDesk]],
    metrics: Mapping[str, Metrics],
    *,
    token: SecretStr | None,
) -> list[Route]:
    """Return the routes that tell of a process with several accounts, and name none of them.

    Args:
        open_desks: Those that are open, by account.
        metrics: Of each account.
        token: What asks for figures has to bring, if that is set.
    """

    def ready_ones() -> list[str]:
        return [alias for alias, desk in open_desks().items() if desk.relay.unready() is None]

    async def health(_request: Request) -> Response:
        """Say that the process is alive."""
        sending = [desk.relay.has_begun for desk in open_desks().values()]
        return JSONResponse({"ok": True, "sending": any(sending), "pid": os.getpid()})

    async def ready(_request: Request) -> Response:
        """Say whether any account is answered: one that is not takes no other down."""
        if await anyio.to_thread.run_sync(ready_ones):
            return JSONResponse({"ready": True})
        return JSONResponse({"ready": False, "reason": "no account is ready"}, status_code=503)

    async def figures(request: Request) -> Response:
        if refusal := _unmeasured(request, token=token):
            return refusal
        well = await anyio.to_thread.run_sync(ready_ones)
        text = await anyio.to_thread.run_sync(text_of_accounts, metrics, well)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return [
        Route("/healthz", health, methods=["GET"]),
        Route("/readyz", ready, methods=["GET"]),
        Route("/metrics", figures, methods=["GET"]),
    ]


def _unmeasured(request: Request, *, token: SecretStr | None) -> Response | None:
    """Return the refusal to whoever may not have the figures."""
    if _may_measure(request, token=token.get_secret_value() if token else None):
        return None
    return JSONResponse({"error": "unauthorized"}, status_code=401 if token else 403)


def _may_measure(request: Request, *, token: str | None) -> bool:
    """Whether whoever asks may have the figures: by the token; without one, from this machine."""
    if token is not None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme == "Bearer" and hmac.compare_digest(given.encode(), token.encode())
    passed_on = any(name in request.headers for name in _PROXIES_SAY)
    try:
        here = request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:  # a socket without an address
        here = False
    return here and not passed_on
