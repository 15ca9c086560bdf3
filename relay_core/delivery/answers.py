"""Which message a reply answers: the newest of its conversation that got through before it.

The answer is kept with the reply and changes in the transaction that changes what it follows from,
so that figures, people and retries need not look through all that was ever sent. Both moments are
Relay's own: the vendor's clock may differ, and an earlier run must not gain replies to a later one.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from relay_core.delivery.states import DeliveryState
from relay_core.store.ledger import Row, Session

_GOT_THROUGH: Final = {DeliveryState.ACCEPTED, DeliveryState.DELIVERED}


def messages_in(session: Session, conversation_id: str) -> list[Row]:
    """Return what was tried in a conversation, by time: id, phone, state, begun_at."""
    return session.run("answers.messages_in", conversation_id=conversation_id)


def answered(messages: Sequence[Row], *, heard_at: datetime) -> int | None:
    """Return the delivery that a reply answers; None where nothing got through before it.

    Args:
        messages: Of its conversation, by time.
        heard_at: When the reply was heard.
    """
    arrived = [each for each in messages if each["state"] in _GOT_THROUGH]
    before = bisect_right(arrived, heard_at, key=lambda each: each["begun_at"])
    return arrived[before - 1]["id"] if before else None


def recall_answers(session: Session, conversation_id: str) -> None:
    """Work out again what replies answer, after a message of their conversation changed."""
    replies = session.run("answers.replies_in", conversation_id=conversation_id)
    if not replies:
        return
    messages = messages_in(session, conversation_id)
    for reply in replies:
        answers = answered(messages, heard_at=reply["received_at"])
        if answers != reply["delivery_id"]:
            session.run("answers.note", message_id=reply["message_id"], delivery_id=answers)
