"""How processes come and go: one owns the file, others ask it; a rehearsal brings its own world."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from relay_core.control import ControlDesk, ask_owner
from relay_core.errors import DataFolderBusy, RelayError
from relay_core.relay import Relay, open_relay
from relay_core.settings import Settings
from relay_core.web import routes, routes_of_accounts

_APP: Final = Path(__file__).resolve().parent.parent / "app.py"
_READY: Final = "sandbox listening on "
_ANNOUNCING_S: Final = 30.0
"""How long to wait for an owner that has not said yet where it listens, or that holds the file
for a short command and does not send."""


@contextmanager
def front_desk(settings: Settings, *, sending: bool = False) -> Iterator[Relay]:
    """Give the front desk of whoever owns the file; this process, when nobody does.

    Args:
        settings: Where the file is, and everything else.
        sending: As the owner, send what is queued; asking an owner, it sends anyway.

    Raises:
        DataFolderBusy: Another process holds the file and does not answer.
    """
    deadline = time.monotonic() + _ANNOUNCING_S
    while True:
        if (remote := ask_owner(settings.data_dir, sending=sending)) is not None:
            try:
                yield remote
            finally:
                remote.close()
            return
        try:
            relay = open_relay(settings)
        except DataFolderBusy:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
            continue
        with owning(relay, sending=sending):
            yield relay
        return


@contextmanager
def owning(relay: Relay, *, sending: bool) -> Iterator[None]:
    """Be the owner: answer other commands and take receipts on a loopback port, then stop."""
    desk = ControlDesk(relay, folder=relay.settings.data_dir)
    try:
        with listening(_routes_of(desk)) as url:
            desk.announce(url)
            if sending:
                # Loads anyio's backend now; at the first receipt it would hold up the pace.
                anyio.run(anyio.sleep, 0)
                relay.start_sending(own_url=url)
            try:
                yield
            finally:
                desk.withdraw()
    finally:
        relay.close()


def _routes_of(desk: ControlDesk) -> list[BaseRoute]:
    settings = desk.relay.settings
    if settings.alias is None:
        return routes(lambda: desk, clock=time.monotonic)
    return routes_of_accounts(
        lambda _: desk, aliases=[settings.alias], settings=settings, clock=time.monotonic
    )


@contextmanager
def listening(on: list[BaseRoute]) -> Iterator[str]:
    """Answer on a free loopback port; yield the address."""
    # With the protocol named: asyncio else leaves Nagle's delay on, 40 ms for each answer.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=on), log_level="error", lifespan="off", ws="none")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RelayError(
                "no port", advice="Relay could not listen on 127.0.0.1. Is loopback blocked?"
            )
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        bound.close()


@contextmanager
def rehearsal_world(*, people: int) -> Iterator[str]:
    """Run a sandbox beside this process; it ends with it, even when this process is killed.

    Yields:
        Its address.
    """
    command = [sys.executable, "-m", "relay_core.sandbox", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own module, no input from outside
        [*command, "--count", str(people), "--exit-with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as world:
        try:
            line = world.stdout.readline() if world.stdout else ""
            if not line.startswith(_READY):
                raise RelayError(
                    "sandbox did not start",
                    advice="The sandbox did not start; its own message is above.",
                )
            yield line.removeprefix(_READY).strip()
        finally:
            world.terminate()


def run_web(*, port: int | None, environment: dict[str, str], wait: Callable[..., int]) -> int:
    """Run the web process until it ends; returns its exit code.

    Args:
        port: Where it listens on loopback; the first free one from 8501 without it.
        environment: Added to this process's own.
        wait: Waits for the process it is given, and hands on what stops this one.
    """
    chosen = port or _free_port(8501)
    command = [sys.executable, "-m", "streamlit", "run", str(_APP), "--server.port", str(chosen)]
    web = subprocess.Popen(  # noqa: S603 - our own app, no input from outside
        command, cwd=_APP.parent, env={**os.environ, **environment}
    )
    return wait(web)


def _free_port(first: int) -> int:
    for port in range(first, first + 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RelayError("no free port", advice="No port is free from 8501 on. Say --port.")
