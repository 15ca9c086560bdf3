"""How many sends an integration takes in any sliding second."""

import time
from collections import defaultdict, deque
from math import inf


class SendLimit:
    """A log of the last sends of each integration, in real time."""

    def __init__(self, per_second: float | None) -> None:
        """Allow so many sends per second and integration; None allows all."""
        self._per_second = inf if per_second is None else per_second
        self._taken_at: dict[str, deque[float]] = defaultdict(deque)

    def takes_one_more(self, integration_id: str) -> bool:
        """Tell whether a send is allowed now, and count it when it is."""
        if self._per_second == inf:
            return True
        now = time.monotonic()
        taken_at = self._taken_at[integration_id]
        while taken_at and now - taken_at[0] >= 1:
            taken_at.popleft()
        if len(taken_at) >= self._per_second:
            return False
        taken_at.append(now)
        return True
