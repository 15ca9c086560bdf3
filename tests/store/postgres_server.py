"""A PostgreSQL of the tests' own: Debian's programs, a folder and a free port of this machine."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import psycopg
import pytest

from relay_core.store.postgres.schema import prepare
from tests.journeys.programs import free_port

USER = "relay"
ROOM = ("-c", "max_pred_locks_per_transaction=1024")
MANDATORY = os.environ.get("RELAY_TEST_MANDATORY") == "1"
# What is lost with the machine's power is not what these tests look at.
QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class Server:
    """One server, which may be ended and begun again."""

    def __init__(self, folder: Path, *, options: str) -> None:
        self._programs = _programs()
        self._folder = folder
        self._options = options.split()
        self.port = free_port()
        self.url = f"postgresql://{USER}@127.0.0.1:{self.port}"
        # The server refuses to be run by root; Debian's package brings this user along.
        self._as_user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        folder.chmod(0o755)
        if self._as_user:
            shutil.chown(folder, "postgres", "postgres")
        make = [self._programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", USER]
        subprocess.run(
            [*make, "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
            check=True,
            capture_output=True,
            **self._as_user,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self) -> None:
        """Return once it takes connections."""
        self._process = subprocess.Popen(
            [
                self._programs / "postgres",
                *("-D", self._folder / "data", "-p", str(self.port), "-k", self._folder),
                *("-c", "listen_addresses=127.0.0.1", *ROOM, *self._options),
            ],
            stderr=subprocess.PIPE,
            text=True,
            **self._as_user,
        )
        _wait_until_ready(self._process)
        # Else the pipe fills with what it refuses, and it waits for ever.
        self._listening = Thread(target=self._process.stderr.read, daemon=True)
        self._listening.start()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Let it end, by SIGQUIT without tidying up, as when its machine is reset."""
        self._process.send_signal(how)
        self._process.wait(60)
        self._listening.join()
        self._process.stderr.close()


@contextmanager
def postgres_server(*, options: str = QUICK) -> Iterator[Server]:
    """Run a server with one empty ledger, `empty`, in it."""
    with TemporaryDirectory(prefix="relay-postgres-") as folder:
        server = Server(Path(folder), options=options)
        server.start()
        try:
            create(server.url, "empty")
            prepare(f"{server.url}/empty")
            yield server
        finally:
            server.stop()


def create(url: str, name: str, *, like: str = "template1") -> str:
    """Make a database like another one; return its address."""
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    return f"{url}/{name}"


def _programs() -> Path:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        missing = "PostgreSQL is not installed here (Debian: postgresql)"
        pytest.fail(missing) if MANDATORY else pytest.skip(missing)
    return programs[-1]


def _wait_until_ready(process: "subprocess.Popen[str]") -> None:
    for line in process.stderr:
        if "ready to accept connections" in line:
            return
    pytest.fail("PostgreSQL ended before it was ready")
