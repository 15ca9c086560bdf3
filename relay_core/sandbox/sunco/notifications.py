"""Sunco's notification call: the send itself."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.messaging.exchange import Messaging
from relay_core.sandbox.messaging.integrations import Channel, Integration
from relay_core.sandbox.messaging.messages import Content, Outgoing, TemplateContent, TextContent
from relay_core.sandbox.messaging.phones import BUSINESS_SCOPED_ID
from relay_core.sandbox.sunco.access import (
    Dialect,
    bad_request,
    guarded,
    json_object,
)

DESTINATION: Final = re.compile(r"\+[0-9]{1,3}[0-9]{4,14}")
"""What is taken as a phone number at the door; whether it exists shows later."""

LONGEST_TEXT: Final = 4096
LARGEST_METADATA_BYTES: Final = 4096


@guarded(Dialect.V1)
async def post_notification(request: Request) -> Response:
    """Accept a message: 201 means that it was taken, not that it arrives."""
    messaging = Messaging.of(request)
    outgoing = read_outgoing(await json_object(request), messaging.integrations)
    if not messaging.send_limit.takes_one_more(outgoing.integration.id):
        refusal = Dialect.V1.error(
            HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", "Rate limit exceeded"
        )
        refusal.headers["Retry-After"] = "1"
        return refusal
    notification = messaging.accept(outgoing)
    return JSONResponse({"notification": {"_id": notification.id}}, HTTPStatus.CREATED)


def read_outgoing(body: Mapping[str, Any], integrations: Mapping[str, Integration]) -> Outgoing:
    """Read a notification request.

    Raises:
        SuncoError: a part is missing or malformed, or the integration is not there.
    """
    destination = _object(body, "destination")
    integration = integrations.get(_text(destination, "integrationId"))
    if integration is None:
        raise bad_request("Integration not found")
    if not integration.is_active:
        raise bad_request("Integration is not active")
    if _object(body, "author").get("role") != "appMaker":
        raise bad_request("author.role must be appMaker")
    return Outgoing(
        integration=integration,
        destination=_destination_id(destination, integration.channel),
        content=_content(body, integration.channel),
        metadata=_metadata(body.get("metadata", {})),
    )


def _destination_id(destination: Mapping[str, Any], channel: Channel) -> str:
    wanted = _text(destination, "destinationId")
    if DESTINATION.fullmatch(wanted):
        return wanted
    if channel is Channel.WHATSAPP and BUSINESS_SCOPED_ID.fullmatch(wanted):
        return wanted
    raise bad_request("destination.destinationId is not valid for this channel")


def _content(body: Mapping[str, Any], channel: Channel) -> Content:
    message = _object(body, "message")
    schema = body.get("messageSchema")
    if schema not in {None, "whatsapp"}:
        raise bad_request("messageSchema must be whatsapp")
    match message.get("type"):
        case "text":
            return _text_content(message)
        case "template" if channel is Channel.WHATSAPP and schema == "whatsapp":
            return _template_content(_object(message, "template"))
        case "template" if channel is Channel.WHATSAPP:
            raise bad_request("messageSchema is required for a template message")
        case _:
            raise bad_request(f"message.type is not supported by {channel.value}")


def _text_content(message: Mapping[str, Any]) -> TextContent:
    text = _text(message, "text")
    if len(text) > LONGEST_TEXT:
        raise bad_request(f"message.text is longer than {LONGEST_TEXT} characters")
    return TextContent(text=text)


def _template_content(template: Mapping[str, Any]) -> TemplateContent:
    components = template.get("components", [])
    if not _is_list_of_objects(components):
        raise bad_request("message.template.components must be a list of objects")
    for part in components:
        if not isinstance(part.get("type"), str):
            raise bad_request("each component needs a type")
        if not _is_list_of_objects(part.get("parameters", [])):
            raise bad_request("component parameters must be a list of objects")
    return TemplateContent(
        name=_text(template, "name"),
        language=_text(_object(template, "language"), "code"),
        components=components,
    )


def _metadata(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise bad_request("metadata must be an object")
    if not all(isinstance(each, str | int | float | bool) for each in value.values()):
        raise bad_request("metadata must be flat")
    if len(json.dumps(value).encode()) > LARGEST_METADATA_BYTES:
        raise bad_request("metadata is larger than 4 KB")
    return value


def _object(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    if not isinstance(value, dict):
        raise bad_request(f"{name} is required")
    return value


def _text(parent: Mapping[str, Any], name: str) -> str:
    value = parent.get(name)
    if not isinstance(value, str) or not value.strip():
        raise bad_request(f"{name} is required")
    return value


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


endpoints: Final = [
    Route(f"/{version}/apps/{{app_id}}/notifications", post_notification, methods=["POST"])
    for version in ("v1", "v1.1")
]
