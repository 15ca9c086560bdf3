"""Keeps replies: whose they are, what they answer, and what they wish."""

from datetime import datetime

from relay_core.delivery.answers import answered, messages_before
from relay_core.delivery.forgotten import number_of, number_of_reply, tells_nothing
from relay_core.delivery.heard import Reply, wish_of
from relay_core.delivery.opting_out import keep_wish
from relay_core.store.ledger import Row, Session


def keep_reply(session: Session, reply: Reply, *, now: datetime) -> None:
    """Keep a reply once, and the wish that it is; of somebody who was erased, only that."""
    messages = messages_before(session, reply.conversation_id, heard_at=now)
    latest = messages[-1] if messages else None
    phone = number_of_reply(session, reply, latest)
    untold = tells_nothing(phone, latest)
    added = session.run(
        "deliveries.add_reply",
        message_id=reply.message_id,
        conversation_id=reply.conversation_id,
        phone=phone,
        body="" if untold else reply.body,
        payload=None if untold else reply.payload,
        is_stop=reply.is_stop,
        happened_at=reply.happened_at,
        received_at=now,
        delivery_id=answered(messages, heard_at=now),
    )
    if added and phone and (said := reply.wish):
        keep_wish(
            session,
            said,
            phone=phone,
            message_id=reply.message_id,
            happened_at=reply.happened_at,
            now=now,
        )


def claim_replies(session: Session, conversation_id: str, of: Row, *, now: datetime) -> None:
    """Give earlier replies their number, now that a receipt has told whose conversation it is.

    Args:
        session: The transaction.
        conversation_id: Which.
        of: The delivery whose conversation it is.
        now: When.
    """
    claimed = session.run(
        "deliveries.claim_replies", conversation_id=conversation_id, phone=of["phone"]
    )
    phone = number_of(session, of) if claimed else of["phone"]
    for reply in claimed:
        if tells_nothing(phone, of):
            session.run("deliveries.strip_reply", message_id=reply["message_id"])
        said = wish_of(reply["body"], reply["payload"])
        if said is not None:
            keep_wish(
                session,
                said,
                phone=phone,
                message_id=reply["message_id"],
                happened_at=reply["happened_at"],
                now=now,
            )
