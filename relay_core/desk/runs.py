"""The send: runs under way, and the engine that does the work."""

from collections.abc import Callable
from datetime import datetime

from relay_core.delivery.first_messages import Canary, canary_of
from relay_core.delivery.gates import HeldFor
from relay_core.delivery.holding import HeldBack, held_back
from relay_core.delivery.runs import (
    RunStatus,
    cancel_run,
    pause_run,
    resume_run,
    run_status,
    run_statuses,
)
from relay_core.desk.base import Desk
from relay_core.desk.lanes import outfit_by
from relay_core.engine.local import LocalEngine
from relay_core.engine.port import Engine
from relay_core.options.account import Account
from relay_core.settings import Settings
from relay_core.store.database import Database
from relay_core.store.disk import has_room


class RunDesk(Desk):
    """What can be done with runs."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._engine = self._new_engine()

    def _new_engine(self) -> Engine:
        """Return an engine that sends by the settings of this moment, once it is started.

        Where the ledger is shared, workers send: two processes that both own a file would not know
        of each other's pace.
        """
        if self.settings.ledger_url:
            from relay_core.engine.cluster import ClusterEngine  # noqa: PLC0415 - of the extra `scale`

            return ClusterEngine(self._database, self.settings.ledger_address())
        return LocalEngine(
            self._database,
            outfit_by(
                self.settings,
                account=self._account,
                signed_in=self._signed_in,
                clock=self._now,
                has_room=self._has_room,
            ),
        )

    def _account(self) -> Account:
        return self.settings.account()

    def _begin_sending(self) -> None:
        """Take up every run that is under way, and what Zendesk Talk may be asked once more."""
        self._engine.start()
        for row in self._database.rows("repeats.lanes", now=self._now()):
            self._engine.wake(row["lane"])

    @property
    def is_sending(self) -> bool:
        """Whether what is queued is sent, by this process or by workers."""
        return self._engine.is_sending

    def runs(self, *, tests: bool = False) -> list[RunStatus]:
        """Return every run with its figures, newest first; tests only when asked for."""
        return run_statuses(self._database, tests=tests)

    def run(self, run_id: int) -> RunStatus:
        """Return one run with its figures."""
        return run_status(self._database, run_id)

    def held_back(self, run_id: int) -> list[HeldBack]:
        """Return what waits in a run although it goes on, and why."""
        held = held_back(self._database, run_id, now=self._now())
        if (why := self._why_nothing_leaves()) is None:
            return held
        run = self.run(run_id)
        waiting = run.queued if run.is_active else 0
        everything = HeldBack(why=why, until=None, messages=waiting)
        return [everything, *held] if waiting else held

    def _why_nothing_leaves(self) -> HeldFor | None:
        if self.settings.ledger_url:
            return None if self.is_sending else HeldFor.NO_WORKER
        return None if self._has_room() else HeldFor.FULL_DISK

    def _has_room(self) -> bool:
        return has_room(self._database.path)

    def canary(self, run_id: int) -> Canary | None:
        """Return how a run's first messages fare; None where nothing was chosen for it."""
        return canary_of(self._database, run_id)

    def stopped_with(self, run_id: int) -> list[int]:
        """Return the runs that Relay stopped for the same reason, this one among them."""
        rows = self._database.rows("runs.stopped_with", run_id=run_id)
        return [int(row["id"]) for row in rows]

    def pause_run(self, run_id: int, *, actor: str) -> None:
        """Let nothing new of this run leave."""
        pause_run(self._database, run_id, actor=actor, now=self._now())

    def resume_run(self, run_id: int, *, actor: str) -> None:
        """Let a paused run go on."""
        resume_run(self._database, run_id, actor=actor, now=self._now())
        self._engine.wake(self.run(run_id).integration_id)

    def cancel_run(self, run_id: int, *, actor: str) -> None:
        """Give up what has not left."""
        cancel_run(self._database, run_id, actor=actor, now=self._now())
