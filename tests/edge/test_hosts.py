"""By which names Relay may be called."""

import asyncio

import pytest

from relay_core.edge.headers import SafeHeaders
from relay_core.edge.hosts import KnownHosts, host_of, is_loopback


async def answering(scope, _receive, send):
    """Answer everything alike."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": []})


def asked(app, *hosts, kind="http", path="/"):
    """The first thing that is answered to a request under these names."""
    said = []

    async def send(message):
        said.append(message)

    named = [(b"host", host.encode()) for host in hosts]
    scope = {"type": kind, "method": "GET", "path": path, "headers": named}
    asyncio.run(app(scope, None, send))
    return said[0]


KNOWN = KnownHosts(answering, known=lambda: {"relay.acme.example"}, everybodys={"/hook"})
STRANGE = [
    "evil.example",
    "127.0.0.1.evil.example",
    "relay.acme.example.evil.example",
    "evil.example:80@127.0.0.1.evil.example",
    "2130706433",
    "0.0.0.0",  # noqa: S104 - a name in a request; nothing listens there
    "[::ffff:10.0.0.1]",
    "[::1",
    "",
    "127.0.0.1, evil.example",
]


class TestAHost:
    @pytest.mark.parametrize(
        ("header", "host"),
        [
            ("localhost:8501", "localhost"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]:8501", "::1"),
            ("Relay.ACME.example.", "relay.acme.example"),
            ("[::1", ""),
            ("", ""),
        ],
    )
    def test_is_read_without_its_port_and_as_it_is_compared(self, header, host):
        assert host_of(header) == host

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
    def test_is_this_machine(self, host):
        assert is_loopback(host)

    @pytest.mark.parametrize("header", STRANGE)
    def test_is_not_this_machine_by_looking_like_it(self, header):
        assert not is_loopback(host_of(header))


class TestARequest:
    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8501", "relay.acme.example"])
    def test_is_answered_under_a_known_name(self, host):
        assert asked(KNOWN, host)["status"] == 200
        assert asked(KNOWN, host, kind="websocket")["type"] == "websocket.accept"

    @pytest.mark.parametrize("hosts", [[], *([each] for each in STRANGE), ["localhost", "evil"]])
    def test_is_refused_under_any_other_or_two_at_once(self, hosts):
        assert asked(KNOWN, *hosts)["status"] == 400
        assert asked(KNOWN, *hosts, kind="websocket")["type"] == "websocket.close"

    def test_is_heard_under_any_name_where_a_key_is_checked(self):
        assert asked(KNOWN, "10.1.2.3", path="/hook")["status"] == 200


class TestAnAnswer:
    def test_says_what_it_may_not_be_used_for(self):
        answer = asked(SafeHeaders(answering, scripts=("'unsafe-eval'",)), "localhost")

        headers = {name.decode(): value.decode() for name, value in answer["headers"]}
        policy = set(headers["content-security-policy"].split("; "))
        assert "script-src 'self' 'unsafe-eval'" in policy
        assert {"default-src 'self'", "frame-ancestors 'self'", "object-src 'none'"} <= policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["referrer-policy"] == "same-origin"
