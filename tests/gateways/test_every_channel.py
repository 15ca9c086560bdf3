"""What every channel promises: promises, not vendors."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import httpx
import pytest

from relay_core.gateways.channel import Channel, Outgoing
from relay_core.gateways.outcomes import (
    Accepted,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Unreachable,
)
from relay_core.gateways.sunco import SunshineChannel
from relay_core.gateways.talk import TalkTextChannel

OUTGOING = Outgoing(
    integration_id="5e4af71a81966cfff3ef6551",
    phone="+33612345678",
    message={"type": "text", "text": "Votre commande est prête."},
    reference={"run": "1", "delivery": "7"},
)
TEXTED = replace(OUTGOING, integration_id="talk:17", key="5f2c", person_id=35436)


def sunco(transport: httpx.BaseTransport, url: str = "http://127.0.0.1:1") -> SunshineChannel:
    return SunshineChannel(httpx.Client(base_url=url, transport=transport), app_id="app")


def talk(transport: httpx.BaseTransport, url: str = "http://127.0.0.1:1") -> TalkTextChannel:
    return TalkTextChannel(httpx.Client(base_url=url, transport=transport))


@dataclass(frozen=True)
class Vendor:
    """A channel, what it carries, and how its vendor says that it was taken."""

    channel: Callable[..., Channel]
    outgoing: Outgoing
    taken: dict[str, Any]
    id: str


VENDORS = [
    pytest.param(
        Vendor(sunco, OUTGOING, {"notification": {"_id": "n-1"}}, "n-1"),
        id="sunshine conversations",
    ),
    pytest.param(Vendor(talk, TEXTED, {"ticket": {"id": 4242}}, "4242"), id="zendesk talk"),
]


@pytest.fixture(params=VENDORS)
def kind(request) -> Vendor:
    return request.param


@pytest.fixture
def vendor(kind):
    """Send once to a vendor that behaves as given; return the outcome."""

    def send(behaviour):
        requests = count()

        def handle(_request):
            assert next(requests) == 0, "a channel makes one request at most"
            if isinstance(behaviour, Exception):
                raise behaviour
            return behaviour

        return kind.channel(httpx.MockTransport(handle)).send(kind.outgoing)

    return send


class TestAChannel:
    def test_reports_the_vendors_id_when_the_message_was_taken(self, vendor, kind):
        assert vendor(httpx.Response(201, json=kind.taken)) == Accepted(kind.id)

    @pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 302])
    def test_does_not_know_after_a_server_error_because_it_may_have_gone_out(self, vendor, status):
        assert isinstance(vendor(httpx.Response(status, html="<h1>Oh</h1>")), OutcomeUnknown)

    @pytest.mark.parametrize(
        "error",
        [
            httpx.ReadTimeout(""),
            httpx.ReadError(""),
            httpx.WriteTimeout(""),
            httpx.WriteError(""),
            httpx.RemoteProtocolError(""),
        ],
    )
    def test_does_not_know_when_the_request_left_and_nothing_came_back(self, vendor, error):
        assert isinstance(vendor(error), OutcomeUnknown)

    @pytest.mark.parametrize(
        "error", [httpx.ConnectError(""), httpx.ConnectTimeout(""), httpx.PoolTimeout("")]
    )
    def test_is_sure_that_nothing_left_without_a_connection(self, vendor, error):
        assert isinstance(vendor(error), Unreachable)

    def test_waits_as_long_as_the_vendor_asks(self, vendor):
        answer = httpx.Response(429, headers={"Retry-After": "17"})

        assert vendor(answer) == Throttled(17.0)

    def test_is_throttled_without_a_time_too(self, vendor):
        assert vendor(httpx.Response(429)) == Throttled(None)

    @pytest.mark.parametrize("status", [401, 403, 404])
    def test_says_when_the_sender_itself_is_refused(self, vendor, status):
        outcome = vendor(httpx.Response(status, json={"errors": [{"title": "No"}]}))

        assert outcome == Rejected(f"http_{status}", "No", lane_fault=True)

    def test_gives_the_vendors_words_for_a_refused_message(self, vendor):
        body = {"error": {"code": "bad_request", "description": "Integration not found"}}

        outcome = vendor(httpx.Response(400, json=body))

        assert outcome == Rejected("http_400", "Integration not found")

    @pytest.mark.parametrize(
        "body", [b"", b"{}", b"[]", b"<html>", b'{"notification": {}}', b'{"ticket": {}}']
    )
    def test_does_not_know_after_a_success_without_an_id(self, vendor, body):
        assert isinstance(vendor(httpx.Response(201, content=body)), OutcomeUnknown)

    def test_is_unreachable_on_a_port_where_nobody_listens(self, kind):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}"

            outcome = kind.channel(httpx.HTTPTransport(), url).send(kind.outgoing)

        assert isinstance(outcome, Unreachable)
