"""Relay's programs as a person starts them: the command, the web process, and a sandbox."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

import httpx

from tests.journeys.warm_start import run_command

ROOT = Path(__file__).parents[2]
RELAY = Path(sys.executable).with_name("relay")
READY = "sandbox listening on "
STEADY_PHONES = {"failure": 0, "reply": 0, "stop": 0}


@dataclass(frozen=True)
class Sandbox:
    """A stand-in world in a process of its own, and its record."""

    url: str
    client: httpx.Client

    def set_faults(self, **faults: Any) -> None:
        self.client.post("/_sandbox/faults", json=faults).raise_for_status()

    def sent(self) -> list[dict[str, Any]]:
        """Return every message that reached a phone."""
        return self._read("sent")

    def accepted(self) -> list[dict[str, Any]]:
        """Return every message that was taken, whatever became of it."""
        return self._read("accepted")

    def state(self) -> dict[str, Any]:
        """Return how much of everything there is, and what is still on its way."""
        return self._read("state")

    def count_accepted(self) -> int:
        return int(self.state()["accepted"])

    def _read(self, name: str) -> Any:
        return self.client.get(f"/_sandbox/{name}").raise_for_status().json()


@contextmanager
def sandbox_process(*arguments: str) -> Iterator[Sandbox]:
    """Run a world whose phones never fail or answer unless told to; it ends with this process."""
    command = [sys.executable, "-m", "relay_core.sandbox", "--port", "0", "--exit-with-parent"]
    with subprocess.Popen(
        [*command, *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        line = process.stdout.readline()
        assert line.startswith(READY), line
        url = line.removeprefix(READY).strip()
        with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
            world = Sandbox(url, client)
            world.set_faults(phones=STEADY_PHONES)
            try:
                yield world
            finally:
                process.stdin.close()
                process.wait(20)


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class CommandLine:
    """`relay`, with settings of its own and everything it ever wrote to standard error."""

    environment: Mapping[str, str]
    folder: Path
    """Where commands are started: not the repository, so that what is installed is used."""
    remarks: list[str] = field(default_factory=list)

    def __call__(self, *arguments: object, **more: str) -> Ended:
        """Run one command to its end; `more` are settings of this one only."""
        with TemporaryDirectory() as files:
            code = run_command(
                [str(each) for each in arguments],
                folder=self.folder,
                environment={**self.environment, **more},
                files=Path(files),
            )
            out, err = (Path(files, name).read_text("utf-8") for name in ("out", "err"))
        self.remarks.append(err)
        return Ended(code, out, err)

    def ask(self, *arguments: object) -> Any:
        """Run a command that must succeed and return the JSON it prints."""
        ended = self(*arguments, "--json")
        assert ended.code == 0, ended.err
        return ended.json

    @contextmanager
    def started(self, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
        """Run one command beside the test; what is left of it at the end is killed."""
        with TemporaryFile("w+", encoding="utf-8") as errors:
            with _running(
                self._command(arguments), cwd=self.folder, env=self.environment, errors=errors
            ) as process:
                yield process
            errors.seek(0)
            self.remarks.append(errors.read())

    def _command(self, arguments: tuple[object, ...]) -> list[str]:
        return [str(RELAY), *map(str, arguments)]


@contextmanager
def web_process(command: CommandLine) -> Iterator[str]:
    """Run the web application on the command's data folder; ready once it sends."""
    port = free_port()
    arguments = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with TemporaryFile("w+", encoding="utf-8") as errors:
        with _running(arguments, cwd=ROOT, env=command.environment, errors=errors) as process:
            url = f"http://127.0.0.1:{port}"
            until(lambda: _is_sending(url) or process.poll() is not None, within_s=60)
            assert process.poll() is None, "the web process ended"
            yield url
            process.send_signal(signal.SIGTERM)
            process.wait(60)
        errors.seek(0)
        command.remarks.append(errors.read())


def settings_of(world: Sandbox, data: Path, **more: object) -> dict[str, str]:
    """Return the environment of a process that uses this world and this data folder.

    Args:
        world: The sandbox.
        data: The data folder.
        more: Other settings by their short names.
    """
    return {
        **os.environ,
        "RELAY_SANDBOX_URL": world.url,
        "RELAY_DATA_DIR": str(data),
        **{f"RELAY_{name.upper()}": str(value) for name, value in more.items()},
    }


def until(is_so: Callable[[], bool], *, within_s: float, look_s: float = 0.02) -> None:
    """Wait until something has come true."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(look_s)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(
    arguments: list[str], *, cwd: Path, env: Mapping[str, str], errors: IO[str]
) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        arguments,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def _is_sending(url: str) -> bool:
    try:
        return bool(httpx.get(f"{url}/healthz", timeout=5, trust_env=False).json()["sending"])
    except (httpx.HTTPError, ValueError, KeyError):
        return False
