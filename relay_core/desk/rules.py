"""The rules that decide about people and messages, exchanged while Relay runs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from relay_core.desk.gates import gate_rules, policy_of
from relay_core.desk.scheduling import ScheduleDesk
from relay_core.errors import CampaignError, StoreError
from relay_core.people.settled import keep_by
from relay_core.settings import Settings
from relay_core.store.audit import note

_WINDOW_S: Final = 1.0
"""For which a lane's pace counts: the sender that comes knows nothing of what the last one sent."""


class RuleDesk(ScheduleDesk):
    """What can be done about rules."""

    def use_new_rules(self, *, actor: str) -> tuple[str, ...]:
        """Read the rules again, and let what is planned from now on go by them.

        Not while a run may still send something: what was agreed to ends by the rules that it was
        agreed to by. What was reviewed and not sent has to be reviewed again.

        Args:
            actor: Who did it.

        Returns:
            The names of the settings that differ; none when everything is as it was.

        Raises:
            ConfigurationError: What is set now is wrong; the old rules stay.
            CampaignError: A run is not over, or other processes go by these rules too.
            StoreError: People are being read at this moment, by the old rules.
        """
        if self.settings.ledger_url:
            raise CampaignError(
                "rules of several processes",
                advice="Every process that shares this ledger goes by the rules that it was "
                "started with. Set the new ones everywhere, then start all of them again.",
            )
        with self._exchanging:
            before = self.settings
            fresh = before.with_new_rules()
            gate_rules(fresh)
            changed = before.changed_rules(fresh)
            if not changed:
                return ()
            with self._nothing_decided():
                self._decide_by(fresh)
        now, names = self._now(), tuple(changed)
        detail = "; ".join(f"{name}: {values}" for name, values in changed.items())
        self._database.write(
            lambda session: note(
                session,
                actor=actor,
                event="rules.exchanged",
                subject=", ".join(names),
                now=now,
                detail=detail,
            )
        )
        return names

    @contextmanager
    def _nothing_decided(self) -> Iterator[None]:
        """Keep presses and syncs waiting, and the sender still."""
        with self._sending:
            if not self._syncing.acquire(blocking=False):
                raise StoreError(
                    "syncing",
                    advice="People are being read from Zendesk. Try again when that has ended.",
                )
            try:
                self._ensure_all_over()
                yield
            finally:
                self._syncing.release()

    def _ensure_all_over(self) -> None:
        if under_way := [str(row["id"]) for row in self._database.rows("runs.open")]:
            raise CampaignError(
                f"{len(under_way)} runs under way",
                advice=f"Not over yet: run {', '.join(under_way)}. Runs end by the rules they were "
                "agreed to by. Let them end, or cancel them, and try again.",
            )

    def _decide_by(self, fresh: Settings) -> None:
        was_sending = self._engine.is_sending
        self._engine.stop()
        try:
            keep_by(self._database, policy_of(fresh).kept_by, now=self._now())
            self.settings = fresh
        finally:
            self._engine = self._new_engine()
            if was_sending:
                time.sleep(_WINDOW_S)
                self._begin_sending()
