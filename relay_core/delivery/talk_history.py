"""What Talk's message history says of texts: receipts, and replies with their words. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from relay_core.delivery.heard import Receipt, ReceiptKind, Reply
from relay_core.gateways.talk_records import Comment, HistoryText

_KIND_OF: Final = {
    "delivered": ReceiptKind.USER,
    "undelivered": ReceiptKind.FAILURE,
    "failed": ReceiptKind.FAILURE,
}
"""Final words of the history; any other may still change."""
_REASONS: Final = {
    "undelivered": "The network could not deliver the text.",
    "failed": "Zendesk Talk could not send the text, and does not say why: the person may have "
    "answered STOP to this number, or the number takes no texts.",
}
_PATIENCE: Final = timedelta(days=1)
"""After this a text that has no final word will not get one."""
_SKEW: Final = timedelta(minutes=1)


def receipts_in(texts: Sequence[HistoryText], *, lines: Mapping[str, str]) -> list[Receipt]:
    """Return what is final of texts that left our lines.

    A ticket's first text is the one it was made for; later ones are agents' answers.

    Args:
        texts: New in the history, oldest first.
        lines: Number of each line to its lane.
    """
    firsts: dict[int, HistoryText] = {}
    for text in texts:
        if text.direction == "outbound" and text.sender in lines and text.ticket_id is not None:
            firsts.setdefault(text.ticket_id, text)
    return [
        Receipt(
            channel_id=str(ticket_id),
            kind=_KIND_OF[text.status or ""],
            happened_at=text.updated_at or text.created_at,
            integration_id=lines[text.sender],
            # Without the number: an agent may have texted the same person in between.
            phone=None,
            conversation_id=_conversation(ticket_id),
            code=f"talk_{text.status}" if text.status in _REASONS else None,
            reason=_REASONS.get(text.status or ""),
        )
        for ticket_id, text in firsts.items()
        if text.status in _KIND_OF
    ]


def inbound_in(
    texts: Sequence[HistoryText], *, lines: Mapping[str, str]
) -> list[tuple[str, HistoryText]]:
    """Return the texts that came to our lines, each with the id of its reply, oldest first."""
    return [
        (f"talk-{text.id}", text)
        for text in texts
        if text.direction == "inbound" and text.recipient in lines
    ]


def replies_of(
    inbound: Sequence[tuple[str, HistoryText]], comments: Sequence[Comment]
) -> list[Reply | None]:
    """Return the replies on one ticket, with the words that the history lacks.

    Args:
        inbound: Texts to the ticket, oldest first.
        comments: Of the ticket, oldest first; each stands for one text at most.

    Returns:
        A reply for each text; None where its words are not on the ticket.
    """
    unused = list(comments)
    replies: list[Reply | None] = []
    for message_id, text in inbound:
        said = next((c for c in unused if _is_of(c, text)), None)
        if said is None:
            replies.append(None)
            continue
        unused.remove(said)
        replies.append(
            Reply(
                message_id=message_id,
                conversation_id=_conversation(text.ticket_id),
                body=(said.plain_body or said.body or "").strip(),
                happened_at=text.created_at,
                phone=text.sender,
            )
        )
    return replies


def settled_up_to(
    texts: Sequence[HistoryText], *, before: int, unread: int | None, now: datetime
) -> int:
    """Return the id of the last text after which nothing has to be looked at again.

    Args:
        texts: New in the history, oldest first.
        before: What it was.
        unread: Id of the first reply that was not read; None when all were.
        now: The present moment.
    """
    for text in texts:
        is_open = (
            text.direction == "outbound"
            and text.status not in _KIND_OF
            and now - text.created_at < _PATIENCE
        )
        if is_open or text.id == unread:
            break
        before = text.id
    return before


def _is_of(comment: Comment, text: HistoryText) -> bool:
    by_them = text.customer_id is None or comment.author_id == text.customer_id
    return by_them and comment.created_at >= text.created_at - _SKEW


def _conversation(ticket_id: int | None) -> str:
    return f"talk-{ticket_id}" if ticket_id is not None else ""
