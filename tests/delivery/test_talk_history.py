"""Talk's message history, read as receipts and replies."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.delivery.heard import ReceiptKind
from relay_core.delivery.talk_history import (
    inbound_in,
    receipts_in,
    replies_of,
    settled_up_to,
)
from relay_core.gateways.talk_records import Comment, HistoryText

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
LINE, PHONE = "+33757690000", "+33612345678"
LINES = {LINE: "talk:17"}


def text(id_, **changes):
    return HistoryText.model_validate(
        {
            "id": id_,
            "from": LINE,
            "to": PHONE,
            "direction": "outbound",
            "status": "delivered",
            "customer_id": 77,
            "ticket_id": 4242,
            "created_at": NOW + timedelta(seconds=id_),
            **changes,
        }
    )


def inbound(id_, **changes):
    return text(id_, **{"from": PHONE, "to": LINE, "direction": "inbound", **changes})


def comment(id_, body, *, author=77, after_s=0):
    return Comment(id=id_, author_id=author, body=body, created_at=NOW + timedelta(seconds=after_s))


class TestATextThatLeft:
    @pytest.mark.parametrize(
        ("status", "kind", "code"),
        [
            ("delivered", ReceiptKind.USER, None),
            ("undelivered", ReceiptKind.FAILURE, "talk_undelivered"),
            ("failed", ReceiptKind.FAILURE, "talk_failed"),
        ],
    )
    def test_has_an_end(self, status, kind, code):
        (receipt,) = receipts_in([text(1, status=status)], lines=LINES)

        assert (receipt.channel_id, receipt.kind, receipt.code) == ("4242", kind, code)

    @pytest.mark.parametrize("status", ["queued", "sent", None])
    def test_may_still_be_on_its_way(self, status):
        assert receipts_in([text(1, status=status)], lines=LINES) == []

    def test_is_the_first_of_its_ticket_because_agents_answer_on_it_later(self):
        texts = [text(1, status="sent"), text(2, status="failed")]

        assert receipts_in(texts, lines=LINES) == []

    def test_is_not_ours_from_another_number_or_without_a_ticket(self):
        texts = [text(1, **{"from": "+15550100"}), text(2, ticket_id=None), inbound(3)]

        assert receipts_in(texts, lines=LINES) == []


class TestAReply:
    def test_gets_its_words_from_the_ticket(self):
        found = inbound_in([text(1), inbound(2)], lines=LINES)
        comments = [comment(8, "Your order", author=5), comment(9, " Thanks! ", after_s=2)]

        (reply,) = replies_of(found, comments)

        assert (reply.message_id, reply.body, reply.phone) == ("talk-2", "Thanks!", PHONE)

    def test_has_a_comment_of_its_own(self):
        found = inbound_in([inbound(2), inbound(3)], lines=LINES)
        comments = [comment(8, "No", after_s=2), comment(9, "STOP", after_s=3)]

        assert [r.body for r in replies_of(found, comments)] == ["No", "STOP"]

    def test_is_not_made_of_what_was_said_long_before(self):
        found = inbound_in([inbound(600)], lines=LINES)

        assert replies_of(found, [comment(8, "Earlier", after_s=0)]) == [None]


class TestTheMark:
    def test_moves_to_the_last_text_when_all_have_an_end(self):
        texts = [text(4), inbound(5)]

        assert settled_up_to(texts, before=3, unread=None, now=NOW) == 5

    def test_waits_for_a_text_that_has_no_end_yet(self):
        texts = [text(4), text(5, status="sent"), text(6)]

        assert settled_up_to(texts, before=3, unread=None, now=NOW) == 4

    def test_does_not_wait_for_ever(self):
        texts = [text(4, status="sent")]

        assert settled_up_to(texts, before=3, unread=None, now=NOW + timedelta(days=2)) == 4

    def test_waits_for_a_reply_that_was_not_read(self):
        texts = [text(4), inbound(5), text(6)]

        assert settled_up_to(texts, before=3, unread=5, now=NOW) == 4

    @given(st.lists(st.sampled_from(["delivered", "failed", "sent", None])), st.integers(0, 5))
    def test_never_passes_a_text_without_an_end(self, statuses, before):
        texts = [text(before + n, status=status) for n, status in enumerate(statuses, start=1)]

        mark = settled_up_to(texts, before=before, unread=None, now=NOW)

        assert mark >= before
        assert all(t.status in {"delivered", "failed"} for t in texts if t.id <= mark)
