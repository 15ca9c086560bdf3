"""A process that only sends, on any host: it takes lanes through Procrastinate and gives them back.

It needs the shared ledger and nothing else. While the database is away it waits, and goes on.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import datetime
from threading import Event
from typing import Any, Final

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.worker import Worker

from relay_core.delivery.sender import LaneSender
from relay_core.delivery.tenure import lanes_with_work, release_lane, take_lane
from relay_core.engine.lane_jobs import (
    HEARTBEAT_S,
    SEND_LANE,
    STALLED_S,
    beat,
    defer_orphans,
    end_job,
    end_stalled,
    jobs_begun,
)
from relay_core.engine.port import Outfit
from relay_core.log import log
from relay_core.store.ledger import Ledger
from relay_core.store.postgres.queue import queue_options

_REGISTERED_S: Final = 0.02
"""Between two looks whether the database knows this worker."""
_AGAIN_S: Final = 1.0
"""After the database could not be reached."""
_REST_S: Final = 5.0
"""Without anything due after which a lane is given back, unless it is needed all the same."""
_LONGEST_REST_S: Final = 60.0
"""The same in any case: whoever takes it next finds what was left open."""
_FORGET_S: Final = 3600.0
"""After which the entry of a dead worker is removed."""


class LaneWorker:
    """Takes lanes, so many at once, until it is stopped."""

    def __init__(
        self,
        ledger: Ledger,
        url: str,
        *,
        outfit: Callable[[], Outfit],
        clock: Callable[[], datetime],
        name: str,
        concurrency: int,
        lanes: Sequence[str] | None = None,
    ) -> None:
        """Prepare; nothing is taken before `run`.

        Args:
            ledger: The shared one.
            url: Its address, `postgresql://…`.
            outfit: Returns what a sender is given; asked whenever a lane is taken.
            clock: Gives the database's time.
            name: Host and process, for a person who looks.
            concurrency: Lanes at once, at most.
            lanes: Only these; None: any.
        """
        self._ledger = ledger
        self._outfit = outfit
        self._clock = clock
        self._name = name
        self._concurrency = concurrency
        self._only = list(lanes) if lanes is not None else None
        self._app = App(
            connector=PsycopgConnector(
                conninfo=url, kwargs=queue_options(url), min_size=1, max_size=4, timeout=STALLED_S
            )
        )
        self._app.task(name=SEND_LANE, pass_context=True)(self._send_lane)
        self._stop = Event()
        self._stopped = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._held: dict[str, Future[None]] = {}
        self._doing: set[int | None] = set()
        self._unended: set[int] = set()
        # A lane that was lost may still await its answers while another is taken in its place.
        self._pool = ThreadPoolExecutor(2 * concurrency, thread_name_prefix="lane")

    def run(self, *, ready: Callable[[], None] = lambda: None) -> None:
        """Take lanes until `stop`; then give them back once their answers are recorded.

        Args:
            ready: Called when jobs may be taken, also each time that the database was away.
        """
        asyncio.run(self._run(ready))
        self._pool.shutdown()

    def stop(self) -> None:
        """Let nothing new leave. May be called from any thread, also from a signal's handler."""
        self._stop.set()
        if self._loop is not None:
            with suppress(RuntimeError):  # it has just ended
                self._loop.call_soon_threadsafe(self._stopped.set)

    async def _run(self, ready: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_note_broken_task)
        if self._stop.is_set():
            return
        while not self._stop.is_set():
            try:
                async with self._app.open_async():
                    await self._serve(ready)
            except Exception:  # noqa: BLE001 - whatever it was, the database may be back shortly
                log().warning("worker.stumbled", exc_info=True)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), _AGAIN_S)
        await self._all_given_back()

    async def _serve(self, ready: Callable[[], None]) -> None:
        """Be a worker of Procrastinate until stopped, or until the database is lost."""
        worker = Worker(
            self._app,
            queues=self._only,
            name=self._name,
            concurrency=self._concurrency,
            fetch_job_polling_interval=HEARTBEAT_S,
            # What is held goes on by itself; see `_send_lane`.
            shutdown_graceful_timeout=0,
            delete_jobs="always",
            install_signal_handlers=False,
            update_heartbeat_interval=HEARTBEAT_S,
            stalled_worker_timeout=_FORGET_S,
        )
        beside = [
            asyncio.create_task(self._look_round(worker, ready)),
            asyncio.create_task(self._await_stop(worker)),
        ]
        try:
            await worker.run()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _await_stop(self, worker: Worker) -> None:
        await self._stopped.wait()
        worker.stop()

    async def _look_round(self, worker: Worker, ready: Callable[[], None]) -> None:
        """Keep the heart beating, also while stopping, and find lanes that nobody looks after.

        Others are judged only by one who has been well itself for as long as they may be silent:
        after a pause of the database everybody seems dead to everybody.
        """
        is_ready, well = False, 0
        while True:
            await asyncio.sleep(HEARTBEAT_S if is_ready else _REGISTERED_S)
            if worker.worker_id is None:
                continue
            if not is_ready:
                is_ready = True
                ready()
                continue
            try:
                if not await beat(self._app, worker.worker_id):
                    log().warning("worker.was_forgotten")
                    worker.stop()
                    return
                well += 1
                await self._end_ended(worker.worker_id)
                if well * HEARTBEAT_S > STALLED_S:
                    await self._find_orphans()
            except Exception:  # noqa: BLE001 - the database may be back at the next look
                well = 0
                log().warning("worker.saw_nothing", exc_info=True)

    async def _end_ended(self, worker_id: int) -> None:
        """End those of its jobs whose end was not noted, because a connection was lost over it.

        What is not done at two looks is neither about to begin nor just being ended.
        """
        undone = await jobs_begun(self._app, worker_id) - self._doing
        for job_id in undone & self._unended:
            log().warning("lane.job_not_ended", job=job_id)
            await end_job(self._app, job_id)
        self._unended = undone

    async def _find_orphans(self) -> None:
        for lane in await end_stalled(self._app):
            log().warning("lane.found_stalled", lane=lane)
        lanes = await asyncio.to_thread(lanes_with_work, self._ledger, now=self._clock())
        for lane in await defer_orphans(self._app, lanes):
            log().info("lane.queued", lane=lane)

    async def _send_lane(self, context: JobContext, lane: str) -> None:
        """Hold a lane until it has nothing more to do: the job itself.

        Where the queue is lost, the job ends and the lane goes on: its answers are still to be
        recorded, and it takes nothing more once another worker has taken it.
        """
        self._doing.add(context.job.id)
        try:
            await self._keep_lane(lane)
        finally:
            self._doing.discard(context.job.id)

    async def _keep_lane(self, lane: str) -> None:
        if self._stop.is_set():
            return
        held = self._held.get(lane)
        if held is None or held.done():
            held = self._held[lane] = self._pool.submit(self._hold, lane)
        try:
            await _ended(held)
        except asyncio.CancelledError:
            if self._stop.is_set():
                await _ended(held)
            raise
        held.result()

    def _hold(self, lane: str) -> None:
        """Take a lane, send on it, and give it back: in a thread of its own."""
        outfit = self._outfit()
        world, pacer = outfit.surroundings, outfit.pacer(lane)
        tenure = take_lane(
            self._ledger,
            lane,
            holder=self._name,
            window_s=pacer.longest_window_s,
            now=world.clock(),
        )
        pacer.rest_until(world.monotonic() + tenure.wait_s)
        log().info("lane.taken", lane=lane, epoch=tenure.epoch)
        with closing(outfit.channel(lane)) as channel:
            sender = LaneSender(
                lane=lane,
                ledger=self._ledger,
                channel=channel,
                pacer=pacer,
                surroundings=world,
                stop=self._stop,
                wake=Event(),
                rules=outfit.rules,
                tenure=tenure,
                is_over=lambda idle_s: self._is_over(lane, idle_s),
            )
            sender.run()
        if sender.is_lost:
            log().warning("lane.lost", lane=lane, epoch=tenure.epoch)
            return
        release_lane(self._ledger, tenure, now=world.clock())
        log().info("lane.released", lane=lane, epoch=tenure.epoch)

    def _is_over(self, lane: str, idle_s: float) -> bool:
        if idle_s < _REST_S:
            return False
        return idle_s >= _LONGEST_REST_S or lane not in lanes_with_work(
            self._ledger, now=self._clock()
        )

    async def _all_given_back(self) -> None:
        for held in self._held.values():
            await _ended(held)


async def _ended(held: Future[None]) -> None:
    """Wait for a thread's work, whatever came of it; to stop waiting does not stop the work."""
    await asyncio.wait([asyncio.wrap_future(held)])


def _note_broken_task(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Note what nobody waited for: a job that was ended by others meanwhile, for instance."""
    log().warning("worker.task_failed", exc_info=context.get("exception"))
