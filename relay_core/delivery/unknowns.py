"""Messages of which nobody knows whether they left: what is known, and what people decide.

Nothing here happens by itself. A decision is a conditional change with an audit entry; a receipt
that comes after it is still heard, and what it shows is said.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from relay_core.delivery.heard import ReceiptKind
from relay_core.delivery.receipts import claim_for_settled
from relay_core.delivery.states import DeliveryState, RunState
from relay_core.errors import IllegalTransition, NotFound
from relay_core.people.kept import recall_messages_of
from relay_core.store.audit import note
from relay_core.store.ledger import Ledger, Row, Session, one

SAFE_REPEATS: Final = {"talk": timedelta(hours=2)}
"""For how long a channel answers a repeat of one message with its first answer, by its type.

Source: Zendesk, `Idempotency-Key` of `POST /api/v2/tickets`; other channels know nothing like it.
"""
_NAMED_MOST: Final = 100
"""Deliveries that an audit entry names; the table of settlements has all of them."""
_GIVEN_UP: Final = "Somebody decided that this message was not sent."
_CAN_SEND: Final = frozenset({RunState.RUNNING, RunState.PAUSED})


class Decision(StrEnum):
    """What a person says of an unknown message. Values are stored."""

    SENT = "sent"  # it counts as accepted
    AGAIN = "again"  # it is queued anew, in the same run; it may then arrive twice
    NOT_SENT = "not_sent"  # it counts as failed; a later run may try again


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenReceipt:
    """A receipt for the number that fits no delivery, so it may speak of this one."""

    kind: ReceiptKind
    happened_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """One message in doubt, and everything that is known of it."""

    delivery: int
    person_id: int
    person: str
    phone: str
    left_at: datetime
    hours_since: float
    attempts: int
    code: str
    sentence: str
    receipts: tuple[SeenReceipt, ...]
    safe_until: datetime | None
    """Until then a repeat cannot arrive twice; None where the channel promises no such thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a decision has changed."""

    changed: int
    missed: tuple[int, ...]
    """Asked for by number and not unknown any more: settled meanwhile, or never of this run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """One decision, and what became of it since."""

    delivery: int
    person_id: int
    person: str
    phone: str
    left_at: datetime
    decided: Decision
    actor: str
    decided_at: datetime
    state: DeliveryState
    """Of the delivery, now."""
    arrived_after_all: bool
    """A receipt came later for the attempt that was in doubt: it had left."""
    twice: bool
    """That attempt and its repeat were both taken: the person has got the message twice."""


def unknowns(ledger: Ledger, run_id: int, *, now: datetime) -> list[Unknown]:
    """Return the messages of a run that are in doubt, the oldest first.

    Raises:
        NotFound: There is no such run.
    """
    _run(ledger, run_id)
    seen: dict[int, list[SeenReceipt]] = defaultdict(list)
    for row in ledger.rows("unknowns.receipts_without_home", run_id=run_id):
        seen[row["id"]].append(
            SeenReceipt(
                kind=ReceiptKind(row["kind"]), happened_at=row["happened_at"], reason=row["reason"]
            )
        )
    return [
        _unknown(row, tuple(seen[row["id"]]), now=now)
        for row in ledger.rows("unknowns.of_run", run_id=run_id)
    ]


def settle_unknown(
    ledger: Ledger,
    run_id: int,
    deliveries: Sequence[int] | None,
    *,
    decided: Decision,
    actor: str,
    now: datetime,
) -> Settled:
    """Settle unknown messages of a run as a person says.

    Args:
        ledger: Where they are.
        run_id: Of which run.
        deliveries: Which of them; None: all that are unknown at this moment.
        decided: What the person says.
        actor: Who.
        now: When.

    Raises:
        NotFound: There is no such run.
        IllegalTransition: To send again, the run would have to go on, and it is over.
    """
    run = _run(ledger, run_id)
    if decided is Decision.AGAIN and RunState(run["state"]) not in _CAN_SEND:
        raise _over(run_id, run["state"])
    ids = sorted(set(deliveries or ()))

    def work(session: Session) -> list[Row]:
        heard = session.run("unknowns.receipts_without_home", run_id=run_id)
        rows = _changed(session, run_id, ids, decided, every=deliveries is None, now=now)
        if not rows:
            return rows
        changed = [row["id"] for row in rows]
        _keep(session, run, rows, decided, actor=actor, now=now)
        if decided is not Decision.SENT:
            recall_messages_of(session, changed)
        # A receipt that came too late to settle it by itself counts now that somebody has looked.
        for delivery_id in {row["id"] for row in heard} & set(changed):
            claim_for_settled(session, delivery_id, now=now)
        if decided is Decision.AGAIN:
            session.run("deliveries.drop_unwanted", run_id=run_id, now=now)
        session.run("runs.finish_if_settled", run_id=run_id, now=now)
        named = ", ".join(str(row["id"]) for row in rows[:_NAMED_MOST])
        more = ", …" if len(rows) > _NAMED_MOST else ""
        detail = f"{decided}: {len(rows)} (deliveries {named}{more})"
        note(
            session,
            actor=actor,
            event="unknowns.settled",
            subject=str(run_id),
            now=now,
            detail=detail,
        )
        return rows

    rows = ledger.write(work)
    if not rows and decided is Decision.AGAIN:
        state = _run(ledger, run_id)["state"]
        if RunState(state) not in _CAN_SEND:
            raise _over(run_id, state)
    done = {row["id"] for row in rows}
    return Settled(changed=len(rows), missed=tuple(id_ for id_ in ids if id_ not in done))


def settlements(ledger: Ledger, run_id: int) -> list[Settlement]:
    """Return what people decided in a run, the latest first, and what became of it since.

    Raises:
        NotFound: There is no such run.
    """
    _run(ledger, run_id)
    return [_settlement(row) for row in ledger.rows("unknowns.settled", run_id=run_id)]


def _run(ledger: Ledger, run_id: int) -> Row:
    row = one(ledger.rows("runs.one", run_id=run_id))
    if row is None:
        raise NotFound("no such run", advice=f"There is no run {run_id}. See `relay run list`.")
    return row


def _over(run_id: int, state: str) -> IllegalTransition:
    return IllegalTransition(
        f"repeat in a run that is {state}",
        advice=f"Run {run_id} is {state}, so nothing of it can be sent again. Decide that these "
        "messages were not sent, then start a retry for those who failed.",
    )


def _changed(
    session: Session,
    run_id: int,
    ids: Sequence[int],
    decided: Decision,
    *,
    every: bool,
    now: datetime,
) -> list[Row]:
    match decided:
        case Decision.SENT:
            return session.run("unknowns.vouch", run_id=run_id, ids=ids, all=every, now=now)
        case Decision.AGAIN:
            return session.run("unknowns.repeat", run_id=run_id, ids=ids, all=every, now=now)
        case Decision.NOT_SENT:
            return session.run(
                "unknowns.give_up", run_id=run_id, ids=ids, all=every, reason=_GIVEN_UP, now=now
            )


def _keep(
    session: Session,
    run: Row,
    rows: Sequence[Row],
    decided: Decision,
    *,
    actor: str,
    now: datetime,
) -> None:
    session.run_many(
        "unknowns.keep",
        [
            {
                "delivery_id": row["id"],
                "left_at": row["begun_at"],
                "run_id": run["id"],
                "integration_id": run["integration_id"],
                "phone": row["phone"],
                "decided": decided,
                "actor": actor,
                "decided_at": now,
            }
            for row in rows
        ],
    )


def _unknown(row: Row, receipts: tuple[SeenReceipt, ...], *, now: datetime) -> Unknown:
    left_at = row["begun_at"]
    window = SAFE_REPEATS.get(row["channel"])
    until = left_at + window if window else None
    return Unknown(
        delivery=row["id"],
        person_id=row["person_id"],
        person=row["person_name"],
        phone=row["phone"],
        left_at=left_at,
        hours_since=(now - left_at) / timedelta(hours=1),
        attempts=row["attempts"],
        code=row["code"] or "",
        sentence=row["reason"] or "",
        receipts=receipts,
        safe_until=until if until and until > now else None,
    )


def _settlement(row: Row) -> Settlement:
    state = DeliveryState(row["state"])
    arrived = bool(row["on_the_phone"] or (row["taken"] and not row["failed"]))
    reached = state in {DeliveryState.ACCEPTED, DeliveryState.DELIVERED}
    return Settlement(
        delivery=row["delivery_id"],
        person_id=row["person_id"],
        person=row["person_name"],
        phone=row["phone"],
        left_at=row["left_at"],
        decided=Decision(row["decided"]),
        actor=row["actor"],
        decided_at=row["decided_at"],
        state=state,
        arrived_after_all=arrived,
        twice=arrived and reached and row["apart"] and row["decided"] == Decision.AGAIN,
    )
