"""Keeps the outcome of an attempt, which cannot be had again, through errors that may pass."""

from itertools import chain, repeat
from threading import Event
from time import sleep
from typing import Final

from relay_core.log import log
from relay_core.store.ledger import Ledger, Work

_PAUSES_S: Final = (0.1, 0.5, 2.0, 5.0)
"""Between tries; the last one then again and again."""


def write_down(ledger: Ledger, outcome: Work[None], *, lane: str, stop: Event) -> None:
    """Write until it is durable; a full disk may be given room, by hand, hours later.

    Args:
        ledger: Where to.
        outcome: What is recorded.
        lane: For the log.
        stop: Once it is set, only some more tries are made. What then fails is unknown to the
            next start.
    """
    for tried, pause_s in enumerate(chain(_PAUSES_S, repeat(_PAUSES_S[-1]))):
        try:
            return ledger.write(outcome)
        except Exception:  # whatever it was, it may pass
            if stop.is_set() and tried >= len(_PAUSES_S):
                raise
            log().error("outcome.not_written", lane=lane, exc_info=True)
            sleep(pause_s)
    raise AssertionError("the pauses have no end")
