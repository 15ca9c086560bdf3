"""Applies receipts to deliveries: in any order, any number of times.

A receipt is kept first and applied second, so one that overtakes the answer to its own request,
or comes for a delivery whose answer was lost, still finds its home.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from relay_core.delivery.answers import recall_answers
from relay_core.delivery.consequences import take_effect
from relay_core.delivery.forgotten import receipt_as_kept
from relay_core.delivery.heard import Receipt, ReceiptKind, Reply
from relay_core.delivery.replies import claim_replies, keep_reply
from relay_core.delivery.states import ARROWS, Arrow, DeliveryState
from relay_core.people.kept import recall_messages
from relay_core.store.ledger import Row, Session

_ADOPTION_WINDOW: Final = timedelta(hours=1)
"""How long after an attempt in doubt a receipt for its number can be its own."""
_LATELY: Final = timedelta(days=1)
"""Most receipts are of messages that left since then."""
_CLOCK: Final = timedelta(days=1)
"""By how much this machine's clock may be set back, and receipts are still found."""
_REPEATED: Final = timedelta(days=2)
"""How long a webhook about a message of somebody else may be repeated."""
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ARROW_OF: Final = {
    ReceiptKind.CHANNEL: Arrow.ACCEPT,
    ReceiptKind.USER: Arrow.ARRIVE,
    ReceiptKind.FAILURE: Arrow.BOUNCE,
}


def record(session: Session, heard: Receipt | Reply, *, now: datetime) -> None:
    """Keep what was heard, and let it take effect."""
    if isinstance(heard, Reply):
        keep_reply(session, heard, now=now)
        return
    delivery_id = _known_by(session, heard.channel_id, now=now)
    delivery = session.run("deliveries.heard_of", id=delivery_id)[0] if delivery_id else None
    heard = receipt_as_kept(session, heard, delivery)
    session.run(
        "deliveries.add_receipt",
        channel_id=heard.channel_id,
        kind=heard.kind,
        happened_at=heard.happened_at,
        received_at=now,
        integration_id=heard.integration_id,
        phone=heard.phone,
        conversation_id=heard.conversation_id,
        code=heard.code,
        reason=heard.reason,
        since=delivery["created_at"] - _CLOCK if delivery else now - _REPEATED,
    )
    if delivery_id is None:
        delivery_id = _find_home(session, heard, now=now)
    if delivery_id is not None:
        apply_receipts(session, delivery_id, now=now)


def apply_receipts(session: Session, delivery_id: int, *, now: datetime) -> None:
    """Move a delivery along every arrow that its receipts allow, whatever their order."""
    found = session.run("deliveries.heard_of", id=delivery_id)
    if not found or found[0]["channel_id"] is None:
        return
    state = DeliveryState(found[0]["state"])
    told = session.run(
        "deliveries.receipts_of",
        channel_id=found[0]["channel_id"],
        since=found[0]["created_at"] - _CLOCK,
    )
    conversation = _learn_conversation(session, found[0], told, now=now)
    for row in told:
        arrow = _ARROW_OF[ReceiptKind(row["kind"])]
        after = ARROWS.get((state, arrow))
        if after is None:
            continue
        failed = after is DeliveryState.FAILED
        session.run(
            "deliveries.settle",
            id=delivery_id,
            from_state=state,
            to_state=after,
            code=row["code"] if failed else None,
            reason=row["reason"] if failed else None,
            now=now,
        )
        if {DeliveryState.FAILED, DeliveryState.QUEUED} & {state, after}:
            recall_messages(session, delivery_id)
        if state is DeliveryState.QUEUED:
            session.run("runs.finish_if_settled", run_id=found[0]["run_id"], now=now)
        if failed:
            take_effect(
                session,
                run_id=found[0]["run_id"],
                phone=found[0]["phone"],
                code=row["code"],
                reason=row["reason"],
                now=now,
            )
        state = after
    if conversation:
        recall_answers(session, conversation, since=found[0]["begun_at"])


def claim_homeless(
    session: Session, run_id: int, phone: str, *, since: datetime, now: datetime
) -> None:
    """Let a delivery that has just become unknown take a receipt that was there before it.

    A receipt since its own beginning may also be about an earlier one to the same number, so those
    are candidates too.
    """
    homeless = session.run("deliveries.homeless_receipts", run_id=run_id, phone=phone, since=since)
    lane = session.run("runs.lane_of", run_id=run_id)[0]["integration_id"]
    earliest = min(since, now - _ADOPTION_WINDOW)
    for channel_id in (row["channel_id"] for row in homeless):
        if _known_by(session, channel_id, now=now):
            continue  # it was told when it was heard
        home = _adopt(session, channel_id, lane=lane, phone=phone, since=earliest, now=now)
        if home is not None:
            apply_receipts(session, home, now=now)


def claim_for_settled(session: Session, delivery_id: int, *, now: datetime) -> None:
    """Let an attempt that was repeated by hand take a receipt that waited for the repeat's end."""
    for row in session.run("unknowns.not_heard_of", delivery_id=delivery_id):
        claim_homeless(session, row["run_id"], row["phone"], since=row["left_at"], now=now)


def _learn_conversation(
    session: Session, delivery: Row, told: Sequence[Row], *, now: datetime
) -> str | None:
    """Return the conversation of a delivery, learnt from its receipts where it was not known."""
    known: str | None = delivery["conversation_id"]
    for heard in dict.fromkeys(row["conversation_id"] for row in told if row["conversation_id"]):
        if known is None:
            session.run(
                "deliveries.remember_conversation", id=delivery["id"], conversation_id=heard
            )
            known = heard
        claim_replies(session, heard, delivery, now=now)
    return known


def _known_by(session: Session, channel_id: str, *, now: datetime) -> int | None:
    """Return the delivery that the channel knows by this id, looking at the latest ones first."""
    found = session.run(
        "deliveries.by_channel_id_lately", channel_id=channel_id, since=now - _LATELY
    ) or session.run("deliveries.by_channel_id", channel_id=channel_id)
    return found[0]["id"] if found else None


def _find_home(session: Session, receipt: Receipt, *, now: datetime) -> int | None:
    """Return the delivery that a receipt of an unknown id may move, where there is one."""
    settled = session.run("unknowns.by_channel_id", channel_id=receipt.channel_id)
    if settled:
        return _join(session, settled[0]["delivery_id"], receipt.channel_id)
    if receipt.phone and receipt.integration_id:
        return _adopt(
            session,
            receipt.channel_id,
            lane=receipt.integration_id,
            phone=receipt.phone,
            since=now - _ADOPTION_WINDOW,
            now=now,
        )
    return None


def _adopt(
    session: Session, channel_id: str, *, lane: str, phone: str, since: datetime, now: datetime
) -> int | None:
    """Give an id to the one delivery it can belong to, and return it; with two candidates, to none.

    While an answer for the same number is awaited, the receipt is most likely about that one, so
    it waits: the answer brings its id, or makes that delivery a candidate too. Of one delivery,
    the attempt of which nothing is known comes before those that a person settled.
    """
    candidates = session.run(
        "deliveries.undecided_to",
        phone=phone,
        integration_id=lane,
        received_at=now,
        since=since,
    )
    states = {row["state"] for row in candidates}
    if len({row["id"] for row in candidates}) != 1 or DeliveryState.SENDING in states:
        return None
    delivery_id: int = candidates[0]["id"]
    if DeliveryState.UNKNOWN in states:
        session.run("deliveries.adopt", id=delivery_id, channel_id=channel_id)
        return delivery_id
    left_at = candidates[0]["left_at"]
    session.run("unknowns.hear_of", delivery_id=delivery_id, left_at=left_at, channel_id=channel_id)
    return _join(session, delivery_id, channel_id)


def _join(session: Session, delivery_id: int, channel_id: str) -> int:
    """Let a late receipt speak for the delivery itself where nothing else does.

    So it is while a repeat has not left, which then need not leave; and where a person settled
    the outcome without one. Otherwise the receipt is only kept with the settlement.
    """
    told = session.run("deliveries.receipts_of", channel_id=channel_id, since=_EVER)
    kinds = {row["kind"] for row in told}
    arrived = ReceiptKind.USER in kinds or kinds == {ReceiptKind.CHANNEL}
    session.run("unknowns.join", delivery_id=delivery_id, channel_id=channel_id, arrived=arrived)
    return delivery_id
