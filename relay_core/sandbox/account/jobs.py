"""Background jobs: done at once, told as if they took a moment."""

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.sandbox.account.records import HOME, Record
from relay_core.sandbox.clock import Clock

QUEUED_S: Final = 0.5
WORKING_S: Final = 1.0
"""Sandbox seconds after the request until which a job is still queued, and still working."""

MOST_IN_FLIGHT: Final = 30


class TooManyJobs(Exception):
    """Thirty jobs are on their way already."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job and what came of it."""

    id: str
    started_at: datetime
    results: list[Record]


class Jobs:
    """Keeps the jobs of the account."""

    def __init__(self, clock: Clock, seed: int) -> None:
        """Begin with none."""
        self._clock = clock
        self._dice = random.Random(f"{seed}:jobs")
        self._jobs: dict[str, Job] = {}

    def check_room(self) -> None:
        """Make sure that one more job may start.

        Raises:
            TooManyJobs: As many as allowed are on their way.
        """
        recent = list(self._jobs.values())[-MOST_IN_FLIGHT:]
        if len(recent) == MOST_IN_FLIGHT and self._age_s(recent[0]) < WORKING_S:
            raise TooManyJobs

    def add(self, results: list[Record]) -> Record:
        """Note a job with its results; return how it stands."""
        job = Job(f"V3-{self._dice.randbytes(16).hex()}", self._clock.now(), results)
        self._jobs[job.id] = job
        return self._status(job)

    def status(self, job_id: str) -> Record | None:
        """Return how a job stands, or None when there is no such job."""
        job = self._jobs.get(job_id)
        return None if job is None else self._status(job)

    def _age_s(self, job: Job) -> float:
        return (self._clock.now() - job.started_at).total_seconds()

    def _status(self, job: Job) -> Record:
        age_s = self._age_s(job)
        is_done = age_s >= WORKING_S
        waiting = "queued" if age_s < QUEUED_S else "working"
        return {
            "id": job.id,
            "url": f"{HOME}/job_statuses/{job.id}.json",
            "total": len(job.results),
            "progress": len(job.results) if is_done else None,
            "status": "completed" if is_done else waiting,
            "message": "Completed" if is_done else None,
            "results": job.results if is_done else None,
        }
