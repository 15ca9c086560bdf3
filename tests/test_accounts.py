"""Several accounts in one process: each answers for itself, and none opens with another's key."""

import asyncio
import json
from contextlib import closing

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from relay_core.access.grants import AGENT, Grant, Subject
from relay_core.access.permissions import Permission
from relay_core.accounts import Accounts
from relay_core.control import ask_owner
from relay_core.errors import ConfigurationError, RelayError
from relay_core.serving import listening, rehearsal_world
from relay_core.store.database import open_database
from relay_core.web import routes_of_accounts

EVENT = {
    "trigger": "notification:delivery:user",
    "version": "v1.1",
    "timestamp": 1773576000.5,
    "app": {"_id": "app"},
    "notification": {"_id": "n-1"},
    "destination": {"type": "whatsapp", "integrationId": "i-1", "destinationId": "31612345678"},
    "isFinalEvent": True,
}
ALIASES = ("acme", "broken", "globex")
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def other_world():
    with rehearsal_world(people=1) as url:
        yield url


@pytest.fixture
def installation(monkeypatch, tmp_path, sandbox, other_world):
    """Two accounts that can be opened, and one that cannot."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELAY_ACCOUNTS", ",".join(ALIASES))
    monkeypatch.setenv("RELAY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("RELAY_ACME_SANDBOX_URL", sandbox)
    monkeypatch.setenv("RELAY_GLOBEX_SANDBOX_URL", other_world)
    monkeypatch.setenv("RELAY_BROKEN_SUNCO_PACE", "fast")
    return ALIASES


@pytest.fixture
def accounts(installation):
    assert installation == ALIASES
    found = Accounts(begin=lambda desk: desk.relay.start_sending(own_url=NOWHERE))
    found.begin()
    yield found
    found.close()


@pytest.fixture
def ask(accounts):
    app = Starlette(
        routes=routes_of_accounts(
            accounts.desk, aliases=ALIASES, settings=accounts.common, clock=lambda: 0.0
        )
    )

    def ask(method, path, **request):
        async def exchange():
            transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
                return await http.request(method, path, **request)

        return asyncio.run(exchange())

    return ask


def receipts(accounts, alias):
    return accounts.desk(alias).relay._database.table("SELECT * FROM receipts").num_rows  # noqa: SLF001 - what was kept


class TestAWebhook:
    def test_takes_what_comes_with_its_accounts_key_and_for_nobody_else(self, accounts, ask):
        key = accounts.desk("acme").relay.webhook_key.current

        answer = ask(
            "POST", "/accounts/acme/webhooks/sunco", json=EVENT, headers={"X-API-Key": key}
        )

        assert answer.status_code == 200
        assert (receipts(accounts, "acme"), receipts(accounts, "globex")) == (1, 0)

    def test_refuses_the_key_of_another_account(self, accounts, ask):
        # Two new worlds give the same first secret.
        accounts.desk("globex").relay.rotate_webhook_secret(actor="test")
        keys = [accounts.desk(alias).relay.webhook_key.current for alias in ("acme", "globex")]
        assert keys[0] != keys[1]

        answer = ask(
            "POST", "/accounts/acme/webhooks/sunco", json=EVENT, headers={"X-API-Key": keys[1]}
        )

        assert answer.status_code == 401
        assert receipts(accounts, "acme") == 0

    def test_has_no_address_that_is_everybodys(self, accounts, ask):
        key = accounts.desk("acme").relay.webhook_key.current

        answer = ask("POST", "/webhooks/sunco", json=EVENT, headers={"X-API-Key": key})

        assert answer.status_code == 404

    def test_asks_to_come_again_while_its_account_is_not_open(self, ask):
        answer = ask("POST", "/accounts/broken/webhooks/sunco", json=EVENT)

        assert answer.status_code == 503


class TestCommands:
    def test_reach_the_account_in_whose_folder_they_look(self, accounts, tmp_path):
        with listening(
            routes_of_accounts(
                accounts.desk, aliases=ALIASES, settings=accounts.common, clock=lambda: 0.0
            )
        ) as url:
            for alias in ("acme", "globex"):
                accounts.desk(alias).announce(url)
            granted = Grant(Subject.ROLE, AGENT, frozenset({Permission.APPROVE}))
            accounts.desk("acme").relay.save_grants([granted], actor="test")
            found = {}
            for alias in ("acme", "globex"):
                with closing(ask_owner(tmp_path / alias, sending=True)) as remote:
                    found[alias] = remote.grants()

        assert found["acme"] == (granted,)
        assert granted not in found["globex"]

    def test_are_refused_with_the_token_of_another_folder(self, accounts, ask, tmp_path):
        for alias in ("acme", "globex"):
            accounts.desk(alias).announce(NOWHERE)
        told = json.loads((tmp_path / "acme" / "relay.owner.json").read_text())
        asked = {"json": {"method": "overview", "arguments": {}}}
        headers = {"Authorization": f"Bearer {told['token']}"}

        own = ask("POST", "/accounts/acme/control", headers=headers, **asked)
        others = ask("POST", "/accounts/globex/control", headers=headers, **asked)

        assert told["url"] == f"{NOWHERE}/accounts/acme"
        assert (own.status_code, others.status_code) == (200, 401)


class TestAnAccountThatCannotBeOpened:
    def test_says_why_and_takes_no_other_down(self, accounts, ask):
        with pytest.raises(ConfigurationError) as refused:
            accounts.desk("broken")

        assert "RELAY_BROKEN_SUNCO_PACE" in refused.value.advice
        assert set(accounts.open_desks()) == {"acme", "globex"}
        assert ask("GET", "/readyz").status_code == 200
        assert ask("GET", "/accounts/globex/readyz").status_code == 200
        assert ask("GET", "/accounts/broken/readyz").status_code == 503

    def test_begins_once_it_can_be_opened(self, accounts, monkeypatch, sandbox):
        monkeypatch.delenv("RELAY_BROKEN_SUNCO_PACE")
        monkeypatch.setenv("RELAY_BROKEN_SANDBOX_URL", f"{sandbox}/")
        monkeypatch.setenv("RELAY_ACCOUNTS", "broken")

        accounts.reopen("broken")

        assert accounts.desk("broken").relay.has_begun

    @pytest.mark.usefixtures("installation")
    def test_takes_no_other_down_by_what_nobody_expected_of_its_file(self, monkeypatch, tmp_path):
        monkeypatch.delenv("RELAY_BROKEN_SUNCO_PACE")
        path = tmp_path / "broken" / "relay.duckdb"
        open_database(path).close()
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

        with closing(Accounts(begin=lambda _: None)) as found:
            found.begin()

            assert set(found.open_desks()) == {"acme", "globex"}
            assert "log" in found.refusal("broken").advice

    @pytest.mark.usefixtures("installation")
    def test_ends_the_process_where_it_is_the_only_one(self, monkeypatch):
        monkeypatch.setenv("RELAY_ACCOUNTS", "broken")

        with pytest.raises(RelayError):
            Accounts(begin=lambda _: None).begin()


class TestAProcessThatEnds:
    def test_opens_no_account_again_for_a_page_that_is_still_drawn(self, accounts):
        accounts.close()

        with pytest.raises(RelayError) as refused:
            accounts.desk("acme")

        assert "ends" in refused.value.advice
        assert accounts.open_desks() == {}


class TestFigures:
    def test_are_told_apart_by_account(self, ask):
        text = ask("GET", "/metrics").text

        families = {family.name: family for family in text_string_to_metric_families(text)}
        ready = {s.labels["account"]: s.value for s in families["relay_account_ready"].samples}
        assert ready == {"acme": 1, "globex": 1, "broken": 0}
        sending = families["relay_sending"].samples
        assert {s.labels["account"] for s in sending} == {"acme", "globex"}
        assert all("account" in s.labels for family in families.values() for s in family.samples)

    def test_of_health_name_no_account(self, ask):
        for path in ("/healthz", "/readyz"):
            answer = ask("GET", path)

            assert answer.status_code == 200
            assert not any(alias in answer.text for alias in ALIASES)
