"""People sign in with a provider of identities, and find what their role lets them."""

import json
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus

from relay_core.audience.conditions.definition import ByQuery
from relay_core.campaigns.bindings import FromField, Static
from relay_core.control import ask_owner
from relay_core.delivery.runs import RunState
from relay_core.sandbox.credentials import (
    API_TOKEN,
    SUNCO_APP_ID,
    SUNCO_KEY_ID,
    SUNCO_KEY_SECRET,
)
from tests.browser.by_hand import session
from tests.browser.conftest import Served, serving, settled
from tests.journeys.programs import free_port, until

ADMIN = "admin@sandbox.example"
HOSTILE = "hostile [x](javascript:window.hacked=1) <img src=x onerror=window.hacked=1> $y$"
VIEWER = "viewer@sandbox.example"
PEOPLE = (
    {"sub": "administrator", "email": ADMIN, "email_verified": True},
    {"sub": "viewer", "email": VIEWER, "email_verified": True},
    {"sub": "stranger", "email": "stranger@example.com", "email_verified": True},
    {"sub": "impostor", "email": ADMIN, "email_verified": False},
)


@pytest.fixture(scope="module")
def signing_in(tmp_path_factory):
    """A Relay behind a provider that knows two of the team, a stranger and an impostor."""
    with provider() as url, serving(tmp_path_factory.mktemp("signing_in"), provider=url) as running:
        viewer = {"name": "Vera", "email": VIEWER, "role": "agent"}
        httpx.post(f"{running.sandbox}/_sandbox/people", json=viewer).raise_for_status()
        yield running


@pytest.fixture
def page(chromium):
    with visiting(chromium) as fresh:
        yield fresh


@contextmanager
def visiting(chromium):
    """A fresh visitor; the provider's page wants a style sheet from elsewhere and goes without."""
    context = chromium.new_context()
    context.set_default_timeout(20_000)
    context.route("https://**", lambda route: route.abort())
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def cookies(chromium, signing_in):
    """What the browsers of an administrator and of a viewer hold once they have signed in."""
    held = {}
    for sub in ("administrator", "viewer"):
        with visiting(chromium) as page:
            sign_in(page, signing_in, sub)
            held[sub] = {each["name"]: each["value"] for each in page.context.cookies()}
    return held


@pytest.fixture(scope="module")
def desk(signing_in):
    """The front desk, asked as a command asks it."""
    asked = ask_owner(signing_in.folder, sending=True)
    until(lambda: asked.people_progress().finished_at, within_s=60)
    yield asked
    asked.close()


@pytest.fixture(scope="module")
def run(desk):
    """A run that was paused before its end."""
    reminder = desk.template("appointment_reminder")
    desk.create_campaign(
        "Reminders",
        template_id=reminder.id,
        integration_id=next(s.id for s in reminder.integrations if s.type == "whatsapp"),
        definition=ByQuery("tags:vip"),
        bindings={"clarice": FromField("first_name", "there"), "monday": Static()},
        actor="test",
    )
    asked = {"request_id": "one", "actor": "test", "accepted": True, "canary": 1}
    desk.send("Reminders", static_values={"monday": "Monday"}, **asked)
    begun = desk.runs()[0].run
    desk.pause_run(begun, actor="test")
    return begun


@contextmanager
def provider():
    """Run a provider of identities; it lets people in by their name alone."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    for person in PEOPLE:
        command += ["--user-claims", json.dumps(person)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as running:
        url = f"http://127.0.0.1:{port}"
        try:
            until(lambda: answers(f"{url}/.well-known/openid-configuration"), within_s=30)
            yield url
        finally:
            running.terminate()


def answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


def sign_in(page: Page, served: Served, sub: str) -> None:
    page.goto(f"{served.url}/campaigns")
    settled(page)
    page.get_by_role("button", name="Sign in").click()
    page.locator("input[name=sub]").fill(sub)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{served.url}/**")
    settled(page)


class TestSomebody:
    def test_sees_nothing_before_signing_in(self, page, signing_in):
        seen = {}
        for address in ("", "settings", "run?run=1", "access", "sql"):
            page.goto(f"{signing_in.url}/{address}")
            expect(page.get_by_role("button", name="Sign in")).to_be_visible()
            settled(page)
            seen[address] = page.get_by_test_id("stMain").inner_text().split("\n\n")

        assert set(map(tuple, seen.values())) == {
            ("Relay", "Sign in with the account of your organization.", "Sign in")
        }

    def test_is_here_by_their_own_name_until_they_sign_out(self, page, signing_in):
        sign_in(page, signing_in, "administrator")
        expect(page.get_by_text("sandbox.example, admin")).to_be_visible()
        expect(
            page.get_by_test_id("stSidebarNav").get_by_role("link", name="Access")
        ).to_be_visible()

        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="End session").click()

        expect(page.get_by_role("button", name="Sign in")).to_be_visible()

    @pytest.mark.parametrize(
        ("sub", "why"),
        [("stranger", "nobody of the Zendesk team"), ("impostor", "not verified your e-mail")],
    )
    def test_stays_outside_without_being_of_the_team(self, page, signing_in, sub, why):
        sign_in(page, signing_in, sub)

        expect(page.get_by_text(why)).to_be_visible()
        expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)


class TestAMessageMadeByHand:
    """Streamlit hears any client, and a client may claim that any button was pressed."""

    def test_presses_nothing_that_its_sender_may_not(self, signing_in, cookies, desk, run):
        with session(signing_in.url, cookies=cookies["administrator"]) as administrator:
            administrator.rerun(page="run", query=f"run={run}")
            ids = [administrator.button(f"run_{run}_{what}") for what in ("resume", "cancel")]
            with session(signing_in.url, cookies=cookies["viewer"]) as viewer:
                seen = viewer.rerun(page="run", query=f"run={run}", triggers=ids)
                viewer.rerun(page="run", query=f"run={run}", triggers=ids)
            after_the_viewer = desk.run(run).state
            administrator.rerun(page="run", query=f"run={run}", triggers=ids[:1])
            after_the_administrator = desk.run(run).state
        desk.pause_run(run, actor="test")

        assert "Reminders" in seen
        assert f"run_{run}_resume" not in seen
        assert after_the_viewer is RunState.PAUSED
        assert after_the_administrator is not RunState.PAUSED

    @pytest.mark.parametrize("name", ["access", "sql", "audiences", "new_campaign", "lists"])
    def test_gets_no_page_that_its_sender_may_not_see(self, signing_in, cookies, name):
        with session(signing_in.url, cookies=cookies["viewer"]) as viewer:
            seen = viewer.rerun(page=name)

        assert "You may not do this" in seen
        drawn = {each.delta.new_element.WhichOneof("type") for each in viewer.drawn}
        assert not drawn & {"arrow_data_frame", "text_input", "text_area", "multiselect"}

    @pytest.mark.parametrize("cookie", ["none", "tampered"])
    def test_gets_the_card_to_sign_in_and_nothing_else(
        self, signing_in, cookies, desk, run, cookie
    ):
        with session(signing_in.url, cookies=cookies["administrator"]) as administrator:
            administrator.rerun(page="run", query=f"run={run}")
            ids = [administrator.button(f"run_{run}_resume")]
            pages = administrator.pages
        jar = dict(cookies["administrator"]) if cookie == "tampered" else {}
        if jar:
            jar["_streamlit_user"] = jar["_streamlit_user"][:-6] + "AAAAAA"

        with session(signing_in.url, cookies=jar) as stranger:
            for script in pages.values():
                seen = stranger.rerun(page=script, query=f"run={run}", triggers=ids)
                assert "Sign in with the account of your organization." in seen
                assert "Reminders" not in seen
                assert not [each for each in stranger.drawn if each.HasField("navigation")]
        assert desk.run(run).state is RunState.PAUSED

    def test_makes_the_server_do_nothing_but_draw(self, signing_in, desk):
        before = httpx.get(f"{signing_in.url}/healthz").json()
        with session(signing_in.url) as stranger:
            for message in (
                BackMsg(clear_cache=True),
                BackMsg(debug_shutdown_runtime=True),
                BackMsg(load_git_info=True),
                BackMsg(set_run_on_save=True),
                BackMsg(backend_operation_request={"install_skills": {}}),
            ):
                stranger.say(message)
            seen = stranger.rerun()
            answers = {each.WhichOneof("type") for each in stranger.drawn}

        assert "Sign in" in seen
        assert not answers & {"git_info_changed", "backend_operation_response"}
        assert httpx.get(f"{signing_in.url}/healthz").json() == before
        assert desk.runs()

    @pytest.mark.parametrize("named", ["", "evil.example"])
    def test_is_not_taken_from_a_page_of_somebody_else(self, signing_in, cookies, named):
        held, origin = cookies["administrator"], "http://evil.example"
        with (
            pytest.raises(InvalidStatus) as refusal,
            session(signing_in.url, cookies=held, origin=origin, named=named),
        ):
            pass

        assert refusal.value.response.status_code == 403


class TestWhatIsSentToABrowser:
    def test_holds_no_secret(self, signing_in, cookies, run):
        owner = json.loads((signing_in.folder / "relay.owner.json").read_text("utf-8"))
        hooks = httpx.get(
            f"{signing_in.sandbox}/v1.1/apps/{SUNCO_APP_ID}/webhooks",
            auth=(SUNCO_KEY_ID, SUNCO_KEY_SECRET),
        ).json()["webhooks"]
        secrets = [owner["token"], API_TOKEN, SUNCO_KEY_SECRET, "a secret of this test alone"]
        secrets += [each["secret"] for each in hooks]

        with session(signing_in.url, cookies=cookies["administrator"]) as administrator:
            seen = {
                name: administrator.rerun(page=name, query=f"run={run}")
                for name in administrator.pages
            }

        assert len(seen) > 12
        assert len(secrets) > 4
        found = [(name, s) for name, sent in seen.items() for s in secrets if s in sent]
        assert found == []

    def test_says_what_the_browser_may_do_with_it(self, signing_in):
        answers = [httpx.get(f"{signing_in.url}{path}") for path in ("/", "/settings", "/healthz")]

        for headers in (each.headers for each in answers):
            assert (
                "script-src 'self' blob: 'unsafe-eval' 'sha256-"
                in headers["content-security-policy"]
            )
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.usefixtures("run")
class TestAHostileName:
    def test_becomes_no_link_no_picture_and_no_script(self, chromium, signing_in, cookies, desk):
        campaign = desk.campaigns()[0]
        desk.duplicate_campaign(campaign.name, to=HOSTILE, actor="test")
        desk.save_segment(HOSTILE, ByQuery("tags:vip"), actor="test")
        context = chromium.new_context()
        jar = cookies["administrator"].items()
        context.add_cookies([{"name": n, "value": v, "url": signing_in.url} for n, v in jar])
        page = context.new_page()
        named = quote(HOSTILE)

        found = {}
        for address in (f"campaigns?campaign={named}", f"segments?segment={named}"):
            page.goto(f"{signing_in.url}/{address}")
            expect(page.get_by_test_id("stMain").get_by_text("hostile").first).to_be_visible()
            settled(page)
            found[address] = page.evaluate(
                """() => [
                    window.hacked || null,
                    [...document.querySelectorAll("a")].filter(a => /^javascript:/i.test(a.href)),
                    [...document.images].filter(i => /evil|\\/x$/.test(i.src)),
                    [...document.querySelectorAll("#root .katex, #root script, #root iframe")],
                ].flat().map(String)"""
            )
        context.close()

        assert list(found.values()) == [["null"], ["null"]]
