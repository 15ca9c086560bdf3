"""What can be done about what is known of people: see it, forget it on request or in time."""

from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import Final
from zoneinfo import ZoneInfo

from relay_core.desk.audiences import AudienceDesk
from relay_core.engine.alarm import Alarm
from relay_core.errors import StoreError
from relay_core.log import log
from relay_core.privacy.dossier import Dossier, dossier
from relay_core.privacy.erasure import ErasedPerson, erase, erased_people, let_back
from relay_core.privacy.history import PersonMessage, messages_of
from relay_core.privacy.retention import (
    BY_ITSELF,
    Removal,
    foreseen,
    last_pass,
    next_pass_at,
    remove_aged,
)
from relay_core.privacy.traces import Traces, traces_of
from relay_core.settings import Settings
from relay_core.store.database import Database

_BREATH_S: Final = 0.02
"""Between two transactions of a pass: whoever sends comes first."""


class PrivacyDesk(AudienceDesk):
    """Erasure and retention."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._removing = database.lock("retention")
        self._ending = Event()
        self._retention = Alarm(
            name="retention",
            next_at=self._next_pass,
            ring=self._pass_by_itself,
            clock=now,
            leads=lambda: database.leads,
        )

    def traces_of_person(self, person_id: int) -> Traces:
        """Return what an erasure would take and leave. Nothing is changed."""
        return traces_of(self._database.rows, person_id)

    def history_of_person(self, person_id: int) -> list[PersonMessage]:
        """Return every message to one person or their number, the latest first."""
        phones = list(self.traces_of_person(person_id).own_phones)
        return list(messages_of(self._database, person_id, phones=phones))

    def dossier_of_person(self, person_id: int, *, actor: str) -> Dossier:
        """Gather everything that is held about one person; it is noted who did."""
        return dossier(self._database, person_id, actor=actor, now=self._now())

    def erase_person(self, person_id: int, *, typed: str, actor: str) -> Traces:
        """Forget one person; see `relay_core.privacy.erasure.erase`.

        Args:
            person_id: Whom.
            typed: Their name or number, typed by whoever does it.
            actor: Who.
        """
        erased = erase(
            self._database,
            person_id,
            typed=typed,
            region=self.settings.default_region,
            actor=actor,
            now=self._now(),
        )
        self._found.forget()
        self._database.checkpoint()
        return erased

    def erased_people(self) -> list[ErasedPerson]:
        """Return whom the mirror passes over since they were erased, the latest first."""
        return erased_people(self._database)

    def let_person_back(self, person_id: int, *, actor: str) -> None:
        """Let the mirror have somebody again who was erased."""
        let_back(self._database, person_id, actor=actor, now=self._now())

    def foresee_removal(self) -> Removal:
        """Return what is old enough to be removed now. Nothing is changed."""
        return foreseen(self._database, days=self.settings.retention_days, now=self._now())

    def remove_aged(self, *, actor: str) -> Removal:
        """Remove names, numbers and texts that are older than the days that were set.

        Raises:
            StoreError: It is being done at this moment, or Relay stops.
        """
        days = self.settings.retention_days
        if not days:
            return Removal(days=0)
        if not self._removing.acquire(blocking=False):
            raise StoreError("removing already", advice="This is being done. Wait for its end.")
        try:
            done = remove_aged(
                self._database, days=days, actor=actor, now=self._now(), go_on=self._may_go_on
            )
        finally:
            self._removing.release()
        if done is None:
            raise StoreError("stopping", advice="Relay is stopping; the next start goes on.")
        self._database.checkpoint()
        log().info("retention.done", runs=done.runs, messages=done.messages, replies=done.replies)
        return done

    def _may_go_on(self) -> bool:
        return not self._ending.wait(_BREATH_S)

    def _next_pass(self) -> datetime | None:
        if not self.settings.retention_days:
            return None
        return next_pass_at(last_pass(self._database), zone=ZoneInfo(self.time_zone()))

    def _pass_by_itself(self) -> bool:
        self.remove_aged(actor=BY_ITSELF)
        return True

    def _stop_retention(self) -> None:
        self._ending.set()
        self._retention.stop()
