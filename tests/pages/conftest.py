"""A sandbox for the whole session, and for each test a data folder that knows its people."""

import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from pages._runtime import close_desk, control_desk
from relay_core.campaigns.bindings import FromField, Static
from relay_core.relay import open_relay
from relay_core.settings import Settings

ROOT = Path(__file__).parents[2]
READY = "sandbox listening on "
PATIENCE_S = 20


@pytest.fixture(scope="session", autouse=True)
def components_found_once():
    """What is installed stays so; AppTest would read every package's metadata for each run."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="session")
def sandbox_url():
    """Where a stand-in world with three hundred people listens."""
    command = [sys.executable, "-m", "relay_core.sandbox", "--port", "0", "--count", "300"]
    with subprocess.Popen(
        [*command, "--seed", "7", "--speed", "20"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as world:
        said = world.stdout.readline()
        assert said.startswith(READY)
        yield said.removeprefix(READY).strip()
        world.terminate()


@pytest.fixture(scope="session")
def synced_file(sandbox_url, tmp_path_factory):
    """A file with everybody in it and every template, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("synced")
    desk = open_relay(Settings.load(data_dir=folder, sandbox_url=sandbox_url))
    desk.sync_people()
    desk.refresh_templates()
    desk.close()
    return folder / "relay.duckdb"


@pytest.fixture
def empty_folder(sandbox_url, tmp_path, monkeypatch):
    """A data folder with nothing in it yet, connected to the sandbox."""
    monkeypatch.setenv("RELAY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("RELAY_SANDBOX_URL", sandbox_url)
    st.cache_resource.clear()
    close_desk()
    yield tmp_path
    st.cache_resource.clear()
    close_desk()  # closes the front desk of this test


@pytest.fixture
def data_folder(empty_folder, synced_file):
    """A data folder with people and templates."""
    shutil.copy(synced_file, empty_folder / synced_file.name)
    return empty_folder


@pytest.fixture
def desk(data_folder):
    """The front desk that the pages of this test use."""
    assert data_folder.is_dir()
    return control_desk().relay


@pytest.fixture
def open_page(data_folder):
    """Open a page by its file name."""
    assert data_folder.is_dir()
    return opened


@pytest.fixture
def open_empty(empty_folder):
    """Open a page by its file name, before anything was read from Zendesk."""
    assert empty_folder.is_dir()
    return opened


def opened(name: str, *, user: dict[str, object] | None = None, **query: str) -> AppTest:
    """Draw a page within the frame, as the server does; for whom, where people sign in."""
    page = AppTest.from_file(str(ROOT / "pages/_shell.py"), default_timeout=20)
    if user is not None:
        page.user = user
    if name != "home.py":
        page.run()
        page.switch_page(name)
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


@pytest.fixture
def reminder(desk):
    """A template with two values, approved on WhatsApp."""
    return desk.template("appointment_reminder")


def whatsapp(template):
    """Return the integration that sends a template over WhatsApp."""
    return next(status.id for status in template.integrations if status.type == "whatsapp")


@pytest.fixture
def campaign_for(desk, reminder):
    """Make a campaign for an audience."""

    def made(definition):
        return desk.create_campaign(
            "Reminders",
            template_id=reminder.id,
            integration_id=whatsapp(reminder),
            definition=definition,
            bindings={"clarice": FromField("first_name", "there"), "monday": Static()},
            actor="test",
        )

    return made


@pytest.fixture
def eventually():
    """Wait for something that another thread does."""

    def wait(condition, *, within_s: float = PATIENCE_S):
        deadline = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.02)

    return wait
