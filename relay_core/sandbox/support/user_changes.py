"""Changing users at `/api/v2/users`: one, many as a job, and their tags."""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.account.jobs import TooManyJobs
from relay_core.sandbox.account.people.directory import Directory
from relay_core.sandbox.account.records import Record, RecordError, is_id
from relay_core.sandbox.support.answers import (
    Refusal,
    answer,
    coded,
    invalid_record,
    object_in,
    titled,
)
from relay_core.sandbox.support.users import MOST_IDS, person_in
from relay_core.sandbox.world import World

TagChange = Callable[[frozenset[str], frozenset[str]], frozenset[str]]


async def create_user(request: Request) -> Response:
    """Make a user."""
    given = await object_in(request, "user")
    directory = World.of(request).directory
    _check_new(directory, given)
    return answer({"user": upserted(directory, {**given, "id": None})}, 201)


async def create_or_update(request: Request) -> Response:
    """Make a user, or change the one with the same e-mail or external id."""
    given = await object_in(request, "user")
    directory = World.of(request).directory
    known = _known(directory, given)
    if known is None:
        _check_new(directory, given)
    record = upserted(directory, {**given, "id": known})
    return answer({"user": record}, 201 if known is None else 200)


async def change_user(request: Request) -> Response:
    """Change a user."""
    given = await object_in(request, "user")
    person = person_in(request)
    directory = World.of(request).directory
    return answer({"user": upserted(directory, {**given, "id": person.record["id"]})})


async def delete_user(request: Request) -> Response:
    """Delete a user: they stay, as no longer active."""
    person = person_in(request)
    directory = World.of(request).directory
    return answer({"user": upserted(directory, {"id": person.record["id"], "active": False})})


async def change_many(request: Request) -> Response:
    """Change up to a hundred users as a job: all alike by `ids`, or each their own way."""
    body = await object_in(request, None)
    world = World.of(request)
    try:
        world.jobs.check_room()
    except TooManyJobs:
        return JSONResponse(
            {"error": "TooManyJobs", "description": "Too many jobs are queued or running"},
            status_code=429,
        )
    results = [
        _changed_in_job(world.directory, change, place)
        for place, change in enumerate(_changes(request, body))
    ]
    return answer({"job_status": world.jobs.add(results)})


async def set_tags(request: Request) -> Response:
    """Replace a user's tags."""
    return await _tagged(request, lambda _present, given: given)


async def add_tags(request: Request) -> Response:
    """Add tags to a user."""
    return await _tagged(request, lambda present, given: present | given)


async def remove_tags(request: Request) -> Response:
    """Take tags from a user."""
    return await _tagged(request, lambda present, given: present - given)


def upserted(directory: Directory, given: Record) -> Record:
    """Store a user.

    Raises:
        Refusal: An attribute has a value it cannot have.
    """
    try:
        return directory.upsert_user(given)
    except RecordError as error:
        raise Refusal(invalid_record("base", str(error))) from error


def _changes(request: Request, body: Record) -> list[Record]:
    user, users = body.get("user"), body.get("users")
    if isinstance(user, dict):
        ids = [text for text in request.query_params.get("ids", "").split(",") if text]
        changes = [{**user, "id": int(text)} for text in ids if text.isdecimal()]
    elif isinstance(users, list) and all(isinstance(each, dict) for each in users):
        changes = users
    else:
        raise Refusal(titled("Invalid attribute", "user or users are missing"))
    if not 0 < len(changes) <= MOST_IDS:
        title = "Too many values" if changes else "No values"
        raise Refusal(coded("TooManyValues", title, f"Between 1 and {MOST_IDS} users at once."))
    return changes


def _changed_in_job(directory: Directory, change: Record, place: int) -> Record:
    user_id = change.get("id")
    if not is_id(user_id) or directory.person(int(str(user_id))) is None:
        return {"index": place, "id": user_id, "error": "UserNotFound", "success": False}
    try:
        directory.upsert_user(change)
    except RecordError as error:
        details = str(error)
        return {"index": place, "id": user_id, "error": "UserUpdateError", "details": details}
    return {"id": user_id, "action": "update", "status": "Updated", "success": True}


def _check_new(directory: Directory, given: Record) -> None:
    if not str(given.get("name") or "").strip():
        raise Refusal(
            invalid_record("name", "Name: is too short (minimum one character)", "BlankValue")
        )
    if given.get("email") and directory.user_by_email(str(given["email"])) is not None:
        raise Refusal(
            invalid_record("email", "Email: is already used by another user", "DuplicateValue")
        )


def _known(directory: Directory, given: Record) -> int | None:
    external_id = given.get("external_id")
    for person in directory.people() if external_id else ():
        if person.record["external_id"] == external_id and person.record["active"]:
            return int(person.record["id"])
    found = directory.user_by_email(str(given["email"])) if given.get("email") else None
    return None if found is None else int(found["id"])


async def _tagged(request: Request, change: TagChange) -> Response:
    person = person_in(request)
    body = await object_in(request, None)
    given = body.get("tags")
    if not isinstance(given, list) or not all(isinstance(tag, str) for tag in given):
        raise Refusal(titled("Invalid attribute", "tags must be a list of texts"))
    tags = sorted(change(frozenset(person.record["tags"]), frozenset(given)))
    directory = World.of(request).directory
    return answer({"tags": upserted(directory, {"id": person.record["id"], "tags": tags})["tags"]})


routes: Final = [
    Route("/api/v2/users", create_user, methods=["POST"]),
    Route("/api/v2/users/create_or_update", create_or_update, methods=["POST"]),
    Route("/api/v2/users/update_many", change_many, methods=["PUT"]),
    Route("/api/v2/users/{user_id}", change_user, methods=["PUT"]),
    Route("/api/v2/users/{user_id}", delete_user, methods=["DELETE"]),
    Route("/api/v2/users/{user_id}/tags", set_tags, methods=["POST"]),
    Route("/api/v2/users/{user_id}/tags", add_tags, methods=["PUT"]),
    Route("/api/v2/users/{user_id}/tags", remove_tags, methods=["DELETE"]),
]
