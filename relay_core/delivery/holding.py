"""Holds many deliveries at once, and lets go of them when a sender starts anew."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.delivery.consequences import kind_of
from relay_core.delivery.gates import GateRules, Go, HeldFor, Hold, judge_hours
from relay_core.delivery.quiet_hours import Place, place_of
from relay_core.log import log
from relay_core.store.ledger import Ledger, Session

_PAGE: Final = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """Some of a run's deliveries that wait although the run goes on."""

    why: HeldFor
    until: datetime | None
    """None: until the run's first messages have shown how they end, or until there is room."""
    messages: int


def hold_quiet(ledger: Ledger, *, lane: str, rules: GateRules, now: datetime) -> int:
    """Hold everything on a lane whose country may not be messaged now.

    One statement for each moment of release, however many wait: to be called when the first of
    them is met. Read and judged beside the writer, so that no other sender waits for it.

    Args:
        ledger: Where deliveries are.
        lane: Id of the integration.
        rules: Of this installation.
        now: The moment that is judged (aware).

    Returns:
        How many are held.
    """
    ids: dict[datetime, list[int]] = defaultdict(list)
    verdicts: dict[Place, Go | Hold] = {}
    for row in ledger.rows("gates.due", lane=lane, now=now):
        place = place_of(row["phone"], row["country"])
        if place not in verdicts:
            verdicts[place] = judge_hours(rules, place, channel=kind_of(row["channel"]), now=now)
        verdict = verdicts[place]
        if isinstance(verdict, Hold):
            ids[verdict.until].append(row["id"])

    def work(session: Session) -> int:
        return sum(
            hold(session, those, until=until, why=HeldFor.QUIET_HOURS)
            for until, those in ids.items()
        )

    held = ledger.write(work) if ids else 0
    if held:
        log().info("deliveries.held", lane=lane, deliveries=held, why=HeldFor.QUIET_HOURS.value)
    return held


def hold(session: Session, ids: Sequence[int], *, until: datetime, why: HeldFor) -> int:
    """Let deliveries wait that are still queued.

    Returns:
        How many they were.
    """
    held = 0
    for start in range(0, len(ids), _PAGE):
        page = sorted(ids)[start : start + _PAGE]
        held += len(
            session.run(
                "gates.hold", ids=page, first=page[0], last=page[-1], until=until, held_for=why
            )
        )
    return held


def release_held(session: Session, *, now: datetime, lane: str | None = None) -> int:
    """Let every held delivery be judged anew, by the settings of this start.

    Args:
        session: The transaction.
        now: When (aware).
        lane: Of which lane; None: of all.

    Returns:
        How many there were.
    """
    return len(session.run("gates.release_all", now=now, lane=lane))


def held_back(ledger: Ledger, run_id: int, *, now: datetime) -> list[HeldBack]:
    """Return what waits in a run although it goes on, the earliest release first."""
    return [
        HeldBack(
            why=HeldFor(row["held_for"]),
            until=None if row["held_for"] == HeldFor.CANARY else row["due_at"],
            messages=row["messages"],
        )
        for row in ledger.rows("gates.held", run_id=run_id, now=now)
    ]
