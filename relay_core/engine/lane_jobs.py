"""Lanes as jobs of Procrastinate: one at a time for each lane, found again when its worker ends."""

from collections.abc import Iterable
from typing import Final

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import JobDeferrer, Status

SEND_LANE: Final = "send_lane"
HEARTBEAT_S: Final = 1.0
STALLED_S: Final = 5.0
"""A worker whose heart has not beaten for so long is taken for dead."""

_WITH_JOB: Final = """
    SELECT DISTINCT lock FROM procrastinate_jobs
     WHERE status NOT IN ('succeeded', 'failed', 'cancelled', 'aborted')"""
_BEAT: Final = (
    "UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = %(id)s RETURNING id"
)
_BEGUN: Final = """
    SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = %(id)s"""
_ALIVE: Final = """
    SELECT count(*) AS workers FROM procrastinate_workers
     WHERE last_heartbeat > now() - %(seconds)s * INTERVAL '1 second'"""


def lane_job(app: App, lane: str) -> JobDeferrer:
    """Return what puts a lane into the queue, once however often it is asked to.

    Its queue has the lane's own name, so that a worker may listen to some lanes only.
    """
    return app.configure_task(SEND_LANE, queue=lane, lock=lane, queueing_lock=lane)


def defer(app: App, lane: str) -> None:
    """Put a lane into the queue, unless it waits there.

    Raises:
        ConnectorException: The database cannot be reached.
    """
    try:
        lane_job(app, lane).defer(lane=lane)
    except AlreadyEnqueued:
        return


async def defer_orphans(app: App, lanes: Iterable[str]) -> list[str]:
    """Put those lanes into the queue that have no job; return which."""
    rows = await app.connector.execute_query_all_async(_WITH_JOB)
    orphans = sorted(set(lanes) - {row["lock"] for row in rows})
    for lane in orphans:
        try:
            await lane_job(app, lane).defer_async(lane=lane)
        except AlreadyEnqueued:
            continue
    return orphans


async def end_stalled(app: App) -> list[str]:
    """End the jobs of workers that seem dead, so that their lanes are free; return which lanes.

    They are removed, not begun again: should such a worker wake, it ends a job that is no more,
    and never one that somebody else has begun meanwhile.
    """
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S)
    lanes = []
    for job in stalled:
        if job.id is not None and job.task_name == SEND_LANE:
            await end_job(app, job.id)
            lanes.append(str(job.lock))
    return lanes


async def end_job(app: App, job_id: int) -> None:
    """End a job that nobody does any more."""
    await app.job_manager.finish_job_by_id_async(
        job_id=job_id, status=Status.FAILED, delete_job=True
    )


async def jobs_begun(app: App, worker_id: int) -> set[int]:
    """Return the jobs that a worker does, as the database has it."""
    rows = await app.connector.execute_query_all_async(_BEGUN, id=worker_id)
    return {row["id"] for row in rows}


async def beat(app: App, worker_id: int) -> bool:
    """Let a worker's heart beat; False when it seemed dead for so long that it was removed."""
    return bool(await app.connector.execute_query_all_async(_BEAT, id=worker_id))


def count_workers(app: App) -> int:
    """Return how many workers there are.

    Raises:
        ConnectorException: The database cannot be reached.
    """
    row = app.connector.get_sync_connector().execute_query_one(_ALIVE, seconds=STALLED_S)
    return int(row["workers"])
