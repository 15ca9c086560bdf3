"""Which messages of a browser are heard: those that pages need, and none that works on the server.

Streamlit clears its caches for everybody, writes files and tells of the repository when anybody
who can reach it asks so, before they have signed in.
"""

from typing import Final

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from relay_core.log import log

_HEARD: Final = frozenset(
    {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request", None}
)
_OPERATIONS: Final = frozenset({"deferred_file", "dataframe_chunk"})


class KnownMessages:
    """Takes every other message out of the stream, as if it had not been sent."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return

        async def hear() -> Message:
            while True:
                message = await receive()
                kind = _kind(message.get("bytes") or b"")
                if kind in _HEARD or kind in _OPERATIONS:
                    return message
                log().warning("message.refused", kind=kind)

        await self._app(scope, hear, send)


def _kind(content: bytes) -> str | None:
    """Return what a message asks for; None where it is none, which Streamlit refuses itself."""
    asked = BackMsg()
    try:
        asked.ParseFromString(content)
    except DecodeError:
        return None
    kind = asked.WhichOneof("type")
    if kind == "backend_operation_request":
        return str(asked.backend_operation_request.WhichOneof("payload"))
    return kind
