"""Zendesk Talk over real HTTP: what its keys, lines, triggers and history do for Relay."""

from dataclasses import replace

import pytest

from relay_core.delivery.talk_trigger import wanted_trigger
from relay_core.errors import AccessDenied, AnswerUnknown, GatewayError
from relay_core.gateways.channel import Outgoing
from relay_core.gateways.outcomes import Accepted, OutcomeUnknown, Rejected
from relay_core.gateways.reader import client
from relay_core.gateways.talk import TalkTextChannel
from relay_core.gateways.talk_lanes import KEY_LIFE, is_talk, lane_of, line_of
from relay_core.gateways.talk_text import TalkText
from tests.people.account_over_http import outside
from tests.sandbox.small_account import ADMIN, account_of, user
from tests.sandbox.stage import START

OUTGOING = Outgoing(
    integration_id="talk:17",
    phone="+33612345678",
    message={"type": "text", "text": "Votre commande est prête."},
    reference={"run": "1", "delivery": "7"},
    key="5f2c",
    person_id=50,
)


@pytest.fixture
def account():
    people = account_of({"users": [user("Ann", id=50, phone="+33612345678")]})
    with outside(people.world) as running:
        running.world.messaging.faults = running.world.messaging.faults.merged(
            {"phones": {"failure": 0, "reply": 0, "stop": 0}}
        )
        yield running


@pytest.fixture
def talk(account):
    with client(url=account.url, auth=ADMIN, timeout_s=10) as http:
        yield TalkText(http)


@pytest.fixture
def channel(account, talk):
    talk.create_trigger(wanted_trigger(17, number="+33757690000"))
    with client(url=account.url, auth=ADMIN, timeout_s=10) as http:
        yield TalkTextChannel(http)


class TestAKey:
    def test_gives_the_first_ticket_again_and_texts_once(self, account, channel):
        first, second = channel.send(OUTGOING), channel.send(OUTGOING)

        assert isinstance(first, Accepted)
        assert first == second
        assert len(account.world.messaging.sent) == 1

    def test_that_was_used_for_another_text_says_nothing_about_this_one(self, account, channel):
        channel.send(OUTGOING)

        outcome = channel.send(replace(OUTGOING, message={"type": "text", "text": "Another"}))

        assert outcome == OutcomeUnknown("key_reused")
        assert len(account.world.messaging.sent) == 1

    def test_is_forgotten_after_two_hours(self, account, channel):
        channel.send(OUTGOING)
        account.world.clock.advance(KEY_LIFE)

        channel.send(OUTGOING)

        assert len(account.world.messaging.sent) == 2

    def test_is_needed(self, account, channel):
        assert isinstance(channel.send(replace(OUTGOING, key="")), Rejected)
        assert account.world.messaging.sent == []


class TestALane:
    def test_is_named_for_its_line(self):
        assert line_of(lane_of(17)) == 17

    @pytest.mark.parametrize("lane", ["5e4af71a81966cfff3ef6550", "talk:", "talk:x", "17"])
    def test_of_another_channel_has_no_line(self, lane):
        assert not is_talk(lane)


class TestTheLines:
    def test_are_listed_with_what_they_can_do(self, talk):
        listed = {line.id: line for line in talk.lines()}

        assert [i for i, line in listed.items() if line.capabilities.sms] == [17, 18]
        assert listed[17].name == "SMS France"


class TestATrigger:
    def test_is_made_and_found_again(self, talk):
        made = talk.create_trigger(wanted_trigger(17, number="+33757690000"))

        assert made in talk.triggers()

    def test_that_zendesk_refuses_is_refused_with_its_words(self, talk):
        with pytest.raises(GatewayError) as refusal:
            talk.create_trigger({"title": "Nothing"})

        assert not isinstance(refusal.value, AnswerUnknown)

    def test_may_be_there_after_an_answer_of_a_proxy(self, account, talk):
        account.fail(502)

        with pytest.raises(AnswerUnknown):
            talk.create_trigger(wanted_trigger(17, number="+33757690000"))

    def test_is_for_administrators(self, account):
        auth = ("dee@acme.example/token", ADMIN[1])
        account.world.directory.upsert_user(
            {"name": "Dee", "email": "dee@acme.example", "role": "agent"}
        )
        wanted = wanted_trigger(17, number="+33757690000")

        with (
            client(url=account.url, auth=auth, timeout_s=10) as http,
            pytest.raises(AccessDenied),
        ):
            TalkText(http).create_trigger(wanted)


class TestTheHistory:
    def test_is_read_only_as_far_as_needed(self, talk, channel):
        for n in range(5):
            channel.send(replace(OUTGOING, key=f"k{n}"))

        everything = talk.history(after=0, oldest=START)
        new = talk.history(after=everything[2].id, oldest=START)

        assert [text.id for text in everything] == [1, 2, 3, 4, 5]
        assert [text.id for text in new] == [4, 5]

    def test_names_the_ticket_by_which_a_text_is_known(self, talk, channel):
        outcome = channel.send(OUTGOING)

        (text,) = talk.history(after=0, oldest=START)

        assert outcome == Accepted(str(text.ticket_id))

    def test_has_the_words_of_an_answer_on_the_ticket(self, account, talk, channel):
        channel.send(OUTGOING)
        account.world.messaging.hear("+33612345678", "Merci", integration_id="17")

        answer = talk.history(after=0, oldest=START)[-1]
        comments = talk.comments(answer.ticket_id)

        assert (answer.direction, answer.sender) == ("inbound", "+33612345678")
        assert [c.body for c in comments] == ["Votre commande est prête.", "Merci"]
        assert comments[-1].author_id == answer.customer_id == 50
