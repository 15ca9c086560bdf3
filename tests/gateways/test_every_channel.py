"""What every channel promises: promises, not vendors."""

import socket
from itertools import count

import httpx
import pytest

from relay_core.gateways.channel import Outgoing
from relay_core.gateways.outcomes import (
    Accepted,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Unreachable,
)
from relay_core.gateways.sunco import SunshineChannel

OUTGOING = Outgoing(
    integration_id="5e4af71a81966cfff3ef6551",
    phone="+33612345678",
    message={"type": "text", "text": "Votre commande est prête."},
    reference={"run": "1", "delivery": "7"},
)


def sunco(transport: httpx.BaseTransport, url: str = "http://127.0.0.1:1") -> SunshineChannel:
    return SunshineChannel(httpx.Client(base_url=url, transport=transport), app_id="app")


VENDORS = [pytest.param(sunco, id="sunshine conversations")]


@pytest.fixture(params=VENDORS)
def vendor(request):
    """Send once to a vendor that behaves as given; return the outcome."""

    def send(behaviour):
        requests = count()

        def handle(_request):
            assert next(requests) == 0, "a channel makes one request at most"
            if isinstance(behaviour, Exception):
                raise behaviour
            return behaviour

        return request.param(httpx.MockTransport(handle)).send(OUTGOING)

    return send


class TestAChannel:
    def test_reports_the_vendors_id_when_the_message_was_taken(self, vendor):
        assert vendor(httpx.Response(201, json={"notification": {"_id": "n-1"}})) == Accepted("n-1")

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

    @pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"<html>", b'{"notification": {}}'])
    def test_does_not_know_after_a_success_without_an_id(self, vendor, body):
        assert isinstance(vendor(httpx.Response(201, content=body)), OutcomeUnknown)

    def test_is_unreachable_on_a_port_where_nobody_listens(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}"

            outcome = sunco(httpx.HTTPTransport(), url).send(OUTGOING)

        assert isinstance(outcome, Unreachable)
