"""Whatever is posted by somebody who knows the secret: an answer, and nothing half-written."""

import asyncio
import json

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from relay_core.control import ControlDesk, _hints, _public_methods
from relay_core.web import routes

RECEIPT = {
    "trigger": "notification:delivery:failure",
    "version": "v1.1",
    "timestamp": 1773576000.5,
    "app": {"_id": "app"},
    "notification": {"_id": "n-1"},
    "destination": {"type": "whatsapp", "integrationId": "i-1", "destinationId": "31612345678"},
    "matchResult": {"conversation": {"_id": "c-1"}},
    "error": {"code": "uncategorized_error", "underlyingError": {"code": 131026, "message": "m"}},
}
REPLY = {
    "trigger": "message:appUser",
    "timestamp": 1773576000.5,
    "conversation": {"_id": "c-1"},
    "client": {"platform": "whatsapp", "externalId": "31612345678"},
    "messages": [{"_id": "m-1", "text": "STOP", "payload": "p", "received": 1773576000.5}],
}
HUGE = [2**63, -(2**64), 10**400, 1e308, -1e308, float("nan"), float("inf"), -0.0, 253402300800]
LEAVES = st.none() | st.booleans() | st.text(max_size=20) | st.sampled_from(HUGE) | st.integers()
JSON = st.recursive(
    LEAVES | st.sampled_from(["\0", "\ud800", "\u202e", "é" * 9_000, ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
NOT_EMPTY = JSON.filter(lambda value: value != {})


def places(value, at=()):
    """Every place within a JSON value."""
    yield at
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*at, key))


def replaced(value, at, new):
    """The same value with something else at one place."""
    if not at:
        return new
    copy = value.copy()
    copy[at[0]] = replaced(value[at[0]], at[1:], new)
    return copy


@st.composite
def odd_events(draw):
    """An event as Sunco sends it, with up to three places that hold something else, in bytes."""
    event = draw(st.sampled_from([RECEIPT, REPLY]))
    for _ in range(draw(st.integers(0, 3))):
        if isinstance(event, dict | list):
            event = replaced(event, draw(st.sampled_from(list(places(event)))), draw(JSON))
    text = json.dumps(event, ensure_ascii=draw(st.booleans()))
    if draw(st.booleans()):
        text = text.replace("{", '{"timestamp": 7, "_id": "twice", ', 1)
    body = text.encode("utf-8", "surrogatepass")
    cut = draw(st.integers(0, len(body)))
    return draw(st.sampled_from([body, body[:cut], body[:cut] + b"\xff\xfe" + body[cut:]]))


@st.composite
def odd_commands(draw):
    """A command that fits no method, because of one argument more than it takes."""
    name = draw(st.sampled_from(sorted(_public_methods())))
    known = st.sampled_from(sorted(_hints(_public_methods()[name])))
    arguments = {"nobodys": 1} | draw(st.dictionaries(known | st.text(max_size=5), JSON))
    whole = {"method": name, "arguments": arguments}
    changed = replaced(
        whole, draw(st.sampled_from([(), ("method",), ("arguments",)])), draw(NOT_EMPTY)
    )
    return json.dumps(draw(st.sampled_from([whole, changed]))).encode("utf-8", "surrogatepass")


@pytest.fixture
def desk(relay, tmp_path):
    relay.start_sending(own_url="http://127.0.0.1:9")
    return ControlDesk(relay, folder=tmp_path)


@pytest.fixture
def post(desk):
    """Post a body with the right secret, over the route itself."""
    app = Starlette(routes=routes(lambda: desk, clock=Ticking()))
    token = desk._token  # noqa: SLF001 - the command would read it from the data folder
    secret = {"X-API-Key": desk.relay.webhook_key.current, "Authorization": f"Bearer {token}"}

    def post(path, body):
        async def exchange():
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://[::1]") as http:
                return await http.post(path, content=body, headers=secret)

        return asyncio.run(exchange())

    return post


class Ticking:
    """A clock that a second passes on at each look: no limit is reached."""

    def __init__(self):
        self.now = 0

    def __call__(self):
        self.now += 1
        return self.now


def kept(relay):
    """How much was kept of what came, in all."""
    counts = "SELECT (SELECT count(*) FROM receipts) + (SELECT count(*) FROM replies) AS heard"
    [row] = relay._database.table(counts).to_pylist()  # noqa: SLF001 - what was kept
    unread = relay.unread_events()
    return row["heard"], unread[0].number if unread else 0


FUZZED = settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
DEEP = b'{"trigger":' + b"[" * 90_000


class TestTheWebhook:
    @FUZZED
    @given(body=odd_events() | st.binary(max_size=200))
    @example(body=DEEP)
    @example(body=json.dumps(RECEIPT).encode().replace(b"131026", b"9" * 5_000))
    @example(body=json.dumps(RECEIPT).replace("n-1", "\ud800").encode("utf-8", "surrogatepass"))
    @example(body=b'{"trigger": "message:appUser", "messages": []}')
    def test_hears_the_whole_of_it_or_nothing(self, desk, post, body):
        heard, unread = kept(desk.relay)

        answer = post("/webhooks/sunco", body)

        now_heard, now_unread = kept(desk.relay)
        if answer.status_code == 200:
            assert now_unread == unread
        else:
            assert (answer.status_code, now_heard, now_unread) == (400, heard, unread + 1)


class TestControl:
    @FUZZED
    @given(body=odd_commands() | st.binary(max_size=200))
    @example(body=DEEP)
    @example(body=b'{"method": "run", "arguments": {}}')
    @example(body=b'{"method": ["run"], "arguments": {}}')
    @example(body=b'{"method": "run", "arguments": {"return": 1}}')
    def test_refuses_what_fits_no_method_and_does_nothing(self, post, body):
        answer = post("/control", body)

        assert answer.status_code == 400
        assert answer.json()["error"] == "RelayError"
