"""What is not known, and who said stop: decisions about both, and what became of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from relay_core.delivery.opting_out import OptOut, TagChange, opt_outs_of, tag_changes_of
from relay_core.delivery.tagging import change_tags, tags_awaited
from relay_core.delivery.unknowns import (
    Decision,
    Settled,
    Settlement,
    Unknown,
    settle_unknown,
    settlements,
    unknowns,
)
from relay_core.delivery.unread import UnreadEvent, unread_events
from relay_core.desk.runs import RunDesk
from relay_core.engine.watching import Watch
from relay_core.settings import Settings
from relay_core.store.database import Database
from relay_core.store.ledger import one

_TAGGING_S: Final = 5.0
"""Between a wish and its tag, so that several changes go together; retries wait longer."""


class SettlingDesk(RunDesk):
    """What can be done about messages in doubt, and seen of opt-outs."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._tagging = Watch(
            name="opt-out-tags",
            is_awaited=lambda: tags_awaited(self._database),
            look=self._changed_tags,
            leads=lambda: database.leads,
            shortest_s=_TAGGING_S if settings.opt_out_write_back == "tag" else 0,
        )

    def _changed_tags(self) -> bool:
        made = change_tags(
            self._database,
            lambda: self._zendesk,
            tag=self.settings.opt_out_tags[0].lower(),
            now=self._now(),
        )
        return made > 0

    def unknowns(self, run_id: int) -> list[Unknown]:
        """Return the messages of a run of which nobody knows whether they left."""
        return unknowns(self._database, run_id, now=self._now())

    def settle_unknown(
        self, run_id: int, deliveries: list[int] | None, *, decided: Decision, actor: str
    ) -> Settled:
        """Settle unknown messages as a person says; None for `deliveries` is all of the run.

        Raises:
            IllegalTransition: To send again, the run would have to go on, and it is over.
        """
        settled = settle_unknown(
            self._database,
            run_id,
            deliveries,
            decided=decided,
            actor=actor,
            now=self._now(),
        )
        if decided is Decision.AGAIN and settled.changed:
            self._engine.wake(self.run(run_id).integration_id)
        return settled

    def settlements(self, run_id: int) -> list[Settlement]:
        """Return what people decided about unknown messages, and what became of it since."""
        return settlements(self._database, run_id)

    def opt_outs_of(self, person_id: int) -> list[OptOut]:
        """Return what was asked for from a person's number, the latest first."""
        phone = self._phone_of(person_id)
        return opt_outs_of(self._database, phone) if phone else []

    def tag_changes_of(self, person_id: int) -> list[TagChange]:
        """Return the changes of Zendesk's tags that follow from what was asked for."""
        phone = self._phone_of(person_id)
        return tag_changes_of(self._database, phone) if phone else []

    def _phone_of(self, person_id: int) -> str | None:
        """Return a person's number in E.164, if they have a valid one."""
        profile = one(self._database.rows("lookup.profile", person_id=person_id))
        return None if profile is None else profile["phone_e164"]

    def unread_events(self) -> list[UnreadEvent]:
        """Return the latest webhooks that came with the right key and could not be read."""
        return unread_events(self._database)
