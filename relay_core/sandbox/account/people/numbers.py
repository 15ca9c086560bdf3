"""The phone numbers of invented people: most of them good, the rest as people type them."""

import random
from collections import Counter

from relay_core.sandbox.account.people.nations import Nation

_SHARE_MISSING = 0.04
_SHARE_LOCAL = 0.045
_SHARE_DUPLICATE = 0.025
_SHARE_SHARED = 0.015
_SHARE_INVALID = 0.025

_SPREAD = 7919
"""A prime beside ten, so that steps of it reach every number of a range once."""


class Numbers:
    """Gives numbers away, each good one once."""

    def __init__(self, dice: random.Random) -> None:
        """Begin with nothing given away."""
        self._dice = dice
        self._given: Counter[str] = Counter()
        self._owned: list[str] = []

    def fresh(self, nation: Nation) -> str:
        """Return a valid number in E.164 that nobody has; again from the start when all are."""
        place = self._given[nation.code]
        self._given[nation.code] += 1
        sizes = [10**each.free_digits for each in nation.ranges]
        place %= sum(sizes)
        chosen = 0
        while place >= sizes[chosen]:
            place -= sizes[chosen]
            chosen += 1
        block = nation.ranges[chosen]
        rest = place * _SPREAD % sizes[chosen]
        number = f"{block.prefix}{rest:0{block.free_digits}}"
        self._owned.append(number)
        return number

    def draw(self, nation: Nation) -> tuple[str | None, bool | None]:
        """Return the number on a profile, and whether Zendesk knows that it is shared."""
        chance = self._dice.random()
        for share, draw in (
            (_SHARE_MISSING, self._missing),
            (_SHARE_LOCAL, self._local),
            (_SHARE_DUPLICATE, self._owned_by_another),
            (_SHARE_INVALID, self._invalid),
        ):
            if chance < share:
                return draw(nation), None
            chance -= share
        if chance < _SHARE_SHARED:
            return self._owned_by_another(nation), True
        return self.fresh(nation), None

    def _missing(self, _nation: Nation) -> str | None:
        return self._dice.choice((None, None, None, ""))

    def _local(self, nation: Nation) -> str:
        number = self.fresh(nation)
        at_home = nation.trunk + number.removeprefix(nation.calling_code)
        match self._dice.randrange(3):
            case 0:
                return at_home
            case 1:
                return " ".join(at_home[place : place + 2] for place in range(0, len(at_home), 2))
            case _:
                return f"{at_home[:3]}-{at_home[3:6]}-{at_home[6:]}"

    def _owned_by_another(self, nation: Nation) -> str:
        return self._dice.choice(self._owned) if self._owned else self.fresh(nation)

    def _invalid(self, nation: Nation) -> str:
        return self._dice.choice(
            (
                "n/a",
                "0000000000",
                nation.calling_code + "123",
                "+99912345678901",
                "ask the shop",
                self.fresh(nation)[:-3],
            )
        )
