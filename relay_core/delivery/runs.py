"""Runs under way: how far they are, and what a person may do to them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.campaigns.kinds import Retried, RunKind, retried_causes
from relay_core.delivery.states import RUN_ARROWS, DeliveryState, RunArrow, RunState
from relay_core.errors import IllegalTransition, NotFound
from relay_core.store.audit import changes, note
from relay_core.store.ledger import Ledger, Row, Session, one


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatus:
    """A run and its figures, counted from the deliveries at this moment."""

    run: int
    campaign: str
    integration_id: str
    state: RunState
    note: str | None
    """Why it is paused, when Relay paused it; or who rejected it, and why."""
    created_at: datetime
    finished_at: datetime | None
    matched: int
    """People the audience matched, before anybody was left out."""
    planned: int
    """Deliveries that were frozen; accepted + failed + unknown + queued + sending + cancelled."""
    queued: int
    sending: int
    accepted: int
    """Taken by the channel and not reported as failed since; includes the delivered ones."""
    delivered: int
    failed: int
    unknown: int
    cancelled: int
    skipped: Mapping[str, int]
    """People left out when the run was planned, by reason."""
    kind: RunKind = RunKind.CAMPAIGN
    created_by: str = ""
    approved_by: str | None = None
    """Somebody else, where that was needed."""
    parent_run: int | None = None
    """Of a retry: the run whose people it tries again."""
    retried: Retried | None = None
    """Which of them."""
    causes: tuple[str, ...] = ()
    """Codes that these failed for; none: whatever the cause."""
    manifest: str = ""
    """Hash of what was frozen; hand it to `approve_run`, so that what is approved is what was
    seen."""
    forgotten_at: datetime | None = None
    """When names, numbers and texts were removed for their age."""

    @property
    def settled(self) -> int:
        """Deliveries the run no longer waits for."""
        return self.planned - self.queued - self.sending

    @property
    def is_active(self) -> bool:
        """Whether something may still leave by itself."""
        return self.state is RunState.RUNNING


def run_statuses(ledger: Ledger, *, tests: bool = False) -> list[RunStatus]:
    """Return every run, newest first; tests only when asked for."""
    return _statuses(ledger, ledger.rows("runs.all", tests=tests))


def run_status(ledger: Ledger, run_id: int) -> RunStatus:
    """Return one run.

    Raises:
        NotFound: There is none with this number.
    """
    row = one(ledger.rows("runs.one", run_id=run_id))
    if row is None:
        raise NotFound("no such run", advice=f"There is no run {run_id}. See `relay run list`.")
    return _statuses(ledger, [row])[0]


def pause_run(ledger: Ledger, run_id: int, *, actor: str, now: datetime) -> None:
    """Let nothing new of this run leave. Answers in flight are still recorded.

    Raises:
        IllegalTransition: The run is not running.
    """
    _change(ledger, run_id, RunState.RUNNING, RunState.PAUSED, actor=actor, now=now)


def resume_run(ledger: Ledger, run_id: int, *, actor: str, now: datetime) -> None:
    """Let a paused run go on. A running one is left as it is.

    Raises:
        IllegalTransition: The run is finished or cancelled.
    """
    if run_status(ledger, run_id).state is not RunState.RUNNING:
        _change(ledger, run_id, RunState.PAUSED, RunState.RUNNING, actor=actor, now=now)


def cancel_run(ledger: Ledger, run_id: int, *, actor: str, now: datetime) -> None:
    """Give up what has not left. What was sent stays sent.

    Raises:
        IllegalTransition: The run is over already.
    """
    state = run_status(ledger, run_id).state
    from_state = state if state in _CANCELLABLE else RunState.RUNNING
    _change(ledger, run_id, from_state, RunState.CANCELLED, actor=actor, now=now)


_CANCELLABLE: Final = {state for state, arrow in RUN_ARROWS if arrow is RunArrow.CANCEL}
_EVENTS: Final = {
    RunState.PAUSED: "run.paused",
    RunState.RUNNING: "run.resumed",
    RunState.CANCELLED: "run.cancelled",
}


def _change(
    ledger: Ledger,
    run_id: int,
    from_state: RunState,
    to_state: RunState,
    *,
    actor: str,
    now: datetime,
) -> None:
    def work(session: Session) -> bool:
        changed = session.run(
            "runs.change_state", run_id=run_id, from_state=from_state, to_state=to_state, now=now
        )
        if not changed:
            return False
        if to_state is RunState.RUNNING:
            # Its last answers may have come in while it was paused.
            session.run("runs.finish_if_settled", run_id=run_id, now=now)
        if to_state is RunState.CANCELLED:
            session.run(
                "deliveries.cancel_queued_of",
                run_id=run_id,
                reason="The run was cancelled before its turn.",
                now=now,
            )
        note(
            session,
            actor=actor,
            event=_EVENTS[to_state],
            subject=str(run_id),
            now=now,
            detail=changes({"state": str(from_state)}, {"state": str(to_state)}),
        )
        return True

    if not ledger.write(work):
        state = run_status(ledger, run_id).state
        raise IllegalTransition(
            f"{state} to {to_state}",
            advice=f"Run {run_id} is {state}; it cannot become {to_state}.",
        )


def _statuses(ledger: Ledger, rows: Sequence[Row]) -> list[RunStatus]:
    ids = [row["id"] for row in rows]
    counts: dict[int, dict[str, int]] = {run_id: {} for run_id in ids}
    skipped: dict[int, dict[str, int]] = {run_id: {} for run_id in ids}
    for count in ledger.rows("runs.counts", run_ids=ids):
        counts[count["run_id"]][count["state"]] = count["deliveries"]
    for count in ledger.rows("runs.skipped", run_ids=ids):
        skipped[count["run_id"]][count["reason"]] = count["people"]
    return [_status(row, counts[row["id"]], skipped[row["id"]]) for row in rows]


def _status(row: Row, count: Mapping[str, int], skipped: Mapping[str, int]) -> RunStatus:
    def of(state: DeliveryState) -> int:
        return count.get(state, 0)

    return RunStatus(
        run=row["id"],
        campaign=row["campaign"],
        integration_id=row["integration_id"],
        state=RunState(row["state"]),
        note=row["note"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        matched=row["matched"],
        planned=row["planned"],
        queued=of(DeliveryState.QUEUED),
        sending=of(DeliveryState.SENDING),
        accepted=of(DeliveryState.ACCEPTED) + of(DeliveryState.DELIVERED),
        delivered=of(DeliveryState.DELIVERED),
        failed=of(DeliveryState.FAILED),
        unknown=of(DeliveryState.UNKNOWN),
        cancelled=of(DeliveryState.CANCELLED),
        skipped=skipped,
        kind=RunKind(row["kind"]),
        created_by=row["created_by"],
        approved_by=row["approved_by"],
        parent_run=row["parent_run"],
        retried=Retried(row["retried"]) if row["retried"] else None,
        causes=retried_causes(json.loads(row["rules"])) if row["retried"] else (),
        manifest=row["manifest"],
        forgotten_at=row["forgotten_at"],
    )
