"""Workers as an operator runs them: killed, paused, told to end, and refused."""

import os
import signal
import subprocess
import sys
from bisect import bisect_left
from contextlib import ExitStack, contextmanager
from importlib import import_module
from itertools import pairwise
from tempfile import TemporaryFile

import pytest

from relay_core.engine.cluster import ClusterEngine
from relay_core.errors import ConfigurationError
from relay_core.store.postgres.schema import prepare
from tests.crash.record import judge
from tests.delivery.world import phone, planned_run, run_state, states
from tests.journeys.programs import (
    RELAY,
    CommandLine,
    Sandbox,
    free_port,
    sandbox_process,
    settings_of,
    until,
)
from tests.journeys.town import TWILIO, WHATSAPP
from tests.store.ledgers import AskedLedger, postgres, server, shared
from tests.store.postgres_server import create

__all__ = ["postgres", "server", "shared"]

PACE = 20
TAKEN_OVER_WITHIN_S = 45
"""From the last message of a worker that is killed to the first of the next."""
CLOCK_S = 0.000_001


@pytest.fixture
def world():
    with sandbox_process("--count", "1", "--speed", "20") as world:
        yield world


@pytest.fixture
def engine(postgres, shared):
    engine = ClusterEngine(postgres, shared)
    engine.start()
    yield engine
    engine.stop()


@contextmanager
def worker(world, url, folder, *arguments, **more):
    """Run `relay worker`; yield it once it is ready, with what it said until then."""
    more = {"ledger_url": url, "sunco_pace": PACE, "pace_guard_s": 0.1} | more
    with started(settings_of(world, folder / "nobody's", **more), folder, *arguments) as process:
        yield process


@contextmanager
def started(environment, folder, *arguments):
    """Run `relay worker` by these settings."""
    with TemporaryFile("w+", encoding="utf-8") as remarks:
        process = subprocess.Popen(
            [RELAY, "worker", *arguments], env=environment, cwd=folder, stderr=remarks
        )

        def said():
            remarks.flush()
            return os.pread(remarks.fileno(), 1_000_000, 0).decode()

        process.said = said
        try:
            until(lambda: "is ready" in said() or process.poll() is not None, within_s=60)
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()


def densest_second(moments):
    """Return the most moments that any second holds."""
    moments = sorted(moments)
    return max(bisect_left(moments, each + 1 - CLOCK_S) - n for n, each in enumerate(moments))


def received(world, lane):
    return sorted(
        each["received_at"] for each in world.accepted() if each["integration_id"] == lane
    )


def verdict(postgres, world, people):
    """Compare what reached phones with the ledger."""
    rows = postgres.table("SELECT phone, state FROM deliveries").to_pylist()
    return judge(
        people,
        reached=[each["destination"] for each in world.accepted()],
        states={row["phone"]: row["state"] for row in rows},
    )


class TestWorkers:
    def test_take_over_from_one_that_is_killed_and_one_that_is_paused(
        self, world, engine, postgres, shared, tmp_path
    ):
        lanes, people = (TWILIO, WHATSAPP), 90
        runs = [
            planned_run(postgres, people=people, lane=lane, start=people * n)
            for n, lane in enumerate(lanes)
        ]
        with (
            worker(world, shared, tmp_path, "--lanes", TWILIO) as killed,
            worker(world, shared, tmp_path, "--lanes", WHATSAPP) as paused,
        ):
            for lane in lanes:
                engine.wake(lane)
            until(lambda: all(received(world, lane) for lane in lanes), within_s=60)
            with worker(world, shared, tmp_path, "--concurrency", "2") as heir:
                killed.kill()
                paused.send_signal(signal.SIGSTOP)
                left = {lane: len(received(world, lane)) for lane in lanes}
                until(
                    lambda: all(len(received(world, n)) > left[n] + 5 for n in lanes), within_s=60
                )
                paused.send_signal(signal.SIGCONT)
                for run in runs:
                    until(lambda run=run: run_state(postgres, run) == "finished", within_s=60)
                until(lambda: "lane.lost" in paused.said(), within_s=60)
                heir.terminate()
                ended = heir.wait(10)

        found = verdict(postgres, world, [phone(n) for n in range(people * len(lanes))])
        assert found.is_clean, found
        assert found.unknown <= 2 * len(lanes)
        assert ended == 0
        for lane in lanes:
            arrived = received(world, lane)
            assert densest_second(arrived) <= PACE
            assert max(late - early for early, late in pairwise(arrived)) < TAKEN_OVER_WITHIN_S

    def test_are_counted_by_the_doctor(self, world, shared, tmp_path):
        relay = CommandLine(settings_of(world, tmp_path, ledger_url=shared), tmp_path)

        def found():
            checks = {each["name"]: each for each in relay("doctor", "--json").json}
            return checks["Workers"]["verdict"], checks["Workers"]["found"]

        assert found() == ("problem", "none is running, so nothing is sent")
        with worker(world, shared, tmp_path):
            assert found() == ("ok", "1 ready to send")


class TestAWorker:
    def test_that_is_told_to_end_records_what_is_in_flight_and_lets_go(
        self, world, engine, postgres, shared, tmp_path
    ):
        run_id = planned_run(postgres, people=100, lane=TWILIO)
        world.set_faults(latency_ms=500)

        with worker(world, shared, tmp_path) as process:
            engine.wake(TWILIO)
            until(lambda: len(received(world, TWILIO)) > 5, within_s=60)
            process.terminate()
            code = process.wait(10)

        found = states(postgres, run_id)
        holder = postgres.table("SELECT * FROM lane_holders").to_pylist()[0]
        assert code == 0
        assert set(found) == {"accepted", "queued"}
        assert found["accepted"] == len(world.accepted())
        assert holder["released_at"] is not None

    def test_sends_what_each_account_has_and_nothing_crosses(self, world, server, tmp_path):
        url = create(server, "worked_by_accounts")
        with sandbox_process("--count", "1") as other_world:
            worlds = {"acme": world, "globex": other_world}
            environment = settings_of(
                world, tmp_path, accounts="acme,globex,broken", ledger_url=url
            )
            del environment["RELAY_SANDBOX_URL"]
            for alias, each in worlds.items():
                environment[f"RELAY_{alias.upper()}_SANDBOX_URL"] = each.url
            with ExitStack() as open_ledgers:
                ledgers = {}
                for start, alias in enumerate(worlds):
                    address = f"{url}?options=-c%20search_path%3D{alias}"
                    prepare(address)
                    ledgers[alias] = open_ledgers.enter_context(AskedLedger(address))
                    planned_run(ledgers[alias], people=6, lane=TWILIO, start=100 * start)
                    engine = ClusterEngine(ledgers[alias], address)
                    engine.start()
                    engine.stop()
                with started(environment, tmp_path) as process:
                    for ledger in ledgers.values():
                        until(lambda ledger=ledger: run_state(ledger, 1) == "finished", within_s=60)
                    said = process.said()
                    process.terminate()
                    code = process.wait(10)

            assert code == 0
            for start, each in enumerate(worlds.values()):
                reached = {message["destination"] for message in each.accepted()}
                assert reached == {phone(100 * start + n) for n in range(6)}
            assert "broken is not sent: Set RELAY_BROKEN_ZENDESK_SUBDOMAIN" in said

    @pytest.mark.parametrize(
        ("settings", "advice"),
        [
            ({"ledger_url": ""}, "Set RELAY_LEDGER_URL"),
            ({"ledger_url": "mysql://db/relay"}, "does not begin with postgresql://"),
            ({"ledger_url": f"postgresql://127.0.0.1:{free_port()}/relay"}, "cannot be reached"),
        ],
    )
    def test_says_what_it_lacks(self, tmp_path, settings, advice):
        world = Sandbox("http://127.0.0.1:9", None)
        command = CommandLine(settings_of(world, tmp_path, **settings), tmp_path)

        ended = command("worker")

        assert ended.code == 1
        assert advice in ended.err
        assert "Traceback" not in ended.err

    def test_says_how_to_install_what_is_missing(self, monkeypatch):
        for name in ("relay_core.cli.worker", "relay_core.engine.worker"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.setitem(sys.modules, "procrastinate", None)

        with pytest.raises(ConfigurationError) as refused:
            import_module("relay_core.cli.worker")

        assert "pip install 'relay[scale]'" in refused.value.advice
