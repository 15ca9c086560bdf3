"""Opt-outs in Zendesk's tags: added alone, taken away alone, tried until they are made."""

import json
from datetime import timedelta
from time import monotonic, sleep, time

import httpx
import pytest

from relay_core.delivery.heard import Reply
from relay_core.delivery.opting_out import tag_changes_of
from relay_core.delivery.tagging import change_tags, tags_awaited
from relay_core.gateways.zendesk import Zendesk
from relay_core.gateways.zendesk_records import ZendeskUser
from relay_core.people.kept import keep_people
from relay_core.people.mirror import row_of
from relay_core.relay import open_relay
from relay_core.settings import Settings
from tests.delivery.test_receipts import hear
from tests.delivery.world import NOW, phone


def account(*answers):
    """A Zendesk that gives these answers, then 200 for ever, and what it was asked."""
    asked, waiting = [], list(answers)

    def handle(request):
        asked.append((request.method, request.url.path, request.content.decode()))
        answer = waiting.pop(0) if waiting else httpx.Response(200, json={"tags": []})
        if isinstance(answer, Exception):
            raise answer
        return answer

    http = httpx.Client(base_url="https://acme.test", transport=httpx.MockTransport(handle))
    return Zendesk(http), asked


def person(id_, *tags, number=0):
    return row_of(
        ZendeskUser(
            id=id_,
            name="P",
            phone=phone(number),
            tags=tags,
            active=True,
            created_at=NOW,
            updated_at=NOW,
        ),
        region="NL",
    )


def said(db, word, *, minutes=0):
    moment = NOW + timedelta(minutes=minutes)
    reply = Reply(
        message_id=f"{word}-{minutes}",
        conversation_id="",
        body=word,
        happened_at=moment,
        phone=phone(0),
    )
    hear(db, reply, now=moment)


def work(db, zendesk, *, minutes=0):
    return change_tags(db, lambda: zendesk, tag="opted_out", now=NOW + timedelta(minutes=minutes))


@pytest.fixture
def people(db):
    """Two profiles with the number, one of which has the tag already, and a stranger."""
    rows = [person(1), person(2), person(3, "opted_out"), person(4, number=1)]
    db.write(lambda s: keep_people(s, rows))


@pytest.mark.usefixtures("people")
class TestAStop:
    def test_is_added_to_every_profile_with_the_number_once(self, db):
        zendesk, asked = account()
        said(db, "STOP")

        assert work(db, zendesk) == 2
        assert work(db, zendesk) == 0

        body = '{"tags":["opted_out"]}'
        assert sorted(asked) == [
            ("PUT", "/api/v2/users/1/tags", body),
            ("PUT", "/api/v2/users/2/tags", body),
        ]
        assert not tags_awaited(db)

    @pytest.mark.parametrize(
        "trouble", [httpx.Response(503), httpx.Response(403), httpx.ReadTimeout("")]
    )
    def test_is_tried_again_later_and_says_what_stood_in_the_way(self, db, trouble):
        zendesk, asked = account(trouble)
        said(db, "STOP")

        assert work(db, zendesk) == 1
        assert work(db, zendesk, minutes=0) == 0
        waiting = [change for change in tag_changes_of(db, phone(0)) if change.ended_at is None]
        assert work(db, zendesk, minutes=1) == 1

        assert waiting[0].trouble
        assert len(asked) == 3
        assert not tags_awaited(db)

    def test_is_given_up_for_somebody_who_is_gone(self, db):
        zendesk, _ = account(httpx.Response(404))
        said(db, "STOP")

        assert work(db, zendesk) == 1
        assert not tags_awaited(db)
        assert [c.trouble for c in tag_changes_of(db, phone(0)) if c.trouble]


@pytest.mark.usefixtures("people")
class TestAStart:
    def test_takes_away_what_a_stop_gave_and_nothing_else(self, db):
        zendesk, asked = account()
        said(db, "STOP")
        work(db, zendesk)
        said(db, "START", minutes=1)

        assert work(db, zendesk, minutes=1) == 2
        assert {path for method, path, _ in asked if method == "DELETE"} == {
            "/api/v2/users/1/tags",
            "/api/v2/users/2/tags",
        }

    def test_before_the_tag_was_given_leaves_nothing_to_do(self, db):
        zendesk, asked = account()
        said(db, "STOP")
        said(db, "START", minutes=1)

        assert work(db, zendesk, minutes=1) == 0
        assert asked == []

    def test_after_a_try_of_which_nobody_knows_the_end_takes_it_away_all_the_same(self, db):
        zendesk, asked = account(httpx.ReadTimeout(""), httpx.ReadTimeout(""))
        said(db, "STOP")
        work(db, zendesk)
        said(db, "START", minutes=1)

        assert work(db, zendesk, minutes=1) == 2
        assert [method for method, *_ in asked] == ["PUT", "PUT", "DELETE", "DELETE"]


class TestAgainstTheStandIn:
    def test_a_tag_comes_and_goes_beside_the_others(self, tmp_path, sandbox):
        settings = Settings.load(data_dir=tmp_path, sandbox_url=sandbox, opt_out_write_back="tag")
        relay = open_relay(settings)
        http = httpx.Client(base_url=sandbox, auth=("admin@sandbox.example/token", "sandbox-token"))
        try:
            relay.sync_people()
            zendesk = relay._zendesk  # noqa: SLF001 - the gateway itself
            [row] = relay._database.table(  # noqa: SLF001 - somebody with tags of their own
                "SELECT id, tags FROM people WHERE len(tags) > 0 AND active LIMIT 1"
            ).to_pylist()
            path = f"/api/v2/users/{row['id']}/tags"

            zendesk.add_tag(row["id"], "said_stop")
            zendesk.add_tag(row["id"], "said_stop")
            given = set(http.get(path).json()["tags"])
            zendesk.remove_tag(row["id"], "said_stop")
            taken = set(http.get(path).json()["tags"])
        finally:
            http.close()
            relay.close()

        assert given == {*row["tags"], "said_stop"}
        assert taken == set(row["tags"])

    def test_a_stop_by_webhook_becomes_a_tag_by_itself_and_a_start_takes_it_away(
        self, tmp_path, sandbox, monkeypatch
    ):
        monkeypatch.setattr("relay_core.desk.settling._TAGGING_S", 0.05)
        settings = Settings.load(data_dir=tmp_path, sandbox_url=sandbox, opt_out_write_back="tag")
        relay = open_relay(settings)
        http = httpx.Client(base_url=sandbox, auth=("admin@sandbox.example/token", "sandbox-token"))
        try:
            relay.sync_people()
            [row] = relay._database.table(  # noqa: SLF001 - somebody who may be messaged
                "SELECT id, phone_e164 AS phone FROM people"
                " WHERE phone_e164 IS NOT NULL AND active AND NOT list_contains(tags, 'opted_out')"
                " LIMIT 1"
            ).to_pylist()
            relay.start_sending(own_url="http://127.0.0.1:9")

            tagged = []
            for word in ("STOP", "START"):
                relay.hear(said_by(row["phone"], word))
                deadline = monotonic() + 10
                while tags_awaited(relay._database) and monotonic() < deadline:  # noqa: SLF001 - the same
                    sleep(0.05)
                tags = http.get(f"/api/v2/users/{row['id']}/tags").json()["tags"]
                tagged.append("opted_out" in tags)
        finally:
            http.close()
            relay.close()

        assert tagged == [True, False]


def said_by(number, word):
    """The webhook's body when somebody writes one word over WhatsApp."""
    event = {
        "trigger": "message:appUser",
        "conversation": {"_id": f"with {number}"},
        "client": {"platform": "whatsapp", "externalId": number.removeprefix("+")},
        "messages": [{"_id": f"{word} {number}", "text": word, "received": time()}],
    }
    return json.dumps(event).encode()
