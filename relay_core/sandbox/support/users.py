"""Users at `/api/v2/users`: who I am, lists, single users, searches and identities."""

from collections.abc import Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relay_core.sandbox.account.people.directory import Person
from relay_core.sandbox.account.records import Record, user_record
from relay_core.sandbox.account.search.documents import Kind
from relay_core.sandbox.clock import stamp
from relay_core.sandbox.support.answers import Refusal, answer, coded, not_found, path_id, titled
from relay_core.sandbox.support.pages import (
    MOST_BY_NUMBER,
    listing,
    neighbours,
    page_number,
    too_deep,
)
from relay_core.sandbox.support.searches import found_or_refused
from relay_core.sandbox.world import World

MOST_IDS: Final = 100
FEWEST_LETTERS: Final = 2


async def show_me(request: Request) -> Response:
    """Show the caller; an anonymous one gets a user without id, and no error."""
    world = World.of(request)
    caller = request.scope.get("caller")
    if caller is None:
        anonymous = user_record({"name": "Anonymous user"}, user_id=1, now=world.clock.now())
        return answer({"user": {**anonymous, "id": None, "url": None}})
    person = world.directory.person(caller.user_id)
    if person is None:
        raise Refusal(not_found())
    return answer({"user": {**person.record, "authenticity_token": "sandbox-csrf"}})


async def list_users(request: Request) -> Response:
    """List users, of one role when asked."""
    roles = {
        *request.query_params.getlist("role"),
        *request.query_params.getlist("role[]"),
    }
    rows = [record for record in active(request) if not roles or record["role"] in roles]
    return answer(listing(request, "users", rows))


async def count_users(request: Request) -> Response:
    """Count users."""
    now = stamp(World.of(request).clock.now())
    return answer({"count": {"value": len(active(request)), "refreshed_at": now}})


async def show_user(request: Request) -> Response:
    """Show one user, a deleted one too."""
    return answer({"user": person_in(request).record})


async def show_many(request: Request) -> Response:
    """Show up to a hundred users by their ids, or by their external ids; deleted ones on demand."""
    directory = World.of(request).directory
    if texts := request.query_params.get("external_ids"):
        wanted = set(_at_most_a_hundred(texts))
        people = [each for each in directory.people() if each.record["external_id"] in wanted]
    else:
        given = _at_most_a_hundred(request.query_params.get("ids", ""))
        ids = dict.fromkeys(int(text) for text in given if text.isdecimal())
        people = [found for each in ids if (found := directory.person(each)) is not None]
    if request.query_params.get("include_deleted") != "true":
        people = [person for person in people if person.record["active"]]
    rows = [person.record for person in people]
    return answer({**_whole(rows), **side_loaded(request, people)})


def side_loaded(request: Request, people: Iterable[Person]) -> Record:
    """Return the identities of these users, where the request asks for them beside."""
    if "identities" not in request.query_params.get("include", "").split(","):
        return {}
    directory = World.of(request).directory
    return {"identities": [each for person in people for each in directory.identities(person)]}


async def search_users(request: Request) -> Response:
    """Find users by a query, or by an external id; ten thousand at most."""
    page, per_page = page_number(request)
    if (page - 1) * per_page >= MOST_BY_NUMBER:
        raise too_deep()
    external_id = request.query_params.get("external_id")
    if external_id is not None:
        rows = [each for each in active(request) if each["external_id"] == external_id]
    else:
        query = request.query_params.get("query", "")
        rows = [each.record for each in found_or_refused(request, query, kinds=(Kind.USER,))]
    chosen = rows[(page - 1) * per_page : page * per_page]
    return answer(
        {
            "users": chosen,
            **neighbours(request, page=page, per_page=per_page, count=len(rows)),
        }
    )


async def complete_name(request: Request) -> Response:
    """Find users whose name begins with some letters."""
    beginning = request.query_params.get("name", "").lower()
    if len(beginning) < FEWEST_LETTERS:
        raise Refusal(titled("Invalid attribute", "name must have two letters at least"))
    rows = [each for each in active(request) if each["name"].lower().startswith(beginning)]
    return answer(listing(request, "users", rows))


async def list_identities(request: Request) -> Response:
    """List a user's addresses and numbers."""
    person = person_in(request)
    return answer(listing(request, "identities", World.of(request).directory.identities(person)))


async def show_tags(request: Request) -> Response:
    """Show a user's tags."""
    return answer({"tags": person_in(request).record["tags"]})


def active(request: Request) -> list[Record]:
    """Return all users that are not deleted, in the order of their ids."""
    people = World.of(request).directory.people()
    found = [person.record for person in people if person.record["active"]]
    return sorted(found, key=lambda record: int(record["id"]))


def person_in(request: Request) -> Person:
    """Return the user a path names.

    Raises:
        Refusal: There is none.
    """
    person = World.of(request).directory.person(path_id(request, "user_id"))
    if person is None:
        raise Refusal(not_found())
    return person


def _at_most_a_hundred(texts: str) -> list[str]:
    wanted = [text.strip() for text in texts.split(",") if text.strip()]
    if not wanted:
        raise Refusal(titled("Invalid attribute", "ids are missing"))
    if len(wanted) > MOST_IDS:
        title = "Too many records"
        raise Refusal(coded("TooManyValues", title, f"At most {MOST_IDS} ids at once."))
    return wanted


def _whole(rows: list[Record]) -> Record:
    return {"users": rows, "next_page": None, "previous_page": None, "count": len(rows)}


routes: Final = [
    Route("/api/v2/users", list_users, methods=["GET"]),
    Route("/api/v2/users/me", show_me, methods=["GET"]),
    Route("/api/v2/users/count", count_users, methods=["GET"]),
    Route("/api/v2/users/search", search_users, methods=["GET"]),
    Route("/api/v2/users/show_many", show_many, methods=["GET"]),
    Route("/api/v2/users/autocomplete", complete_name, methods=["GET"]),
    Route("/api/v2/users/{user_id}", show_user, methods=["GET"]),
    Route("/api/v2/users/{user_id}/identities", list_identities, methods=["GET"]),
    Route("/api/v2/users/{user_id}/tags", show_tags, methods=["GET"]),
]
