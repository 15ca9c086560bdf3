"""The handles on Meta: what it holds, and what it decides."""

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.controls.reading import ControlError, an_object, body_of, explained
from relay_core.sandbox.messaging.exchange import Messaging
from relay_core.sandbox.messaging.meta.book import TemplateBook
from relay_core.sandbox.messaging.meta.templates import TemplateStatus


@explained
async def list_templates(request: Request) -> Response:
    """List every template as it stands, of all accounts or of `?integration_id=`."""
    books = _books(request, request.query_params.get("integration_id"))
    return JSONResponse([each.as_json() for book in books for each in book.all()])


@explained
async def change_templates(request: Request) -> Response:
    """Decide on a template as Meta would.

    `reason`, `language` and `integration_id` are optional; without the last, every account that
    has the name decides alike.
    """
    wanted = an_object(await body_of(request))
    try:
        status = TemplateStatus(request.path_params["status"].upper())
    except ValueError:
        raise ControlError(
            f"status must be one of {[each.value for each in TemplateStatus]}"
        ) from None
    changed = [
        template
        for book in _books(request, wanted.get("integration_id"))
        for template in book.decide(
            request.path_params["name"],
            status,
            reason=wanted.get("reason"),
            language=wanted.get("language"),
        )
    ]
    if not changed:
        return JSONResponse({"error": "no such template"}, HTTPStatus.NOT_FOUND)
    return JSONResponse([each.as_json() for each in changed])


def _books(request: Request, integration_id: object) -> list[TemplateBook]:
    messaging = Messaging.of(request)
    if integration_id is None:
        return list(messaging.accounts.all().values())
    integration = messaging.integrations.get(str(integration_id))
    book = messaging.accounts.book_of(integration) if integration else None
    if book is None:
        raise ControlError("no such integration, or it has no templates")
    return [book]


endpoints: Final = [
    Route("/_sandbox/templates", list_templates, methods=["GET"]),
    Route("/_sandbox/templates/{name}/{status}", change_templates, methods=["POST"]),
]
