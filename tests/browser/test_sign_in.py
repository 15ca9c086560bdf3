"""People sign in with a provider of identities, and find what their role lets them."""

import json
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, free_port, serving, settled
from tests.journeys.programs import until

ADMIN = "admin@sandbox.example"
PEOPLE = (
    {"sub": "administrator", "email": ADMIN, "email_verified": True},
    {"sub": "stranger", "email": "stranger@example.com", "email_verified": True},
    {"sub": "impostor", "email": ADMIN, "email_verified": False},
)


@pytest.fixture(scope="module")
def signing_in(tmp_path_factory):
    """A Relay behind a provider that knows an administrator, a stranger and an impostor."""
    with provider() as url, serving(tmp_path_factory.mktemp("signing_in"), provider=url) as running:
        yield running


@pytest.fixture
def page(chromium):
    """A fresh visitor; the provider's page wants a style sheet from elsewhere and goes without."""
    context = chromium.new_context()
    context.set_default_timeout(20_000)
    context.route("https://**", lambda route: route.abort())
    yield context.new_page()
    context.close()


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
