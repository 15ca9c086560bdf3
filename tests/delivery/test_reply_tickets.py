"""In which ticket a reply is, as Zendesk says it while the session goes on."""

from datetime import timedelta

import pytest

from relay_core.delivery.heard import Receipt, ReceiptKind, Reply
from relay_core.delivery.receipts import record
from relay_core.delivery.reply_tickets import learn_reply_tickets
from relay_core.sandbox.messaging import integrations
from relay_core.sandbox.messaging.webhooks.events import conversation_id
from tests.delivery.world import LANE, phone, planned_run
from tests.people.account_over_http import gateway, outside
from tests.reports.story import at, send
from tests.sandbox.small_account import account_of, user

PEOPLE = 2


@pytest.fixture
def town():
    """An account whose two people have the phones that the run writes to."""
    people = [user(f"Ann {n}", id=50 + n, phone=phone(n)) for n in range(PEOPLE)]
    with outside(account_of({"users": people}).world) as found:
        found.world.clock.advance(timedelta(minutes=1))
        yield found


@pytest.fixture
def reached(db):
    """A run whose two messages arrived, each in the conversation of its phone."""
    planned_run(db, people=PEOPLE)
    for n in range(PEOPLE):
        sent = send(db, begun=at(0))
        receipt = Receipt(
            channel_id=sent.channel_id,
            kind=ReceiptKind.USER,
            happened_at=at(2),
            integration_id=LANE,
            phone=phone(n),
            conversation_id=talk(n),
            code=None,
            reason=None,
        )
        db.write(lambda session, receipt=receipt: record(session, receipt, now=at(2)))


def talk(n):
    return conversation_id(integrations.WHATSAPP, phone(n))


def replied(db, town, n=0, *, after=timedelta()):
    """Let a phone write; Zendesk opens a ticket for it, or puts it into the open one."""
    assert town.world.messaging.hear(phone(n), "Yes", integration_id=integrations.WHATSAPP.id)
    moment = at(60) + after
    reply = Reply(
        message_id=f"m-{n}-{after}", conversation_id=talk(n), body="Yes", happened_at=moment
    )
    db.write(lambda session: record(session, reply, now=moment))


def learn(db, source, *, after=timedelta(), waited=None):
    return learn_reply_tickets(
        db,
        source=source,
        clock=lambda: at(90) + after,
        wait=[].append if waited is None else waited.append,
    )


def tickets_of_replies(db):
    rows = db.table("SELECT ticket_id FROM report_replies ORDER BY received_at, person_id")
    return rows.column("ticket_id").to_pylist()


@pytest.mark.usefixtures("reached")
class TestTheTicketOfAReply:
    def test_is_the_one_its_conversation_is_in(self, db, town):
        replied(db, town)
        replied(db, town, after=timedelta(seconds=1))

        learn(db, town.zendesk)

        [opened] = town.world.tickets.tickets
        assert tickets_of_replies(db) == [opened, opened]

    def test_is_asked_for_once_for_each_conversation_and_not_in_a_burst(self, db, town):
        for n in range(PEOPLE):
            replied(db, town, n)
        waited = []

        asked = [learn(db, town.zendesk, waited=waited) for _ in range(2)]

        assert asked == [PEOPLE, 0]
        assert waited == [0.25] * (PEOPLE - 1)

    def test_is_asked_for_three_times_where_no_session_goes_on(self, db, town):
        replied(db, town)
        [ticket] = town.world.tickets.tickets.values()
        ticket["status"] = "solved"

        asked = [learn(db, town.zendesk) for _ in range(4)]

        assert asked == [1, 1, 1, 0]
        assert tickets_of_replies(db) == [None]

    def test_is_not_one_that_was_opened_long_after_it(self, db, town):
        replied(db, town)
        [first] = town.world.tickets.tickets.values()
        first["status"] = "solved"
        town.world.clock.advance(timedelta(hours=1))
        replied(db, town, after=timedelta(hours=1))

        learn(db, town.zendesk, after=timedelta(hours=1))

        assert tickets_of_replies(db) == [None, max(town.world.tickets.tickets)]

    def test_is_not_asked_for_when_the_session_is_surely_over(self, db, town):
        replied(db, town)

        assert learn(db, town.zendesk, after=timedelta(days=4)) == 0

    def test_stays_unknown_where_relay_may_not_ask(self, db, town):
        replied(db, town)

        with gateway(town.url, basic=("nobody@acme.example/token", "wrong")) as refused:
            assert learn(db, refused) == 0
        assert tickets_of_replies(db) == [None]
