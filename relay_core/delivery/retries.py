"""When to try again what certainly never left. Pure arithmetic: callers bring the dice."""

from typing import Final

_FIRST_S: Final = 1.0
_LONGEST_S: Final = 300.0


def retry_delay_s(attempt: int, *, dice: float) -> float:
    """Return how long to wait before the next attempt.

    The ceiling doubles each time, up to five minutes; the wait is spread evenly below it, so that
    deliveries which failed together do not return together. The lane's pace still holds.

    Args:
        attempt: Attempts made so far, counting from 1.
        dice: A random number, 0 ≤ dice < 1. Passed in so that tests can choose it.

    Returns:
        Seconds, up to the ceiling.

    Raises:
        ValueError: `attempt` is less than 1.

    Source:
        "Full jitter": AWS Architecture Blog, "Exponential Backoff And Jitter", 2015.
    """
    if attempt < 1:
        raise ValueError(f"attempts count from 1, got {attempt}")
    ceiling = min(_LONGEST_S, _FIRST_S * 2.0 ** min(attempt - 1, 32))
    return ceiling * dice
