"""What a browser may do with an answer of Relay: the headers that say so."""

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_POLICY: Final = (
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",  # Streamlit writes its styles into the page
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "frame-src 'self' blob:",
    "frame-ancestors 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
)


class SafeHeaders:
    """Adds to each answer what it may not be used for.

    Scripts are Relay's own only, so a script that came in with somebody's text does not run, and
    nothing is fetched from or told to another host.
    """

    def __init__(self, app: ASGIApp, *, scripts: Sequence[str] = ()) -> None:
        """Stand before an application.

        Args:
            app: What is behind.
            scripts: Further sources of scripts, as Content-Security-Policy writes them.
        """
        self._app = app
        allowed = " ".join(("script-src 'self'", *scripts))
        self._headers = _ALWAYS | {"Content-Security-Policy": "; ".join((*_POLICY, allowed))}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, and add the headers to what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, answer)
