"""Tickets at `/api/v2/tickets`: making them once, reading them, changing them."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.account.jobs import TooManyJobs
from relay_core.sandbox.account.records import Record, is_id
from relay_core.sandbox.account.ticket_desk import LONGEST_KEY, KeyReused, comment_of
from relay_core.sandbox.support.answers import (
    Refusal,
    answer,
    invalid_record,
    not_found,
    object_in,
    path_id,
    titled,
)
from relay_core.sandbox.support.callers import caller_id
from relay_core.sandbox.support.pages import listing
from relay_core.sandbox.world import World

MOST_AT_ONCE: Final = 100


async def list_tickets(request: Request) -> Response:
    """List all tickets, or those of one external id."""
    wanted = request.query_params.get("external_id")
    kept = World.of(request).tickets.tickets.values()
    found = [each for each in kept if wanted is None or each["external_id"] == wanted]
    return answer(listing(request, "tickets", found))


async def show_ticket(request: Request) -> Response:
    """Show one ticket."""
    return answer({"ticket": _ticket(request)})


async def show_conversations_ticket(request: Request) -> Response:
    """Show the ticket that a conversation is in, while its session goes on."""
    found = World.of(request).active_ticket(request.path_params["conversation_id"])
    return not_found() if found is None else answer({"ticket": found})


async def list_comments(request: Request) -> Response:
    """List a ticket's comments."""
    comments = World.of(request).tickets.comments.get(_ticket(request)["id"], [])
    return answer(listing(request, "comments", comments))


async def create_ticket(request: Request) -> Response:
    """Make a ticket; with an idempotency key, make it only once."""
    key = request.headers.get("idempotency-key")
    given = await object_in(request, "ticket")
    if key is None:
        return answer(_open(request, given), 201)
    if not key or len(key) > LONGEST_KEY:
        raise Refusal(titled("Invalid attribute", "Idempotency-Key: at most 255 characters"))
    desk, body = World.of(request).tickets, await request.body()
    try:
        kept = desk.replay(key, body)
    except KeyReused:
        return JSONResponse(
            {
                "error": "IdempotentRequestError",
                "description": "Request parameters don't match the given idempotency key",
            },
            status_code=400,
        )
    made = kept or _open(request, given)
    if kept is None:
        desk.keep(key, body, made)
    reply = answer(made, 201)
    reply.headers["x-idempotency-lookup"] = "miss" if kept is None else "hit"
    return reply


async def create_many(request: Request) -> Response:
    """Make up to a hundred tickets as a job."""
    given = await object_in(request, None)
    tickets = given.get("tickets")
    if not isinstance(tickets, list) or not 0 < len(tickets) <= MOST_AT_ONCE:
        raise Refusal(titled("Invalid attribute", "tickets: between 1 and 100"))
    jobs = World.of(request).jobs
    try:
        jobs.check_room()
    except TooManyJobs:
        return JSONResponse(
            {"error": "TooManyJobs", "description": "Too many jobs are queued or running"},
            status_code=429,
        )
    results = []
    for place, each in enumerate(tickets):
        try:
            made = _open(request, each)
        except Refusal as refusal:
            details = bytes(refusal.response.body).decode()
            results.append({"index": place, "error": "TicketCreateFailed", "details": details})
        else:
            results.append({"index": place, "id": made["ticket"]["id"], "success": True})
    return answer({"job_status": jobs.add(results)})


async def change_ticket(request: Request) -> Response:
    """Change a ticket, or add a comment to it."""
    given = await object_in(request, "ticket")
    ticket = _ticket(request)
    world = World.of(request)
    changed = world.tickets.change(ticket["id"], given, author_id=caller_id(request))
    if "comment" in given and comment_of(given)["public"]:
        _tell_triggers(world, changed["ticket"], given, is_new=False)
    return answer(changed)


async def delete_ticket(request: Request) -> Response:
    """Delete a ticket."""
    World.of(request).tickets.delete(_ticket(request)["id"])
    return Response(status_code=204)


def _ticket(request: Request) -> Record:
    found = World.of(request).tickets.tickets.get(path_id(request, "ticket_id"))
    if found is None:
        raise Refusal(not_found())
    return found


def _open(request: Request, given: object) -> Record:
    if not isinstance(given, dict):
        raise Refusal(titled("Invalid attribute", "a ticket must be an object"))
    if not comment_of(given)["body"].strip():
        raise Refusal(invalid_record("base", "Description: cannot be blank", "BlankValue"))
    world = World.of(request)
    requester_id = given.get("requester_id")
    if requester_id is None and isinstance(given.get("requester"), dict):
        requester_id = _requester(world, given["requester"])
    if requester_id is not None:
        person = world.directory.person(requester_id) if is_id(requester_id) else None
        if person is None or not person.record["active"]:
            raise Refusal(invalid_record("requester", "Requester: is not valid"))
        if person.record["suspended"]:
            raise Refusal(invalid_record("requester", "Requester: is suspended", "Suspended"))
    made = world.tickets.open(given, requester_id=requester_id, submitter_id=caller_id(request))
    _tell_triggers(world, made["ticket"], given, is_new=True)
    return made


def _requester(world: World, given: dict[str, Any]) -> int:
    """Return the user with this address, made when there is none yet."""
    known = world.directory.user_by_email(str(given.get("email") or ""))
    return int(
        (known or world.directory.upsert_user({"name": given.get("name") or "", **given}))["id"]
    )


def _tell_triggers(world: World, ticket: Record, given: Record, *, is_new: bool) -> None:
    person = world.directory.person(ticket["requester_id"])
    world.messaging.ticket_changed(
        {**ticket, "comment": comment_of(given)},
        None if person is None else person.record,
        is_new=is_new,
    )


routes: Final = [
    Route("/api/v2/tickets", list_tickets, methods=["GET"]),
    Route("/api/v2/tickets", create_ticket, methods=["POST"]),
    Route("/api/v2/tickets/create_many", create_many, methods=["POST"]),
    Route(
        "/api/v2/tickets/messaging/conversations/{conversation_id}/ticket",
        show_conversations_ticket,
        methods=["GET"],
    ),
    Route("/api/v2/tickets/{ticket_id}", show_ticket, methods=["GET"]),
    Route("/api/v2/tickets/{ticket_id}", change_ticket, methods=["PUT"]),
    Route("/api/v2/tickets/{ticket_id}", delete_ticket, methods=["DELETE"]),
    Route("/api/v2/tickets/{ticket_id}/comments", list_comments, methods=["GET"]),
]
