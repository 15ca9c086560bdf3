"""One lane at 8 messages a second: how fast it goes, and how close together messages leave.

A vendor counts what arrives in a second of its own clock, so both sides are looked at. The peer
is a library that paces the same requests to the same world: aiolimiter around httpx.
"""

import asyncio
import importlib
import json
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import httpx
import pytest

from relay_core.sandbox.credentials import SUNCO_KEY_ID, SUNCO_KEY_SECRET
from tests.bench.peers.work import PATH, body_for
from tests.bench.tables import show
from tests.journeys.programs import CommandLine, Sandbox, sandbox_process, settings_of
from tests.journeys.town import BINDINGS, TAG, TEMPLATE, WHATSAPP, neighbours, people_file

pytestmark = pytest.mark.bench

MESSAGES = 200
PER_SECOND = 8
CLOCK_S = 1e-6
"""Resolution of the clocks that are compared."""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    file = tmp_path_factory.mktemp("people") / "people.json"
    file.write_text(json.dumps(people_file(receivers=MESSAGES)), "utf-8")
    with sandbox_process("--people", str(file)) as running:
        yield running


@pytest.mark.parametrize("latency_ms", [200, 2_000])
def test_rate_and_densest_second(world, tmp_path, latency_ms):
    world.set_faults(latency_ms=latency_ms)
    departures, arrivals = relay_sends(world, tmp_path)
    rows = [
        ("Relay, as it leaves (attempts.begun_at)", *figures(departures)),
        ("Relay, as it arrives (the sandbox)", *figures(arrivals)),
    ]
    limiter = find_limiter()
    if limiter is None:
        rows.append(("aiolimiter: not installed", "", "", ""))
    else:
        left, arrived = asyncio.run(limiter_sends(world, limiter))
        rows.append(("aiolimiter + httpx, as it leaves", *figures(left)))
        rows.append(("aiolimiter + httpx, as it arrives", *figures(arrived)))
        ratio = densest_second(arrived) / densest_second(arrivals)
        rows.append(("aiolimiter's densest second to Relay's, arriving", "", ratio, ""))
    show(
        f"{MESSAGES} messages at {PER_SECOND}/s, answers after {latency_ms} ms",
        ("", "messages/s", "most in any second", "share of the limit"),
        rows,
    )


def relay_sends(world: Sandbox, folder: Path) -> tuple[list[float], list[float]]:
    """Send a campaign by the command line; return when messages left and when they arrived."""
    command = CommandLine(settings_of(world, folder / "data"), folder)
    command.ask("sync")
    made = ("--template", TEMPLATE, "--integration", WHATSAPP, "--query", f"tags:{TAG}")
    command.ask("campaign", "create", "Bench", *made, *BINDINGS)
    before = len(world.sent())
    command.ask("send", "Bench", "--set", "monday=Tuesday", "--yes", "--receipts", "0")
    with duckdb.connect(str(folder / "data" / "relay.duckdb"), read_only=True) as file:
        begun: list[tuple[datetime]] = file.sql("SELECT begun_at FROM attempts").fetchall()
    return (
        sorted(moment.timestamp() for (moment,) in begun),
        sorted(each["received_at"] for each in world.sent()[before:]),
    )


async def limiter_sends(world: Sandbox, limiter) -> tuple[list[float], list[float]]:
    """Send the same messages through a limiter; return when they left and when they arrived."""
    before = len(world.sent())
    departures: list[float] = []
    loop = asyncio.get_running_loop()

    async def send(http: httpx.AsyncClient, phone: str) -> None:
        async with limiter:
            departures.append(loop.time())
            await http.post(PATH, json=body_for(phone))

    limits = httpx.Limits(max_connections=32)
    key = (SUNCO_KEY_ID, SUNCO_KEY_SECRET)
    async with httpx.AsyncClient(
        base_url=world.url, auth=key, limits=limits, timeout=30, trust_env=False
    ) as http:
        await asyncio.gather(*(send(http, each["phone"]) for each in neighbours(MESSAGES)))
    return sorted(departures), sorted(each["received_at"] for each in world.sent()[before:])


def find_limiter():
    """Return the peer, when it is installed (extra `bench`)."""
    try:
        return importlib.import_module("aiolimiter").AsyncLimiter(PER_SECOND, 1)
    except ModuleNotFoundError:
        return None


def figures(moments: Sequence[float]) -> tuple[float, int, str]:
    rate = (len(moments) - 1) / (moments[-1] - moments[0])
    return rate, densest_second(moments), f"{rate / PER_SECOND:.1%}"


def densest_second(moments: Sequence[float]) -> int:
    """Return the most moments that any half-open window of one second holds."""
    return max(
        bisect_left(moments, moment + 1 - CLOCK_S) - number for number, moment in enumerate(moments)
    )
