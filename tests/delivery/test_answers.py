"""Which message a reply answers."""

from datetime import timedelta

import pytest

from relay_core.delivery.answers import answered
from relay_core.delivery.unknowns import Decision, settle_unknown
from relay_core.gateways.outcomes import Accepted, OutcomeUnknown
from tests.delivery.test_receipts import begin, end, hear, receipt, reply
from tests.delivery.world import NOW, planned_run


def later(minutes):
    return NOW + timedelta(minutes=minutes)


def message(number, *, minutes, state="delivered"):
    return {"id": number, "begun_at": later(minutes), "state": state}


def sent(db, *, minutes, as_="n-1"):
    """Send one message to the same phone."""
    planned_run(db, people=1)
    attempt = begin(db, now=later(minutes))
    end(db, attempt, Accepted(as_), now=later(minutes))
    return attempt.delivery_id


def answers(db):
    rows = db.table("SELECT message_id, delivery_id FROM replies ORDER BY message_id").to_pylist()
    return {row["message_id"]: row["delivery_id"] for row in rows}


class TestAReply:
    def test_answers_the_newest_message_before_it(self):
        messages = [message(1, minutes=0), message(2, minutes=10), message(3, minutes=20)]

        assert answered(messages, heard_at=later(15)) == 2
        assert answered(messages, heard_at=later(20)) == 3
        assert answered(messages, heard_at=later(-1)) is None

    def test_answers_no_message_that_did_not_get_through(self):
        messages = [
            message(1, minutes=0),
            message(2, minutes=10, state="failed"),
            message(3, minutes=11, state="unknown"),
        ]

        assert answered(messages, heard_at=later(15)) == 1


class TestWhatIsKeptWithAReply:
    def test_is_found_when_the_reply_comes(self, db):
        first = sent(db, minutes=0)
        hear(db, receipt("user", conversation="c-1"))
        hear(db, reply("Thanks", "m-1"), now=later(1))
        second = sent(db, minutes=2, as_="n-2")
        hear(db, receipt("user", channel_id="n-2", conversation="c-1"), now=later(2))

        hear(db, reply("Thanks again", "m-2"), now=later(3))

        assert answers(db) == {"m-1": first, "m-2": second}

    @pytest.mark.parametrize("weeks", [0, 1, 60])
    def test_is_found_however_long_ago_the_message_left(self, db, weeks):
        first = sent(db, minutes=0)
        hear(db, receipt("user", conversation="c-1"))
        hear(db, receipt("failure", channel_id="of somebody else", conversation="c-2"))

        hear(db, reply("Thanks", "m-1"), now=later(1) + timedelta(weeks=weeks))

        assert answers(db) == {"m-1": first}

    def test_is_the_older_one_where_nothing_newer_got_through(self, db):
        first = sent(db, minutes=0)
        hear(db, receipt("user", conversation="c-1"))
        late = 60 * 24 * 30
        sent(db, minutes=late, as_="n-2")
        hear(db, receipt("failure", channel_id="n-2", conversation="c-1"), now=later(late))

        hear(db, reply("Thanks", "m-1"), now=later(late + 1))

        assert answers(db) == {"m-1": first}

    def test_is_found_when_a_receipt_tells_whose_conversation_it_is(self, db):
        first = sent(db, minutes=0)
        hear(db, reply("Thanks", "m-1"), now=later(1))
        unknown = answers(db)

        hear(db, receipt("user", conversation="c-1"), now=later(2))

        assert unknown == {"m-1": None}
        assert answers(db) == {"m-1": first}

    def test_is_the_one_before_where_the_newest_turns_out_to_have_failed(self, db):
        first = sent(db, minutes=0)
        hear(db, receipt("user", conversation="c-1"))
        second = sent(db, minutes=2, as_="n-2")
        hear(db, receipt("channel", channel_id="n-2", conversation="c-1"), now=later(2))
        hear(db, reply("Thanks", "m-1"), now=later(3))
        before = answers(db)

        hear(db, receipt("failure", channel_id="n-2", conversation="c-1"), now=later(4))

        assert before == {"m-1": second}
        assert answers(db) == {"m-1": first}

    def test_is_one_of_which_it_was_unknown_whether_it_left(self, db):
        sent(db, minutes=0)
        hear(db, receipt("user", conversation="c-1"))
        planned_run(db, people=1)
        doubtful = begin(db, now=later(2))
        end(db, doubtful, OutcomeUnknown("ReadTimeout"), now=later(2))
        hear(db, reply("Thanks", "m-1"), now=later(3))

        hear(db, receipt("user", channel_id="n-2", conversation="c-1"), now=later(4))

        assert answers(db) == {"m-1": doubtful.delivery_id}

    def test_waits_for_a_receipt_where_a_person_says_that_it_left(self, db):
        run_id = planned_run(db, people=1)
        doubtful = begin(db, now=later(0))
        end(db, doubtful, OutcomeUnknown("ReadTimeout"), now=later(0))
        hear(db, reply("Thanks", "m-1"), now=later(1))

        settle_unknown(db, run_id, None, decided=Decision.SENT, actor="me", now=later(2))
        hear(db, receipt("user", channel_id="n-2", conversation="c-1"), now=later(3))

        assert answers(db) == {"m-1": doubtful.delivery_id}
