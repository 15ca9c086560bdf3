"""One round: a run that is killed again and again, begun again each time, and judged at its end."""

import json
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import assert_never

from tests.crash.mixes import Mix
from tests.crash.office import prepared
from tests.crash.owner import Press, started
from tests.crash.record import Verdict, judge, kept_in
from tests.journeys.programs import Sandbox, sandbox_process, until
from tests.journeys.town import neighbours, people_file

SPEED = 20
"""Of the sandbox's clock."""
LOOK_S = 0.005
PATIENCE_S = 90.0
STARTS_WITHIN_S = 0.6
"""From the fork to the first message, about: opening, recovering, planning, announcing."""
ABOUT_TO_SEND = 0.4
"""Share of the kills while starting that come after the announcement, however long that takes."""


class Moment(StrEnum):
    """When a process is killed."""

    PLANNING = "planning"  # before anything has left: the audience, the texts, the freezing
    STARTING = "starting"  # so long after its beginning, whatever it does then: opens, recovers
    SENDING = "sending"  # after it has sent some
    REPLACED = "replaced"  # the same, while another process waits to take over
    LISTENING = "listening"  # when nothing leaves any more, and receipts still come


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What happened."""

    mix: Mix
    kills: Mapping[Moment, int]
    verdict: Verdict
    remarks: Mapping[str, int]
    """What Relay logged as a warning or worse: how often each event."""
    unheard: int
    """Reports of the outside that it gave up on, because nobody listened for too long."""
    took_s: float


def play(mix: Mix, *, folder: Path, kills: int, dice: random.Random) -> Round:
    """Kill the owner so many times, let the last one finish, and compare the two records.

    Args:
        mix: What goes wrong outside.
        folder: Of this round alone.
        kills: How many.
        dice: Decides every moment.
    """
    began = time.monotonic()
    people = mix.people_per_kill * kills
    file = folder / "people.json"
    file.write_text(json.dumps(people_file(receivers=people)), "utf-8")
    speed, seed = str(SPEED), str(dice.randrange(10**6))
    with sandbox_process("--people", str(file), "--speed", speed, "--seed", seed) as world:
        press = prepared(mix, world, folder)
        world.set_faults(**mix.faults)
        with _alive() as alive:
            killed = Counter(
                _killed(moment, press, world, alive, mix=mix, dice=dice)
                for moment in _moments(kills, dice)
            )
            _finish(press, world, alive)
        reached = [each["destination"] for each in world.sent()]
        unheard = int(world.state()["posts"]["given_up"])
    states, heard = kept_in(press.data / "relay.duckdb")
    return Round(
        mix=mix,
        kills=killed,
        verdict=judge(
            [person["phone"] for person in neighbours(people)],
            reached=reached,
            states=states,
            heard=heard,
        ),
        remarks=_remarks(press),
        unheard=unheard,
        took_s=time.monotonic() - began,
    )


def _moments(kills: int, dice: random.Random) -> Iterator[Moment]:
    """Begin before anything has left, end with what comes afterwards, and mix in between."""
    edge = max(2, kills // 8)
    middle = (Moment.STARTING, Moment.SENDING, Moment.SENDING, Moment.REPLACED)
    yield from [Moment.PLANNING] * edge
    yield from (dice.choice(middle) for _ in range(kills - 2 * edge))
    yield from [Moment.LISTENING] * edge


def _killed(
    moment: Moment,
    press: Press,
    world: Sandbox,
    alive: list[BaseProcess],
    *,
    mix: Mix,
    dice: random.Random,
) -> Moment:
    """Kill the owner, or who would have become it.

    Returns:
        When that was: a run may be over before anything more is sent.
    """
    while len(alive) < (2 if moment is Moment.REPLACED else 1):
        alive.append(started(press))
    match moment:
        case Moment.PLANNING:
            time.sleep(dice.uniform(0, mix.plans_within_s))
        case Moment.STARTING if dice.random() < ABOUT_TO_SEND:
            until(lambda: press.owner_pid() == alive[0].pid, within_s=PATIENCE_S, look_s=LOOK_S)
            time.sleep(dice.uniform(0, STARTS_WITHIN_S / 3))
        case Moment.STARTING:
            time.sleep(dice.uniform(0, STARTS_WITHIN_S))
        case Moment.SENDING | Moment.REPLACED:
            enough = _count_taken(world) + dice.randrange(mix.people_per_kill * 2)
            until(
                lambda: _count_taken(world) >= enough or press.over.exists(),
                within_s=PATIENCE_S,
                look_s=LOOK_S,
            )
            time.sleep(dice.uniform(0, 0.05))
        case Moment.LISTENING:
            until(press.over.exists, within_s=PATIENCE_S, look_s=LOOK_S)
            time.sleep(dice.uniform(0, STARTS_WITHIN_S))
        case _:
            assert_never(moment)
    is_over = press.over.exists()
    pid = press.owner_pid()
    victim = next((each for each in alive if each.pid == pid), alive[0])
    victim.kill()
    victim.join()
    alive.remove(victim)
    assert victim.exitcode == -signal.SIGKILL, "it ended by itself"
    return Moment.LISTENING if is_over else moment


def _finish(press: Press, world: Sandbox, alive: list[BaseProcess]) -> None:
    """Let a process do what is left, hear what is still to be heard, and end when it is told."""
    if not alive:
        alive.append(started(press))
    (last,) = alive
    until(press.over.exists, within_s=PATIENCE_S)
    until(lambda: press.owner_pid() == last.pid, within_s=PATIENCE_S)
    until(lambda: world.state()["still_to_happen"] == 0, within_s=PATIENCE_S)
    last.terminate()
    last.join(PATIENCE_S)
    assert last.exitcode == 0


def _count_taken(world: Sandbox) -> int:
    state = world.state()
    return int(state["accepted"]) + int(state["texts"])


@contextmanager
def _alive() -> Iterator[list[BaseProcess]]:
    """Hold the processes that are alive; what is left of them at the end is killed."""
    processes: list[BaseProcess] = []
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.join()


def _remarks(press: Press) -> Mapping[str, int]:
    lines = press.remarks.read_text("utf-8").splitlines()
    return Counter(
        json.loads(line)["event"] if line.startswith("{") else "traceback"
        for line in lines
        if line.startswith(("{", "Traceback"))
    )
