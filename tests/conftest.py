"""What all tests share: hypothesis without a stopwatch, a sandbox to talk to, and files."""

import os
import shutil
from functools import cache

import httpx
import pytest
import structlog
from hypothesis import settings

from relay_core.relay import open_relay
from relay_core.serving import rehearsal_world
from relay_core.settings import Settings
from relay_core.store.database import open_database

if os.environ.get("RELAY_TEST_LEDGER") == "replica":
    from tests.store.followed import asked, open_desk, open_file, server, shared  # noqa: F401 - fixtures
else:

    @pytest.fixture
    def open_file():
        """Opens a file as a process does that is alone with it."""
        return open_database

    @pytest.fixture(scope="session")
    def open_desk():
        """The same of its front desk; `like` is the folder that the file was copied from."""
        return lambda settings, like=None: open_relay(settings)  # noqa: ARG005 - of other engines


settings.register_profile("noisy machine", deadline=None, max_examples=60)
settings.load_profile("noisy machine")


@pytest.fixture(scope="session", autouse=True)
def bare_environment():
    """Nothing set on this machine reaches a test, and its processes compile Relay only once."""
    for name in [n for n in os.environ if n.startswith("RELAY_") and "_TEST_" not in n]:
        del os.environ[name]
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session", autouse=True)
def certificates_read_once():
    """Every client asks for the authorities that it trusts: 20 ms each, and tests make thousands.

    Clients of this process share what the first one read; tests speak plain HTTP.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            httpx._transports.default,  # noqa: SLF001 - no public name reaches every client
            "create_ssl_context",
            cache(httpx.create_ssl_context),
        )
        yield


@pytest.fixture(autouse=True)
def log_as_in_a_new_process():
    """No test finds what a command of another one has set."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def sandbox():
    """A small world of 300 people over real HTTP, for tests that only read it."""
    with rehearsal_world(people=300) as url:
        yield url


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory):
    """A file with every table and nothing in it, made once: migrating takes longer than copying."""
    file = tmp_path_factory.mktemp("empty") / "relay.duckdb"
    open_database(file).close()
    return file


@pytest.fixture
def db(tmp_path, empty_file, open_file):
    """A fresh file."""
    with open_file(shutil.copy(empty_file, tmp_path / empty_file.name)) as database:
        yield database


@pytest.fixture(scope="session")
def synced_file(sandbox, tmp_path_factory, open_desk):
    """A file with everybody of the sandbox in it and every template, made once."""
    folder = tmp_path_factory.mktemp("synced")
    front_desk = open_desk(Settings.load(data_dir=folder, sandbox_url=sandbox))
    front_desk.sync_people()
    front_desk.refresh_templates()
    front_desk.close()
    return front_desk.settings.database_path


@pytest.fixture
def relay(tmp_path, sandbox, synced_file, open_desk):
    """The front desk of a data folder of its own, connected to the sandbox, people synced."""
    shutil.copy(synced_file, tmp_path)
    settings = Settings.load(data_dir=tmp_path, sandbox_url=sandbox)
    front_desk = open_desk(settings, like=synced_file.parent)
    yield front_desk
    front_desk.close()
