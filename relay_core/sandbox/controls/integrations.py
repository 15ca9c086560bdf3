"""The handles on the app's integrations: one more WhatsApp number, or one that has changed."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.controls.reading import ControlError, an_object, body_of, explained
from relay_core.sandbox.messaging.exchange import Messaging
from relay_core.sandbox.messaging.integrations import Integration, another_whatsapp
from relay_core.sandbox.messaging.meta.seeds import SEEDS

DETAILS: Final = ("accountId", "accountManagementAccessToken", "phoneNumber")
"""What is told of a WhatsApp number; text or null."""

STATUSES: Final = ("active", "inactive", "error")


async def list_integrations(request: Request) -> Response:
    """List every integration."""
    return JSONResponse([each.as_v2() for each in Messaging.of(request).integrations.values()])


@explained
async def add_integration(request: Request) -> Response:
    """Add a WhatsApp number with an account of its own, which has no template yet.

    All parts are optional: `displayName`, `status`, `accountId`, `accountManagementAccessToken`,
    `phoneNumber` (null takes one away), and `seeded` for an account with the usual templates.
    """
    messaging = Messaging.of(request)
    wanted = an_object(await body_of(request))
    seeded = wanted.pop("seeded", False)
    known = len(messaging.integrations)
    while another_whatsapp(known).id in messaging.integrations:
        known += 1
    added = _changed(another_whatsapp(known), wanted)
    messaging.admit(added, SEEDS if seeded else ())
    return JSONResponse(added.as_v2(), HTTPStatus.CREATED)


@explained
async def change_integration(request: Request) -> Response:
    """Change the parts that the body names, as for adding one."""
    messaging = Messaging.of(request)
    changed = _changed(_wanted(request), an_object(await body_of(request)))
    messaging.admit(changed)
    return JSONResponse(changed.as_v2())


@explained
async def remove_integration(request: Request) -> Response:
    """Disconnect an integration; its account keeps its templates."""
    removed = Messaging.of(request).integrations.pop(_wanted(request).id)
    return JSONResponse(removed.as_v2())


def _wanted(request: Request) -> Integration:
    found = Messaging.of(request).integrations.get(request.path_params["integration_id"])
    if found is None:
        raise ControlError("no such integration")
    return found


def _changed(integration: Integration, wanted: Mapping[str, Any]) -> Integration:
    if unknown := sorted(set(wanted) - {"displayName", "status", *DETAILS}):
        raise ControlError(f"an integration has no {', '.join(unknown)} to change")
    details = {name: value for name, value in wanted.items() if name in DETAILS}
    if not all(value is None or isinstance(value, str) for value in details.values()):
        raise ControlError(f"{', '.join(DETAILS)} are texts or null")
    status = wanted.get("status", integration.status)
    if status not in STATUSES:
        raise ControlError(f"status must be one of {', '.join(STATUSES)}")
    return replace(
        integration,
        display_name=str(wanted.get("displayName", integration.display_name)),
        status=status,
        details={**integration.details, **details},
    )


endpoints: Final = [
    Route("/_sandbox/integrations", list_integrations, methods=["GET"]),
    Route("/_sandbox/integrations", add_integration, methods=["POST"]),
    Route("/_sandbox/integrations/{integration_id}", change_integration, methods=["POST"]),
    Route("/_sandbox/integrations/{integration_id}", remove_integration, methods=["DELETE"]),
]
