"""The routes beside the pages: nothing happens before authentication, nothing breaks after it."""

import asyncio
import json
import os

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from starlette.applications import Starlette

from relay_core.control import ControlDesk
from relay_core.reports.vitals import LaneState
from relay_core.store.migrations import migrations
from relay_core.web import routes
from tests.delivery.world import planned_run

EVENT = {
    "trigger": "notification:delivery:user",
    "version": "v1.1",
    "timestamp": 1773576000.5,
    "app": {"_id": "app"},
    "notification": {"_id": "n-1"},
    "destination": {"type": "whatsapp", "integrationId": "i-1", "destinationId": "31612345678"},
    "isFinalEvent": True,
}


@pytest.fixture
def secret(relay):
    """What Sunco would send, once the webhook is registered."""
    relay.start_sending(own_url="http://127.0.0.1:9")
    return relay.webhook_key.current


@pytest.fixture
def ask(relay, tmp_path):
    """Make one request to the routes."""
    app = Starlette(routes=routes(lambda: desk, clock=lambda: 0.0))
    desk = ControlDesk(relay, folder=tmp_path)

    def ask(method, path, *, client=("127.0.0.1", 50_000), **request):
        async def exchange():
            transport = httpx.ASGITransport(app, client=client)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
                return await http.request(method, path, **request)

        return asyncio.run(exchange())

    return ask


class TestTheWebhook:
    def test_takes_a_receipt_with_the_right_key(self, relay, ask, secret):
        answer = ask("POST", "/webhooks/sunco", json=EVENT, headers={"X-API-Key": secret})

        assert answer.status_code == 200
        kept = relay._database.table("SELECT kind, phone FROM receipts").to_pylist()  # noqa: SLF001 - what was kept
        assert kept == [{"kind": "user", "phone": "+31612345678"}]

    def test_keeps_a_repeated_receipt_once(self, relay, ask, secret):
        for _ in range(3):
            ask("POST", "/webhooks/sunco", json=EVENT, headers={"X-API-Key": secret})

        assert relay._database.table("SELECT * FROM receipts").num_rows == 1  # noqa: SLF001 - the same

    @pytest.mark.parametrize("key", ["", "wrong", "é".encode()])
    @pytest.mark.usefixtures("secret")
    def test_refuses_any_other_key_and_keeps_nothing(self, relay, ask, key):
        answer = ask("POST", "/webhooks/sunco", json=EVENT, headers={"X-API-Key": key})

        assert answer.status_code == 401
        assert relay._database.table("SELECT * FROM receipts").num_rows == 0  # noqa: SLF001 - the same

    def test_refuses_everything_before_it_is_registered(self, ask):
        # 401 would never be repeated by the channel; 503 is.
        assert ask("POST", "/webhooks/sunco", json=EVENT).status_code == 503

    def test_asks_for_another_try_of_what_it_could_not_keep(self, ask, relay, secret):
        relay._database._writer.close()  # noqa: SLF001 - as if the disk were full

        answer = ask("POST", "/webhooks/sunco", json=EVENT, headers={"X-API-Key": secret})

        assert answer.status_code == 503

    def test_refuses_a_body_that_is_too_large(self, ask, secret):
        answer = ask(
            "POST", "/webhooks/sunco", content=b" " * 1_000_001, headers={"X-API-Key": secret}
        )

        assert answer.status_code == 413

    @pytest.mark.parametrize("path", ["/webhooks/sunco", "/control"])
    def test_knows_no_other_method(self, ask, path):
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW"):
            assert ask(method, path).status_code == 405


class TestABodyThatCannotBeRead:
    def test_is_kept_to_be_looked_at(self, relay, ask, secret):
        ask("POST", "/webhooks/sunco", content=b"\x00{oops", headers={"X-API-Key": secret})

        [event] = relay.unread_events()
        assert (event.number, event.bytes, event.body) == (1, 6, "\ufffd{oops")

    def test_is_not_kept_without_the_key(self, relay, ask, secret):
        ask("POST", "/webhooks/sunco", content=b"{oops", headers={"X-API-Key": f"{secret}x"})

        assert relay.unread_events() == []

    def test_pushes_out_the_oldest_and_goes_on_counting(self, relay):
        for _ in range(103):
            relay.hear(b"[" * 5_000)

        kept = relay.unread_events()
        assert [event.number for event in kept] == list(range(103, 3, -1))
        assert {(event.bytes, len(event.body)) for event in kept} == {(5_000, 4_000)}

    @pytest.mark.parametrize(
        "odd", ["\\u0000", "\\ud800", "'; DROP TABLE replies; --", "é" * 9_000]
    )
    def test_may_have_odd_texts_in_it(self, relay, ask, secret, odd):
        event = (
            '{"trigger": "message:appUser", "conversation": {"_id": "c"}, "timestamp": -1e11,'
            f' "messages": [{{"_id": "m{odd}", "text": "{odd}", "payload": 7}}]}}'
        )

        answer = ask(
            "POST", "/webhooks/sunco", content=event.encode(), headers={"X-API-Key": secret}
        )

        assert answer.status_code in {200, 400}
        heard = relay._database.table("SELECT * FROM replies").num_rows  # noqa: SLF001 - what was kept
        assert heard + len(relay.unread_events()) == 1


class TestControl:
    def test_is_closed_without_the_token(self, ask):
        for headers in ({}, {"Authorization": "Bearer guess"}, {"Authorization": "Basic eA=="}):
            answer = ask("POST", "/control", json={"method": "runs"}, headers=headers)

            assert answer.status_code == 401

    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.7", ""])
    def test_is_closed_under_any_name_but_this_machines(self, ask, host):
        # A browser that was told that evil.example is this machine still sends that name.
        answer = ask("POST", "/control", json={"method": "runs"}, headers={"Host": host})

        assert answer.status_code == 400


class TestBeforeAnyWork:
    @pytest.mark.parametrize("path", ["/webhooks/sunco", "/control"])
    @pytest.mark.usefixtures("secret")
    def test_a_stranger_is_refused_without_reading_what_they_send(self, relay, tmp_path, path):
        desk = ControlDesk(relay, folder=tmp_path)
        app = Starlette(routes=routes(lambda: desk, clock=lambda: 0.0))
        said = []

        async def receive():
            raise AssertionError("the body was read")

        async def send(message):
            said.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": b"",
            "headers": [(b"host", b"localhost"), (b"x-api-key", b"guess")],
        }
        asyncio.run(app(scope, receive, send))

        assert said[0]["status"] == 401

    def test_strangers_are_told_to_wait_and_hold_up_nobody_else(self, ask, secret):
        guesses = [ask("POST", "/webhooks/sunco", headers={"X-API-Key": "x"}) for _ in range(45)]

        answer = ask("POST", "/webhooks/sunco", json=EVENT, headers={"X-API-Key": secret})

        assert [each.status_code for each in guesses] == [401] * 40 + [429] * 5
        assert guesses[-1].headers["Retry-After"] == "1"
        assert answer.status_code == 200


class TestReadiness:
    def test_is_said_while_the_file_is_open_and_written(self, ask):
        answer = ask("GET", "/readyz")

        assert (answer.status_code, answer.json()) == (200, {"ready": True})

    def test_is_over_with_a_reason_once_relay_closes(self, relay, ask):
        relay.close()

        answer = ask("GET", "/readyz")

        assert answer.status_code == 503
        assert answer.json() == {"ready": False, "reason": "closing"}
        assert ask("GET", "/healthz").status_code == 200
        assert ask("GET", "/metrics").status_code == 503

    def test_is_over_when_nothing_is_written_any_more(self, relay, ask):
        relay._database._writer.close()  # noqa: SLF001 - as if its thread had died

        assert ask("GET", "/readyz").json()["reason"] == "nothing is written any more"

    def test_is_over_when_the_file_is_not_up_to_date(self, ask, monkeypatch):
        newer = {**migrations(), 9999: ""}
        monkeypatch.setattr("relay_core.store.database.migrations", lambda: newer)

        assert ask("GET", "/readyz").json()["reason"] == "the file is not up to date"


class TestFigures:
    @pytest.fixture
    def figures(self, ask):
        """Read what Prometheus would: each sample's name and labels to its value."""

        def figures(**headers):
            answer = ask("GET", "/metrics", headers=headers)
            assert answer.status_code == 200
            return {
                (sample.name, *sorted(sample.labels.values())): sample.value
                for family in text_string_to_metric_families(answer.text)
                for sample in family.samples
            }

        return figures

    def test_are_those_of_the_file(self, relay, figures):
        planned_run(relay._database, people=3, lane="lane-9")  # noqa: SLF001 - a run to count

        told = figures()

        assert told["relay_deliveries", "queued"] == 3
        assert told["relay_lane_queued", "lane-9"] == 3
        assert told["relay_lane_state", "lane-9", "running"] == 1
        assert told["relay_lane_state", "idle", "lane-9"] == 0
        assert told["relay_last_sync_age_seconds",] > 0
        assert told["relay_commits_total",] > 0
        assert told["relay_file_bytes",] == relay.settings.database_path.stat().st_size
        assert told["relay_disk_free_bytes",] > 0
        assert ("relay_last_receipt_age_seconds",) not in told

    @pytest.mark.parametrize(
        ("change", "state"),
        [
            ("UPDATE deliveries SET due_at = '2999-01-01'", "held"),
            ("UPDATE runs SET state = 'paused', note = NULL", "paused"),
            ("UPDATE runs SET state = 'paused', note = 'too much failed'", "stopped"),
            ("UPDATE deliveries SET state = 'failed'", "idle"),
        ],
    )
    def test_tell_what_a_lane_waits_for(self, relay, figures, change, state):
        planned_run(relay._database, people=2, lane="lane-9")  # noqa: SLF001 - a run to count
        relay._database.write(lambda session: session.cursor.execute(change))  # noqa: SLF001 - what time would bring

        told = figures()

        assert [s for s in LaneState if told["relay_lane_state", *sorted(("lane-9", s))]] == [state]

    def test_count_what_became_of_requests_to_the_webhook(self, ask, secret, figures):
        for key, body in ((secret, json.dumps(EVENT)), (secret, "{"), ("wrong", "{"), ("", "")):
            ask("POST", "/webhooks/sunco", content=body, headers={"X-API-Key": key})

        told = figures()

        ends = ("accepted", "unreadable", "refused", "too_large", "too_early")
        assert [told["relay_webhook_requests_total", end] for end in ends] == [1, 1, 2, 0, 0]

    def test_hold_nothing_of_people(self, relay, ask):
        planned_run(relay._database, people=3)  # noqa: SLF001 - people to keep quiet about
        person = relay.find_people("a")[0]

        text = ask("GET", "/metrics").text

        assert "Campaign" not in text
        assert "+" not in text.replace("e+", "")
        assert "@" not in text
        assert person.name not in text

    @pytest.mark.parametrize("says", ["Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"])
    def test_are_not_passed_on_by_a_proxy(self, ask, says):
        assert ask("GET", "/metrics", headers={says: "127.0.0.1"}).status_code == 403

    @pytest.mark.parametrize("client", [("10.0.0.7", 1), ("nowhere", 1)])
    def test_are_told_to_this_machine_only(self, ask, client):
        assert ask("GET", "/metrics", client=client).status_code == 403

    def test_are_told_elsewhere_to_whoever_has_the_token(self, relay, ask):
        relay.settings = relay.settings.model_copy(update={"metrics_token": SecretStr("s3same")})

        def code(given, client="10.0.0.7"):
            headers = {"Authorization": given, "X-Forwarded-For": "10.0.0.8"}
            return ask("GET", "/metrics", headers=headers, client=(client, 1)).status_code

        assert code("Bearer s3same") == 200
        assert {code(wrong) for wrong in ("", "Bearer", "Bearer guess", "Basic s3same")} == {401}
        assert code("", client="127.0.0.1") == 401


class TestHealth:
    def test_says_whether_this_process_sends(self, ask):
        assert ask("GET", "/healthz").json() == {
            "ok": True,
            "sending": False,
            "pid": os.getpid(),
        }
