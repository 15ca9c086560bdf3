"""Ticket triggers at `/api/v2/triggers`: reading, making, changing and deleting them."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relay_core.sandbox.messaging.triggers import Trigger, TriggerError
from relay_core.sandbox.support.answers import (
    Refusal,
    answer,
    invalid_record,
    not_found,
    object_in,
    path_id,
)
from relay_core.sandbox.support.callers import require_admin
from relay_core.sandbox.support.pages import listing
from relay_core.sandbox.world import World


async def list_triggers(request: Request) -> Response:
    """List all triggers, or only those that are active or not."""
    wanted = request.query_params.get("active")
    kept = World.of(request).messaging.triggers.all()
    return answer(
        listing(
            request,
            "triggers",
            [each for each in kept if wanted is None or each["active"] is (wanted == "true")],
        )
    )


async def show_trigger(request: Request) -> Response:
    """Show one trigger."""
    return answer({"trigger": _trigger(request)})


async def create_trigger(request: Request) -> Response:
    """Make a trigger, the last one of all."""
    require_admin(request)
    given = await object_in(request, "trigger")
    try:
        made = World.of(request).messaging.triggers.add(given)
    except TriggerError as error:
        raise Refusal(invalid_record("base", str(error))) from None
    return answer({"trigger": made}, 201)


async def change_trigger(request: Request) -> Response:
    """Change a trigger."""
    require_admin(request)
    given = await object_in(request, "trigger")
    trigger = _trigger(request)
    try:
        changed = World.of(request).messaging.triggers.change(trigger["id"], given)
    except TriggerError as error:
        raise Refusal(invalid_record("base", str(error))) from None
    return answer({"trigger": changed})


async def delete_trigger(request: Request) -> Response:
    """Delete a trigger."""
    require_admin(request)
    World.of(request).messaging.triggers.delete(_trigger(request)["id"])
    return Response(status_code=204)


def _trigger(request: Request) -> Trigger:
    wanted = path_id(request, "trigger_id")
    for each in World.of(request).messaging.triggers.all():
        if each["id"] == wanted:
            return each
    raise Refusal(not_found())


routes: Final = [
    Route("/api/v2/triggers", list_triggers, methods=["GET"]),
    Route("/api/v2/triggers", create_trigger, methods=["POST"]),
    Route("/api/v2/triggers/{trigger_id}", show_trigger, methods=["GET"]),
    Route("/api/v2/triggers/{trigger_id}", change_trigger, methods=["PUT"]),
    Route("/api/v2/triggers/{trigger_id}", delete_trigger, methods=["DELETE"]),
]
