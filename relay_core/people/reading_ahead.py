"""Pages of a listing, the next one fetched while the present one is worked on."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from relay_core.errors import GatewayError

T = TypeVar("T")

_MOST_PAGES: Final = 100_000
"""A hundred million people; past that a cursor is running in circles."""


def pages(
    fetch: Callable[[str | None], T],
    *,
    first: str | None,
    following: Callable[[T], str | None],
    most: int | None = None,
) -> Iterator[T]:
    """Yield page after page, each asked for before the one in front of it is done with.

    At most one page is fetched in vain when the caller stops early.

    Args:
        fetch: Returns the page at a cursor.
        first: Where to begin.
        following: The cursor behind a page, None for the last.
        most: How many pages at most; None for all of them.

    Raises:
        GatewayError: As `fetch`; also a listing that does not end.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="relay-reading")
    try:
        coming = pool.submit(fetch, first)
        for number in range(1, _MOST_PAGES + 1):
            page = coming.result()
            cursor = None if number == most else following(page)
            if cursor is not None:
                coming = pool.submit(fetch, cursor)
            yield page
            if cursor is None:
                return
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    raise GatewayError(
        "the listing does not end", advice="Zendesk's list does not end. Start the sync again."
    )
