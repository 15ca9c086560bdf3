"""Who exists: bringing the mirror of Zendesk's users up to date."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from relay_core.desk.base import Desk
from relay_core.errors import StoreError
from relay_core.people.sync import SyncProgress, progress, sync
from relay_core.settings import Settings
from relay_core.store.database import Database


class PeopleDesk(Desk):
    """What can be done with the mirror."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._syncing = Lock()

    def sync_people(self, *, anew: bool = False) -> SyncProgress:
        """Bring the mirror up to date; returns when done.

        Raises:
            StoreError: A sync is under way already.
            GatewayError: Zendesk could not be read; what was fetched until then is kept.
        """
        return self.sync_people_reporting(lambda _: None, anew=anew)

    def sync_people_reporting(
        self, report: Callable[[SyncProgress], None], *, anew: bool = False
    ) -> SyncProgress:
        """Do the same, telling after each page how far it is."""
        if not self._syncing.acquire(blocking=False):
            raise StoreError("syncing already", advice="A sync is under way. Wait for its end.")
        try:
            return sync(
                self._database,
                source=self._zendesk,
                region=self.settings.default_region,
                clock=self._now,
                report=report,
                anew=anew,
            )
        finally:
            self._syncing.release()

    @property
    def is_syncing(self) -> bool:
        """Whether this process is reading people at this moment."""
        return self._syncing.locked()

    def people_progress(self) -> SyncProgress:
        """Return how far the last or present sync has come."""
        return progress(self._database)

    def people_counts(self) -> dict[str, int]:
        """Return how many `end_users`, `reachable` and `deleted` people the mirror holds."""
        return self._database.rows("people.counts")[0]
