"""Brings the mirror up to date with Zendesk, page by page, resuming where it stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from relay_core.errors import GatewayError
from relay_core.gateways.zendesk_records import Organization, UserField, UserPage
from relay_core.log import log
from relay_core.people.mirror import remembering, remembering_catalogue
from relay_core.store.ledger import Ledger, Session, one

_MOST_PAGES: Final = 100_000
"""A hundred million people; past that a cursor is running in circles."""


class People(Protocol):
    """The part of Zendesk that a sync reads."""

    def users_since(self, cursor: str | None) -> UserPage:
        """Return the page after the cursor."""
        ...

    def user_fields(self) -> list[UserField]:
        """Return the custom user fields."""
        ...

    def organizations(self) -> list[Organization]:
        """Return the organizations."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncProgress:
    """How far a sync has come."""

    fetched: int
    """Records of this pass so far."""
    begun_at: datetime | None
    finished_at: datetime | None
    """None while a pass is unfinished; the next sync then goes on with it."""


def progress(ledger: Ledger) -> SyncProgress:
    """Return how far the last or present sync has come."""
    row = one(ledger.rows("people.progress"))
    return SyncProgress(
        fetched=row["fetched"] if row else 0,
        begun_at=row["begun_at"] if row else None,
        finished_at=row["finished_at"] if row else None,
    )


def sync(
    ledger: Ledger,
    *,
    source: People,
    region: str,
    clock: Callable[[], datetime],
    report: Callable[[SyncProgress], None],
    anew: bool,
) -> SyncProgress:
    """Fetch everybody who was added or changed since the last sync.

    Each page is committed together with the cursor behind it, so a sync that is interrupted goes
    on with the page it was at.

    Args:
        ledger: Where the mirror is.
        source: Zendesk.
        region: Country of phone numbers written without a plus sign.
        clock: Now, with a time zone.
        report: Called after each page.
        anew: Fetch everybody again instead of only what changed.

    Raises:
        GatewayError: Zendesk could not be read; what was fetched until then is kept.
    """
    ledger.write(remembering_catalogue(source.user_fields(), source.organizations()))
    row = None if anew else one(ledger.rows("people.progress"))
    cursor: str | None = row["cursor"] if row else None
    unfinished = row is not None and row["finished_at"] is None
    fetched = row["fetched"] if row and unfinished else 0
    begun_at = row["begun_at"] if row and unfinished else clock()

    for _ in range(_MOST_PAGES):
        page = source.users_since(cursor)
        done = page.end_of_stream or page.after_cursor is None
        cursor = page.after_cursor or cursor
        fetched += len(page.users)
        now = SyncProgress(
            fetched=fetched, begun_at=begun_at, finished_at=clock() if done else None
        )
        ledger.write(_page_work(page, cursor=cursor, now=now, region=region))
        report(now)
        if done:
            log().info("sync.finished", fetched=fetched)
            return now
    raise GatewayError(
        "the export does not end", advice="Zendesk's export does not end. Start the sync again."
    )


def _page_work(
    page: UserPage, *, cursor: str | None, now: SyncProgress, region: str
) -> Callable[[Session], None]:
    remember = remembering(page.users, region=region)

    def work(session: Session) -> None:
        remember(session)
        session.run(
            "people.record_progress",
            cursor=cursor,
            fetched=now.fetched,
            begun_at=now.begun_at,
            finished_at=now.finished_at,
        )

    return work
