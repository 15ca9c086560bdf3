"""A vendor, or a proxy before it, that quotes what it refuses: no credential comes back."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from relay_core.errors import RelayError
from relay_core.gateways.outcomes import Rejected
from relay_core.gateways.sunco import SunshineChannel, sunshine_conversations
from relay_core.gateways.zendesk import zendesk
from relay_core.options.account import Account
from tests.gateways.test_every_channel import OUTGOING

API_TOKEN, KEY_SECRET, CLIENT_SECRET, ACCESS_TOKEN = (
    "Zx9-api-token",
    "Kq7-key-secret",
    "Vb3-client-secret",
    "Hn5-access-token",
)
BASIC = [
    base64.b64encode(pair.encode()).decode()
    for pair in (f"ada@acme.example/token:{API_TOKEN}", f"app_1:{KEY_SECRET}")
]
SECRETS = [API_TOKEN, KEY_SECRET, CLIENT_SECRET, ACCESS_TOKEN, *BASIC]


class Parrot(BaseHTTPRequestHandler):
    """Refuses everything with the words of the request, but for grants while it gives tokens."""

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        said = f"{self.headers.get('Authorization')} {self.rfile.read(length).decode()}"
        if self.path == "/oauth/tokens" and self.server.gives_tokens:
            self.answer(200, {"access_token": ACCESS_TOKEN, "expires_in": 7200})
        else:
            said = said if len(said) < 150 else said[:150]
            self.answer(self.server.status, {"error": {"code": "no", "message": f"What: {said}"}})

    do_POST = do_GET  # noqa: N815 - the name is http.server's

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def parrot():
    with ThreadingHTTPServer(("127.0.0.1", 0), Parrot) as server:
        server.gives_tokens, server.status = True, 403
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def account(parrot, *, oauth: bool) -> Account:
    url = f"http://127.0.0.1:{parrot.server_port}"
    return Account(
        zendesk_url=url,
        zendesk_basic=None if oauth else ("ada@acme.example/token", API_TOKEN),
        zendesk_oauth=("relay", CLIENT_SECRET) if oauth else None,
        sunco_url=url,
        sunco_app_id="app",
        sunco_key=("app_1", KEY_SECRET),
        rehearsal=True,
    )


def told(ask) -> str:
    """Everything that a refusal tells anybody."""
    with pytest.raises(RelayError) as refusal:
        ask()
    return f"{refusal.value!r} {refusal.value.advice}"


class TestARefusalThatQuotesItsRequest:
    @pytest.mark.parametrize("oauth", [False, True])
    @pytest.mark.parametrize("gives_tokens", [True, False])
    def test_is_told_without_what_opens_zendesk(self, parrot, oauth, gives_tokens):
        parrot.gives_tokens = gives_tokens
        gateway = zendesk(account(parrot, oauth=oauth), timeout_s=5)

        said = told(gateway.me)
        gateway.close()

        assert "What:" in said
        assert "(withheld)" in said
        assert not [secret for secret in SECRETS if secret in said]

    def test_is_told_without_what_opens_sunshine_conversations(self, parrot):
        gateway = sunshine_conversations(account(parrot, oauth=False), timeout_s=5)

        said = told(lambda: gateway.create_template("i", {"name": "hello"}))
        gateway.close()

        assert "(withheld)" in said
        assert not [secret for secret in SECRETS if secret in said]

    @pytest.mark.parametrize("status", [400, 403])
    def test_is_kept_of_a_message_without_what_opens_the_account(self, parrot, status):
        parrot.status = status
        url = f"http://127.0.0.1:{parrot.server_port}"
        with httpx.Client(base_url=url, auth=("app_1", KEY_SECRET)) as signed_in:
            outcome = SunshineChannel(signed_in, app_id="app").send(OUTGOING)

        assert isinstance(outcome, Rejected)
        assert "(withheld)" in repr(outcome)
        assert not [secret for secret in SECRETS if secret in repr(outcome)]
