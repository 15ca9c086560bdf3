"""A thousand kills over many runs, each with its own faults. Prints the figures and the seed."""

import os
import random
from collections import Counter

import pytest

from tests.bench.tables import show
from tests.crash.killing import Moment, Round, play
from tests.crash.mixes import MIXES

pytestmark = pytest.mark.crash

KILLS_IN_A_ROUND = 40
SEED_RANGE = 10**6


def wanted(name: str, default: int) -> int:
    return int(os.environ.get(f"RELAY_TEST_CRASH_{name}") or default)


def test_a_thousand_kills_repeat_and_lose_nothing(tmp_path):
    kills = wanted("KILLS", 1_000)
    seed = wanted("SEED", random.SystemRandom().randrange(SEED_RANGE))
    first = wanted("ROUND", 1)
    last = -(-kills // KILLS_IN_A_ROUND)
    print(f"\n{kills} kills, seed {seed}, rounds {first} to {last}")
    played = []
    for number in range(first, last + 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        mix = MIXES[number % len(MIXES)]
        print(f"make crash SEED={seed} ROUND={number} KILLS={kills}: {mix.name}", flush=True)
        # Each round has chance of its own, so that it can be had again without those before it.
        dice = random.Random(f"{seed} {number}")
        played.append(play(mix, folder=folder, kills=KILLS_IN_A_ROUND, dice=dice))
        print(line_of(played[-1]), flush=True)

    show_all(played)

    assert [each for each in played if not each.verdict.is_clean] == []
    assert sum(sum(each.kills.values()) for each in played) == KILLS_IN_A_ROUND * len(played)


def line_of(played: Round) -> str:
    verdict = played.verdict
    return (
        f"  {sum(played.kills.values())} kills in {played.took_s:.0f} s; {verdict.people} people, "
        f"{verdict.reached} reached, {verdict.unknown} unknown ({verdict.unknown_but_reached} of "
        f"them reached; {played.unheard} reports unheard), {len(verdict.duplicates)} twice, "
        f"{len(verdict.lost)} lost, {len(verdict.unlisted)} not listed; "
        f"logged: {dict(played.remarks)}"
    )


def show_all(played: list[Round]) -> None:
    """Print a line for each mix of faults, and one for all."""
    rows = [
        figures(mix.name, [each for each in played if each.mix == mix])
        for mix in MIXES
        if any(each.mix == mix for each in played)
    ]
    headings = (
        "runs",
        "kills",
        *Moment,
        "people",
        "reached",
        "unknown",
        "twice",
        "lost",
        "unlisted",
    )
    show("Killed again and again", ("faults", *headings), [*rows, figures("all", played)])


def figures(name: str, rounds: list[Round]) -> tuple[object, ...]:
    kills = sum((Counter(each.kills) for each in rounds), Counter())
    verdicts = [each.verdict for each in rounds]
    return (
        name,
        len(rounds),
        kills.total(),
        *(kills[moment] for moment in Moment),
        sum(each.people for each in verdicts),
        sum(each.reached for each in verdicts),
        sum(each.unknown for each in verdicts),
        sum(len(each.duplicates) for each in verdicts),
        sum(len(each.lost) for each in verdicts),
        sum(len(each.unlisted) for each in verdicts),
    )
