"""The search endpoints: pages with a ceiling, counts, and an export without one."""

import base64
import binascii
import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.account.records import Record
from relay_core.sandbox.account.search.assumptions import UnknownKeyword
from relay_core.sandbox.account.search.documents import Document, Kind
from relay_core.sandbox.account.search.index import QueryError
from relay_core.sandbox.support.answers import Refusal, answer, invalid_search, titled
from relay_core.sandbox.support.pages import MOST_PER_PAGE, neighbours, page_number, whole
from relay_core.sandbox.world import World

MOST_RESULTS: Final = 1_000
MOST_PER_EXPORT_PAGE: Final = 1_000
CURSOR_LIFE: Final = timedelta(hours=1)

SORTS: Final = frozenset({"created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class ExportCursor:
    """Where an export stands, and when it began."""

    given_at: datetime
    frozen_now: datetime
    """What relative times of the query count back from, on every page."""

    created_at: str
    record_id: int


async def search(request: Request) -> Response:
    """Find records: a hundred a page, a thousand at most, whatever the count says."""
    page, per_page = page_number(request)
    query = _query(request)
    sort_by = request.query_params.get("sort_by")
    found = found_or_refused(
        request,
        query,
        order_by=sort_by if sort_by in SORTS else None,
        is_ascending=request.query_params.get("sort_order") == "asc",
    )
    if (page - 1) * per_page >= MOST_RESULTS:
        raise Refusal(
            invalid_search("Requested response size was greater than Search Response Limits")
        )
    end = min(page * per_page, MOST_RESULTS)
    chosen = found[(page - 1) * per_page : end]
    return answer(
        {
            "results": [_result(each) for each in chosen],
            "facets": None,
            **neighbours(request, page=page, per_page=per_page, count=len(found)),
        }
    )


async def count(request: Request) -> Response:
    """Count what a query finds."""
    return answer({"count": len(found_or_refused(request, _query(request)))})


async def export(request: Request) -> Response:
    """Give everything a query finds of one type, page after page, oldest first."""
    kind = _export_kind(request)
    query = _query(request)
    world = World.of(request)
    now = world.clock.now()
    if _names_type(world, query, now):
        raise Refusal(invalid_search("type is not allowed in the query of an export"))
    size = min(max(whole(request, "page[size]", MOST_PER_PAGE), 1), MOST_PER_EXPORT_PAGE)
    text = request.query_params.get("page[after]")
    cursor = _read_cursor(text, now) if text else None
    frozen_now = cursor.frozen_now if cursor else now
    found = found_or_refused(
        request, query, kinds=(kind,), order_by="created_at", is_ascending=True, now=frozen_now
    )
    start = _place_after(found, cursor) if cursor else 0
    chosen = found[start : start + size]
    has_more = start + size < len(found)
    after_cursor = _write_cursor(chosen[-1], now, frozen_now) if chosen else None
    return answer(
        {
            "results": [_result(each) for each in chosen],
            "facets": None,
            "meta": {
                "has_more": has_more,
                "after_cursor": after_cursor,
                "before_cursor": None,
            },
            "links": {
                "next": _next_link(request, query, kind, size, after_cursor) if has_more else None,
                "prev": None,
            },
        }
    )


async def show_settings(request: Request) -> Response:
    """Say how the search behaves."""
    index = World.of(request).search
    return JSONResponse(
        {"index_delay_s": index.index_delay_s, "unknown_keyword": index.unknown_keyword}
    )


async def change_settings(request: Request) -> Response:
    """Change how the search behaves: `{"index_delay_s", "unknown_keyword"}`."""
    index = World.of(request).search
    try:
        wanted = json.loads(await request.body() or b"{}")
        delay_s = float(wanted.get("index_delay_s", index.index_delay_s))
        unknown = UnknownKeyword(wanted.get("unknown_keyword", index.unknown_keyword))
    except (ValueError, TypeError, AttributeError) as error:
        return JSONResponse({"error": str(error)}, status_code=400)
    index.index_delay_s = max(delay_s, 0.0)
    index.unknown_keyword = unknown
    return await show_settings(request)


def found_or_refused(
    request: Request,
    query: str,
    *,
    kinds: Iterable[Kind] | None = None,
    order_by: str | None = None,
    is_ascending: bool = False,
    now: datetime | None = None,
) -> list[Document]:
    """Return what a query finds.

    Raises:
        Refusal: Zendesk would not answer this query.
    """
    world = World.of(request)
    try:
        return world.search.find(
            query,
            now=now or world.clock.now(),
            kinds=kinds,
            order_by=order_by,
            is_descending=not is_ascending,
        )
    except QueryError as error:
        raise Refusal(invalid_search(str(error))) from error


def _query(request: Request) -> str:
    query = request.query_params.get("query")
    if query is None:
        raise Refusal(titled("Invalid attribute", "query is missing"))
    return query


def _export_kind(request: Request) -> Kind:
    text = request.query_params.get("filter[type]")
    try:
        return Kind(text or "")
    except ValueError:
        kinds = ", ".join(Kind)
        raise Refusal(titled("Invalid attribute", f"filter[type] must be one of {kinds}")) from None


def _names_type(world: World, query: str, now: datetime) -> bool:
    try:
        return world.search.read(query, now=now).names_type
    except QueryError as error:
        raise Refusal(invalid_search(str(error))) from error


def _result(document: Document) -> Record:
    return {**document.record, "result_type": document.kind.value}


def _place_after(found: list[Document], cursor: ExportCursor) -> int:
    return bisect_right(found, (cursor.created_at, cursor.record_id), key=_export_key)


def _export_key(document: Document) -> tuple[str, int]:
    return document.stamp("created_at"), int(document.record["id"])


def _write_cursor(last: Document, now: datetime, frozen_now: datetime) -> str:
    parts = [
        now.isoformat(),
        frozen_now.isoformat(),
        last.stamp("created_at"),
        int(last.record["id"]),
    ]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def _read_cursor(text: str, now: datetime) -> ExportCursor:
    try:
        given_at, frozen_now, created_at, record_id = json.loads(base64.urlsafe_b64decode(text))
        cursor = ExportCursor(
            given_at=datetime.fromisoformat(given_at).astimezone(UTC),
            frozen_now=datetime.fromisoformat(frozen_now).astimezone(UTC),
            created_at=str(created_at),
            record_id=int(record_id),
        )
    except (binascii.Error, ValueError, TypeError):
        raise Refusal(invalid_search("the cursor cannot be read")) from None
    if now - cursor.given_at >= CURSOR_LIFE:
        raise Refusal(invalid_search("the cursor has expired"))
    return cursor


def _next_link(
    request: Request, query: str, kind: Kind, size: int, after_cursor: str | None
) -> str:
    parameters = {
        "filter[type]": kind.value,
        "page[after]": after_cursor or "",
        "page[size]": str(size),
        "query": query,
    }
    return f"{request.url.replace(query='')}".rstrip("?") + "?" + urlencode(parameters)


routes: Final = [
    Route("/api/v2/search", search, methods=["GET"]),
    Route("/api/v2/search/count", count, methods=["GET"]),
    Route("/api/v2/search/export", export, methods=["GET"]),
    Route("/_sandbox/search", show_settings, methods=["GET"]),
    Route("/_sandbox/search", change_settings, methods=["POST"]),
]
