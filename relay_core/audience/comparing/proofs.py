"""The checks against Zendesk of this process: begun, watched, cancelled and gone on with by id."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from threading import Event, Lock, Thread
from typing import Final

from relay_core.audience.comparing.proof import Proof, ProofProgress, ProofResult, ProofState
from relay_core.audience.conditions.definition import AudienceDefinition
from relay_core.audience.resolving.sources import Sources
from relay_core.errors import AudienceError, NotFound, RelayError
from relay_core.log import log

_MOST: Final = 8
"""Checks that are remembered; the oldest one that is not running makes room."""
_MOST_RUNNING: Final = 4
"""Each has a thread, and all of them share one allowance of Zendesk's."""
_LAST_PAGE_S: Final = 5.0
"""Longest wait at the end for a page that is being written."""
_BROKE_OFF: Final = (
    "The check broke off. What was fetched is kept; go on with it. Relay's log says more."
)


@dataclass(slots=True, kw_only=True)
class _Kept:
    """A check and the thread that does it."""

    proof: Proof
    stop: Event = field(default_factory=Event)
    is_running: bool = False
    thread: Thread | None = None


class Proofs:
    """What the front desk holds. Every method may be called by any thread."""

    def __init__(self, *, sources: Callable[[], Sources], clock: Callable[[], datetime]) -> None:
        """Begin with none.

        Args:
            sources: What audiences are evaluated against, asked for anew by each check.
            clock: Now, with a time zone.
        """
        self._sources = sources
        self._clock = clock
        self._lock = Lock()
        self._numbers = count(1)
        self._kept: dict[str, _Kept] = {}

    def start(self, definition: AudienceDefinition, *, include_staff: bool = False) -> str:
        """Begin a check; one of the same audience that is running is joined instead.

        Returns:
            Its id.

        Raises:
            AudienceError: As many as may be are running.
        """
        sources = self._sources()
        with self._lock:
            for id_, kept in self._kept.items():
                asked = (kept.proof.definition, kept.proof.include_staff)
                is_going_on = kept.is_running and not kept.stop.is_set()
                if is_going_on and asked == (definition, include_staff):
                    return id_
            self._refuse_too_many()
            self._make_room()
            id_ = str(next(self._numbers))
            kept = _Kept(proof=Proof(definition, include_staff=include_staff))
            self._kept[id_] = kept
            self._run(kept, sources)
            return id_

    def progress(self, id_: str) -> ProofProgress:
        """Return how far a check has come.

        Raises:
            NotFound: There is no such check, or not any more.
        """
        kept = self._one(id_)
        with self._lock:
            so_far = kept.proof.progress()
            if kept.is_running:
                return replace(so_far, state=ProofState.RUNNING)
        if so_far.state is ProofState.FAILED and so_far.advice is None:
            return replace(so_far, advice=_BROKE_OFF)
        return so_far

    def cancel(self, id_: str) -> None:
        """Stop a check after the page it is reading; what was fetched is kept.

        Raises:
            NotFound: There is no such check, or not any more.
        """
        self._one(id_).stop.set()

    def resume(self, id_: str) -> None:
        """Go on with a check that was cancelled or failed; nothing that was fetched is read again.

        Raises:
            AudienceError: As many as may be are running.
            NotFound: There is no such check, or not any more.
        """
        kept, sources = self._one(id_), self._sources()
        with self._lock:
            if kept.is_running:
                kept.stop.clear()
            elif kept.proof.result is None:
                self._refuse_too_many()
                kept.stop.clear()
                self._run(kept, sources)

    def result(self, id_: str) -> ProofResult:
        """Return what a finished check found.

        Raises:
            NotFound: There is no such check, or not any more.
            AudienceError: It is not finished.
        """
        found = self._one(id_).proof.result
        if found is None:
            raise AudienceError(
                "check not finished", advice="This check is not finished. Wait for it, or go on."
            )
        return found

    def close(self) -> None:
        """Stop every check, and wait for the pages that are being written."""
        with self._lock:
            running = [kept for kept in self._kept.values() if kept.is_running]
        for kept in running:
            kept.stop.set()
        for kept in running:
            if kept.thread is not None:
                kept.thread.join(_LAST_PAGE_S)

    def _one(self, id_: str) -> _Kept:
        with self._lock:
            kept = self._kept.get(id_)
        if kept is None:
            raise NotFound(
                "no check of that number", advice="This check is not known any more. Start anew."
            )
        return kept

    def _refuse_too_many(self) -> None:
        running = sum(kept.is_running for kept in self._kept.values())
        if running >= _MOST_RUNNING:
            raise AudienceError(
                "too many checks",
                advice=f"{running} checks against Zendesk are running already. Wait until one of "
                "them is done, or cancel one.",
            )

    def _make_room(self) -> None:
        idle = [id_ for id_, kept in self._kept.items() if not kept.is_running]
        for id_ in idle[: max(0, len(self._kept) - _MOST + 1)]:
            del self._kept[id_]

    def _run(self, kept: _Kept, sources: Sources) -> None:
        kept.is_running = True
        kept.thread = Thread(target=self._go_on, args=(kept, sources), daemon=True)
        kept.thread.start()

    def _go_on(self, kept: _Kept, sources: Sources) -> None:
        while kept.is_running:
            self._check(kept, sources)
            with self._lock:
                is_cancelled = kept.proof.progress().state is ProofState.CANCELLED
                # Somebody may have gone on with it just before its last page was written.
                kept.is_running = is_cancelled and not kept.stop.is_set()

    def _check(self, kept: _Kept, sources: Sources) -> None:
        try:
            kept.proof.go_on(sources, now=self._clock(), watch=lambda _: not kept.stop.is_set())
        except RelayError as error:  # its advice stands in the progress
            log().warning("proof.failed", error=type(error).__name__)
        except Exception:  # noqa: BLE001 - a thread's end must not go unheard
            log().error("proof.broke_off", exc_info=True)
