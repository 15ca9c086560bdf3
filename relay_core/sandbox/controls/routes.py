"""What a person or a test can see and change of the stand-in world, under `/_sandbox/`."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.clock import Clock
from relay_core.sandbox.controls import integrations, templates
from relay_core.sandbox.controls.reading import ControlError, an_object, body_of, explained
from relay_core.sandbox.messaging.exchange import Messaging
from relay_core.sandbox.messaging.messages import instant


async def list_sent(request: Request) -> Response:
    """List every message that reached a phone, in order."""
    return JSONResponse([each.as_json() for each in Messaging.of(request).sent])


async def list_accepted(request: Request) -> Response:
    """List every notification that was answered 201, in order."""
    return JSONResponse([each.as_json() for each in Messaging.of(request).accepted])


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
            "templates": sum(len(each.all()) for each in messaging.accounts.all().values()),
            "integrations": len(messaging.integrations),
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
    messaging.faults = messaging.faults.merged(an_object(await body_of(request)))
    return JSONResponse(messaging.faults.as_json())


@explained
async def post_reply(request: Request) -> Response:
    """Let a phone say something: `{"destination", "text"}`, with `integration_id` if need be."""
    wanted = an_object(await body_of(request))
    destination, text = wanted.get("destination"), wanted.get("text")
    if not isinstance(destination, str) or not isinstance(text, str) or not destination:
        raise ControlError("destination and text are required")
    sender = wanted.get("integration_id")
    sender_id = None if sender is None else str(sender)
    if not Messaging.of(request).hear(destination, text, integration_id=sender_id):
        raise ControlError("no such integration or line")
    return JSONResponse({"destination": destination, "text": text}, HTTPStatus.CREATED)


async def list_tickets(request: Request) -> Response:
    """List every ticket that is not deleted, in order."""
    return JSONResponse(list(request.app.state.world.tickets.tickets.values()))


@explained
async def open_tickets(request: Request) -> Response:
    """Let people write an e-mail each: `{"requester_ids": [...]}`, with a `subject` if need be."""
    wanted = an_object(await body_of(request))
    world = request.app.state.world
    ids = wanted.get("requester_ids")
    if not isinstance(ids, list) or any(world.directory.person(each) is None for each in ids):
        raise ControlError("requester_ids must be ids of people")
    subject = str(wanted.get("subject") or "Where is my order?")
    opened = [
        world.tickets.open(
            {"subject": subject, "comment": {"body": subject}, "status": "new"},
            requester_id=each,
            submitter_id=each,
            channel="email",
        )["ticket"]
        for each in ids
    ]
    return JSONResponse(opened, HTTPStatus.CREATED)


async def show_clock(request: Request) -> Response:
    """Say what time it is in the world."""
    return JSONResponse({"now": instant(_clock(request).now())})


@explained
async def change_clock(request: Request) -> Response:
    """Set the time with `{"now": ISO 8601}` or let it pass with `{"advance_s": seconds}`."""
    wanted = an_object(await body_of(request))
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
    match await body_of(request):
        case list(users) | {"users": list(users)}:
            wanted = users
        case {"user": dict(user)}:
            wanted = [user]
        case user:
            wanted = [user]
    if not all(wanted):
        raise ControlError("a person needs at least a name or an id")
    directory = request.app.state.world.directory
    stored = [directory.upsert_user(each) for each in map(an_object, wanted)]
    return JSONResponse({"users": stored}, HTTPStatus.CREATED)


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
    Route("/_sandbox/tickets", list_tickets, methods=["GET"]),
    Route("/_sandbox/tickets", open_tickets, methods=["POST"]),
    *integrations.endpoints,
    *templates.endpoints,
]
