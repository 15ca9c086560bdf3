"""The incremental export of users: whatever changed since a moment, in the order of change."""

from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relay_core.sandbox.support.answers import Refusal, answer, titled
from relay_core.sandbox.support.callers import require_admin
from relay_core.sandbox.support.pages import cursor, link, position, whole
from relay_core.sandbox.world import World

MOST_PER_PAGE: Final = 1_000


async def export_users(request: Request) -> Response:
    """Give users by the time of their last change; deleted ones come as not active."""
    require_admin(request)
    directory = World.of(request).directory
    size = min(max(whole(request, "per_page", MOST_PER_PAGE), 1), MOST_PER_PAGE)
    text = request.query_params.get("cursor")
    if text:
        start = position(text)
    elif "start_time" in request.query_params:
        start = directory.sequence_at(_moment(request))
    else:
        raise Refusal(titled("Invalid attribute", "start_time or cursor is missing"))
    people, reached, is_last = directory.changed_after(start, size)
    after = cursor(reached)
    return answer(
        {
            "users": [person.record for person in people],
            "after_cursor": after,
            "after_url": link(request, without=("start_time",), cursor=after),
            "before_cursor": None,
            "before_url": None,
            "end_of_stream": is_last,
        }
    )


def _moment(request: Request) -> datetime:
    seconds = whole(request, "start_time", 0)
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        moment = datetime.max.replace(tzinfo=UTC)
    if seconds < 0 or moment > World.of(request).clock.now():
        raise Refusal(titled("Invalid attribute", "start_time must lie in the past"))
    return moment


routes: Final = [
    Route("/api/v2/incremental/users/cursor", export_users, methods=["GET"]),
]
