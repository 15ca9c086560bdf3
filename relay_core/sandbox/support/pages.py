"""How lists are cut into pages: by number, or by cursor."""

import base64
import binascii
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request

from relay_core.sandbox.account.records import Record
from relay_core.sandbox.support.answers import Refusal, coded, titled

MOST_PER_PAGE: Final = 100
MOST_BY_NUMBER: Final = 10_000
"""Records reachable by page number (Source: Zendesk, offset pagination limits)."""


def page_number(request: Request, *, most_per_page: int = MOST_PER_PAGE) -> tuple[int, int]:
    """Return (page, per_page), page counted from one.

    Raises:
        Refusal: A parameter is no integer, or pages were asked for by cursor.
    """
    if any(name.startswith("page[") for name in request.query_params):
        raise Refusal(titled("Invalid attribute", "page must be an integer"))
    page = whole(request, "page", 1)
    per_page = whole(request, "per_page", most_per_page)
    return max(page, 1), min(max(per_page, 1), most_per_page)


def whole(request: Request, name: str, default: int) -> int:
    """Return a parameter that must be an integer.

    Raises:
        Refusal: It is something else.
    """
    text = request.query_params.get(name)
    if text is None or not text.strip():
        return default
    try:
        return int(text)
    except ValueError:
        raise Refusal(titled("Invalid attribute", f"{name} must be an integer")) from None


def too_deep() -> Refusal:
    """Return the refusal met past the last record reachable by page number."""
    return Refusal(
        coded(
            "InvalidPaginationDepth",
            "Invalid pagination depth",
            f"Pages by number end at {MOST_BY_NUMBER} records; use cursor pagination.",
        )
    )


def neighbours(request: Request, *, page: int, per_page: int, count: int) -> Record:
    """Return next_page, previous_page and count of a numbered page."""
    return {
        "next_page": link(request, page=str(page + 1)) if page * per_page < count else None,
        "previous_page": link(request, page=str(page - 1)) if page > 1 else None,
        "count": count,
    }


def numbered(request: Request, key: str, rows: Sequence[Record]) -> Record:
    """Return one numbered page of a whole list.

    Raises:
        Refusal: The page lies past the deepest record.
    """
    page, per_page = page_number(request)
    if (page - 1) * per_page >= MOST_BY_NUMBER:
        raise too_deep()
    chosen = rows[(page - 1) * per_page : page * per_page]
    return {
        key: list(chosen),
        **neighbours(request, page=page, per_page=per_page, count=len(rows)),
    }


def by_cursor(request: Request, key: str, rows: Sequence[Record]) -> Record:
    """Return one cursor page of a whole list: the cursor is the position of a row.

    Raises:
        Refusal: The size or the cursor cannot be read.
    """
    size = min(max(whole(request, "page[size]", MOST_PER_PAGE), 1), MOST_PER_PAGE)
    after = request.query_params.get("page[after]")
    before = request.query_params.get("page[before]")
    if before is not None:
        end = position(before)
        start = max(end - size, 0)
    else:
        start = position(after) if after else 0
        end = start + size
    chosen = rows[start:end]
    has_more = end < len(rows) if before is None else start > 0
    after_cursor = cursor(min(end, len(rows))) if chosen else None
    before_cursor = cursor(start) if chosen else None
    return {
        key: list(chosen),
        "meta": {
            "has_more": has_more,
            "after_cursor": after_cursor,
            "before_cursor": before_cursor,
        },
        "links": {
            "next": _cursor_link(request, "page[after]", after_cursor) if end < len(rows) else None,
            "prev": _cursor_link(request, "page[before]", before_cursor) if start > 0 else None,
        },
    }


def listing(request: Request, key: str, rows: Sequence[Record]) -> Record:
    """Return a page of a list in whichever form the request asks for.

    Raises:
        Refusal: A paging parameter cannot be used.
    """
    if any(name.startswith("page[") for name in request.query_params):
        return by_cursor(request, key, rows)
    return numbered(request, key, rows)


def cursor(place: int) -> str:
    """Return an opaque cursor for a position."""
    return base64.urlsafe_b64encode(f"at:{place}".encode()).decode()


def position(text: str) -> int:
    """Read a cursor made by `cursor`.

    Raises:
        Refusal: It was not made here.
    """
    try:
        mark, _, number = base64.urlsafe_b64decode(text).decode().partition(":")
        place = int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        mark, place = "", -1
    if mark != "at" or place < 0:
        raise Refusal(coded("InvalidCursor", "Invalid cursor", "The cursor cannot be read."))
    return place


def link(request: Request, *, without: Sequence[str] = (), **changes: str) -> str:
    """Return this request's address with some parameters changed, and some left out."""
    kept = request.query_params.multi_items()
    dropped = {*without, *changes}
    parameters = [(name, value) for name, value in kept if name not in dropped]
    return _address(request, [*parameters, *changes.items()])


def _cursor_link(request: Request, name: str, value: str | None) -> str:
    cursors = {"page[after]", "page[before]"}
    kept = [item for item in request.query_params.multi_items() if item[0] not in cursors]
    return _address(request, [*kept, (name, value or "")])


def _address(request: Request, parameters: Sequence[tuple[str, str]]) -> str:
    return f"{request.url.replace(query='')}".rstrip("?") + "?" + urlencode(parameters)
