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
    """Print when was killed and what became of the messages, for each mix and for all."""
    mixes = [(mix.name, [r for r in played if r.mix == mix]) for mix in MIXES]
    rows = [*((name, rounds) for name, rounds in mixes if rounds), ("all", played)]
    show(
        "Kills", ("faults", "runs", "kills", *Moment), [(n, len(r), *kills_of(r)) for n, r in rows]
    )
    headings = ("people", "reached", "unknown", "twice", "lost", "not listed", "unsettled")
    show("Messages", ("faults", *headings), [(name, *messages_of(r)) for name, r in rows])


def kills_of(rounds: list[Round]) -> list[int]:
    kills = sum((Counter(each.kills) for each in rounds), Counter())
    return [kills.total(), *(kills[moment] for moment in Moment)]


def messages_of(rounds: list[Round]) -> list[int]:
    verdicts = [each.verdict for each in rounds]
    return [
        sum(each.people for each in verdicts),
        sum(each.reached for each in verdicts),
        sum(each.unknown for each in verdicts),
        sum(len(each.duplicates) for each in verdicts),
        sum(len(each.lost) for each in verdicts),
        sum(len(each.unlisted) for each in verdicts),
        sum(len(each.unsettled) for each in verdicts),
    ]
