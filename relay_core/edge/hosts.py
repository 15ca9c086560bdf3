"""By which names Relay may be called: a page elsewhere that points its own at us gets nothing."""

from collections.abc import Callable, Container
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from relay_core.log import log


def host_of(header: str) -> str:
    """Return the name in a Host header, without its port, as it is compared; "" where none is."""
    try:
        return (urlsplit(f"//{header}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether a name can mean nothing but this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class KnownHosts:
    """Refuses whatever is asked under another name than loopback's and those that are known.

    A browser of somebody here can be made to take this machine for a stranger's site (DNS
    rebinding); the Host header then still bears the stranger's name.
    """

    def __init__(
        self, app: ASGIApp, *, known: Callable[[], Container[str]], everybodys: Container[str]
    ) -> None:
        """Stand before an application.

        Args:
            app: What is behind.
            known: Names in lower case, besides loopback's.
            everybodys: Paths that are asked under any name, because they check a key that no
                browser holds.
        """
        self._app = app
        self._known = known
        self._everybodys = everybodys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        if scope["type"] not in {"http", "websocket"} or scope["path"] in self._everybodys:
            await self._app(scope, receive, send)
            return
        named = Headers(scope=scope).getlist("host")
        host = host_of(named[0]) if len(named) == 1 else ""
        if is_loopback(host) or (host and host in self._known()):
            await self._app(scope, receive, send)
            return
        log().warning("host.refused", kind=scope["type"])
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        refusal = PlainTextResponse(
            "Relay is not known by this name. Its operator can add it to RELAY_ALLOWED_HOSTS.",
            status_code=400,
        )
        await refusal(scope, receive, send)
