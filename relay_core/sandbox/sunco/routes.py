"""Sunshine Conversations: its routes, served at the root and under /sc."""

from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.messaging.exchange import Messaging
from relay_core.sandbox.messaging.integrations import Integration
from relay_core.sandbox.sunco import notifications, templates, webhooks
from relay_core.sandbox.sunco.access import (
    Dialect,
    SuncoError,
    bad_request,
    guarded,
    whole_number,
)

LARGEST_PAGE: Final = 100
USUAL_PAGE: Final = 25


@guarded(Dialect.V2)
async def show_app(request: Request) -> Response:
    """Describe the app."""
    return JSONResponse(
        {
            "app": {
                "id": request.path_params["app_id"],
                "displayName": "Relay sandbox",
                "settings": {
                    "conversationRetentionSeconds": 0,
                    "maskCreditCardNumbers": True,
                    "useAnimalNames": False,
                    "echoPostback": False,
                    "ignoreAutoConversationStart": False,
                    "multiConvoEnabled": False,
                },
                "metadata": {},
            }
        }
    )


@guarded(Dialect.V2)
async def list_integrations(request: Request) -> Response:
    """List the integrations of the wanted types, a page at a time; a cursor is a record's id."""
    size = whole_number(request, "page[size]", default=USUAL_PAGE, least=1, most=LARGEST_PAGE)
    after = request.query_params.get("page[after]")
    before = request.query_params.get("page[before]")
    if after and before:
        raise bad_request("Invalid query parameters")
    found = _of_types(request, request.query_params.get("filter[types]"))
    ids = [each.id for each in found]
    start = 0
    if after:
        start = _position(ids, after) + 1
    elif before:
        start = max(_position(ids, before) - size, 0)
    end = _position(ids, before) if before else start + size
    page = found[start:end]
    meta: dict[str, Any] = {"hasMore": start > 0 if before else end < len(found)}
    links: dict[str, str] = {}
    if page and end < len(found):
        meta["afterCursor"] = page[-1].id
        links["next"] = _page_url(request, "page[after]", page[-1].id)
    if page and start > 0:
        meta["beforeCursor"] = page[0].id
        links["prev"] = _page_url(request, "page[before]", page[0].id)
    return JSONResponse(
        {"integrations": [each.as_v2() for each in page], "meta": meta, "links": links}
    )


@guarded(Dialect.V2)
async def show_integration(request: Request) -> Response:
    """Describe one integration."""
    return JSONResponse({"integration": _wanted(request).as_v2()})


@guarded(Dialect.V1)
async def list_integrations_v1(request: Request) -> Response:
    """List the integrations of the wanted types, by offset."""
    limit = whole_number(request, "limit", default=USUAL_PAGE, least=1, most=LARGEST_PAGE)
    offset = whole_number(request, "offset", default=0, least=0, most=10_000)
    found = _of_types(request, request.query_params.get("types"))
    page = found[offset : offset + limit]
    return JSONResponse(
        {
            "integrations": [each.as_v1() for each in page],
            "hasMore": offset + limit < len(found),
            "offset": offset,
        }
    )


@guarded(Dialect.V1)
async def show_integration_v1(request: Request) -> Response:
    """Describe one integration."""
    return JSONResponse({"integration": _wanted(request).as_v1()})


def _of_types(request: Request, types: str | None) -> list[Integration]:
    found = list(Messaging.of(request).integrations.values())
    if not types:
        return found
    wanted = {each.strip() for each in types.split(",")}
    return [each for each in found if each.channel.value in wanted]


def _position(ids: list[str], cursor: str) -> int:
    if cursor not in ids:
        raise bad_request("Invalid query parameters")
    return ids.index(cursor)


def _page_url(request: Request, name: str, cursor: str) -> str:
    url = request.url.remove_query_params(["page[after]", "page[before]"])
    return str(url.include_query_params(**{name: cursor}))


def _wanted(request: Request) -> Integration:
    found = Messaging.of(request).integrations.get(request.path_params["integration_id"])
    if found is None:
        raise SuncoError(HTTPStatus.NOT_FOUND, "integration_not_found", "Integration not found")
    return found


_ENDPOINTS: Final = [
    Route("/v2/apps/{app_id}", show_app, methods=["GET"]),
    Route("/v2/apps/{app_id}/integrations", list_integrations, methods=["GET"]),
    Route("/v2/apps/{app_id}/integrations/{integration_id}", show_integration, methods=["GET"]),
    Route("/v1.1/apps/{app_id}/integrations", list_integrations_v1, methods=["GET"]),
    Route(
        "/v1.1/apps/{app_id}/integrations/{integration_id}", show_integration_v1, methods=["GET"]
    ),
    *notifications.endpoints,
    *templates.endpoints,
    *webhooks.endpoints,
]

routes: Final = [
    Route(prefix + each.path, each.endpoint, methods=list(each.methods or ()))
    for prefix in ("", "/sc")
    for each in _ENDPOINTS
]
