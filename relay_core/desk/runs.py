"""The send: runs under way, and the engine that does the work."""

import random
import time
from collections.abc import Callable
from datetime import datetime

from relay_core.delivery.first_messages import Canary, canary_of
from relay_core.delivery.gates import HeldFor
from relay_core.delivery.holding import HeldBack, held_back
from relay_core.delivery.pacing import Pacer
from relay_core.delivery.runs import (
    RunStatus,
    cancel_run,
    pause_run,
    resume_run,
    run_status,
    run_statuses,
)
from relay_core.delivery.sender import Surroundings
from relay_core.desk.base import Desk
from relay_core.desk.gates import gate_rules
from relay_core.engine.local import LocalEngine
from relay_core.gateways.channel import Channel
from relay_core.gateways.sunco import sunshine_channel
from relay_core.gateways.talk import talk_text_channel
from relay_core.gateways.talk_lanes import is_talk
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

    def _new_engine(self) -> LocalEngine:
        """Return an engine that sends by the settings of this moment, once it is started."""
        settings = self.settings
        return LocalEngine(
            self._database,
            channel=self._channel_of,
            pacer=lambda lane: Pacer(per_second=self.pace_of(lane), guard_s=settings.pace_guard_s),
            surroundings=Surroundings(
                clock=self._now,
                monotonic=time.monotonic,
                dice=random.random,
                max_attempts=settings.max_attempts,
                has_room=self._has_room,
            ),
            rules=gate_rules(settings),
        )

    def _begin_sending(self) -> None:
        """Take up every run that is under way, and what Zendesk Talk may be asked once more."""
        self._engine.start()
        for row in self._database.rows("repeats.lanes", now=self._now()):
            self._engine.wake(row["lane"])

    def _channel_of(self, lane: str) -> Channel:
        account, timeout_s = self.settings.account(), self.settings.send_timeout_s
        if is_talk(lane):
            return talk_text_channel(account, timeout_s=timeout_s, auth=self._zendesk_auth)
        return sunshine_channel(account, timeout_s=timeout_s, auth=self._sunco_auth)

    @property
    def is_sending(self) -> bool:
        """Whether this process sends what is queued."""
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
        if self._has_room():
            return held
        run = self.run(run_id)
        waiting = run.queued if run.is_active else 0
        full = HeldBack(why=HeldFor.FULL_DISK, until=None, messages=waiting)
        return [full, *held] if waiting else held

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
