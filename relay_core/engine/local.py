"""The engine in this process: one sender thread for each lane that has something to send."""

from contextlib import closing
from threading import Event, Lock, Thread

from relay_core.delivery.holding import release_held
from relay_core.delivery.sender import LaneSender
from relay_core.engine.port import Outfit
from relay_core.gateways.channel import Channel
from relay_core.log import log
from relay_core.store.ledger import Ledger


class LocalEngine:
    """Starts, wakes and stops the senders.

    The owner of the file is the only process that has one, so each lane has one sender.
    """

    def __init__(self, ledger: Ledger, outfit: Outfit) -> None:
        """Prepare; nothing is sent before `start`.

        Args:
            ledger: Where runs and deliveries are.
            outfit: What senders are given.
        """
        self._ledger = ledger
        self._outfit = outfit
        self._stop = Event()
        self._lanes: dict[str, tuple[Thread, Event]] = {}
        self._lock = Lock()
        self._started = False

    @property
    def is_sending(self) -> bool:
        """Whether this process sends."""
        return self._started and not self._stop.is_set()

    def start(self) -> None:
        """Take up every run that is under way; what is held is judged anew."""
        now = self._outfit.surroundings.clock()
        self._ledger.write(lambda session: release_held(session, now=now))
        self._started = True
        for run in self._ledger.rows("runs.active"):
            self.wake(run["integration_id"])

    def wake(self, lane: str) -> None:
        """Tell a lane that there may be work. Does nothing before `start` or after `stop`."""
        with self._lock:
            if not self.is_sending:
                return
            if lane not in self._lanes or not self._lanes[lane][0].is_alive():
                bell = Event()
                thread = Thread(
                    target=self._work,
                    args=(lane, self._outfit.channel(lane), bell),
                    name=f"lane-{lane}",
                    daemon=True,
                )
                self._lanes[lane] = (thread, bell)
                thread.start()
                log().info("lane.started", lane=lane)
            self._lanes[lane][1].set()

    def _work(self, lane: str, channel: Channel, bell: Event) -> None:
        """Send on one lane until stopped, then let go of its connections."""
        with closing(channel):
            LaneSender(
                lane=lane,
                ledger=self._ledger,
                channel=channel,
                pacer=self._outfit.pacer(lane),
                surroundings=self._outfit.surroundings,
                stop=self._stop,
                wake=bell,
                rules=self._outfit.rules,
            ).run()

    def stop(self) -> None:
        """Let nothing new leave, and return once the answers in flight are recorded."""
        with self._lock:
            self._stop.set()
            lanes = list(self._lanes.values())
        for _, bell in lanes:
            bell.set()
        for thread, _ in lanes:
            thread.join()
