"""The routes beside the pages: nothing happens before authentication, nothing breaks after it."""

import asyncio
import json
import os

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from relay_core.control import ControlDesk
from relay_core.web import routes

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
    return relay.webhook_secret


@pytest.fixture
def ask(relay, tmp_path):
    """Make one request to the routes."""
    app = Starlette(routes=routes(lambda: desk))
    desk = ControlDesk(relay, folder=tmp_path)

    def ask(method, path, **request):
        async def exchange():
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://relay") as http:
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

    def test_refuses_a_body_that_is_too_large(self, ask, secret):
        answer = ask(
            "POST", "/webhooks/sunco", content=b" " * 1_000_001, headers={"X-API-Key": secret}
        )

        assert answer.status_code == 413

    @pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
    def test_knows_no_other_method(self, ask, method):
        assert ask(method, "/webhooks/sunco").status_code == 405

    @settings(
        max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
    )
    @given(
        body=st.binary(max_size=200)
        | st.builds(
            lambda changes: json.dumps(EVENT | changes).encode(),
            st.dictionaries(
                st.sampled_from([*EVENT, "matchResult", "error"]),
                st.none()
                | st.integers()
                | st.text()
                | st.floats()
                | st.dictionaries(st.text(), st.text()),
            ),
        )
    )
    def test_answers_anything_else_without_breaking(self, ask, secret, body):
        answer = ask("POST", "/webhooks/sunco", content=body, headers={"X-API-Key": secret})

        assert answer.status_code in {200, 400}


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


class TestHealth:
    def test_says_whether_this_process_sends(self, ask):
        assert ask("GET", "/healthz").json() == {
            "ok": True,
            "sending": False,
            "pid": os.getpid(),
        }
