"""The web application as people meet it: a real process, a real sandbox, a real browser."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from relay_core.serving import rehearsal_world
from tests.journeys.programs import CommandLine, free_port

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MANDATORY = bool(os.environ.get("RELAY_TEST_MANDATORY"))

expect.set_options(timeout=20_000)  # milliseconds; machines may be busy


def pytest_collection_modifyitems(items):
    """Skip what needs a browser where there is none, unless that is not allowed."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not MANDATORY:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


_SIGN_IN = """
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "a secret of this test alone"
client_id = "relay"
client_secret = "a secret of this test alone"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@dataclass(frozen=True)
class Served:
    """A running Relay and the sandbox behind it."""

    url: str
    sandbox: str
    folder: Path

    def sent(self) -> list[dict]:
        """What reached phones, by the sandbox's own record."""
        return httpx.get(f"{self.sandbox}/_sandbox/sent").json()

    def relay(self, *command: str) -> str:
        """Run a command on the same data folder, and return what it prints."""
        environment = os.environ | {
            "RELAY_DATA_DIR": str(self.folder),
            "RELAY_SANDBOX_URL": self.sandbox,
        }
        ended = CommandLine(environment, self.folder)(*command)
        assert ended.code == 0, ended.err
        return ended.out


@contextmanager
def serving(folder: Path, *, provider: str | None = None) -> Iterator[Served]:
    """Run a fresh Relay on a world of 600 people, sending 25 messages a second.

    With a provider of identities people have to sign in there.
    """
    with rehearsal_world(people=600) as sandbox:
        quiet = {"phones": {"failure": 0, "reply": 0, "stop": 0}}
        httpx.post(f"{sandbox}/_sandbox/faults", json=quiet).raise_for_status()
        port = free_port()
        environment = os.environ | {
            "RELAY_DATA_DIR": str(folder),
            "RELAY_SANDBOX_URL": sandbox,
            "RELAY_SUNCO_PACE": "25",
        }
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        if provider:
            secrets = folder / "secrets.toml"
            secrets.write_text(_SIGN_IN.format(port=port, provider=provider), "utf-8")
            command += ["--secrets.files", str(secrets)]
        log = (folder / "web.log").open("w")
        with (
            log,
            subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as web,
        ):
            url = f"http://127.0.0.1:{port}"
            try:
                _wait_for(url, web, folder / "web.log")
                yield Served(url, sandbox, folder)
            finally:
                web.terminate()


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A Relay, its people read, for all who bring names of their own and count what they did."""
    with serving(tmp_path_factory.mktemp("served")) as running:
        running.relay("sync")
        yield running


def _wait_for(url: str, web: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        if web.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/healthz").json().get("sending"):
                return
        except (httpx.TransportError, ValueError):
            pass
        time.sleep(0.1)
    raise AssertionError(f"the web process did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def chromium():
    """One browser for the tests of a file: while it is open, its thread has an event loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A fresh visitor who watches for requests to anywhere else, and for what the policy stops."""
    context = chromium.new_context(viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(20_000)
    visitor = context.new_page()
    elsewhere: list[str] = []
    visitor.on(
        "request",
        lambda request: (
            elsewhere.append(request.url)
            if not request.url.startswith(
                ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
            )
            else None
        ),
    )
    stopped: list[str] = []
    visitor.on(
        "console",
        lambda said: stopped.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield visitor
    context.close()
    assert stopped == [], "nothing of a page goes against its own policy"
    assert elsewhere == [], "a page makes no request to anybody else"


_SETTLED = """() => new Promise(done => {
    let looks = 0;
    const look = () => {
        const settled = document.querySelector(
            "[data-testid=stApp][data-test-connection-state=CONNECTED]"
            + "[data-test-script-state=notRunning]"
        );
        looks = settled ? looks + 1 : 0;
        if (looks > 6) done(true);
        else setTimeout(() => requestIdleCallback(look, {timeout: 250}), 50);
    };
    look();
})"""


def settled(page: Page) -> None:
    """Wait until Streamlit has drawn everything, and the browser has nothing left to do.

    A busy browser comes only later to asking for what a press leads to, and between two runs of a
    page nothing runs either; so it has to look settled several times, each when there was time.
    """
    page.wait_for_function(_SETTLED)
