"""What a person or a test can see and change of the stand-in world, under `/_sandbox/`."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.faults import FaultsError
from relay_core.sandbox.messaging.exchange import Messaging
from relay_core.sandbox.messaging.messages import instant
from relay_core.sandbox.messaging.meta.templates import TemplateStatus

Endpoint = Callable[[Request], Awaitable[Response]]


class ControlError(ValueError):
    """A control was turned in a way that makes no sense; the message says why."""


def explained(endpoint: Endpoint) -> Endpoint:
    """Answer a misused control with 400 and the reason."""

    @wraps(endpoint)
    async def serve(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (ControlError, FaultsError) as error:
            return JSONResponse({"error": str(error)}, HTTPStatus.BAD_REQUEST)

    return serve


async def list_sent(request: Request) -> Response:
    """List every message that reached a phone, in order."""
    return JSONResponse([each.as_json() for each in Messaging.of(request).sent])


async def list_accepted(request: Request) -> Response:
    """List every notification that was answered 201, in order."""
    return JSONResponse([each.as_json() for each in Messaging.of(request).accepted])


async def list_templates(request: Request) -> Response:
    """List every template with its status."""
    return JSONResponse([each.as_json() for each in Messaging.of(request).templates.all()])


async def show_state(request: Request) -> Response:
    """Count what the world holds and what is still on its way."""
    messaging = Messaging.of(request)
    tally = messaging.courier.tally
    return JSONResponse(
        {
            "now": instant(_clock(request).now()),
            "accepted": len(messaging.accepted),
            "sent": len(messaging.sent),
            "failed": sum(each.refusal is not None for each in messaging.accepted),
            "texts": len(messaging.history.newest_first()),
            "templates": len(messaging.templates.all()),
            "webhooks": len(messaging.webhooks.all()),
            "still_to_happen": len(messaging.agenda),
            "posts": {
                "delivered": tally.delivered,
                "retried": tally.retried,
                "given_up": tally.given_up,
            },
        }
    )


async def show_faults(request: Request) -> Response:
    """Say what goes wrong at present."""
    return JSONResponse(Messaging.of(request).faults.as_json())


@explained
async def change_faults(request: Request) -> Response:
    """Change what goes wrong from now on."""
    messaging = Messaging.of(request)
    messaging.faults = messaging.faults.merged(_object(await _json(request)))
    return JSONResponse(messaging.faults.as_json())


@explained
async def change_templates(request: Request) -> Response:
    """Decide on a template as Meta would: `{"reason", "language"}` are optional."""
    wanted = _object(await _json(request))
    try:
        status = TemplateStatus(request.path_params["status"].upper())
    except ValueError:
        raise ControlError(
            f"status must be one of {[each.value for each in TemplateStatus]}"
        ) from None
    changed = Messaging.of(request).templates.decide(
        request.path_params["name"],
        status,
        reason=wanted.get("reason"),
        language=wanted.get("language"),
    )
    if not changed:
        return JSONResponse({"error": "no such template"}, HTTPStatus.NOT_FOUND)
    return JSONResponse([each.as_json() for each in changed])


@explained
async def post_reply(request: Request) -> Response:
    """Let a phone say something: `{"destination", "text"}`, with `integration_id` if need be."""
    wanted = _object(await _json(request))
    destination, text = wanted.get("destination"), wanted.get("text")
    if not isinstance(destination, str) or not isinstance(text, str) or not destination:
        raise ControlError("destination and text are required")
    sender = wanted.get("integration_id")
    sender_id = None if sender is None else str(sender)
    if not Messaging.of(request).hear(destination, text, integration_id=sender_id):
        raise ControlError("no such integration or line")
    return JSONResponse({"destination": destination, "text": text}, HTTPStatus.CREATED)


async def show_clock(request: Request) -> Response:
    """Say what time it is in the world."""
    return JSONResponse({"now": instant(_clock(request).now())})


@explained
async def change_clock(request: Request) -> Response:
    """Set the time with `{"now": ISO 8601}` or let it pass with `{"advance_s": seconds}`."""
    wanted = _object(await _json(request))
    clock = _clock(request)
    match wanted:
        case {"now": str(written)}:
            clock.set(_moment(written))
        case {"advance_s": int() | float() as seconds} if not isinstance(seconds, bool):
            clock.advance(timedelta(seconds=seconds))
        case _:
            raise ControlError("give now (ISO 8601) or advance_s (seconds)")
    Messaging.of(request).agenda.wake()
    return JSONResponse({"now": instant(clock.now())})


@explained
async def change_people(request: Request) -> Response:
    """Add people, or change those whose id is there: a user, a list, or `{"users": [...]}`."""
    match await _json(request):
        case list(users) | {"users": list(users)}:
            wanted = users
        case {"user": dict(user)}:
            wanted = [user]
        case user:
            wanted = [user]
    if not all(wanted):
        raise ControlError("a person needs at least a name or an id")
    directory = request.app.state.world.directory
    stored = [directory.upsert_user(each) for each in map(_object, wanted)]
    return JSONResponse({"users": stored}, HTTPStatus.CREATED)


async def _json(request: Request) -> object:
    body = await request.body()
    try:
        return json.loads(body) if body else {}
    except ValueError:
        raise ControlError("the body is not valid JSON") from None


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ControlError("the body must be a JSON object")
    return value


def _moment(written: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise ControlError("now must be ISO 8601") from None
    if at.tzinfo is None:
        raise ControlError("now must name its offset, such as Z")
    return at


def _clock(request: Request) -> Clock:
    clock = request.app.state.world.clock
    if not isinstance(clock, Clock):
        raise TypeError("the world of this app has no clock")
    return clock


routes: Final = [
    Route("/_sandbox/sent", list_sent, methods=["GET"]),
    Route("/_sandbox/accepted", list_accepted, methods=["GET"]),
    Route("/_sandbox/state", show_state, methods=["GET"]),
    Route("/_sandbox/faults", show_faults, methods=["GET"]),
    Route("/_sandbox/faults", change_faults, methods=["POST"]),
    Route("/_sandbox/clock", show_clock, methods=["GET"]),
    Route("/_sandbox/clock", change_clock, methods=["POST"]),
    Route("/_sandbox/people", change_people, methods=["POST"]),
    Route("/_sandbox/replies", post_reply, methods=["POST"]),
    Route("/_sandbox/templates", list_templates, methods=["GET"]),
    Route("/_sandbox/templates/{name}/{status}", change_templates, methods=["POST"]),
]
