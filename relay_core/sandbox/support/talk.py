"""Talk: the lines of the account and the history of its texts, as `/api/v2/channels` tells them."""

from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.messaging.exchange import Messaging
from relay_core.sandbox.messaging.talk_text import DIGITAL_LINE, LINES

LARGEST_PAGE: Final = 100

MINIMAL_FIELDS: Final = (
    "id",
    "number",
    "display_number",
    "name",
    "nickname",
    "country_code",
    "toll_free",
    "capabilities",
    "sms_enabled",
    "voice_enabled",
    "outbound_enabled",
    "priority",
    "line_type",
)


async def list_phone_numbers(request: Request) -> Response:
    """List the phone lines, with fewer fields in minimal mode."""
    numbers = [line.as_json() for line in LINES]
    if request.query_params.get("minimal_mode") == "true":
        numbers = [{name: each[name] for name in MINIMAL_FIELDS} for each in numbers]
    return JSONResponse(_page(request, "phone_numbers", numbers))


async def list_lines(request: Request) -> Response:
    """List all lines: those with a phone number and the digital ones."""
    return JSONResponse(
        _page(request, "lines", [*(line.as_json() for line in LINES), DIGITAL_LINE])
    )


async def list_message_history(request: Request) -> Response:
    """List the texts of all lines, newest first."""
    entries = Messaging.of(request).history.newest_first()
    return JSONResponse(_page(request, "messages", [each.as_json() for each in entries]))


def _page(request: Request, name: str, records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Cut records by offset, as Zendesk's older lists do."""
    page = _whole(request, "page", default=1)
    size = min(_whole(request, "per_page", default=LARGEST_PAGE), LARGEST_PAGE)
    last = -(-len(records) // size)
    return {
        name: list(records[(page - 1) * size : page * size]),
        "count": len(records),
        "next_page": _url(request, page + 1) if page < last else None,
        "previous_page": _url(request, page - 1) if page > 1 else None,
    }


def _whole(request: Request, name: str, *, default: int) -> int:
    written = request.query_params.get(name, "")
    return max(int(written), 1) if written.isdecimal() else default


def _url(request: Request, page: int) -> str:
    return str(request.url.include_query_params(page=page))


routes: Final = [
    Route("/api/v2/channels/voice/phone_numbers", list_phone_numbers, methods=["GET"]),
    Route("/api/v2/channels/voice/lines", list_lines, methods=["GET"]),
    Route("/api/v2/channels/sms/message_history", list_message_history, methods=["GET"]),
]
