"""An account is connected in a browser, from nothing to a first test on a phone."""

import json
import os
import re
import shutil
import subprocess
import sys

import httpx
import pytest
from playwright.sync_api import Page, expect

from relay_core.serving import rehearsal_world
from tests.browser.conftest import ROOT, Served, settled
from tests.browser.looking import faults_in_the_dark, faults_of
from tests.journeys.programs import CommandLine, free_port, until

SECRET = "sandbox-secret"
PASTE = '"paste it here"'


@pytest.fixture
def empty(tmp_path):
    """A Relay that nobody has set up, in a folder of its own, and the world it may reach."""
    (tmp_path / ".streamlit").mkdir()
    shutil.copy(ROOT / ".streamlit/config.toml", tmp_path / ".streamlit")
    (tmp_path / "data").mkdir()
    port = free_port()
    with rehearsal_world(people=60) as world, (tmp_path / "web.log").open("w") as log:
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
        with subprocess.Popen(
            [*command, "--server.port", str(port)],
            cwd=tmp_path,
            env=os.environ | {"RELAY_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        ) as web:
            url = f"http://127.0.0.1:{port}"
            try:
                until(lambda: answers(url), within_s=30)
                yield Served(url, world, tmp_path)
            finally:
                web.terminate()


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").is_success
    except httpx.TransportError:
        return False


def command(empty: Served, *arguments: str) -> None:
    environment = os.environ | {"RELAY_DATA_DIR": str(empty.folder / "data")}
    ended = CommandLine(environment, empty.folder)(*arguments)
    assert ended.code == 0, ended.err


def register(empty: Served) -> None:
    """Make a client at Zendesk that keeps no secret and sends people back to this Relay."""
    client = {
        "name": "Relay",
        "identifier": "relay-here",
        "kind": "public",
        "redirect_uri": [f"{empty.url}/oauth/zendesk"],
    }
    httpx.post(
        f"{empty.sandbox}/api/v2/oauth/clients",
        json={"client": client},
        auth=("admin@sandbox.example/token", "sandbox-token"),
    ).raise_for_status()


def write_settings(empty: Served) -> None:
    (empty.folder / ".streamlit/secrets.toml").write_text(
        f'[relay]\nzendesk_subdomain = "acme"\nzendesk_url = "{empty.sandbox}"\n'
        'zendesk_oauth_client_id = "relay-here"\nsunco_app_id = "5e4af71a81966cfff3ef6500"\n'
        f'sunco_key_id = "app_sandbox"\nsunco_key_secret = "{SECRET}"\n'
        f'sunco_url = "{empty.sandbox}/sc"\n'
    )


def fill(page: Page, label: str, text: str) -> None:
    page.get_by_role("textbox", name=label, exact=True).fill(text)
    page.keyboard.press("Tab")


def open_step(page: Page, number: int) -> None:
    """Open what is to be set, counted from the top."""
    page.locator("summary", has_text="What to set").nth(number - 1).click()
    settled(page)


def copied(page: Page) -> str:
    """All lines that the page offers."""
    found = page.get_by_test_id("stCode").locator("code").all_text_contents()
    return "\n".join(block for block in found if " = " in block)


class TestAnAdministrator:
    def test_connects_an_account_and_gets_a_first_test(self, page: Page, empty: Served):
        page.goto(empty.url)
        page.get_by_role("button", name="Next: Connect Zendesk").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Setup")
        settled(page)
        assert faults_of(page) == []
        assert faults_in_the_dark(page) == []
        fill(page, "Subdomain", "acme")
        fill(page, "Client identifier", "relay")
        open_step(page, 2)
        fill(page, "App id", "5e4af71a81966cfff3ef6500")
        fill(page, "Key id", "app_sandbox")
        open_step(page, 3)
        fill(page, "Public address", empty.url)
        open_step(page, 4)
        fill(page, "Country of numbers without +", "NL")
        page.get_by_text("Everybody in our audiences has agreed").click()
        page.get_by_text("Quiet hours of each country").click()  # tests run at night too
        settled(page)
        (empty.folder / ".streamlit/secrets.toml").write_text(
            f'[relay]\nzendesk_url = "{empty.sandbox}"\nsunco_url = "{empty.sandbox}/sc"\n'
            + copied(page).replace(PASTE, f'"{SECRET}"')
        )

        page.get_by_role("button", name="Look again").click()
        settled(page)
        page.get_by_role("button", name="Use the new credentials").click()
        expect(page.get_by_text("Relay can send; look at Talk Text.")).to_be_visible()
        page.get_by_role("button", name="Send a test event").click()
        expect(page.get_by_text(re.compile("A test event came back through"))).to_be_visible()
        settled(page)
        expect(page.get_by_test_id("stToast")).to_have_count(0)
        page.set_viewport_size({"width": 420, "height": 900})
        settled(page)
        assert faults_of(page) == []
        assert SECRET not in page.content()
        command(
            *(empty, "campaign", "create", "First", "--template", "fault_found"),
            *("--integration", "5e4af71a81966cfff3ef6551", "--query", "tags:vip"),
        )
        page.goto(f"{empty.url}/campaigns?campaign=First")
        settled(page)
        page.get_by_role("button", name="Review before sending").click()
        settled(page)
        fill(page, "Your number", "+31612345678")
        settled(page)
        page.get_by_role("button", name="Send me a test").click()

        until(empty.sent, within_s=20)
        assert [message["destination"] for message in empty.sent()] == ["+31612345678"]
        assert SECRET not in (empty.folder / "web.log").read_text()

    def test_signs_relay_in_at_zendesk_and_keeps_no_secret(self, page: Page, empty: Served):
        register(empty)
        write_settings(empty)
        page.goto(f"{empty.url}/setup")
        settled(page)
        expect(page.get_by_text(f"{empty.url}/oauth/zendesk", exact=True)).to_be_visible()

        page.get_by_role("button", name="Sign in at Zendesk").click()
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="Go on at Zendesk").click()
        tab = opened.value
        expect(tab.get_by_role("heading")).to_have_text(
            "Allow Relay to access your Zendesk account?"
        )
        tab.get_by_role("button", name="Allow").click()

        expect(tab.get_by_text("Signed in since")).to_be_visible()
        assert tab.url == f"{empty.url}/setup"
        settled(tab)
        assert faults_of(tab) == []
        tab.get_by_role("button", name="Use the new credentials").click()
        expect(tab.get_by_text("signed in as an administrator")).to_be_visible()
        expect(tab.get_by_text("a consent at Zendesk, since")).to_be_visible()
        assert [
            cookie["name"] for cookie in tab.context.cookies() if "sign" in cookie["name"]
        ] == []
        tokens = json.loads((empty.folder / "data/relay.sign-in.json").read_text())
        told = tab.content() + page.content() + (empty.folder / "web.log").read_text()
        assert not [name for name in ("access_token", "refresh_token") if tokens[name] in told]
