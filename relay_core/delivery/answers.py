"""Which message a reply answers: the newest of its conversation that got through before it.

The answer is kept with the reply and changes in the transaction that changes what it follows from,
so that figures, people and retries need not look through all that was ever sent. Both moments are
Relay's own: the vendor's clock may differ, and an earlier run must not gain replies to a later one.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from relay_core.delivery.states import DeliveryState
from relay_core.store.ledger import Row, Session

_GOT_THROUGH: Final = {DeliveryState.ACCEPTED, DeliveryState.DELIVERED}
_LATELY: Final = timedelta(days=7)
"""Most replies answer what left since then; the file skips all that is older."""
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def messages_before(session: Session, conversation_id: str, *, heard_at: datetime) -> list[Row]:
    """Return what was tried in a conversation, by time: id, phone, state, begun_at, forgotten.

    All of it from some moment on: at least the newest of all, and the newest that got through
    before `heard_at`, wherever there are such.
    """
    for since in (heard_at - _LATELY, _EVER):
        messages = session.run("answers.messages_in", conversation_id=conversation_id, since=since)
        if answered(messages, heard_at=heard_at) is not None:
            break
    return messages


def answered(messages: Sequence[Row], *, heard_at: datetime) -> int | None:
    """Return the delivery that a reply answers; None where nothing got through before it.

    Args:
        messages: Of its conversation, by time.
        heard_at: When the reply was heard.
    """
    arrived = [each for each in messages if each["state"] in _GOT_THROUGH]
    before = bisect_right(arrived, heard_at, key=lambda each: each["begun_at"])
    return arrived[before - 1]["id"] if before else None


def recall_answers(session: Session, conversation_id: str, *, since: datetime | None) -> None:
    """Work out again what replies answer, after a message of their conversation changed.

    Args:
        session: The transaction.
        conversation_id: Which.
        since: When that message left; what was heard before does not answer it. None: not known.
    """
    since = since or _EVER
    replies = session.run("answers.replies_in", conversation_id=conversation_id, since=since)
    if not replies:
        return
    earliest = min(reply["received_at"] for reply in replies)
    messages = messages_before(session, conversation_id, heard_at=earliest)
    for reply in replies:
        answers = answered(messages, heard_at=reply["received_at"])
        if answers != reply["delivery_id"]:
            session.run("answers.note", message_id=reply["message_id"], delivery_id=answers)
