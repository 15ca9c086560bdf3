"""Brings the mirror up to date with Zendesk, page by page, resuming where it stopped."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from relay_core.errors import AccessDenied, CursorExpired
from relay_core.gateways.zendesk_records import (
    AccountSettings,
    MembershipPage,
    Organization,
    TicketPage,
    UserField,
    UserPage,
)
from relay_core.log import log
from relay_core.people.batches import batch_of_memberships, batch_of_people, batch_of_tickets
from relay_core.people.mirror import remembering_catalogue
from relay_core.people.reading_ahead import pages
from relay_core.people.stages import (
    Batch,
    Stage,
    Standing,
    SyncProgress,
    progress,
    standings,
)
from relay_core.store.ledger import Ledger, Session, Work

_MEMBERSHIPS_LAST: Final = timedelta(days=1)
"""Zendesk does not tell which memberships changed: reading all of them again, a hundred at a time,
would make every sync of a large account a long one."""

_FEWEST_TICKET_PAGES: Final = 20
"""Of a thousand tickets each: two minutes at Zendesk's pace."""

PageT = TypeVar("PageT", bound="Page")


class Page(Protocol):
    """A page of any listing."""

    @property
    def after_cursor(self) -> str | None:
        """The cursor behind it."""
        ...

    @property
    def following(self) -> str | None:
        """The cursor of the next page, None behind the last."""
        ...


class Source(Protocol):
    """The part of Zendesk that a sync reads."""

    def account_settings(self) -> AccountSettings:
        """Return how the account is set up."""
        ...

    def user_fields(self) -> list[UserField]:
        """Return the custom user fields."""
        ...

    def organizations(self) -> list[Organization]:
        """Return the organizations."""
        ...

    def users_since(self, cursor: str | None) -> UserPage:
        """Return the page of changed users after the cursor."""
        ...

    def organization_memberships(self, cursor: str | None) -> MembershipPage:
        """Return the page of memberships after the cursor."""
        ...

    def tickets_since(self, cursor: str | None) -> TicketPage:
        """Return the page of changed tickets after the cursor."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sync:
    """One run of a sync and what it works with."""

    ledger: Ledger
    source: Source
    region: str
    clock: Callable[[], datetime]
    report: Callable[[SyncProgress], None]
    anew: bool

    def run(self) -> SyncProgress:
        self.ledger.write(
            remembering_catalogue(self.source.user_fields(), self.source.organizations())
        )
        pages_read = self._read(
            Stage.PEOPLE,
            self.source.users_since,
            lambda page, _: batch_of_people(page, region=self.region),
        )
        if self._wants_memberships():
            self._read(
                Stage.MEMBERSHIPS,
                self.source.organization_memberships,
                lambda page, _: batch_of_memberships(page),
                refused="Relay may not read who belongs to which organization, so it knows the "
                "main one of each person only. Use an administrator's credentials.",
            )
        self._read(
            Stage.TICKETS,
            self.source.tickets_since,
            lambda page, is_first: batch_of_tickets(page, is_first=is_first),
            refused="Relay may not read tickets, so it does not know who has an open one. Use an "
            "administrator's credentials.",
            # Most accounts have far more tickets than people, and one sync at a time runs.
            most=max(pages_read, _FEWEST_TICKET_PAGES),
        )
        done = progress(self.ledger)
        log().info("sync.finished", fetched=done.fetched)
        return done

    def _wants_memberships(self) -> bool:
        last = standings(self.ledger).get(Stage.MEMBERSHIPS)
        if not self.anew and last and last.finished_at and not last.notice:
            age = self.clock() - last.finished_at
            if age < _MEMBERSHIPS_LAST:
                return False
        try:
            return self.source.account_settings().many_organizations
        except AccessDenied:
            return True

    def _read(
        self,
        stage: Stage,
        fetch: Callable[[str | None], PageT],
        batch_of: Callable[[PageT, bool], Batch],
        *,
        refused: str | None = None,
        most: int | None = None,
    ) -> int:
        """Read one part to its end, or as far as is allowed; return the number of pages read.

        Args:
            stage: Which.
            fetch: Returns the page at a cursor.
            batch_of: What a page becomes, and whether it is the first of all.
            refused: What a person is told when the credentials do not suffice for this part;
                None when the sync then fails.
            most: Pages at most; what is left is for the next sync.
        """
        try:
            try:
                return self._pages(self._begun(stage), fetch, batch_of, stage=stage, most=most)
            except CursorExpired:
                log().warning("sync.begun_again", stage=stage)
                return self._pages(self._new(), fetch, batch_of, stage=stage, most=most)
        except AccessDenied:
            if refused is None:
                raise
            log().warning("sync.stage_refused", stage=stage)
            ended = replace(self._begun(stage), finished_at=self.clock(), notice=refused)
            self._write(stage, ended)
            return 0

    def _begun(self, stage: Stage) -> Standing:
        """Return where to go on: in an unfinished pass, or with a new one behind the last."""
        last = None if self.anew else standings(self.ledger).get(stage)
        if last is None or (last.finished_at and stage is Stage.MEMBERSHIPS):
            return self._new()
        if last.finished_at is None:
            return replace(last, notice=None)
        return replace(self._new(), cursor=last.cursor)

    def _new(self) -> Standing:
        return Standing(cursor=None, fetched=0, begun_at=self.clock(), finished_at=None)

    def _pages(
        self,
        standing: Standing,
        fetch: Callable[[str | None], PageT],
        batch_of: Callable[[PageT, bool], Batch],
        *,
        stage: Stage,
        most: int | None,
    ) -> int:
        number = 0
        reading = pages(
            fetch, first=standing.cursor, following=lambda page: page.following, most=most
        )
        for number, page in enumerate(reading, start=1):
            batch = batch_of(page, standing.cursor is None)
            standing = replace(
                standing,
                cursor=page.after_cursor or standing.cursor,
                fetched=standing.fetched + batch.records,
                finished_at=None if page.following else self.clock(),
                notice=_left(stage, batch) if number == most and page.following else None,
            )
            self._write(stage, standing, batch.keep(standing))
        return number

    def _write(self, stage: Stage, standing: Standing, keep: Work[None] | None = None) -> None:
        """Keep a page together with how far its part has come with it."""

        def work(session: Session) -> None:
            if keep is not None:
                keep(session)
            session.run(
                "people.record_stage",
                resource=stage,
                cursor=standing.cursor,
                fetched=standing.fetched,
                begun_at=standing.begun_at,
                finished_at=standing.finished_at,
                notice=standing.notice,
            )

        self.ledger.write(work)
        self.report(progress(self.ledger))


def _left(stage: Stage, batch: Batch) -> str:
    until = f" until {batch.until:%d %B %Y}" if batch.until else " in part"
    return (
        f"Of the {stage}, only those that changed{until} are known: a sync reads no more of them "
        "than of people, so that it does not take twice as long. The next one goes on."
    )


def sync(
    ledger: Ledger,
    *,
    source: Source,
    region: str,
    clock: Callable[[], datetime],
    report: Callable[[SyncProgress], None],
    anew: bool,
) -> SyncProgress:
    """Fetch everybody who was added or changed since the last sync, then what belongs to them.

    People come first and are usable once they are read; memberships and tickets follow. Each page
    is committed together with the cursor behind it, so a sync that is interrupted goes on with the
    page it was at. A part that only administrators may read is left out with a notice.

    Args:
        ledger: Where the mirror is.
        source: Zendesk.
        region: Country of phone numbers written without a plus sign.
        clock: Now, with a time zone.
        report: Called after each page.
        anew: Fetch everything again instead of only what changed.

    Raises:
        GatewayError: Zendesk could not be read; what was fetched until then is kept.
    """
    run = _Sync(ledger=ledger, source=source, region=region, clock=clock, report=report, anew=anew)
    return run.run()
