"""Who exists: bringing the mirror of Zendesk's users up to date."""

import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from relay_core.delivery.reply_tickets import learn_reply_tickets
from relay_core.desk.base import Desk
from relay_core.errors import GatewayError, StoreError
from relay_core.log import log
from relay_core.people.stages import SyncProgress, progress
from relay_core.people.sync import sync
from relay_core.settings import Settings
from relay_core.store.database import Database


class PeopleDesk(Desk):
    """What can be done with the mirror."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._syncing = database.lock("sync")

    def sync_people(self, *, anew: bool = False) -> SyncProgress:
        """Bring the mirror up to date, then ask in which tickets replies are; returns when done.

        Raises:
            StoreError: A sync is under way already.
            GatewayError: Zendesk could not be read; what was fetched until then is kept.
        """
        done = self.sync_people_reporting(lambda _: None, anew=anew)
        learn_reply_tickets(self._database, source=self._zendesk, clock=self._now, wait=time.sleep)
        return done

    def sync_people_reporting(
        self, report: Callable[[SyncProgress], None], *, anew: bool = False
    ) -> SyncProgress:
        """Do the same, telling after each page how far it is."""
        if not self._syncing.acquire(blocking=False):
            raise StoreError("syncing already", advice="A sync is under way. Wait for its end.")
        try:
            self._note_time_zone()
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

    def time_zone(self) -> str:
        """Return the zone in which the account's days begin and end; UTC until it is known."""
        rows = self._database.rows("account.name")
        return str(rows[0]["time_zone"] or "UTC") if rows else "UTC"

    def _note_time_zone(self) -> None:
        try:
            zone = self._zendesk.time_zone()
            ZoneInfo(zone or "UTC")
        except (GatewayError, ZoneInfoNotFoundError, ValueError) as error:
            # The last known one stays; a sync that cannot reach Zendesk says so itself.
            log().warning("time_zone.not_read", error=type(error).__name__)
            return
        self._database.write(lambda session: session.run("account.keep_time_zone", zone=zone))

    @property
    def is_syncing(self) -> bool:
        """Whether people are being read at this moment."""
        return self._syncing.locked()

    def people_progress(self) -> SyncProgress:
        """Return how far the last or present sync has come."""
        return progress(self._database)

    def people_counts(self) -> dict[str, int]:
        """Return how many `end_users`, `reachable` and `deleted` people the mirror holds."""
        return self._database.rows("people.counts")[0]
