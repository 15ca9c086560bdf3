"""`kill -9` of the process that sends, again and again: nobody twice, nobody lost.

What counts is the sandbox's own record of what reached phones, against what Relay's file says.
"""

import random

import pytest

from tests.crash.killing import play
from tests.crash.mixes import EVERYTHING, TALK

SEED_RANGE = 10**6


@pytest.fixture
def dice(request):
    """Chance whose seed is shown, so that a failure can be had again."""
    seed = random.SystemRandom().randrange(SEED_RANGE)
    print(f"{request.node.name}: seed {seed}")
    return random.Random(seed)


class TestKillingTheOwner:
    def test_while_everything_else_goes_wrong_repeats_and_loses_nothing(self, tmp_path, dice):
        kills = 14

        played = play(EVERYTHING, folder=tmp_path, kills=kills, dice=dice)

        verdict = played.verdict
        print(played)
        assert sum(played.kills.values()) == kills
        assert verdict.is_clean
        assert verdict.unknown < verdict.people

    def test_of_texts_with_keys_leaves_nothing_unknown_either(self, tmp_path, dice):
        kills = 8

        played = play(TALK, folder=tmp_path, kills=kills, dice=dice)

        verdict = played.verdict
        print(played)
        assert sum(played.kills.values()) == kills
        assert verdict.is_clean
        assert (verdict.reached, verdict.unknown) == (verdict.people, 0)
