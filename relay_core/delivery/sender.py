"""Empties one lane's queue at the lane's pace.

The loop holds no state of its own. Kill it at any line: what is left is rows in the store.

    gates ─▶ commit the intent ─▶ pace ─▶ one request ─▶ commit the outcome
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import BoundedSemaphore, Event, Lock
from time import sleep
from typing import Final

from relay_core.delivery.attending import Attendant
from relay_core.delivery.clock_set_back import WallClock, make_good
from relay_core.delivery.composing import Composer
from relay_core.delivery.gates import OPEN, GateRules, Hold
from relay_core.delivery.holding import hold_quiet
from relay_core.delivery.late import recording_in_time
from relay_core.delivery.pacing import Pacer
from relay_core.delivery.recording import Attempt, recording
from relay_core.delivery.tenure import LATEST_S, Tenure
from relay_core.delivery.turns import LaneGates
from relay_core.delivery.writing_down import write_down
from relay_core.errors import RelayError, StoreError
from relay_core.gateways.channel import Channel, Outgoing
from relay_core.gateways.outcomes import (
    OutcomeUnknown,
    Rejected,
    SendOutcome,
    Throttled,
    Unreachable,
)
from relay_core.log import log
from relay_core.store.ledger import Ledger, Row, Session, T

IN_FLIGHT: Final = 32
"""Requests that may await their answer at once on a lane; as many as its client has connections.
No intent is committed before one of them is free."""
_LOOK_AGAIN_S: Final = 0.5
_ATTEND_EVERY_S: Final = 2.0
_ROOM_AGAIN_S: Final = 5.0
"""Until a nearly full disk is looked at again."""
_SLOW_DOWN_S: Final = 5.0
"""A rest for a lane of which a receipt says that it sends too fast."""
_LEAD_S: Final = 0.015
"""How long before its turn an intent is committed: longer than nearly every commit, so that the
disk neither delays a message nor shifts it against its neighbours. A process that is killed in this
time leaves as unknown what did not leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a sender takes from the world: time, chance, and limits."""

    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    """Seconds of a clock that never jumps."""
    dice: Callable[[], float]
    """Random numbers, 0 ≤ dice < 1."""
    max_attempts: int
    has_room: Callable[[], bool] = lambda: True
    """Whether there is room on the disk to note what would be sent."""


class LaneSender:
    """The only sender of one lane, until it is stopped."""

    def __init__(
        self,
        *,
        lane: str,
        ledger: Ledger,
        channel: Channel,
        pacer: Pacer,
        surroundings: Surroundings,
        stop: Event,
        wake: Event,
        rules: GateRules = OPEN,
        tenure: Tenure | None = None,
        is_over: Callable[[float], bool] = lambda _: False,
    ) -> None:
        """Prepare; `run` sends.

        Args:
            lane: Id of the integration.
            ledger: Where intents and outcomes are kept.
            channel: What carries the messages.
            pacer: This lane's own.
            surroundings: Time, chance and limits.
            stop: Set it to let nothing new leave.
            wake: Set it when there may be something to do.
            rules: What may stand between a delivery and its turn.
            tenure: Of the lane, where others could take it; None where this process is alone.
            is_over: Given for how many seconds nothing has been due: whether to end.
        """
        self._lane = lane
        self._ledger = ledger
        self._channel = channel
        self._pacer = pacer
        self._world = surroundings
        self._stop = stop
        self._wake = wake
        self._pacing = Lock()
        self._rules = rules
        self._gates = LaneGates(lane, rules=rules)
        self._tenure = tenure
        self._is_lost = False
        self._is_over = is_over
        self._attend_at = 0.0
        self._wall = WallClock()
        self._attendant = Attendant(ledger, lane=lane, rules=rules)
        self._composer = Composer(ledger, lane=lane)

    @property
    def is_lost(self) -> bool:
        """Whether somebody else has taken the lane."""
        return self._is_lost

    def run(self) -> None:
        """Send until stopped, until it is over, or until somebody else has taken the lane.

        Then wait for the answers still in flight and record them.
        """
        free = BoundedSemaphore(IN_FLIGHT)
        idle_since: float | None = None
        self._tried(lambda: self._gates.take_up(self._ledger, now=self._world.clock()))
        with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix=f"lane-{self._lane[-4:]}") as pool:
            while not (self._stop.is_set() or self._is_lost):
                if not free.acquire(timeout=_LOOK_AGAIN_S):
                    continue
                self._tried(self._attend)
                begun = self._tried(self._begin_ahead)
                if begun is None:
                    free.release()
                    now = self._world.monotonic()
                    idle_since = now if idle_since is None else idle_since
                    if self._tried(partial(self._is_over, now - idle_since)):
                        break
                    self._wake.wait(_LOOK_AGAIN_S)
                    self._wake.clear()
                    continue
                idle_since = None
                pool.submit(self._carry, *begun).add_done_callback(self._returned(free))

    def _tried(self, work: Callable[[], T]) -> T | None:
        try:
            return work()
        except Exception:  # noqa: BLE001 - a full disk must not end the lane for good
            log().error("lane.stumbled", lane=self._lane, exc_info=True)
            return None

    def _attend(self) -> None:
        """From time to time, look at what receipts say of the lane and its runs."""
        now = self._world.monotonic()
        if now < self._attend_at:
            return
        self._attend_at = now + _ATTEND_EVERY_S
        self._look_at_clock(now)
        self._gates.read_zone(self._ledger)
        if self._attendant.attend(now=self._world.clock()):
            with self._pacing:
                self._pacer.refused(now, retry_after_s=_SLOW_DOWN_S)

    def _look_at_clock(self, monotonic_s: float) -> None:
        """Let nothing wait for the time that the clock was set back by."""
        now = self._world.clock()
        back = self._wall.set_back_by(now, monotonic_s=monotonic_s)
        if back:
            log().warning("clock.set_back", lane=self._lane, seconds=round(back.total_seconds()))
            self._ledger.write(
                lambda session: make_good(session, lane=self._lane, back=back, now=now)
            )

    def _returned(self, free: BoundedSemaphore) -> Callable[[Future[None]], None]:
        """Give the place back, and say so when an outcome could not be written down."""

        def returned(carried: Future[None]) -> None:
            free.release()
            if carried.exception() is not None:
                log().error("outcome.lost", lane=self._lane, exc_info=carried.exception())

        return returned

    def _begin_ahead(self) -> tuple[Row, float, float] | None:
        """Commit to the next delivery shortly before its turn.

        Returns:
            The delivery, the moment at which it leaves, and one before its transaction began; None
            when nothing is due.
        """
        if not self._world.has_room():
            log().error("disk.nearly_full", lane=self._lane)
            self._stop.wait(_ROOM_AGAIN_S)
            return None
        while True:
            now = self._world.monotonic()
            with self._pacing:
                turn = max(self._pacer.next_turn(now), now + _LEAD_S)
            wait_s = turn - _LEAD_S - now
            if wait_s <= 0:
                break
            if self._stop.wait(wait_s):
                return None
        ahead = timedelta(seconds=max(0.0, turn - self._world.monotonic()))
        leaves_at = self._world.clock() + ahead
        asked = self._world.monotonic()

        def work(session: Session) -> tuple[Row | Hold | None, float]:
            # What a try sees may be as old as the end of the one before it.
            nonlocal asked
            begun, asked = asked, self._world.monotonic()
            return self._take_turn(session, leaves_at), begun

        row, begun = self._ledger.write(work)
        if isinstance(row, Hold):
            hold_quiet(self._ledger, lane=self._lane, rules=self._rules, now=leaves_at)
            return self._begin_ahead()
        if row is None:
            return None
        with self._pacing:
            turn = max(turn, self._world.monotonic())
            self._pacer.departed(turn)
        return row, turn, begun

    def _take_turn(self, session: Session, leaves_at: datetime) -> Row | Hold | None:
        """Take the next turn, if the lane is still ours."""
        if self._tenure is not None and not self._tenure.holds(session):
            self._is_lost = True
            return None
        return self._gates.take_turn(session, now=leaves_at)

    def _carry(self, row: Row, turn: float, begun: float) -> None:
        outcome, left_at = self._send(row, turn, begun)
        attempt = Attempt(
            delivery_id=row["id"],
            run_id=row["run_id"],
            phone=row["phone"],
            number=row["attempts"],
            begun_at=left_at,
            repeat=row.get("tries", 0),
        )
        if isinstance(outcome, Throttled):
            with self._pacing:
                self._pacer.refused(self._world.monotonic(), retry_after_s=outcome.retry_after_s)
        now = self._world.clock()
        work = recording(
            attempt,
            outcome,
            now=now,
            dice=self._world.dice(),
            max_attempts=self._world.max_attempts,
        )
        if self._tenure is not None:
            work = recording_in_time(
                attempt,
                outcome,
                work,
                lane=self._lane,
                intended_at=row["begun_at"],
                now=now,
            )
        write_down(self._ledger, work, lane=self._lane, stop=self._stop)
        lane_fault = isinstance(outcome, Rejected) and outcome.lane_fault
        calm = not isinstance(outcome, OutcomeUnknown) and not lane_fault
        (log().info if calm else log().warning)(
            "delivery.attempted",
            delivery=attempt.delivery_id,
            run=attempt.run_id,
            lane=self._lane,
            attempt=attempt.number,
            outcome=type(outcome).__name__,
        )

    def _held_back_s(self) -> float:
        with self._pacing:
            return self._pacer.held_back_s(self._world.monotonic())

    def _send(self, row: Row, turn: float, begun: float) -> tuple[SendOutcome, datetime]:
        """Make the one request in its turn; whatever goes wrong, the intent gets an outcome.

        Returns:
            The outcome, and the moment the request left.
        """
        outgoing = self._built(row)
        if not isinstance(outgoing, Outgoing):
            return outgoing, self._world.clock()
        if (hindrance := self._hindrance()) is not None:
            return hindrance, self._world.clock()
        sleep(max(0.0, turn - self._world.monotonic()))
        while (wait_s := self._held_back_s()) > 0:
            sleep(wait_s)
        left_at = self._world.clock()
        if self._tenure is not None and self._world.monotonic() - begun > LATEST_S:
            return Unreachable("too_late"), left_at
        try:
            return self._channel.send(outgoing), left_at
        except Exception:  # noqa: BLE001 - the request may have left before the bug showed
            log().error("channel.broke", delivery=row["id"], run=row["run_id"], exc_info=True)
            return OutcomeUnknown("bug"), left_at

    def _built(self, row: Row) -> Outgoing | SendOutcome:
        """Return the message, or why it certainly does not leave."""
        try:
            outgoing = self._composer.outgoing(row)
            hindrance = self._composer.hindrance(row)
        except StoreError:  # a database that went away may be back at the next try
            return Unreachable("no_ledger")
        except RelayError as error:
            return Rejected("unsendable", error.advice)
        except Exception:  # noqa: BLE001 - an intent without an outcome would hold the run for ever
            log().error("delivery.broke", delivery=row["id"], run=row["run_id"], exc_info=True)
            return Rejected("bug", "Relay could not build this message. Nothing was sent.")
        return outgoing if hindrance is None else Rejected(hindrance, hindrance.sentence)

    def _hindrance(self) -> SendOutcome | None:
        """Let the channel make ready; return why it cannot send."""
        try:
            return self._channel.make_ready()
        except Exception:  # noqa: BLE001 - it certainly has not left
            log().error("channel.broke", lane=self._lane, exc_info=True)
            return Unreachable("bug")
