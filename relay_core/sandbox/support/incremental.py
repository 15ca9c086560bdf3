"""The incremental exports: whatever changed since a moment, in the order of change."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relay_core.sandbox.account.records import Record
from relay_core.sandbox.support.answers import Refusal, answer, titled
from relay_core.sandbox.support.callers import require_admin
from relay_core.sandbox.support.pages import cursor, link, position, whole
from relay_core.sandbox.support.users import side_loaded
from relay_core.sandbox.world import World

MOST_PER_PAGE: Final = 1_000


async def export_users(request: Request) -> Response:
    """Give users by the time of their last change; deleted ones come as not active."""
    require_admin(request)
    directory = World.of(request).directory
    start = _start(request, directory.sequence_at)
    people, reached, is_last = directory.changed_after(start, _size(request))
    users = [person.record for person in people]
    return answer(
        {
            "users": users,
            **side_loaded(request, people),
            **_place(request, reached, is_last=is_last),
        }
    )


async def export_tickets(request: Request) -> Response:
    """Give tickets by the time of their last change; deleted ones come with that status."""
    require_admin(request)
    desk = World.of(request).tickets
    start = _start(request, desk.sequence_at)
    found, reached, is_last = desk.changed_after(start, _size(request))
    tickets = [{**each, "generated_timestamp": _seconds(each["updated_at"])} for each in found]
    return answer({"tickets": tickets, **_place(request, reached, is_last=is_last)})


def _size(request: Request) -> int:
    return min(max(whole(request, "per_page", MOST_PER_PAGE), 1), MOST_PER_PAGE)


def _start(request: Request, sequence_at: Callable[[datetime], int]) -> int:
    text = request.query_params.get("cursor")
    if text:
        return position(text)
    if "start_time" in request.query_params:
        return sequence_at(_moment(request))
    raise Refusal(titled("Invalid attribute", "start_time or cursor is missing"))


def _place(request: Request, reached: int, *, is_last: bool) -> Record:
    after = cursor(reached)
    return {
        "after_cursor": after,
        "after_url": link(request, without=("start_time",), cursor=after),
        "before_cursor": None,
        "before_url": None,
        "end_of_stream": is_last,
    }


def _moment(request: Request) -> datetime:
    seconds = whole(request, "start_time", 0)
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        moment = datetime.max.replace(tzinfo=UTC)
    if seconds < 0 or moment > World.of(request).clock.now():
        raise Refusal(titled("Invalid attribute", "start_time must lie in the past"))
    return moment


def _seconds(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp())


routes: Final = [
    Route("/api/v2/incremental/users/cursor", export_users, methods=["GET"]),
    Route("/api/v2/incremental/tickets/cursor", export_tickets, methods=["GET"]),
]
