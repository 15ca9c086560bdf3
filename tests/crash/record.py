"""The verdict: what reached phones, by the sandbox's own record, against Relay's file."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

_CERTAIN = {"accepted", "delivered"}
_UNSETTLED = {"queued", "sending"}
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one run."""

    duplicates: tuple[str, ...]
    """Phones that got the message more than once."""
    lost: tuple[str, ...]
    """Phones that got nothing although Relay holds that they did, still waits, or forgot them."""
    unlisted: tuple[str, ...]
    """Phones that got the message although Relay neither says so nor lists them as unknown."""
    unsettled: tuple[str, ...]
    """Phones that Relay lists as unknown although it was told what became of their message."""
    people: int
    reached: int
    unknown: int
    """Deliveries that Relay lists as possibly sent."""
    unknown_but_reached: int
    """Those of them that were sent."""

    @property
    def is_clean(self) -> bool:
        """Nobody twice, nobody lost, and whatever is not known is said."""
        return not (self.duplicates or self.lost or self.unlisted or self.unsettled)


def judge(
    people: Collection[str],
    *,
    reached: Iterable[str],
    states: Mapping[str, str],
    heard: Collection[str] = (),
) -> Verdict:
    """Compare the two records.

    Args:
        people: Phones that the run is for.
        reached: The phone of each message that arrived, as often as one did.
        states: What Relay says of each phone.
        heard: Phones of which it got a receipt.
    """
    arrived = Counter(reached)

    def is_lost(phone: str) -> bool:
        state = states.get(phone)
        return state is None or state in _UNSETTLED or (state in _CERTAIN and not arrived[phone])

    return Verdict(
        duplicates=tuple(sorted(phone for phone, times in arrived.items() if times > 1)),
        lost=tuple(sorted(filter(is_lost, people))),
        unlisted=tuple(
            sorted(p for p in arrived if states.get(p) not in _CERTAIN | _UNSETTLED | {_UNKNOWN})
        ),
        unsettled=tuple(sorted(phone for phone in heard if states.get(phone) == _UNKNOWN)),
        people=len(people),
        reached=len(arrived),
        unknown=sum(state == _UNKNOWN for state in states.values()),
        unknown_but_reached=sum(states.get(phone) == _UNKNOWN for phone in arrived),
    )


def kept_in(file: Path) -> tuple[dict[str, str], set[str]]:
    """Read Relay's file, which no process may own meanwhile.

    Returns:
        What it says of each phone, and the phones of which it got a receipt.
    """
    with duckdb.connect(str(file), read_only=True) as opened:
        states = dict(opened.sql("SELECT phone, state FROM deliveries").fetchall())
        heard = opened.sql("SELECT DISTINCT phone FROM receipts WHERE phone IS NOT NULL").fetchall()
    return states, {phone for (phone,) in heard}
