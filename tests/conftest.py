"""What all tests share: hypothesis without a stopwatch, and a sandbox process to talk to."""

import os

import pytest
from hypothesis import settings

from relay_core.relay import open_relay
from relay_core.serving import rehearsal_world
from relay_core.settings import Settings

settings.register_profile("noisy machine", deadline=None)
settings.load_profile("noisy machine")


@pytest.fixture(scope="session", autouse=True)
def bare_environment():
    """No setting of this machine reaches a test."""
    for name in [n for n in os.environ if n.startswith("RELAY_") and "_TEST_" not in n]:
        del os.environ[name]


@pytest.fixture(scope="session")
def sandbox():
    """A small world of 300 people over real HTTP, for tests that only read it."""
    with rehearsal_world(people=300) as url:
        yield url


@pytest.fixture
def relay(tmp_path, sandbox):
    """The front desk of a fresh data folder, connected to the sandbox, people synced."""
    front_desk = open_relay(Settings.load(data_dir=tmp_path, sandbox_url=sandbox))
    try:
        front_desk.sync_people()
        front_desk.refresh_templates()
        yield front_desk
    finally:
        front_desk.close()
