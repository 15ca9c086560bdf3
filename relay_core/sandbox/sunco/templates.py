"""Sunco's management of WhatsApp templates, which it passes on to Meta."""

import base64
import binascii
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.messaging.exchange import Messaging
from relay_core.sandbox.messaging.integrations import Channel
from relay_core.sandbox.messaging.meta.book import TemplateBook, TemplateRefusedError
from relay_core.sandbox.messaging.meta.headers import SAMPLE_HOST
from relay_core.sandbox.messaging.meta.templates import Template
from relay_core.sandbox.sunco.access import (
    Dialect,
    bad_request,
    guarded,
    json_object,
    not_found,
    whole_number,
)

USUAL_PAGE: Final = 25
LARGEST_PAGE: Final = 1000


@guarded(Dialect.V1)
async def list_templates(request: Request) -> Response:
    """List templates a page at a time; `before` and `after` are there when such a page is."""
    limit = whole_number(request, "limit", default=USUAL_PAGE, least=1, most=LARGEST_PAGE)
    listed = _book(request).listed(stale_s=Messaging.of(request).faults.templates.stale_s)
    found = [each for each in listed if _is_wanted(request, each)]
    after, before = request.query_params.get("after"), request.query_params.get("before")
    if after:
        start = _position(found, after) + 1
    elif before:
        start = max(_position(found, before) - limit, 0)
    else:
        start = 0
    page = found[start : start + limit]
    answer: dict[str, object] = {"messageTemplates": [_told(each, request) for each in page]}
    if page and start > 0:
        answer["before"] = _cursor(page[0])
    if page and start + limit < len(found):
        answer["after"] = _cursor(page[-1])
    return JSONResponse(answer)


@guarded(Dialect.V1)
async def create_template(request: Request) -> Response:
    """Submit a template to Meta's review."""
    book, faults = _book(request), Messaging.of(request).faults
    draft = await json_object(request)
    try:
        template = book.submit(draft, review_s=faults.review_s, limits=faults.templates)
    except TemplateRefusedError as refusal:
        raise bad_request(str(refusal)) from refusal
    return JSONResponse({"messageTemplate": template.as_json()}, HTTPStatus.CREATED)


@guarded(Dialect.V1)
async def delete_template(request: Request) -> Response:
    """Delete a template in all its languages."""
    if not _book(request).delete(request.path_params["name"]):
        raise not_found("Message template not found")
    return JSONResponse({})


def _book(request: Request) -> TemplateBook:
    """Return the templates that an integration manages.

    Raises:
        SuncoError: There is no such integration, or it manages none. What Sunco answers for an
            integration without an account is not documented; the 400 here is a guess.
    """
    messaging = Messaging.of(request)
    integration = messaging.integrations.get(request.path_params["integration_id"])
    if integration is None:
        raise bad_request("Integration not found")
    if integration.channel is not Channel.WHATSAPP:
        raise bad_request("Integration does not support message templates")
    book = messaging.accounts.book_of(integration)
    if book is None:
        raise bad_request(
            "Integration is missing accountId or accountManagementAccessToken, which message "
            "templates need"
        )
    return book


def _told(template: Template, request: Request) -> dict[str, Any]:
    """Say a template, with samples of this world under the address at which it was asked.

    Meta does the like: the address of a sample is its own, and not the same for ever.
    """
    told = template.as_json()
    told["components"] = [_with_own_sample(each, request) for each in told["components"]]
    return told


def _with_own_sample(part: Mapping[str, Any], request: Request) -> Mapping[str, Any]:
    example = part.get("example")
    handles = example.get("header_handle") if isinstance(example, Mapping) else None
    if not isinstance(handles, list):
        return part
    own = str(request.base_url)
    named = f"https://{SAMPLE_HOST}/"
    return {**part, "example": {"header_handle": [each.replace(named, own) for each in handles]}}


def _is_wanted(request: Request, template: Template) -> bool:
    name, status = request.query_params.get("name"), request.query_params.get("status")
    return name in {None, template.name} and status in {None, template.status.value}


def _cursor(template: Template) -> str:
    return base64.urlsafe_b64encode(template.id.encode()).decode().rstrip("=")


def _position(found: list[Template], cursor: str) -> int:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        template_id = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise bad_request("Invalid query parameters") from error
    for position, template in enumerate(found):
        if template.id == template_id:
            return position
    raise bad_request("Invalid query parameters")


_TEMPLATES: Final = "/v1.1/apps/{app_id}/integrations/{integration_id}/messageTemplates"

endpoints: Final = [
    Route(_TEMPLATES, list_templates, methods=["GET"]),
    Route(_TEMPLATES, create_template, methods=["POST"]),
    Route(_TEMPLATES + "/{name}", delete_template, methods=["DELETE"]),
]
