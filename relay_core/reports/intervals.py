"""Shares with the interval within which the true share lies, as far as these figures can tell."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

_Z_95: Final = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion:
    """Some of a whole, with its Wilson score interval of 95 %."""

    count: int
    total: int
    share: float
    """count / total, 0 to 1."""
    low: float
    high: float


def proportion(count: int, total: int) -> Proportion | None:
    """Return a share with its interval; None of nothing.

    Source:
        E. B. Wilson (1927), "Probable inference, the law of succession, and statistical
        inference". Unlike the normal approximation it stays within 0 and 1, and says something
        of 0 and of all.

    Raises:
        ValueError: The count is no part of the total.
    """
    if not 0 <= count <= total:
        raise ValueError("a part is at least nothing and at most the whole")
    if total == 0:
        return None
    share, z2 = count / total, _Z_95 * _Z_95
    middle = share + z2 / (2 * total)
    reach = _Z_95 * sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    scale = 1 + z2 / total
    return Proportion(
        count=count,
        total=total,
        share=share,
        low=0.0 if count == 0 else (middle - reach) / scale,
        high=1.0 if count == total else (middle + reach) / scale,
    )
