"""`kill -9` of the sending process, again and again: nobody gets a message twice, none is lost.

What counts is the sandbox's own record of what reached phones, against what Relay lists.
"""

import csv
import io
import json
import random
import signal
import subprocess
import time
from collections import Counter
from contextlib import ExitStack, contextmanager

import pytest

from tests.journeys.programs import (
    CommandLine,
    Sandbox,
    sandbox_process,
    settings_of,
    until,
)
from tests.journeys.town import BINDINGS, TAG, TEMPLATE, WHATSAPP, neighbours, people_file

CAMPAIGN = "Perilous"
SEND = ("send", CAMPAIGN, "--set", "monday=Tuesday", "--yes")
SEED_RANGE = 10**6


@contextmanager
def office(tmp_path, bytecode, *, people: int, **more: object):
    """A world of so many people, and a command line with a campaign to all of them."""
    file = tmp_path / "people.json"
    file.write_text(json.dumps(people_file(receivers=people)), "utf-8")
    with sandbox_process("--people", str(file), "--speed", "20") as world:
        settings = settings_of(world, tmp_path / "data", bytecode=bytecode, sunco_pace=50, **more)
        command = CommandLine(settings, tmp_path)
        command.ask("sync")
        made = ("--template", TEMPLATE, "--integration", WHATSAPP, "--query", f"tags:{TAG}")
        command.ask("campaign", "create", CAMPAIGN, *made, *BINDINGS)
        yield world, command


def kill_the_sender(
    world: Sandbox, command: CommandLine, *, points: list[int], dice: random.Random
) -> int:
    """Kill the sending process once at each point, counted in messages the world has taken.

    Every second time the next process is there before the first one dies, and takes over from it;
    otherwise it is started afterwards.

    Returns:
        The run that is left to be resumed.
    """
    run: int | None = None
    with ExitStack() as left_over:
        alive: list[subprocess.Popen[str]] = []
        for number, point in enumerate(points):
            arguments = ("run", "resume", run) if run is not None else SEND
            while len(alive) < (1 if run is None else 1 + number % 2):
                started = command.started(*arguments, "--receipts", "0")
                alive.append(left_over.enter_context(started))
            until(
                lambda n=point: world.count_accepted() >= n or is_over(alive),
                within_s=60,
                look_s=0.005,
            )
            time.sleep(dice.uniform(0, 0.05))
            assert not is_over(alive), "the run ended before it could be killed often enough"
            victim = sender_among(alive, command)
            victim.send_signal(signal.SIGKILL)
            assert victim.wait() == -signal.SIGKILL
            alive.remove(victim)
            if run is None:
                made = command.ask("run", "list")
                assert len(made) <= 1
                run = made[0]["run"] if made else None
    assert run is not None
    return run


def sender_among(
    alive: list["subprocess.Popen[str]"], command: CommandLine
) -> "subprocess.Popen[str]":
    """Return the one that owns the file, or that will when nobody does yet."""
    try:
        owner = json.loads((command.folder / "data" / "relay.owner.json").read_text("utf-8"))
    except (OSError, ValueError):
        owner = {}
    return next((each for each in alive if each.pid == owner.get("pid")), alive[0])


def is_over(alive: list["subprocess.Popen[str]"]) -> bool:
    return any(each.poll() is not None for each in alive)


def kill_while_starting(command: CommandLine, run: int, *, moments_s: list[float]) -> None:
    """Kill a resuming process so many seconds after its start, whatever it is doing then."""
    for moment_s in moments_s:
        with command.started("run", "resume", run, "--receipts", "0") as process:
            try:
                process.wait(moment_s)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)


def assert_nobody_twice_and_none_lost(
    world: Sandbox, command: CommandLine, run: int, *, people: int
) -> None:
    phones = {person["id"]: person["phone"] for person in neighbours(people)}
    ended = command("report", run, "--csv")
    lines = list(csv.DictReader(io.StringIO(ended.out.removeprefix("\ufeff"))))
    states = {phones[int(line["person_id"])]: line["state"] for line in lines}
    reached = Counter(each["destination"] for each in world.sent())
    print("listed:", dict(Counter(states.values())), "reached:", reached.total())

    assert len(states) == people
    assert set(states.values()) <= {"accepted", "delivered", "unknown", "failed"}
    assert [phone for phone, messages in reached.items() if messages > 1] == []
    missing = {phone: state for phone, state in states.items() if phone not in reached}
    assert set(missing.values()) <= {"unknown", "failed"}


@pytest.fixture
def dice(request):
    """Chance whose seed is shown, so that a failure can be had again."""
    seed = random.SystemRandom().randrange(SEED_RANGE)
    print(f"{request.node.name}: seed {seed}")
    return random.Random(seed)


class TestKillingTheSender:
    def test_at_20_points_of_a_run_repeats_nothing_and_loses_nothing(
        self, tmp_path, bytecode, dice
    ):
        people, kills = 300, 20
        starting = 4
        # Some messages never leave, because a kill came first: the last points are not reached.
        points = sorted(dice.sample(range(people * 9 // 10), kills - starting))
        with office(tmp_path, bytecode, people=people) as (world, command):
            world.set_faults(latency_ms=50)

            run = kill_the_sender(world, command, points=points, dice=dice)
            kill_while_starting(
                command, run, moments_s=[dice.uniform(0.2, 2) for _ in range(starting)]
            )
            status = command.ask("run", "resume", run, "--receipts", "2")

            assert status["state"] == "finished"
            assert status["planned"] == people
            assert status["accepted"] + status["failed"] + status["unknown"] == people
            assert status["unknown"] < people / 2
            assert_nobody_twice_and_none_lost(world, command, run, people=people)

    def test_while_the_channel_errs_repeats_nothing_and_loses_nothing(
        self, tmp_path, bytecode, dice
    ):
        people, kills = 120, 5
        points = sorted(dice.sample(range(people * 3 // 4), kills))
        with office(tmp_path, bytecode, people=people, send_timeout_s=1) as (world, command):
            world.set_faults(
                latency_ms=50, error_mix={"429": 0.02, "502": 0.01, "accept_then_timeout": 0.01}
            )

            run = kill_the_sender(world, command, points=points, dice=dice)
            status = command.ask("run", "resume", run, "--receipts", "2")

            assert status["state"] == "finished"
            assert status["accepted"] + status["failed"] + status["unknown"] == people
            assert_nobody_twice_and_none_lost(world, command, run, people=people)
