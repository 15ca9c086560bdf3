"""A PostgreSQL of the tests' own: Debian's programs, a folder and a free port of this machine."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from relay_core.store.postgres.schema import prepare
from tests.journeys.programs import free_port

USER = "relay"
MANDATORY = os.environ.get("RELAY_TEST_MANDATORY") == "1"
# What is lost with the machine's power is not what these tests look at.
QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a server with one empty ledger in it.

    Yields:
        Its address without a database, to be followed by `/name`.
    """
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        missing = "PostgreSQL is not installed here (Debian: postgresql)"
        pytest.fail(missing) if MANDATORY else pytest.skip(missing)
    with TemporaryDirectory(prefix="relay-postgres-") as folder:
        Path(folder).chmod(0o755)
        # The server refuses to be run by root; Debian's package brings this user along.
        as_user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        if as_user:
            shutil.chown(folder, "postgres", "postgres")
        port = free_port()
        data = ["-D", f"{folder}/data"]
        make = [programs[-1] / "initdb", *data, "-A", "trust", "-U", USER, "-E", "UTF8"]
        subprocess.run([*make, "--no-sync"], check=True, capture_output=True, **as_user)
        run = [programs[-1] / "postgres", *data, "-p", str(port), "-k", folder]
        with subprocess.Popen(
            [*run, "-c", "listen_addresses=127.0.0.1", *QUICK.split()],
            stderr=subprocess.PIPE,
            text=True,
            **as_user,
        ) as process:
            try:
                _wait_until_ready(process)
                url = f"postgresql://{USER}@127.0.0.1:{port}"
                create(url, "empty")
                prepare(f"{url}/empty")
                yield url
            finally:
                process.terminate()


def create(url: str, name: str, *, like: str = "template1") -> str:
    """Make a database like another one; return its address."""
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    return f"{url}/{name}"


def _wait_until_ready(process: "subprocess.Popen[str]") -> None:
    for line in process.stderr:
        if "ready to accept connections" in line:
            return
    pytest.fail("PostgreSQL ended before it was ready")
