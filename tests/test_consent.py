"""The way of a browser to Zendesk's page of consent, and back: who may end what, and how often."""

import asyncio
import shutil
from dataclasses import dataclass, field
from threading import Thread
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from relay_core.cli.setup import sign_in
from relay_core.control import ControlDesk
from relay_core.errors import AccessDenied, ConfigurationError
from relay_core.relay import open_relay
from relay_core.reports.trail import TrailFilter
from relay_core.serving import owning
from relay_core.settings import Settings
from relay_core.setup.check import Step, Verdict
from relay_core.sign_in_file import FILE_NAME, Standing
from relay_core.web import routes
from tests.journeys.programs import until
from tests.setup.consenting import (
    ADDRESS,
    ADMIN,
    AGENT,
    CLIENT_ID,
    GRANTS,
    brought_back,
    stand_in,
)

BACK = "/oauth/zendesk"


@pytest.fixture(scope="module")
def zendesk():
    with stand_in() as running:
        yield running


@pytest.fixture(scope="module")
def elsewhere():
    """Another account of Zendesk, in other hands."""
    with stand_in(seed=8) as running:
        yield running


@pytest.fixture
def put(monkeypatch, tmp_path, zendesk):
    """Settings of an account that signs in by consent; change some."""
    monkeypatch.chdir(tmp_path)

    def putting(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"RELAY_{name}", value)

    putting(
        ZENDESK_SUBDOMAIN="acme",
        ZENDESK_URL=zendesk.url,
        ZENDESK_OAUTH_CLIENT_ID=CLIENT_ID,
        SUNCO_APP_ID="5e4af71a81966cfff3ef6500",
        SUNCO_KEY_ID="app_sandbox",
        SUNCO_KEY_SECRET="sandbox-secret",
        SUNCO_URL=f"{zendesk.url}/sc",
    )
    return putting


@pytest.fixture
def relay(put, tmp_path, empty_file):
    assert put
    shutil.copy(empty_file, tmp_path)
    front_desk = open_relay(Settings.load(data_dir=tmp_path))
    yield front_desk
    front_desk.close()


@dataclass
class Browser:
    """Somebody's browser, as far as Relay's routes see it."""

    app: Starlette
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, address: str, *, method: str = "GET") -> httpx.Response:
        async def exchange():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(
                transport=transport, base_url=ADDRESS, cookies=self.cookies
            ) as http:
                answer = await http.request(method, address)
                self.cookies |= dict(http.cookies)
                return answer

        return asyncio.run(exchange())

    def led(self, link: str) -> str:
        """Open a link of Relay; return where at Zendesk it leads."""
        answer = self.ask(link)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]


@pytest.fixture
def browser(relay, tmp_path):
    """Make browsers; the clock stands still."""
    desk = ControlDesk(relay, folder=tmp_path)
    app = Starlette(routes=routes(lambda: desk, clock=lambda: 0.0))
    return lambda: Browser(app)


def begun(relay, actor="Ada"):
    return relay.begin_sign_in(address=ADDRESS, actor=actor)


def standing(relay):
    return relay.zendesk_sign_in().standing


def changed(address: str, /, **said: str) -> str:
    """Return an address that says something else."""
    target = urlsplit(address)
    return target._replace(query=urlencode(dict(parse_qsl(target.query)) | said)).geturl()


class TestAnAdministrator:
    def test_signs_relay_in_and_it_counts_at_once(self, relay, browser, zendesk):
        here = browser()
        before = [(check.name, check.verdict) for check in relay.doctor(step=Step.ZENDESK)]

        answer = here.ask(zendesk.consented(here.led(begun(relay))))

        assert (answer.status_code, answer.headers["location"]) == (303, "/setup")
        assert ("Way in", Verdict.PROBLEM) in before
        checks = relay.doctor(step=Step.ZENDESK)
        assert {check.verdict for check in checks} == {Verdict.OK}
        assert f"signed in as an administrator, {ADMIN}" in [check.found for check in checks]
        assert standing(relay) is Standing.HELD
        [noted] = relay.trail(TrailFilter(), most=1)
        assert (noted.event, noted.actor) == ("zendesk.signed_in", "Ada")

    def test_who_says_no_changes_nothing(self, relay, browser, zendesk):
        here = browser()

        answer = here.ask(zendesk.consented(here.led(begun(relay)), decision="deny"))

        assert answer.status_code == 400
        assert "You did not allow Relay to use Zendesk. Nothing was changed." in answer.text
        assert "Go back to the page Setup" in answer.text
        assert standing(relay) is Standing.NEVER

    def test_may_sign_in_before_anything_else_is_set(
        self, monkeypatch, put, tmp_path, empty_file, zendesk
    ):
        assert put
        monkeypatch.delenv("RELAY_SUNCO_APP_ID")
        shutil.copy(empty_file, tmp_path)
        unconnected = open_relay(Settings.load(data_dir=tmp_path))
        desk = ControlDesk(unconnected, folder=tmp_path)
        here = Browser(Starlette(routes=routes(lambda: desk, clock=lambda: 0.0)))

        here.ask(zendesk.consented(here.led(begun(unconnected))))

        assert not unconnected.settings.is_connected
        assert standing(unconnected) is Standing.HELD
        unconnected.close()

    def test_comes_after_an_exchange_of_rules_and_brings_none_back(self, relay, browser, zendesk):
        here = browser()
        back = zendesk.consented(here.led(begun(relay)))
        returning = Thread(target=here.ask, args=(back,))

        with relay._exchanging:  # noqa: SLF001 - as an exchange of rules holds it
            returning.start()
            until(lambda: standing(relay) is Standing.HELD, within_s=10)
            returning.join(0.3)
            is_waiting = returning.is_alive()
            relay.settings = fresh = relay.settings.model_copy(update={"blackout_days": 7})
        returning.join()

        assert is_waiting
        assert relay.settings is fresh
        assert {check.verdict for check in relay.doctor(step=Step.ZENDESK)} == {Verdict.OK}

    def test_is_told_what_to_set_first(self, relay, put):
        put(ZENDESK_OAUTH_CLIENT_SECRET="there is one")

        with pytest.raises(ConfigurationError) as refusal:
            begun(relay)

        assert "neither a client secret nor an API token" in refusal.value.advice
        assert relay.zendesk_sign_in() is None


class TestTheCommand:
    def test_prints_the_link_of_the_process_that_listens(
        self, monkeypatch, relay, tmp_path, capsys
    ):
        monkeypatch.setenv("RELAY_DATA_DIR", str(tmp_path))
        with owning(relay, sending=False):
            sign_in(at=ADDRESS)

        *_, link = capsys.readouterr().out.splitlines()
        assert link.startswith(f"{ADDRESS}{BACK}/begin?link=")

    @pytest.mark.usefixtures("put")
    def test_says_what_has_to_run_for_it(self, monkeypatch, tmp_path):
        monkeypatch.setenv("RELAY_DATA_DIR", str(tmp_path))

        with pytest.raises(ConfigurationError) as refusal:
            sign_in(at=ADDRESS)

        assert "Start `relay serve` first" in refusal.value.advice


class TestAnAgent:
    def test_cannot_sign_relay_in(self, relay, browser, zendesk):
        here = browser()

        answer = here.ask(zendesk.consented(here.led(begun(relay)), email=AGENT))

        assert answer.status_code == 400
        assert "a person with the role agent; Relay needs an administrator's" in answer.text
        assert standing(relay) is Standing.NEVER


class TestWhatABrowserGets:
    def test_is_a_cookie_that_no_script_and_no_other_path_has(self, relay, browser):
        [cookie] = browser().ask(begun(relay)).headers.get_list("set-cookie")

        assert cookie.startswith("relay_sign_in=")
        assert "HttpOnly; Max-Age=600; Path=/oauth/zendesk; SameSite=lax" in cookie
        assert "Secure" not in cookie  # this machine, by http

    def test_is_a_cookie_for_https_alone_where_relay_is(self, relay, browser):
        link = relay.begin_sign_in(address="https://relay.acme.example", actor="Ada")

        [cookie] = browser().ask(link).headers.get_list("set-cookie")

        assert "; Secure" in cookie

    def test_is_an_address_with_a_challenge_and_without_its_verifier(self, relay, browser, zendesk):
        address = browser().led(begun(relay))

        asked = brought_back(address)
        assert address.startswith(f"{zendesk.url}/oauth/authorizations/new?")
        assert asked["code_challenge_method"] == "S256"
        assert asked["redirect_uri"] == f"{ADDRESS}{BACK}"
        assert set(asked) == {
            *("response_type", "client_id", "redirect_uri", "scope", "state"),
            *("code_challenge", "code_challenge_method"),
        }

    def test_is_kept_by_nothing_on_the_way(self, relay, browser, zendesk):
        here = browser()
        address = here.led(begun(relay))

        answers = [here.ask(zendesk.consented(address)), here.ask(f"{BACK}?state=x")]

        assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


class TestAnAttack:
    """None of these opens anything, and none of them reaches Zendesk's tokens."""

    @pytest.fixture(autouse=True)
    def nothing_is_asked_for(self, zendesk):
        zendesk.wire.grants = 0

    def refused(self, relay, answer):
        assert answer.status_code == 400
        assert "This sign-in was not begun in this browser" in answer.text
        assert "location" not in answer.headers
        assert standing(relay) is Standing.NEVER

    def test_with_a_forged_state(self, relay, browser, zendesk):
        here = browser()
        back = zendesk.consented(here.led(begun(relay)))

        for state in ("", "forged", "é" * 3000):
            self.refused(relay, here.ask(changed(back, state=state)))

        assert zendesk.wire.grants == 0

    def test_with_two_states_at_once(self, relay, browser, zendesk):
        here = browser()
        back = zendesk.consented(here.led(begun(relay)))

        self.refused(relay, here.ask(f"{back}&state=forged"))

    def test_with_an_answer_of_zendesk_again(self, relay, browser, zendesk):
        here = browser()
        back = zendesk.consented(here.led(begun(relay)))
        here.ask(back)

        again = here.ask(back)

        assert again.status_code == 400
        assert zendesk.wire.grants == 1

    def test_with_somebody_elses_state(self, relay, browser, zendesk):
        """Eve sends Ada where Eve's own sign-in would end: Ada's browser never began it."""
        eve, ada = browser(), browser()
        ada.led(begun(relay))
        back = zendesk.consented(eve.led(begun(relay, actor="Eve")))

        self.refused(relay, ada.ask(back))
        self.refused(relay, eve.ask(back))

        assert zendesk.wire.grants == 0

    def test_with_a_link_that_somebody_else_has_opened(self, relay, browser):
        link = begun(relay)
        browser().led(link)

        self.refused(relay, browser().ask(link))

    def test_with_a_code_that_was_read_on_its_way(self, relay, browser, zendesk):
        code = brought_back(zendesk.consented(browser().led(begun(relay))))["code"]

        stolen = httpx.post(
            f"{zendesk.url}{GRANTS}",
            json={
                "grant_type": "authorization_code",
                "code": code,
                "client_id": CLIENT_ID,
                "redirect_uri": f"{ADDRESS}{BACK}",
            },
            trust_env=False,
        )

        assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
        assert standing(relay) is Standing.NEVER

    def test_with_a_code_of_another_sign_in(self, relay, browser, zendesk):
        """Eve's own code in Ada's answer would sign Relay in as Eve."""
        here = browser()
        back = zendesk.consented(here.led(begun(relay)))
        injected = brought_back(zendesk.consented(browser().led(begun(relay, actor="Eve"))))

        answer = here.ask(changed(back, code=injected["code"]))

        assert answer.status_code == 400
        assert injected["code"] not in answer.text
        assert standing(relay) is Standing.NEVER

    def test_with_a_code_of_another_zendesk(self, relay, browser, zendesk, elsewhere):
        here = browser()
        address = here.led(begun(relay))
        mixed_up = elsewhere.consented(address.replace(zendesk.url, elsewhere.url))

        answer = here.ask(mixed_up)

        assert answer.status_code == 400
        assert standing(relay) is Standing.NEVER
        assert elsewhere.wire.grants == 0

    def test_with_another_account_set_meanwhile(self, relay, browser, put, zendesk, elsewhere):
        here = browser()
        back = zendesk.consented(here.led(begun(relay)))
        put(ZENDESK_URL=elsewhere.url)

        answer = here.ask(back)

        assert answer.status_code == 400
        assert "only credentials can be exchanged while Relay runs" in answer.text
        assert (zendesk.wire.grants, elsewhere.wire.grants) == (0, 0)

    def test_to_be_sent_elsewhere_by_relay(self, relay, browser, zendesk):
        here = browser()
        names = ("next", "redirect_uri", "address", "error", "error_uri")
        evil = dict.fromkeys(names, "https://evil.example/")

        address = here.led(changed(begun(relay), **evil))
        answer = here.ask(changed(zendesk.consented(address), **evil))

        assert address.startswith(f"{zendesk.url}/oauth/authorizations/new?")
        assert "evil" not in address
        assert answer.headers["location"] == "/setup"

    def test_with_words_in_place_of_an_error(self, relay, browser):
        here = browser()
        state = brought_back(here.led(begun(relay)))["state"]

        answer = here.ask(f"{BACK}?{urlencode({'state': state, 'error': '<b>Call 555'})}")

        assert answer.headers["content-type"].startswith("text/plain")
        assert "555" not in answer.text

    def test_by_another_method(self, relay, browser):
        here, link = browser(), begun(relay)

        for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"):
            assert here.ask(link, method=method).status_code == 405
            assert here.ask(BACK, method=method).status_code == 405

        assert here.led(link)

    def test_by_many_guesses(self, relay, browser, zendesk):
        here, guessing = browser(), browser()

        answers = [guessing.ask(f"{BACK}?state={n}").status_code for n in range(30)]

        assert answers == [400] * 20 + [429] * 10
        here.ask(zendesk.consented(here.led(begun(relay))))
        assert standing(relay) is Standing.HELD


class TestTheTokens:
    def test_are_in_one_file_and_in_nothing_else(self, relay, browser, zendesk, tmp_path, capsys):
        here = browser()
        here.ask(zendesk.consented(here.led(begun(relay))))
        relay.doctor()
        _, held = relay.settings.sign_in_file().read()
        relay.close()

        others = [each for each in tmp_path.rglob("*") if each.is_file() and each.name != FILE_NAME]
        written = b"".join(each.read_bytes() for each in others)
        shown = "".join(capsys.readouterr())
        for secret in (held.access_token, held.refresh_token):
            assert secret.encode() not in written
            assert secret not in shown

    def test_are_used_only_where_they_came_from(self, relay, browser, zendesk, put, elsewhere):
        here = browser()
        here.ask(zendesk.consented(here.led(begun(relay))))
        put(ZENDESK_URL=elsewhere.url)

        moved = Settings.load(data_dir=relay.settings.data_dir)

        assert moved.sign_in_file().read() == (Standing.NEVER, None)

    def test_take_the_place_of_a_secret_without_a_restart(
        self, monkeypatch, put, tmp_path, empty_file, zendesk
    ):
        put(ZENDESK_OAUTH_CLIENT_ID="relay", ZENDESK_OAUTH_CLIENT_SECRET="sandbox-secret")
        shutil.copy(empty_file, tmp_path)
        relay = open_relay(Settings.load(data_dir=tmp_path))
        desk = ControlDesk(relay, folder=tmp_path)
        here = Browser(Starlette(routes=routes(lambda: desk, clock=lambda: 0.0)))
        put(ZENDESK_OAUTH_CLIENT_ID=CLIENT_ID)
        monkeypatch.delenv("RELAY_ZENDESK_OAUTH_CLIENT_SECRET")
        with pytest.raises(AccessDenied, match="never signed in"):
            relay.use_new_credentials(actor="Ada")

        here.ask(zendesk.consented(here.led(begun(relay))))
        relay.use_new_credentials(actor="Ada")

        [way] = [each for each in relay.doctor(step=Step.ZENDESK) if each.name == "Way in"]
        assert way.found.startswith("a consent at Zendesk, since")
        relay.close()
