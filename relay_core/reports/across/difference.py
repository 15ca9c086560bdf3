"""Whether two shares differ by more than chance explains."""

from dataclasses import dataclass
from math import sqrt

from relay_core.reports.intervals import Proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A share less another one, with its interval of 95 %."""

    difference: float
    """-1 to 1."""
    low: float
    high: float

    @property
    def is_beyond_chance(self) -> bool:
        """Whether the interval leaves out no difference at all."""
        return self.low > 0 or self.high < 0


def difference(one: Proportion, other: Proportion) -> Difference:
    """Return how much larger the first share is.

    Source:
        R. G. Newcombe (1998), "Interval estimation for the difference between independent
        proportions: comparison of eleven methods", method 10: Wilson's limits put together.
    """
    between = one.share - other.share
    below = sqrt((one.share - one.low) ** 2 + (other.high - other.share) ** 2)
    above = sqrt((one.high - one.share) ** 2 + (other.share - other.low) ** 2)
    return Difference(difference=between, low=between - below, high=between + above)
