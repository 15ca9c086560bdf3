"""Who does the work, as the front desk knows it, and what each sender is given."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from relay_core.delivery.gates import OPEN, GateRules
from relay_core.delivery.pacing import Pacer
from relay_core.delivery.sender import Surroundings
from relay_core.gateways.channel import Channel


class Engine(Protocol):
    """Sees to it that what is queued leaves, in this process or in others.

    Every engine keeps these promises, checked for all of them by `tests/engine/test_engines.py`:
    what is queued leaves once, each lane by itself; nothing leaves before `start`; after `stop`
    nothing new leaves by this process, and answers in flight are recorded.
    """

    @property
    def is_sending(self) -> bool:
        """Whether somebody sends what is queued."""
        ...

    def start(self) -> None:
        """Take up every run that is under way."""
        ...

    def wake(self, lane: str) -> None:
        """Tell a lane that there may be work. Does nothing before `start` or after `stop`."""
        ...

    def stop(self) -> None:
        """Let nothing new leave by this process."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """What senders are given, by the settings of one moment."""

    channel: Callable[[str], Channel]
    """Builds the channel of a lane, with connections of its own."""
    pacer: Callable[[str], Pacer]
    """Builds the pacer of a lane."""
    surroundings: Surroundings
    """Time, chance and limits."""
    rules: GateRules = OPEN
    """What may stand between a delivery and its turn."""
