"""The command that starts a stand-in world: `python -m relay_core.sandbox --port 8899`."""

import argparse
import gc
import logging
import os
import socket
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import uvicorn

from relay_core.sandbox.account.limits import Strictness
from relay_core.sandbox.account.people.loading import PeopleFileError
from relay_core.sandbox.app import build
from relay_core.sandbox.world import DEFAULT_COUNT, DEFAULT_SEED, World, invented, loaded

HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8899
FAREWELL_S: Final = 1
"""Real seconds that open connections get when the world ends."""

HUNG_UP: Final = "ASGI callable returned without completing response."
"""What uvicorn says of a connection that the faults dropped on purpose."""


class Announcing(uvicorn.Server):
    """A server that says where it listens, once it does."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        """Serve under an address that is bound already."""
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then announce it."""
        await super().startup(sockets=sockets)
        if self.started:
            sys.stdout.write(f"sandbox listening on {self._address}\n")
            sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and serve until told to stop."""
    parser = _parser()
    wanted = parser.parse_args(arguments)
    try:
        world = _world(wanted)
    except PeopleFileError as error:
        parser.error(str(error))
    # Named as TCP, asyncio sends without waiting for more: 40 ms less for each answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, wanted.port))
    except OSError as error:
        parser.error(f"cannot listen on port {wanted.port}: {error.strerror}")
    config = uvicorn.Config(
        build(world),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=FAREWELL_S,
    )
    logging.getLogger("uvicorn.error").addFilter(lambda record: record.msg != HUNG_UP)
    server = Announcing(config, f"http://{HOST}:{listener.getsockname()[1]}")
    if wanted.exit_with_parent:
        threading.Thread(target=_follow_parent, args=(server,), daemon=True).start()
    # Twenty-five thousand people never become garbage; looking at them again delays answers.
    gc.freeze()
    server.run(sockets=[listener])


def _follow_parent(server: uvicorn.Server) -> None:
    """Stop serving when standard input ends: whoever started the world is gone."""
    descriptor = sys.stdin.fileno()
    while os.read(descriptor, 1024):
        pass
    server.should_exit = True


def _world(wanted: argparse.Namespace) -> World:
    start = wanted.now or datetime.now(UTC)
    strictness = Strictness(wanted.limits)
    if wanted.people is not None:
        return loaded(
            wanted.people,
            start=start,
            seed=wanted.seed,
            speed=wanted.speed,
            strictness=strictness,
        )
    return invented(
        start=start,
        seed=wanted.seed,
        count=wanted.count,
        speed=wanted.speed,
        strictness=strictness,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m relay_core.sandbox",
        description="Play Zendesk, Sunshine Conversations, Talk, Meta and the phones on loopback.",
    )
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="0 takes a free one (default %(default)s)"
    )
    people = parser.add_mutually_exclusive_group()
    people.add_argument("--people", type=Path, metavar="FILE.json", help="people from a file")
    people.add_argument(
        "--count",
        type=_count,
        default=DEFAULT_COUNT,
        help="how many users to invent (default %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="decides every chance")
    parser.add_argument("--now", type=_instant, help="what time it is, ISO 8601 with an offset")
    parser.add_argument(
        "--speed", type=_speed, default=1.0, help="sandbox seconds in a real second"
    )
    parser.add_argument(
        "--limits",
        choices=[each.value for each in Strictness],
        default=Strictness.GENEROUS.value,
        help="whose rate limits apply (default %(default)s)",
    )
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="stop when standard input ends"
    )
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:  # noqa: PLR2004  # the highest port there is
        raise argparse.ArgumentTypeError("a port lies between 0 and 65535")
    return port


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least the administrator is needed: 1")
    return count


def _speed(text: str) -> float:
    speed = float(text)
    if not speed > 0:
        raise argparse.ArgumentTypeError("the speed must be above zero")
    return speed


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("give ISO 8601, such as 2026-03-15T12:00:00Z") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
