"""The difference of two shares, with the interval within which the true one lies."""

from dataclasses import dataclass
from math import sqrt

from relay_core.reports.intervals import Proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One share less another, -1 to 1, with its interval of 95 %."""

    difference: float
    low: float
    high: float

    @property
    def is_shown(self) -> bool:
        """Whether the interval leaves out that there is none."""
        return self.low > 0 or self.high < 0


def difference(one: Proportion, other: Proportion) -> Difference:
    """Return the first share less the second; both groups are drawn apart.

    Source:
        R. G. Newcombe (1998), "Interval estimation for the difference between independent
        proportions: comparison of eleven methods", method 10: it squares and adds the distances
        to the Wilson intervals of both, so it holds for few people and for shares near nothing.
    """
    found = one.share - other.share
    below = sqrt((one.share - one.low) ** 2 + (other.high - other.share) ** 2)
    above = sqrt((one.high - one.share) ** 2 + (other.share - other.low) ** 2)
    return Difference(difference=found, low=found - below, high=found + above)
