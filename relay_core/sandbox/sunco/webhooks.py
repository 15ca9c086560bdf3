"""Sunco's v1.1 webhooks: register, list, change and remove them."""

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.messaging.exchange import Messaging
from relay_core.sandbox.messaging.webhooks.registry import Webhook, WebhookRefusedError
from relay_core.sandbox.sunco.access import (
    Dialect,
    bad_request,
    guarded,
    json_object,
    not_found,
)


@guarded(Dialect.V1)
async def list_webhooks(request: Request) -> Response:
    """List every webhook of the app, with its secret."""
    return JSONResponse(
        {"webhooks": [each.as_json() for each in Messaging.of(request).webhooks.all()]}
    )


@guarded(Dialect.V1)
async def create_webhook(request: Request) -> Response:
    """Register a webhook and tell its secret."""
    wanted = await json_object(request)
    try:
        webhook = Messaging.of(request).webhooks.register(wanted)
    except WebhookRefusedError as refusal:
        raise bad_request(str(refusal)) from refusal
    return JSONResponse({"webhook": webhook.as_json()}, HTTPStatus.CREATED)


@guarded(Dialect.V1)
async def show_webhook(request: Request) -> Response:
    """Describe one webhook."""
    return JSONResponse({"webhook": _wanted(request).as_json()})


@guarded(Dialect.V1)
async def change_webhook(request: Request) -> Response:
    """Change the parts that the body names."""
    webhook = _wanted(request)
    wanted = await json_object(request)
    try:
        changed = Messaging.of(request).webhooks.change(webhook, wanted)
    except WebhookRefusedError as refusal:
        raise bad_request(str(refusal)) from refusal
    return JSONResponse({"webhook": changed.as_json()})


@guarded(Dialect.V1)
async def delete_webhook(request: Request) -> Response:
    """Remove a webhook."""
    Messaging.of(request).webhooks.remove(_wanted(request))
    return JSONResponse({})


def _wanted(request: Request) -> Webhook:
    webhook = Messaging.of(request).webhooks.find(request.path_params["webhook_id"])
    if webhook is None:
        raise not_found("Webhook not found")
    return webhook


endpoints: Final = [
    route
    for version in ("v1", "v1.1")
    for route in (
        Route(f"/{version}/apps/{{app_id}}/webhooks", list_webhooks, methods=["GET"]),
        Route(f"/{version}/apps/{{app_id}}/webhooks", create_webhook, methods=["POST"]),
        Route(f"/{version}/apps/{{app_id}}/webhooks/{{webhook_id}}", show_webhook, methods=["GET"]),
        Route(
            f"/{version}/apps/{{app_id}}/webhooks/{{webhook_id}}", change_webhook, methods=["PUT"]
        ),
        Route(
            f"/{version}/apps/{{app_id}}/webhooks/{{webhook_id}}",
            delete_webhook,
            methods=["DELETE"],
        ),
    )
]
