"""Chance that stays: whoever is drawn for a seed once is drawn for it for ever.

A person's lot is the MD5 of `seed:id` in UTF-8, as 32 hexadecimal digits. It does not depend on
the engine, its version or who else is there. The order of the lots is the order in which people
are drawn, so a smaller share is part of a larger one of the same seed.
"""

from typing import Final

_STEPS: Final = 16**8
"""The share is compared by the first eight digits."""


def lot(seed: str, person: str = "p.id") -> str:
    """Return SQL for a person's lot.

    Args:
        seed: The name of a bound value, as `$seed`.
        person: SQL for the person's id.
    """
    return f"md5({seed} || ':' || {person})"


def boundary(percent: float) -> str:
    """Return the text that the lots of a share lie before."""
    step = round(percent / 100 * _STEPS)
    # Every digit of a lot comes before "g".
    return f"{step:08x}" if step < _STEPS else "g"
